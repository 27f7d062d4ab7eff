#!/usr/bin/env bash
# Set-up, then all five steps on the built-in sample dataset, on a CPU. Everything it writes is below sample_run/,
# EasyOCR's folder included: your own ~/.EasyOCR stays as it is.
[ -n "${BASH_VERSION:-}" ] || { echo "error: $0 needs bash; run: bash $0" >&2; exit 2; }
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./step1_set_environment.sh

run="sample_run"
config="train_easyocr/config_files/sample.yaml"
dataset="$run/공공행정문서 OCR"
export EASYOCR_MODULE_PATH="$PWD/$run/EasyOCR"

headline() { printf '\n== %s ==\n' "$1"; }

rm -rf "$run"
mkdir -p "$run"

headline "Sample dataset: archives in AI-Hub's format"
python prepare_dataset.py --make_sample --dataset "$dataset" --config "$config"

headline "Step 2: word patches, evaluation set, tuning set"
bash step2_run_prepare_dataset_py.sh --dataset "$dataset" --config "$config" --unzip

headline "Step 3: fine-tuning"
bash step3_run_train_py.sh --config "$config" --saved_models "$run/saved_models"

headline "Step 4: into EasyOCR's folder"
bash step4_set_finetuned_model.sh --config "$config" --saved_models "$run/saved_models" --tuning_set "$run/tuning_set"

headline "Step 5: baseline against fine-tuned"
bash step5_run_evaluate_py.sh --config "$config" --eval_set "$run/evaluation_set" --saved_models "$run/saved_models" \
    --output "$run/evaluation_result"
