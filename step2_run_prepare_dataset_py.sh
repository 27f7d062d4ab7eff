#!/usr/bin/env bash
# Step 2: archives -> word patches, evaluation set, tuning set. Options after the script go on to prepare_dataset.py:
#   bash step2_run_prepare_dataset_py.sh --dataset "/data/공공행정문서 OCR" --workers 16
[ -n "${BASH_VERSION:-}" ] || { echo "error: $0 needs bash; run: bash $0" >&2; exit 2; }
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./step1_set_environment.sh
exec python prepare_dataset.py --dataset "dataset/공공행정문서 OCR" "$@"
