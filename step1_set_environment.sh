# Step 1: the environment. Use it as:  source step1_set_environment.sh
# It is sourced, so it never exits your shell: it returns 1 with one line that says what to do.
# An active environment (venv or conda) is used as it is, its own torch included; otherwise .venv is made here.

if [ -z "${BASH_VERSION:-}${ZSH_VERSION:-}" ]; then
    echo "error: step 1 needs bash or zsh; start bash, then: source step1_set_environment.sh" >&2
    return 1
fi

_train_easyocr_set_environment() {
    local here python stamp wanted found
    here="$(cd "$(dirname "${BASH_SOURCE[0]:-${(%):-%x}}")" && pwd)" || return 1

    if [ -z "${VIRTUAL_ENV:-}" ] && [ -z "${CONDA_PREFIX:-}" ]; then
        if [ ! -f "$here/.venv/bin/activate" ]; then
            python="$(_train_easyocr_find_python)" || return 1
            _train_easyocr_say "Step 1: making .venv with $("$python" --version)"
            if ! "$python" -m venv "$here/.venv"; then
                rm -rf "$here/.venv"
                echo "error: $python cannot make .venv; install its venv module (Debian: apt install python3-venv)" >&2
                return 1
            fi
        fi
        # shellcheck disable=SC1091
        . "$here/.venv/bin/activate" || return 1
    fi

    if ! _train_easyocr_fits python; then
        echo "error: the active environment has $(python --version 2>&1); deactivate it, or activate one with Python 3.10 to 3.13" >&2
        return 1
    fi

    case ":${PYTHONPATH:-}:" in
        *":$here:"*) ;;
        *) export PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" ;;
    esac

    # The stamp holds the checksum of what was asked for and the line that says what was found.
    stamp="${VIRTUAL_ENV:-$CONDA_PREFIX}/.train_easyocr_environment"
    wanted="$(cat "$here/requirements.txt" "$here/constraints.txt" | cksum)"
    if [ -f "$stamp" ] && [ "$(head -n 1 "$stamp")" = "$wanted" ]; then
        _train_easyocr_say "$(tail -n 1 "$stamp")"
        return 0
    fi

    _train_easyocr_install "$here" || return 1
    found="$(python -c '
import platform, torch
device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU (no CUDA device found)"
print(f"Step 1: Python {platform.python_version()}, torch {torch.__version__}, device {device}")
')" || { echo "error: torch was installed and does not import; remove .venv and source this script again" >&2; return 1; }
    { printf '%s\n%s\n' "$wanted" "$found" > "$stamp"; } 2> /dev/null || true  # an environment of somebody else
    _train_easyocr_say "$found"
}

# Print a line; where standard output is closed or full, what comes after this script says so better.
_train_easyocr_say() {
    { echo "$1"; } 2> /dev/null || true
}

_train_easyocr_find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python3.10 python; do
        if _train_easyocr_fits "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    echo "error: no Python 3.10 to 3.13 found; install one, or activate an environment that has it" >&2
    return 1
}

_train_easyocr_fits() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2> /dev/null
}

# Install the requirements. A torch that is there already (a CUDA build chosen for this driver, say) stays.
_train_easyocr_install() {
    local here="$1" constraints installed
    constraints="$(mktemp)" || return 1
    cp "$here/constraints.txt" "$constraints"
    installed="$(python -c '
import importlib.metadata as metadata
for name in ("torch", "torchvision"):
    print(f"{name}=={metadata.version(name)}")
' 2> /dev/null)"
    if [ -n "$installed" ]; then
        { grep -v -E '^(torch|torchvision)[=<>]' "$here/constraints.txt"; echo "$installed"; } > "$constraints"
    fi
    _train_easyocr_say "Step 1: installing requirements.txt (torch alone is several GB with CUDA; this can take minutes)"
    if ! python -m pip install --disable-pip-version-check -r "$here/requirements.txt" -c "$constraints"; then
        rm -f "$constraints"
        echo "error: pip could not install requirements.txt; read its last lines above. Without network: see docs/closed_networks.md" >&2
        return 1
    fi
    rm -f "$constraints"
}

_train_easyocr_set_environment
