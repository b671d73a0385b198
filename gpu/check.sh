#!/usr/bin/env bash
# Does training on the card of this machine give what training on the CPU gives? From the same seed, weights and rows a small
# network (ML-SIEM's, 14 columns) is trained for 8 epochs of 20 steps by Deeplearning4j on the card and by the fused engine on
# the CPU. The training and the validation loss must lie within 0.05 % of each other in the first epoch and within 2 % in all
# (two CPU engines: 0.02 % and 0.6 %), and the loss must halve. EngineTrialTest breaks an engine in 28 ways: all show in the first epoch.
# Then rows a second at four batch sizes. Where there are several cards, all of them train it too; there batch normalisation sees
# a share of the batch, and losses may lie 1 % and 10 % apart.
# Exit code: 0 the losses agree, 1 they do not, 2 the card cannot be used.
#   OCTET_DEVICE=cpu gpu/check.sh   compares the two engines on the CPU, where there is no card
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export OCTET_DEVICE=${OCTET_DEVICE:-gpu}
most=2000000 cards=0
if [ "$OCTET_DEVICE" = cpu ]; then
  most=200000
else
  cards=$(nvidia-smi -L 2>/dev/null | grep -c '^GPU') || true
fi
./octet doctor
./octet trial --workers 1 --compare 4096 --first-tolerance 0.0005 --tolerance 0.02 \
  --time 1024,4096,16384,65536 --steps 100 --most-rows "$most"
[ "$cards" -lt 2 ] || ./octet trial --compare 4096 --first-tolerance 0.01 --tolerance 0.1 \
  --time 16384,65536 --steps 100 --most-rows "$most"
