#!/usr/bin/env bash
# Does training on the card of this machine give what training on the CPU gives? From the same seed, weights and rows a small
# network (ML-SIEM's, 14 columns) is trained for 8 epochs of 20 steps by Deeplearning4j on the card and by the fused engine on
# the CPU; all training and validation losses must lie within 2 % of each other (two CPU engines: within 0.6 %), and must have
# halved. Then rows a second at four batch sizes. Exit code: 0 they do, 1 they do not, 2 the card cannot be used.
#   OCTET_DEVICE=cpu gpu/check.sh   compares the two engines on the CPU, where there is no card
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export OCTET_DEVICE=${OCTET_DEVICE:-gpu}
./octet doctor
exec ./octet trial --compare 4096 --tolerance 0.02 --time 1024,4096,16384,65536 --steps 100 --most-rows 2000000
