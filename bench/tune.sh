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
for i in 1 2 3 4 5; do
  for config in base best; do
    file=$output/search/$config.yaml
    run "$output/seed-$i-$config" "$file" --set detector.autoencoder.seed="$i"
    log=$((10 + i))
    run "$output/log-$log-$config" "$file" --set data.simulate="{rows: 300000, takeovers: 400, seed: $log}" \
      --set data.train="$output/logins-$log.csv"
  done
done
echo
echo "The searched file, training seeds 1 to 5:"
echo
python3 bench/tune.py "$output/seed" 1 2 3 4 5
echo
echo "Five other logs:"
echo
python3 bench/tune.py "$output/log" 11 12 13 14 15
