#!/usr/bin/env bash
# What a GPU can fail, and how fast it is, in nine minutes and without a network: see benchmarks/gpu.py.
#   bash benchmarks/gpu.sh --pack FOLDER                 on a machine with a network: what a torch image lacks, 60 MiB
#   bash benchmarks/gpu.sh OUT --bundle FOLDER           on the GPU; everything measured is in OUT/gpu.json
[ -n "${BASH_VERSION:-}" ] || { echo "error: $0 needs bash; run: bash $0" >&2; exit 2; }
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec python3 benchmarks/gpu.py "$@"
