#!/usr/bin/env bash
# What an analyst's verdicts are worth, all right and a tenth wrong: five simulated logs. Prints the table of docs/replay.md.
#   bench/replay.sh [OUTPUT_DIRECTORY] [SEED...]
# A log OUTPUT_DIRECTORY/SEED.csv that is there already is used.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-models/replay}
shift || true
seeds=("$@")
[ $# -gt 0 ] || seeds=(201 202 203 204 205) # how far weights may go was chosen on 1 to 5
attackers=campaign,naive,vpn,stuffing,distributed-stuffing,spraying,brute-force,travel
events=shared-office,vpn-rollout,outage,forgotten-password,travel,new-phone
mkdir -p "$output"
cat >"$output/config.yaml" <<END
name: replay
data: {format: rba, train: $output/log.csv, labels: {column: Is Account Takeover, in-training: ignore}}
split: {by: time, train: 0.25, validation: 0.05, test: 0.7}
detector: {autoencoder: {reconstruction: likelihood, epochs: 20, seed: 1}}
threshold: {percentile: 99.9, if-too-few: lower}
evaluate: {on: successful}
replay: {verdicts: alerts, budget: 0.005, explore: 0.1}
output: $output/run
END
at=0
for seed in "${seeds[@]}"; do
  profile=standard
  [ $((at++)) -lt 3 ] || profile=shifted # the first three, then two
  log=$output/$seed.csv
  [ -f "$log" ] || ./octet simulate --quiet --rows 300000 --takeovers 300 --seed "$seed" --profile $profile \
    --attackers $attackers --events $events --output "$log" >/dev/null
  for wrong in 0 0.1; do
    run=$output/$seed-$wrong
    ./octet replay "$output/config.yaml" --quiet --set data.train="$log" --set replay.wrong=$wrong \
      --set output="$run" >"$run.log" 2>&1 || { tail -n 20 "$run.log" >&2; exit 1; }
  done
done
python3 bench/replay.py "$output" "${seeds[@]}"
