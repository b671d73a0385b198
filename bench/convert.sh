#!/usr/bin/env bash
# ./octet convert beside DuckDB and a plain Python reader on the same logs, the three by turns, as a markdown table.
#   bench/convert.sh [ROUNDS]      3 where not given
#   SSHD_LINES   lines of the sshd log (default 3000000, 0.3 GB)
#   OKTA_EVENTS  events of the Okta log (default 800000, 0.7 GB)
# Needs python3 and, once, the network for DuckDB's driver. On a machine with nothing else to do.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3}
work=${BENCH_DIR:-target/bench}/convert
mkdir -p "$work"
./octet --version >/dev/null # builds it
duckdb=$(find ~/.m2/repository/org/duckdb/duckdb_jdbc -name '*.jar' 2>/dev/null | sort | tail -1 || true)
if [ -z "$duckdb" ]; then
  ./mvnw -B -q -Pbench test-compile >&2
  duckdb=$(find ~/.m2/repository/org/duckdb/duckdb_jdbc -name '*.jar' | sort | tail -1)
fi
[ -f "$work/sshd.log" ] || python3 bench/peers/convert.py make sshd "${SSHD_LINES:-3000000}" "$work/sshd.log"
[ -f "$work/okta.log" ] || python3 bench/peers/convert.py make okta "${OKTA_EVENTS:-800000}" "$work/okta.log"

timed() { # prints the seconds that a command takes
  local start
  start=$(date +%s.%N)
  "$@" >"$work/out.txt" 2>&1 || { cat "$work/out.txt" >&2; exit 1; }
  echo "$(date +%s.%N) $start" | awk '{print $1 - $2}'
}
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

echo "Median of $rounds runs of whole processes, start included, on $(nproc) cores; each wrote a CSV file of the same logins."
echo
echo "| log | reader | seconds | lines/s | MB/s |"
echo "|---|---|---:|---:|---:|"
for log in sshd okta; do
  size=$(stat -c %s "$work/$log.log")
  lines=$(wc -l <"$work/$log.log")
  for ((round = 0; round < rounds; round++)); do
    timed ./octet convert "$work/$log.log" --output "$work/octet.csv" --quiet >>"$work/octet-$log.$$"
    timed java -cp "$duckdb" bench/peers/DuckConvert.java "$log" "$work/$log.log" "$work/duckdb.csv" "$(nproc)" >>"$work/duckdb-$log.$$"
    timed python3 bench/peers/convert.py read "$log" "$work/$log.log" "$work/python.csv" >>"$work/python-$log.$$"
  done
  counts=$(for reader in octet duckdb python; do wc -l <"$work/$reader.csv"; done | sort -u | wc -l)
  [ "$counts" -le 2 ] || { echo "bench: the readers found different logins" >&2; exit 1; }
  for reader in octet duckdb python; do
    median <"$work/$reader-$log.$$" | awk -v log_="$log" -v reader=$reader -v size="$size" -v lines="$lines" \
      '{printf "| %s | %s | %.1f | %d | %.0f |\n", log_, reader, $1, lines / $1, size / 1e6 / $1}'
    rm "$work/$reader-$log.$$"
  done
done
