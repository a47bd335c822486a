#!/usr/bin/env bash
# Dateline as a contender of the news archive benchmark: contender.sh version | layout CORPUS SITE | build SITE OUT |
# modes | serve SITE PORT MODE
# DATELINE names the program; THEME=briefing builds with the default theme instead of the plain one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
DATELINE=${DATELINE:-$here/../../../target/release/dateline}
case $1 in
version) "$DATELINE" --version ;;
layout)
  rm -rf "$3"
  mkdir -p "$3"
  cp -r "$here/site/." "$3"
  cp -r "$2/content" "$3/content"
  [ -z "${THEME:-}" ] || sed -i "s/^name = .*/name = \"$THEME\"/" "$3/site.toml" ;;
build) exec "$DATELINE" build --clean --site "$2" --output "$3" ;;
modes) echo serve ;;
serve) exec "$DATELINE" serve --site "$2" --port "$3" ;;
*) exit 2 ;;
esac
