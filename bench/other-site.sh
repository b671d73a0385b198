#!/usr/bin/env bash
# Compares the detectors without labels, and measures the gain from verdicts, on logs of an independent simulator (bench/other_site.py).
# Prints the tables of docs/techniques.md and docs/replay.md. A quarter of an hour on two cores.
#   bench/other-site.sh [OUTPUT_DIRECTORY] [SEED...]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-models/other-site}
shift || true
seeds=("$@")
[ $# -gt 0 ] || seeds=(11 12 13 14 15) # choices were made on logs like these, seeds 1 to 5
mkdir -p "$output"
for seed in "${seeds[@]}"; do
  log=$output/$seed.csv
  python3 bench/other_site.py "$seed" "$log"
  ./octet run configs/compare-takeover.yaml --quiet --set data.train="$log" --set data.truth="$output/$seed.truth.csv" \
    --set output="$output/run-$seed" >"$output/run-$seed.log" 2>&1 || { tail -n 20 "$output/run-$seed.log" >&2; exit 1; }
done
python3 bench/ablation.py "${seeds[@]/#/$output/run-}"
echo
bench/replay.sh "$output" "${seeds[@]}" # finds the logs there
