#!/usr/bin/env bash
# Step 5: baseline against fine-tuned on the evaluation set. Options after the script go on to evaluate.py:
#   bash step5_run_evaluate_py.sh --cuda --output evaluation_result_2
[ -n "${BASH_VERSION:-}" ] || { echo "error: $0 needs bash; run: bash $0" >&2; exit 2; }
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./step1_set_environment.sh
exec python evaluate.py --eval_set dataset/evaluation_set --baseline --finetuned "$@"
