#!/usr/bin/env bash
# ./octet serve under wrk on loopback, one login a request and 100 a request, as a markdown table. The load generator has
# the same machine. Then one login a request at given rates, each timed from when it was due (bench/ServeLoad.java): wrk sends a
# request when the last one was answered, so it shows how long answers take under more load than the service can bear.
# Needs wrk (apt-get install wrk) and python3; trains configs/demo.yaml where its bundle is missing.
#   bench/serve.sh [SECONDS] [CONNECTIONS]          60 and 16 where not given
#   RATES                                           requests a second, "5000 10000 15000" where not given
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
connections=${2:-16}
bundle=${BUNDLE:-models/demo/bundle}
work=$(mktemp -d)
service=
stop() { [ -z "$service" ] || kill "$service" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT
command -v wrk >/dev/null || { echo "bench/serve.sh: wrk is missing: apt-get install wrk" >&2; exit 1; }
[ -d "$bundle" ] || ./octet run configs/demo.yaml >&2
./octet simulate --rows 100000 --takeovers 40 --seed 2 --output "$work/new.csv" >&2
python3 - "$work/new.csv" >"$work/logins.ndjson" <<'EOF'
import csv
import json
import sys

names = {"ip": "IP Address", "country": "Country", "region": "Region", "city": "City", "device": "Device Type",
         "user_agent": "User Agent String", "browser": "Browser Name and Version", "os": "OS Name and Version"}
for row in csv.DictReader(open(sys.argv[1])):
    login = {"user": row["User ID"], "success": row["Login Successful"] == "True"}
    login.update({name: row[column] for name, column in names.items() if row[column] not in ("", "-")})
    if row["ASN"]:
        login["asn"] = int(row["ASN"])
    print(json.dumps(login))
EOF

./octet serve --model "$bundle" --state "$work/state" --port 0 2>"$work/log" &
service=$!
for _ in $(seq 100); do
  port=$(sed -n 's/.*scoring with .*at http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$work/log")
  [ -n "$port" ] && break
  sleep 0.2
done
[ -n "$port" ] || { cat "$work/log" >&2; exit 1; }
rss() { awk '/VmRSS/ {printf "%.0f", $2 / 1024}' "/proc/$service/status"; }

echo "| logins a request | requests/s | logins/s | p50 ms | p99 ms | p99.9 ms | errors | RSS before, after MB |"
echo "|---:|---:|---:|---:|---:|---:|---:|---:|"
for batch in 1 100; do
  wrk -t1 -c"$connections" -d5s -s bench/serve.lua "http://127.0.0.1:$port/v1/score" -- "$work/logins.ndjson" "$batch" >/dev/null
  before=$(rss)
  result=$(wrk -t1 -c"$connections" -d"${seconds}s" -s bench/serve.lua "http://127.0.0.1:$port/v1/score" \
    -- "$work/logins.ndjson" "$batch" | sed -n 's/^RESULT //p')
  read -r requests took p50 p99 p999 errors <<<"$result"
  awk -v b="$batch" -v r="$requests" -v s="$took" -v p50="$p50" -v p99="$p99" -v p999="$p999" -v e="$errors" \
    -v before="$before" -v after="$(rss)" \
    'BEGIN {printf "| %d | %.0f | %.0f | %.2f | %.2f | %.2f | %d | %d, %d |\n", b, r / s, r * b / s, p50, p99, p999, e, before, after}'
done
echo
echo "| requests/s sent, one login each | p50 ms | p99 ms | p99.9 ms | errors |"
echo "|---:|---:|---:|---:|---:|"
for rate in ${RATES:-5000 10000 15000}; do
  result=$(java bench/ServeLoad.java "$port" "$work/logins.ndjson" "$rate" "$seconds" "$connections" | sed -n 's/^RESULT //p')
  read -r _ _ p50 p99 p999 errors <<<"$result"
  printf '| %d | %.2f | %.2f | %.2f | %d |\n' "$rate" "$p50" "$p99" "$p999" "$errors"
done
cat "$work/log" >&2
