#!/usr/bin/env bash
# Whole builds, each a process of its own, as a table in Markdown: bash tests/bench/run.sh ARTICLES [RUNS]
#
# Scenarios: a clean build, nothing changed, one body edited, one new article. Of each the median and the range of wall time,
# CPU time and peak memory, and the files written. Hugo, where it is installed, builds the same articles with plain
# layouts. Everything lies on a memory file system, if /dev/shm is one. Needs GNU time (Debian: apt-get install time).
set -euo pipefail
articles=${1:?how many articles}
runs=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
[ -x /usr/bin/time ] || { echo "GNU time is missing: apt-get install time" >&2; exit 1; }
home=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/dateline-bench.XXXXXX")
trap 'rm -rf "$home"' EXIT

cargo build --release --locked --quiet
cargo build --release --locked --quiet --example corpus
target=${CARGO_TARGET_DIR:-target}/release
dateline=$(realpath "$target/dateline")
"$target/examples/corpus" "$articles" "$home/site"
body=$(find "$home/site/content" -name '*.md' | sort | awk "NR==int($articles/2)+1")
newest=$(find "$home/site/content" -name '*.md' | sort | tail -1)

# Runs a command and notes wall seconds, CPU seconds and peak megabytes.
measured() {
  local out=$1
  shift
  /usr/bin/time -f '%e %U %S %M' -o "$home/time" "$@" >"$home/said"
  awk '{ printf "%.3f %.3f %.0f\n", $1, $2 + $3, $4 / 1024 }' "$home/time" >>"$out"
}

# The median of a column with its range.
median() {
  awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END {
    m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%g (%g–%g)", m, v[1], v[NR] }'
}

row() { echo "| $1 | $(median "$2" 1) | $(median "$2" 2) | $(median "$2" 3) | $3 |"; }
number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$home/said"; }
build() { measured "$1" "$dateline" build --site "$home/site" --as-of 2040-01-01 --format json; }

pages=
for scenario in clean nothing body new; do
  for n in $(seq "$runs"); do
    case $scenario in
    clean) rm -rf "$home/site/public" "$home/site/.dateline" ;;
    # What was written a moment ago is read once more; a site that has been left alone is what is measured.
    nothing) [ "$n" -gt 1 ] || { sleep 3; build /dev/null; sleep 3; build /dev/null; } ;;
    body) echo "Edit $n." >>"$body" ;;
    new) sed "s/^title: .*/title: New story $n/" "$newest" >"${newest%.md}-new-$n.md" ;;
    esac
    build "$home/$scenario"
    written=$(number files_written)
    [ "$scenario" != clean ] || pages=$(number total)
    eval "written_$scenario=$written"
    # As a rule nobody edits within the same tick of the clock.
    [ "$scenario" = clean ] || [ "$scenario" = nothing ] || sleep 2.5
  done
done

echo "$articles articles, $runs runs, $(nproc) cores, $(uname -m), $(date -u +%Y-%m-%d)"
echo
echo "| Dateline $("$dateline" --version | cut -d' ' -f2), $pages pages | wall s | CPU s | peak MB | files written |"
echo "|---|---|---|---|---|"
row "clean build" "$home/clean" "$written_clean"
row "nothing changed" "$home/nothing" "$written_nothing"
row "one text edited" "$home/body" "$written_body"
row "one new article" "$home/new" "$written_new"

if command -v hugo >/dev/null; then
  "$target/examples/corpus" "$articles" "$home/hugo" --hugo
  cp -r tests/bench/hugo/. "$home/hugo/"
  for n in $(seq "$runs"); do
    rm -rf "$home/hugo/public"
    measured "$home/of-hugo" hugo build --source "$home/hugo" --quiet --noBuildLock
  done
  files=$(find "$home/hugo/public" -type f | wc -l)
  echo
  echo "| $(hugo version | cut -d' ' -f1,2 | cut -d- -f1), $(find "$home/hugo/public" -name '*.html' | wc -l) pages | wall s | CPU s | peak MB | files written |"
  echo "|---|---|---|---|---|"
  row "clean build, and every other" "$home/of-hugo" "$files"
  echo
  echo "Not equal: Hugo's layouts are plain and have no days, months or sources; its pages are smaller."
else
  echo
  echo "Hugo is not installed."
fi
