#!/usr/bin/env bash
# What keeping a login costs: the service's journal beside SQLite, by turns, as a markdown table. Half a minute.
#   bench/store.sh [LOGINS] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d target/test-classes ] || ./mvnw -B -q test-compile >&2
./mvnw -o -B -q dependency:build-classpath -Dmdep.outputFile=target/classpath >&2
java -Xmx1g -XX:+UseParallelGC -cp "target/test-classes:target/classes:$(cat target/classpath)" \
  dev.octet.serve.StoreTimes "${1:-200000}" "${2:-5}"
