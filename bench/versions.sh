#!/usr/bin/env bash
# Measures two commits of Octet by turns, without peers: training, matrix, scoring and a whole run, as bench/run.sh measures
# them; writes bench/results/versions.md. On a machine with nothing else to do.
#   bench/versions.sh BEFORE AFTER
#   ROUNDS      rounds (default 5)
#   WHOLE_ROWS  simulated rows of scoring and of the whole run (default 5000000)
#   BENCH_DIR   where the checkouts and logs lie (default target/bench)
# Needs a JDK 17, and the network once for JMH. Both commits must have bench/run.sh's programs (e69b65e and later).
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 1; }
before=$(git rev-parse --short=7 "$1^{commit}")
after=$(git rev-parse --short=7 "$2^{commit}")
rounds=${ROUNDS:-5}
whole_rows=${WHOLE_ROWS:-5000000}
mkdir -p "${BENCH_DIR:-target/bench}"
work=$(cd "${BENCH_DIR:-target/bench}" && pwd)
results=$work/versions.txt
/usr/bin/python3 bench/report.py begun >"$results"
peak=(/usr/bin/python3 "$PWD/bench/peak.py")
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

git worktree prune # of checkouts that went with target
for commit in "$before" "$after"; do
  home=$work/versions/$commit
  [ -d "$home" ] || git worktree add --detach "$home" "$commit" >&2
  (
    cd "$home"
    ./octet --version >&2 # builds it
    [ -f target/bench-classpath ] || {
      ./mvnw -B -q -Pbench test-compile >&2
      ./mvnw -B -q -Pbench dependency:build-classpath -Dmdep.outputFile=target/bench-classpath >&2
    }
  )
done

log() { # rows
  local file=$work/sim-$1.csv
  [ -f "$file" ] || "$work/versions/$after/octet" simulate --rows "$1" --takeovers 300 --seed 1 --output "$file" >&2
  echo "$file"
}
cores() { [ "$1" = 1 ] && echo 0 || echo "0-$(($1 - 1))"; }
program() { # in the checkout of $commit
  (
    cd "$work/versions/$commit"
    taskset -c "$(cores 2)" java -Xmx2g -XX:+UseParallelGC -XX:MaxNewSize=256m --add-modules jdk.incubator.vector \
      -cp "target/jmh-classes:target/classes:$(cat target/bench-classpath)" "$@"
  )
}
octet() { (cd "$work/versions/$commit" && "${peak[@]}" ./octet "$@" 2>&1); }
note() { grep -E '^(rows|rate|batch|seconds)=' | sed "s/^/$1 $commit $2 /" | tee -a "$results" >&2; }

small=$(log 1000000)
large=$(log "$whole_rows")
for commit in "$before" "$after"; do
  [ -f "$work/versions/$commit.f32" ] || {
    program dev.octet.bench.MatrixTimes "$small" 2 1 "$work/versions/all.f32" >&2
    head -c $((300000 * 44)) "$work/versions/all.f32" >"$work/versions/$commit.f32"
    rm "$work/versions/all.f32"
  }
  [ -d "$work/versions/$commit-scoring" ] || octet run configs/rba-full.yaml --set data.train="$small" \
    --set output="$work/versions/$commit-scoring" --set evaluate.on=all --set detector.autoencoder.epochs=2 >&2
done

for round in $(seq "$rounds"); do
  # Each side is first in every other round.
  order=("$before" "$after")
  [ $((round % 2)) = 1 ] || order=("$after" "$before")
  for threads in 1 2; do
    for commit in "${order[@]}"; do
      OMP_NUM_THREADS=1 program dev.octet.detect.autoencoder.TrainingTimes \
        training "$work/versions/$commit.f32" "$threads" 256,1024,4096 1.5 | note training "$threads"
    done
    for commit in "${order[@]}"; do
      program dev.octet.bench.MatrixTimes "$small" "$threads" 6 | tail -n 3 | note matrix "$threads"
    done
    for commit in "${order[@]}"; do
      (taskset -pc "$(cores "$threads")" $BASHPID >/dev/null
        octet score --model "$work/versions/$commit-scoring/bundle" --input "$large" --output "$work/versions/scores.csv") |
        sed 's/.*(\([0-9,]*\) rows\/s).*/rate=\1/; s/\(rate=[0-9]*\),\([0-9]*\),*/\1\2/g' | note scoring "$threads"
    done
  done
  for commit in "${order[@]}"; do
    rm -rf "$work/versions/whole"
    octet run configs/rba-full.yaml --set data.train="$large" --set output="$work/versions/whole" | tail -n 1 | note whole 2
  done
done
/usr/bin/python3 bench/report.py versions "$results" "$before" "$after" >bench/results/versions.md
