#!/usr/bin/env bash
# Scores one simulated log with octet score and on Spark (local[2]) and compares times, bytes and scores.
#   ./mvnw -Pspark -DskipTests package; bench/spark.sh [ROWS]
# Needs models/demo/bundle (./octet run configs/demo.yaml). Writes to target/bench-spark.
set -euo pipefail
cd "$(dirname "$0")/.."

rows=${1:-2000000}
out=target/bench-spark
model=${MODEL:-models/demo/bundle}
mkdir -p "$out"
log=$out/logins-$rows.csv
[ -f "$log" ] || ./octet simulate --rows "$rows" --takeovers 200 --seed 2 --output "$log"

# Elapsed seconds and seconds of processor time of a command, with all that it starts.
measured() {
  local TIMEFORMAT='%R %U %S'
  { time "$@" >&3 2>&3; } 3>&2 2>&1 | awk '{ print $1, $2 + $3 }'
}

rm -rf "$out/one.csv" "$out/spark.csv" "$out/events"
mkdir -p "$out/events"
read -r one oneCpu < <(measured ./octet score --model "$model" --history cold --input "$log" --output "$out/one.csv" -q)
read -r spark sparkCpu < <(measured ./octet score --on 'local[2]' --model "$model" --history cold --input "$log" --output "$out/spark.csv" --csv \
  --conf spark.eventLog.enabled=true --conf spark.eventLog.compress=false --conf "spark.eventLog.dir=file:$PWD/$out/events")
cmp "$out/one.csv" "$out/spark.csv"

shuffled=$(find "$out/events" -type f -exec cat {} + | grep -a '"Event":"SparkListenerTaskEnd"' | grep -a -o '"Shuffle Bytes Written":[0-9]*' | cut -d: -f2 |
  awk '{ sum += $1 } END { print sum + 0 }')
echo "rows $rows, octet score $one s ($oneCpu s of processor time), Spark local[2] $spark s ($sparkCpu s)," \
  "ratio $(echo "scale=1; $spark / $one" | bc)," \
  "shuffled $((shuffled / rows)) bytes a row, files equal"
