#!/usr/bin/env bash
# Scores a large log on a standalone master with two workers of one core each on this machine, and prints the cost of each stage
# and the plan for 1 billion rows on 64 cores that follows from it (an estimate: it assumes that costs grow with the rows).
#   ./mvnw -Pspark -DskipTests package; bench/spark-large.sh ROWS
# LOG and MODEL name a log and a bundle; without LOG the log is simulated (ROWS rows). HEAP is that of each worker's executor
# (default 5g), DRIVER that of the driver (default 4g). Writes to OUT (default target/bench-spark-large).
set -euo pipefail
cd "$(dirname "$0")/.."

rows=${1:?bench/spark-large.sh ROWS}
out=${OUT:-target/bench-spark-large}
model=${MODEL:-models/demo/bundle}
heap=${HEAP:-5g}
mkdir -p "$out/logs"
out=$(cd "$out" && pwd)
log=${LOG:-$out/logins-$rows.csv}
[ -f "$log" ] || ./octet simulate --rows "$rows" --takeovers $((rows / 10000 + 1)) --seed 2 --output "$log"

export SPARK_LOCAL_IP=127.0.0.1 SPARK_SCALA_VERSION=2.13 OMP_NUM_THREADS=1
export SPARK_HOME=${SPARK_HOME:-$PWD/target/spark}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
opens=()
for each in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
  opens+=("--add-opens=java.base/$each=ALL-UNNAMED")
done
port=${PORT:-17077}
daemons=()
end() { for each in "${daemons[@]}"; do kill "$each" 2>/dev/null || true; done; }
trap end EXIT
daemon() { # CLASS ARGUMENTS…: on loopback; a machine that stands still for a minute is no lost worker
  "$java" -Xmx512m -Dspark.worker.timeout=1200 "${opens[@]}" -cp "$SPARK_HOME/jars/*" "$@" > "$out/logs/${1##*.}-${#daemons[@]}.txt" 2>&1 &
  daemons+=($!)
}
daemon org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0
sleep 5
for _ in 1 2; do
  daemon org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory "$heap" --webui-port 0 \
    --work-dir "$out/work" "spark://127.0.0.1:$port"
done
sleep 5

rm -rf "$out/scores" "$out/scores.alerts.csv" "$out/events"
mkdir -p "$out/events"
start=$(date +%s.%N)
"$java" -Xmx"${DRIVER:-4g}" --add-modules jdk.incubator.vector "${opens[@]}" -cp "$SPARK_HOME/jars/*" org.apache.spark.deploy.SparkSubmit \
  --master "spark://127.0.0.1:$port" \
  --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 --conf spark.ui.enabled=false \
  --conf spark.network.timeout=1200s --conf spark.executor.memory="$heap" --conf spark.executor.cores=1 --conf spark.log.level=WARN \
  --conf spark.serializer=org.apache.spark.serializer.KryoSerializer \
  --conf spark.executor.extraJavaOptions="--add-modules jdk.incubator.vector" --conf spark.executorEnv.OMP_NUM_THREADS=1 \
  --conf spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1 --conf spark.local.dir="$out/local" \
  --conf spark.eventLog.enabled=true --conf spark.eventLog.compress=false --conf "spark.eventLog.dir=file:$out/events" \
  --class dev.octet.spark.SparkMain target/octet-spark.jar \
  score --model "$model" --history cold --input "$log" --output "$out/scores"
end=$(date +%s.%N)
rm -rf "$out/local" "$out/work"
python3 bench/spark_stages.py "$out/events" "$rows" "$(echo "$end - $start" | bc)"
