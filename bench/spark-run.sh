#!/usr/bin/env bash
# Runs one experiment with octet run and on Spark (local[2]) on the same sample, and compares times, bytes and bundles.
#   ./mvnw -Pspark -DskipTests package; bench/spark-run.sh [ROWS [SAMPLE]]
# Writes to target/bench-spark.
set -euo pipefail
cd "$(dirname "$0")/.."

rows=${1:-2000000}
sample=${2:-200000}
out=$PWD/target/bench-spark
mkdir -p "$out"
log=$out/logins-$rows.csv
[ -f "$log" ] || ./octet simulate --rows "$rows" --takeovers 200 --seed 2 --output "$log"

# Elapsed seconds and seconds of processor time of a command, with all that it starts.
measured() {
  local TIMEFORMAT='%R %U %S'
  { time "$@" >&3 2>&3; } 3>&2 2>&1 | awk '{ print $1, $2 + $3 }'
}

rm -rf "$out/one" "$out/spark" "$out/events"
mkdir -p "$out/events"
same=(--set "data.train=$log" --set "data.sample-rows=$sample")
read -r one oneCpu < <(measured ./octet run configs/demo.yaml "${same[@]}" --set "output=$out/one" -q)
read -r spark sparkCpu < <(measured ./octet run configs/demo.yaml "${same[@]}" --set "output=$out/spark" --on 'local[2]' \
  --conf spark.eventLog.enabled=true --conf spark.eventLog.compress=false --conf "spark.eventLog.dir=file:$out/events")
for file in bundle/weights.bin bundle/features.json bundle/threshold.json bundle/drift.json bundle/history.bin scores.csv attacks.csv figures.csv; do
  cmp "$out/one/$file" "$out/spark/$file"
done

shuffled=$(find "$out/events" -type f -exec cat {} + | grep -a '"Event":"SparkListenerTaskEnd"' | grep -a -o '"Shuffle Bytes Written":[0-9]*' | cut -d: -f2 |
  awk '{ sum += $1 } END { print sum + 0 }')
echo "rows $rows, sample $sample, octet run $one s ($oneCpu s of processor time), Spark local[2] $spark s ($sparkCpu s)," \
  "ratio $(echo "scale=1; $spark / $one" | bc)," \
  "shuffled $((shuffled / rows)) bytes a row, bundles equal"
