#!/usr/bin/env bash
# Rows a second in training on this machine's card: Octet against PyTorch, one after the other in the same call, the ML-SIEM
# network and one ten times as wide. PYTHON names a Python with PyTorch (default: python3).
#   OCTET_DEVICE=cpu gpu/bench.sh   the same on the CPU; the wide network takes long there
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export OCTET_DEVICE=${OCTET_DEVICE:-gpu}
python=${PYTHON:-python3}
"$python" -c 'import torch' || {
  echo "gpu/bench.sh: $python has no PyTorch; PYTHON=/path/to/python names one that has" >&2
  exit 2
}
device=cuda
[ "$OCTET_DEVICE" != cpu ] || device=cpu
! command -v nvidia-smi >/dev/null || nvidia-smi --query-gpu=name,compute_cap,driver_version --format=csv,noheader
for width in "1 1024,4096,16384,65536 200" "10 4096,16384,65536 50"; do
  read -r widen batches steps <<<"$width"
  rows=(--widen "$widen" --time "$batches" --steps "$steps" --most-rows 4000000)
  ./octet trial "${rows[@]}" --engines dl4j
  "$python" gpu/torch_reference.py --device "$device" "${rows[@]}"
done
