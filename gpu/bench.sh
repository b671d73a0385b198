#!/usr/bin/env bash
# Rows a second in training on this machine's card: Octet against PyTorch, one after the other in the same call, the ML-SIEM
# network and one ten times as wide. PYTHON names a Python with PyTorch (default: python3).
#   OCTET_DEVICE=cpu gpu/bench.sh   both of Octet's engines and PyTorch on the CPU, with fewer rows; some minutes on 2 cores
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export OCTET_DEVICE=${OCTET_DEVICE:-gpu}
python=${PYTHON:-python3}
"$python" -c 'import torch' || {
  echo "gpu/bench.sh: $python has no PyTorch; PYTHON=/path/to/python names one that has" >&2
  exit 2
}
# widening, batch sizes and steps of an epoch
trials=("1 1024,4096,16384,65536 200" "10 4096,16384,65536 50")
device=cuda engines=dl4j most=4000000
if [ "$OCTET_DEVICE" = cpu ]; then
  trials=("1 1024,4096,16384,65536 20" "10 4096,16384 4")
  device=cpu engines=dl4j,fused most=400000
fi
! command -v nvidia-smi >/dev/null || nvidia-smi --query-gpu=name,compute_cap,driver_version --format=csv,noheader
for trial in "${trials[@]}"; do
  read -r widen batches steps <<<"$trial"
  rows=(--widen "$widen" --time "$batches" --steps "$steps" --most-rows "$most")
  # One card, as PyTorch has.
  ./octet trial "${rows[@]}" --engines "$engines" --workers 1
  "$python" gpu/torch_reference.py --device "$device" "${rows[@]}"
done
