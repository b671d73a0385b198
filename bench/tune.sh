#!/usr/bin/env bash
# Searches as configs/tune-demo.yaml says, then runs the base and the winner on test spans that the search has not seen: of
# the simulated file itself from five training seeds, and of five other simulated logs. Prints recall at four budgets, mean
# and spread. About ten minutes on two cores.
#   bench/tune.sh [OUTPUT_DIRECTORY] [TUNE_FILE]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-models/bench-tune}
search=${2:-configs/tune-demo.yaml}
mkdir -p "$output"

run() { # DIRECTORY ARGUMENT...: a run whose messages are shown only if it fails
  local directory=$1
  shift
  mkdir -p "$directory"
  [ -f "$directory/evaluation.json" ] || ./octet run "$@" --set output="$directory" >"$directory.log" 2>&1 || {
    tail -n 20 "$directory.log" >&2
    exit 1
  }
}

./octet tune "$search" --set output="$output/search" 2>"$output/search.log" | tee "$output/search.txt"
for seed in 1 2 3 4 5; do
  for config in base best; do
    file=$output/search/$config.yaml
    run "$output/seed-$seed-$config" "$file" --set detector.autoencoder.seed="$seed" --set name="$config"
    run "$output/log-$seed-$config" "$file" --set data.simulate="{rows: 300000, takeovers: 400, seed: $seed}" \
      --set data.train="$output/logins-$seed.csv" --set name="$config"
  done
done
for kind in seed log; do
  echo
  [ $kind = seed ] && echo "The searched file, training seeds 1 to 5:" || echo "Five other logs, 400 takeovers each:"
  echo
  python3 bench/tune.py "$output/$kind" 1 2 3 4 5
done
