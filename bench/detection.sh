#!/usr/bin/env bash
# What docs/ablation.md and docs/comparison.md say, from one commit: five ablations and one comparison of all detectors. Prints the tables; the comparison's report is in OUTPUT_DIRECTORY/comparison.
#   bench/detection.sh [OUTPUT_DIRECTORY]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-models/detection}
mkdir -p "$output"
echo "commit $(git describe --always --dirty --match ''), $(nproc) cores, $(java -version 2>&1 | head -n 1)"
echo
bench/ablation.sh "$output/ablation"
echo
./octet run configs/compare-rba.yaml --quiet --set data.train="$output/comparison.csv" --set output="$output/comparison" \
  >"$output/comparison.log" 2>&1 || { tail -n 20 "$output/comparison.log" >&2; exit 1; }
cat "$output/comparison/table.md"
