#!/usr/bin/env bash
# Deploys a generated archive to a local S3 server, beside `rclone sync` of the same trees to the same server: seconds and
# requests of each. Usage: bash tests/bench/deploy.sh ARTICLES [FOLDER]. Needs s3s-fs (cargo install s3s-fs --features
# binary --locked) and rclone; the program from PATH, or DATELINE=…, and CORPUS=… (cargo build --release --example corpus).
set -euo pipefail
articles=${1:-10000}
work=${2:-$(mktemp -d)}
dateline=${DATELINE:-target/release/dateline}
corpus=${CORPUS:-target/release/examples/corpus}
unset AWS_CA_BUNDLE AWS_PROFILE AWS_SESSION_TOKEN
export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=benchbench
mkdir -p "$work/store/dateline" "$work/store/rclone" "$work/site"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
s3s-fs --host 127.0.0.1 --port "$port" --access-key $AWS_ACCESS_KEY_ID --secret-key $AWS_SECRET_ACCESS_KEY "$work/store" >"$work/server.log" 2>&1 &
server=$!
trap 'kill $server' EXIT
until curl -s -o /dev/null "http://127.0.0.1:$port/"; do sleep 0.1; done

"$corpus" "$articles" "$work/site"
cat >>"$work/site/site.toml" <<END
[urls]
lock = false
[deploy.live]
kind = "s3"
bucket = "dateline"
endpoint = "http://127.0.0.1:$port"
END
"$dateline" build --site "$work/site" | tail -1
export RCLONE_CONFIG_BENCH_TYPE=s3 RCLONE_CONFIG_BENCH_PROVIDER=Other RCLONE_CONFIG_BENCH_ENV_AUTH=true
export RCLONE_CONFIG_BENCH_ENDPOINT="http://127.0.0.1:$port" RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET=true

# Requests are counted by the programs themselves: rclone writes one `HTTP REQUEST` for each into its log.
now() { date +%s.%N; }
copy() {
  local began ended
  began=$(now)
  rclone sync "$work/site/public" "bench:$1" --exclude .dateline-output --transfers 16 --checkers 16 --dump headers -vv --log-file "$work/rclone.log"
  ended=$(now)
  copied=$(printf '%.2f s, %s requests' "$(echo "$ended - $began" | bc)" "$(grep -c 'HTTP REQUEST' "$work/rclone.log")")
  rm "$work/rclone.log"
}
row() {
  local began ended done
  began=$(now)
  "$dateline" deploy live --site "$work/site" --format json 2>/dev/null | tail -1 >"$work/report.json"
  ended=$(now)
  done=$(python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print("+{added} ~{changed} -{removed} | {seconds:.2f} s, {requests} requests".format(seconds=float(sys.argv[3]) - float(sys.argv[2]), **report))
' "$work/report.json" "$began" "$ended")
  copy rclone
  echo "| $1 | $done | $copied |"
  # What lies there is public/, byte for byte; this server leaves empty folders behind.
  find "$work/store/dateline" -mindepth 1 -type d -empty -delete
  diff -r -x .dateline-output -x .dateline-deploy "$work/site/public" "$work/store/dateline" >"$work/diff" || { head "$work/diff"; exit 1; }
}

echo "| | files | dateline deploy, its build included | rclone sync |"
echo "|---|---|---|---|"
row "first deploy"
row "nothing changed"
story="$work/site/content/articles/2026/01/02/a-new-story.md"
mkdir -p "$(dirname "$story")"
printf -- '---\ntitle: A new story\ndate: 2026-01-02T09:00:00Z\n---\n\nA text.\n' >"$story"
row "one story added"
mv "$story" "$(dirname "$story")/another-name.md"
row "renamed"
rm "$(dirname "$story")/another-name.md"
row "removed"
