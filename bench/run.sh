#!/usr/bin/env bash
# Measures Octet beside pandas, scikit-learn, PyTorch and DuckDB, the sides by turns, and writes bench/RESULTS.md:
#   bench/run.sh [PART...]       parts: training convergence matrix whole scoring takeover growth kernels; without one, the first five
# What a person adds to a part's figures is in bench/results/PART.note.md and comes behind them.
# Each part writes a section of its own, so that they can be run one at a time. On a machine with nothing else to do.
#   ROUNDS       rounds of every part but growth and kernels (default 5)
#   KERNELS      which JMH benchmarks of kernels, a regular expression (default all; five minutes)
#   WHOLE_ROWS   simulated rows of whole and scoring (default 5000000)
#   TAKEOVER_ROWS  simulated rows of takeover, where the detector that Octet recommends is beside the same one in pandas and PyTorch
#                (default 1000000)
#   GROWTH_ROWS  rows of growth (default "2500000 5000000 10000000 31000000"; the last needs 10 GB of disk)
#   BENCH_DIR    where logs and results lie while it runs (default target/bench)
#   PYTHON       a Python with pandas, scikit-learn and PyTorch (default /usr/bin/python3, Debian's python3-pandas,
#                python3-sklearn, python3-torch)
# Needs a JDK 17, and the network once, for JMH and DuckDB's driver.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-5}
whole_rows=${WHOLE_ROWS:-5000000}
takeover_rows=${TAKEOVER_ROWS:-1000000}
growth_rows=${GROWTH_ROWS:-2500000 5000000 10000000 31000000}
work=${BENCH_DIR:-target/bench}
python=${PYTHON:-/usr/bin/python3}
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(training convergence matrix whole scoring)
for part in "${parts[@]}"; do
  case $part in
    training | convergence | matrix | whole | scoring | takeover | growth | kernels) ;;
    *)
      echo "bench: there is no part $part; parts are training convergence matrix whole scoring takeover growth kernels" >&2
      exit 1
      ;;
  esac
done
"$python" -c 'import pandas, sklearn, torch' 2>/dev/null || {
  echo "bench: $python has no pandas, scikit-learn or PyTorch; on Debian: apt-get install python3-pandas" \
    "python3-sklearn python3-torch, or set PYTHON" >&2
  exit 1
}
mkdir -p "$work" bench/results

# A BLAS core type meant for another program would slow PyTorch down; one of the two alone breaks OpenBLAS.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

./octet --version >/dev/null # builds it
if [ ! -f "$work/classpath" ] || [ -n "$(find src/jmh pom.xml -newer "$work/classpath" -print -quit)" ]; then
  ./mvnw -B -q -Pbench test-compile >&2
  ./mvnw -B -q -Pbench dependency:build-classpath -Dmdep.outputFile="$work/classpath" >&2
fi
# The collector, the heap and the compiler's options of ./octet.
java=(java -Xmx2g -XX:+UseParallelGC -XX:MaxNewSize=256m -XX:FreqInlineSize=100 --add-modules jdk.incubator.vector
  -XX:CompileCommand=quiet "-XX:CompileCommand=CompileThresholdScaling,dev.octet.detect.autoencoder.VectorKernel::*,0.02"
  -cp "target/jmh-classes:target/classes:$(cat "$work/classpath")")
peer=("$python" bench/peers/pipeline.py)
peak=("$python" bench/peak.py)

# The cores that a number of threads may use.
cores() { [ "$1" = 1 ] && echo 0 || echo "0-$(($1 - 1))"; }

# Adds the input's lines of name=value pairs to the results, behind what they are of.
note() { grep -E '^(epoch|rows|rate|batch|seconds)=' | sed "s/^/$* /" | tee -a "$results" >&2; }

log() { # rows
  local file=$work/sim-$1.csv
  [ -f "$file" ] || ./octet simulate --rows "$1" --takeovers 300 --seed 1 --output "$file" >&2
  echo "$file"
}

matrices() { # makes training and validation rows from simulated ones
  [ -f "$work/train.f32" ] && [ -f "$work/validation.f32" ] && return
  "${java[@]}" dev.octet.bench.MatrixTimes "$(log 1000000)" 2 1 "$work/all.f32" >&2
  head -c $((300000 * 44)) "$work/all.f32" >"$work/train.f32"
  tail -c $((60000 * 44)) "$work/all.f32" >"$work/validation.f32"
}

training() {
  matrices
  for _ in $(seq "$rounds"); do
    for threads in 1 2; do
      OMP_NUM_THREADS=1 taskset -c "$(cores 2)" "${java[@]}" dev.octet.detect.autoencoder.TrainingTimes \
        training "$work/train.f32" "$threads" 256,1024,4096 1.5 | note octet "$threads"
      "${peer[@]}" training "$work/train.f32" "$threads" 256,1024,4096 1.5 | note peer "$threads"
    done
  done
}

convergence() {
  matrices
  for round in $(seq "$rounds"); do
    for threads in 1 2; do
      OMP_NUM_THREADS=1 taskset -c "$(cores "$threads")" "${java[@]}" dev.octet.detect.autoencoder.TrainingTimes \
        convergence "$work/train.f32" "$work/validation.f32" "$threads" 1024 10 "$round" | note octet "$threads" "$round"
      "${peer[@]}" convergence "$work/train.f32" "$work/validation.f32" "$threads" 1024 6 "$round" |
        note peer "$threads" "$round"
    done
  done
}

matrix() {
  local csv
  csv=$(log 1000000)
  for _ in $(seq "$rounds"); do
    for threads in 1 2; do
      taskset -c "$(cores 2)" "${java[@]}" dev.octet.bench.MatrixTimes "$csv" "$threads" 6 | tail -n 3 | note octet "$threads"
      taskset -c "$(cores 2)" "${java[@]}" dev.octet.bench.DuckDbTimes "$csv" "$threads" 3 | tail -n 2 | note duckdb "$threads"
    done
    "${peer[@]}" matrix "$csv" 1 --repeat 2 | tail -n 1 | note pandas 1
  done
}

whole() {
  local csv
  csv=$(log "$whole_rows")
  for _ in $(seq "$rounds"); do
    rm -rf "$work/octet-whole"
    "${peak[@]}" ./octet run configs/rba-full.yaml --set data.train="$csv" --set output="$work/octet-whole" 2>&1 |
      tail -n 1 | note octet 2
    "${peak[@]}" "${peer[@]}" whole "$csv" "$work/peer-whole" 2 1024 5 2>&1 | tail -n 1 | note peer 2
  done
}

scoring() {
  local csv small
  csv=$(log "$whole_rows")
  small=$(log 1000000)
  [ -d "$work/octet-scoring" ] || ./octet run configs/rba-full.yaml --set data.train="$small" \
    --set output="$work/octet-scoring" --set evaluate.on=all --set detector.autoencoder.epochs=2 >&2
  [ -d "$work/peer-scoring" ] || "${peer[@]}" whole "$small" "$work/peer-scoring" 2 1024 2 >&2
  for _ in $(seq "$rounds"); do
    for threads in 1 2; do
      taskset -c "$(cores "$threads")" "${peak[@]}" ./octet score --model "$work/octet-scoring/bundle" --input "$csv" \
        --output "$work/octet-scores.csv" 2>&1 | sed 's/.*(\([0-9,]*\) rows\/s).*/rate=\1/; s/\(rate=[0-9]*\),\([0-9]*\),*/\1\2/g' |
        note octet "$threads" "$whole_rows"
    done
    "${peer[@]}" scoring "$small" "$work/peer-scoring" "$work/peer-scores.csv" 2 | note peer 2 1000000
  done
}

takeover() {
  local csv
  csv=$(log "$takeover_rows")
  for _ in $(seq "$rounds"); do
    rm -rf "$work/octet-takeover"
    "${peak[@]}" ./octet run configs/takeover.yaml --set data.train="$csv" --set output="$work/octet-takeover" 2>&1 |
      tee "$work/octet-takeover.log" | tail -n 1 | note octet 2
    "${peak[@]}" "$python" bench/peers/takeover.py run "$csv" "$work/peer-takeover.csv" 2 2>&1 |
      tee "$work/peer-takeover.log" | tail -n 1 | note peer 2
    grep '^stage=' "$work/peer-takeover.log" | sed 's/ peak_mib=.*//; s/^stage=\([a-z]*\) /peer-stage \1 /' >>"$results"
  done
}

growth() {
  for rows in $growth_rows; do
    local kept=no config
    [ -f "$work/sim-$rows.csv" ] && kept=yes
    csv=$(log "$rows")
    for config in rba-full takeover; do
      rm -rf "$work/octet-growth"
      "${peak[@]}" ./octet run "configs/$config.yaml" --set data.train="$csv" --set output="$work/octet-growth" \
        2>&1 | tee "$work/growth-$config-$rows.log" | tail -n 1 | note octet "$rows" "$config"
    done
    [ $kept = yes ] || rm -f "$csv"
  done
}

kernels() {
  "${java[@]}" org.openjdk.jmh.Main "${KERNELS:-Benchmark}" -wi 2 -w 1 -i 5 -r 1 -rf csv -rff "$results" >&2
}

for part in "${parts[@]}"; do
  results=$work/$part.txt
  "$python" bench/report.py begun >"$results"
  "$part"
  "$python" bench/report.py "$part" "$results" >"bench/results/$part.md"
done
{
  echo "# Octet beside its peers"
  echo
  echo "Made by \`bench/run.sh\`; each part says when, where and on which commit. Ratios are of medians; spreads are least to"
  echo "most. What the peers do: \`bench/peers/pipeline.py\`, \`src/jmh/java/dev/octet/bench/DuckDbTimes.java\`."
  echo "Five classical detectors beside scikit-learn: [RESULTS-baselines.md](RESULTS-baselines.md)."
  for part in training convergence matrix whole scoring takeover growth kernels versions demo serve explore convert spark; do
    for section in "bench/results/$part.md" "bench/results/$part.note.md"; do
      [ ! -f "$section" ] || { echo && cat "$section"; }
    done
  done
} >bench/RESULTS.md
