#!/usr/bin/env bash
# Recall of the takeover detector by what a log has: the same simulated logs with columns taken away, one by one and in groups.
# Prints a table of docs/techniques.md.
#   bench/columns.sh [OUTPUT_DIRECTORY] [SEED...]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-models/columns}
shift || true
seeds=("$@")
[ $# -gt 0 ] || seeds=(101 102 103 104 105)
attackers=campaign,stuffing,distributed-stuffing,spraying,brute-force,travel,session-theft
events=shared-office,vpn-rollout,outage,forgotten-password,travel,new-phone
mkdir -p "$output"
for seed in "${seeds[@]}"; do
  log=$output/$seed.csv
  ./octet simulate --quiet --rows 150000 --takeovers 120 --seed "$seed" --attackers $attackers --events $events \
    --output "$log" >/dev/null
  for known in $(python3 bench/columns.py names); do
    run=$output/$known-$seed
    python3 bench/columns.py take "$known" "$log" "$output/taken.csv"
    ./octet run configs/takeover.yaml --quiet --set data.train="$output/taken.csv" --set data.truth="${log%.csv}.truth.csv" \
      --set evaluate.by=[attacker] --set output="$run" >"$run.log" 2>&1 || { tail -n 20 "$run.log" >&2; exit 1; }
  done
done
python3 bench/columns.py table "$output" "${seeds[@]}"
