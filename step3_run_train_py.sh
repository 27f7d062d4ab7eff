#!/usr/bin/env bash
# Step 3: fine-tune. Options and key=value pairs after the script go on to train.py:
#   bash step3_run_train_py.sh --resume            bash step3_run_train_py.sh n_iter=1000 batch_size=16
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./step1_set_environment.sh
exec python -m train_easyocr.train "$@"
