#!/usr/bin/env bash
# Step 3: fine-tune. Options and key=value pairs after the script go on to train.py:
#   bash step3_run_train_py.sh --resume            bash step3_run_train_py.sh n_iter=1000 batch_size=16
# With --detector as the first of them, the detector is trained instead, by train_detector.py:
#   bash step3_run_train_py.sh --detector detector_n_iter=1000
[ -n "${BASH_VERSION:-}" ] || { echo "error: $0 needs bash; run: bash $0" >&2; exit 2; }
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./step1_set_environment.sh
if [[ "${1:-}" == "--detector" ]]; then
    exec python -m train_easyocr.train_detector "${@:2}"
fi
exec python -m train_easyocr.train "$@"
