#!/usr/bin/env bash
# Runs configs/ablation.yaml on five simulated logs and prints each step's recall, mean and spread, over all takeovers and
# by attacker and victim history. About ten minutes on two cores, twice that
# on a busy machine.
#   bench/ablation.sh [OUTPUT_DIRECTORY] [SEED...]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-models/ablation}
shift || true
seeds=("${@:-1}")
[ $# -gt 0 ] || seeds=(1 2 3 4 5)
for seed in "${seeds[@]}"; do
  mkdir -p "$output/seed-$seed"
  ./octet run configs/ablation.yaml --set data.simulate.seed="$seed" --set data.train="$output/logins-$seed.csv" \
    --set output="$output/seed-$seed" >"$output/seed-$seed.log" 2>&1 || { tail -n 20 "$output/seed-$seed.log" >&2; exit 1; }
done
python3 bench/ablation.py "${seeds[@]/#/$output/seed-}"
