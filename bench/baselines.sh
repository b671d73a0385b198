#!/usr/bin/env bash
# Fit + score of five detectors on 50,000 x 32 rows, Octet's and scikit-learn's by turns, as a markdown table:
#   bench/baselines.sh [ROUNDS] > bench/RESULTS-baselines.md
# Needs a JDK 17 and a Python with NumPy and scikit-learn (PYTHON, default python3). Both sides start cold in a process of
# their own, with the rows read, Python's modules imported and Java's jars opened, and may use all cores; CPU seconds tell what a
# loaded machine hides. ROWS="mixed dense" and METHODS select.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-3}
python=${PYTHON:-python3}
rows=${ROWS:-mixed dense}
methods=${METHODS:-isolation-forest local-outlier-factor k-means random-forest one-class-svm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./mvnw -B -q test-compile >&2
./mvnw -B -q dependency:build-classpath -Dmdep.outputFile="$work/classpath" >&2
"$python" bench/baselines_rows.py "$work"

for kind in $rows; do
  for method in $methods; do
    for _ in $(seq "$rounds"); do
      java -Xmx2g -XX:+UseParallelGC -cp "target/test-classes:target/classes:$(cat "$work/classpath")" \
        dev.octet.detect.baseline.BaselineTimes "$work/$kind.f32" "$method" | sed "s/^/$kind octet /" >>"$work/times"
      "$python" bench/baselines.py "$work/$kind.f32" "$method" | sed "s/^/$kind scikit-learn /" >>"$work/times"
      tail -n 2 "$work/times" >&2
    done
  done
done

echo "# Five detectors beside scikit-learn: fit and score, 50,000 x 32"
echo
echo "- Made by \`bench/baselines.sh $rounds\` on $(date -u +%F), commit $(git rev-parse --short HEAD)"
echo "- $(grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'), $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg) at the end"
echo "- $(java -version 2>&1 | sed -n 's/.*version "\(.*\)".*/OpenJDK \1/p' | head -n 1);" \
  "$("$python" -c 'import sklearn, numpy; print("scikit-learn", sklearn.__version__ + ", NumPy", numpy.__version__)')"
echo "- Seconds, median of $rounds by turns, each in a process of its own; what the rows are: bench/baselines_rows.py"
echo
"$python" - "$work/times" <<'EOF'
import statistics
import sys

times = {}
for line in open(sys.argv[1]):
    rows, who, method, wall, cpu = line.split()
    times.setdefault((rows, method), {}).setdefault(who, []).append((float(wall), float(cpu)))
print("| rows | detector | Octet s | scikit-learn s | ratio | Octet CPU s | scikit-learn CPU s | ratio |")
print("|---|---|---:|---:|---:|---:|---:|---:|")
for (rows, method), sides in times.items():
    cells = []
    for which in (0, 1):
        ours, theirs = (statistics.median(run[which] for run in sides[who]) for who in ("octet", "scikit-learn"))
        cells += [f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.2f}"]
    print(f"| {rows} | {method} | {' | '.join(cells)} |")
EOF
