#!/usr/bin/env bash
# Recall by attack technique and alerts by legitimate event, for every detector without labels: five simulated logs of each of
# the two parameter sets. Prints the tables of docs/techniques.md. A quarter of an hour on two cores.
#   bench/techniques.sh [OUTPUT_DIRECTORY] [SEED...]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-models/techniques}
shift || true
seeds=("$@")
[ $# -gt 0 ] || seeds=(101 102 103 104 105) # choices were made on 1 to 5
attackers=campaign,stuffing,distributed-stuffing,spraying,brute-force,travel,session-theft
events=shared-office,vpn-rollout,outage,forgotten-password,travel,new-phone
mkdir -p "$output"
for profile in standard shifted; do
  runs=()
  for seed in "${seeds[@]}"; do
    log=$output/$profile-$seed.csv
    run=$output/$profile-$seed
    ./octet simulate --quiet --rows 300000 --takeovers 200 --seed "$seed" --profile "$profile" \
      --attackers $attackers --events $events --output "$log" >/dev/null
    ./octet run configs/techniques.yaml --quiet --set data.train="$log" --set data.truth="${log%.csv}.truth.csv" \
      --set output="$run" >"$run.log" 2>&1 || { tail -n 20 "$run.log" >&2; exit 1; }
    runs+=("$run")
  done
  python3 bench/techniques.py "$profile" "${runs[@]}"
done
