#!/usr/bin/env bash
# Speed of a bundle's ONNX files in ONNX Runtime beside our own pass, one core: the fields of logins, encoded rows, one row.
#   bench/onnx.sh [ROWS]   trains the ML-SIEM and the takeover detector on a simulated log of ROWS logins (default 40000) first
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${1:-40000}
work=target/bench-onnx
mkdir -p "$work/classes"
./octet simulate --rows "$rows" --takeovers 20 --seed 5 --output "$work/logins.csv" >/dev/null
for name in mse likelihood; do
  if [ "$name" = mse ]; then
    config=configs/rba-octets.yaml
  else
    config=configs/takeover.yaml
  fi
  OCTET_DATA=. ./octet run "$config" --set data.train="$work/logins.csv" --set detector.autoencoder.epochs=2 --set threshold.percentile=99 \
    --set output="$work/$name" >"$work/$name.log"
done
classpath="$work/classes:target/octet.jar"
javac -d "$work/classes" -cp "target/octet.jar:target/lib/*" src/jmh/java/dev/octet/bundle/OnnxTimes.java
for name in mse likelihood; do
  echo "$name, $(git rev-parse --short HEAD)"
  taskset -c 0 java -Xmx2g -XX:+UseSerialGC --add-modules jdk.incubator.vector -cp "$classpath" \
    dev.octet.bundle.OnnxTimes "$work/$name/bundle" "$work/logins.csv" 2>/dev/null
done
