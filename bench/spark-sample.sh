#!/usr/bin/env bash
# What the size of data.sample-rows is worth: trains configs/takeover.yaml on samples of one simulated log, on this machine, and
# prints the lowest validation loss, recall at alert budgets and time of each.
#   bench/spark-sample.sh [ROWS [SAMPLE…]]
# ROWS is that of the log (default 2000000); a SAMPLE is data.sample-rows (default 50000 200000 500000). Writes to target/bench-spark.
set -euo pipefail
cd "$(dirname "$0")/.."

rows=${1:-2000000}
shift || true
samples=("$@")
[ $# -gt 0 ] || samples=(50000 200000 500000)
out=target/bench-spark
mkdir -p "$out"
log=$out/logins-$rows.csv
[ -f "$log" ] || ./octet simulate --rows "$rows" --takeovers 200 --seed 2 --output "$log"

echo "| data.sample-rows | seed | lowest validation loss | recall at 0.5 % | recall at 1 % | average precision | s |"
echo "|---:|---:|---:|---:|---:|---:|---:|"
for seed in 1 2; do
  for sample in "${samples[@]}"; do
    run=$out/sample-$sample-$seed
    start=$(date +%s.%N)
    ./octet run configs/takeover.yaml --set "data.train=$log" --set "data.sample-rows=$sample" --set "output=$run" \
      --set "detector.autoencoder.seed=$seed" -q > /dev/null
    end=$(date +%s.%N)
    awk -F, -v sample="$sample" -v seed="$seed" -v seconds="$(echo "$end - $start" | bc)" '
      FILENAME ~ /losses/ && FNR > 1 && (low == "" || $4 < low) { low = $4 }
      FILENAME ~ /figures/ && $1 == "autoencoder" { value[$2] = $3 }
      END {
        printf "| %d | %d | %.3f | %.2f | %.2f | %.2f | %.0f |\n", sample, seed, low, value["recall_at_0.005"],
          value["recall_at_0.01"], value["average_precision"], seconds
      }' "$run/losses.csv" "$run/figures.csv"
  done
done
