#!/usr/bin/env bash
# Step 4: put the fine-tuned network into EasyOCR's folder and prove that EasyOCR reads with it as the trainer did:
#   bash step4_set_finetuned_model.sh --checkpoint train_easyocr/saved_models/NAME/iter_20000.pth
[ -n "${BASH_VERSION:-}" ] || { echo "error: $0 needs bash; run: bash $0" >&2; exit 2; }
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./step1_set_environment.sh
exec python -m train_easyocr.install "$@"
