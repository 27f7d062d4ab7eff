#!/usr/bin/env bash
# Set-up, then ruff, mypy, and pytest in two processes, each with the files that the other has not. Arguments go on
# to pytest:
#   bash run_tests.sh                      the quick tests
#   bash run_tests.sh -m slow              those that take longer
#   bash run_tests.sh tests/configuration/test_config.py -k nearest
#   bash run_tests.sh -n 0 --pdb           in one process
[ -n "${BASH_VERSION:-}" ] || { echo "error: $0 needs bash; run: bash $0" >&2; exit 2; }
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./step1_set_environment.sh

stamp="${VIRTUAL_ENV:-$CONDA_PREFIX}/.train_easyocr_test_environment"
wanted="$(cat requirements-tests.txt constraints.txt | cksum)"
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    # cleval asks for torch through torchmetrics; the torch that step 1 installed satisfies it.
    python -m pip install --disable-pip-version-check -r requirements-tests.txt -c <(grep -v -E '^(torch|torchvision)[=<>]' constraints.txt)
    printf '%s' "$wanted" > "$stamp"
fi

ruff format --check .
ruff check .
mypy
exec python -m pytest -n 2 --dist loadfile --no-loadscope-reorder "$@"
