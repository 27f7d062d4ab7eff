"""What every benchmark shares: it says on what was measured, with which commit, and writes benchmarks/results/.

$BENCHMARK_RESULTS names another folder for the results.

Imported, it also lets a script find the project from whatever folder it is started in.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(1, str(ROOT))


def machine() -> dict[str, object]:
    """Return the machine, the commit and the load; call it at the start, before the measuring makes load."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average_at_start": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": version("torch"),
        "opencv": version("opencv-python-headless"),
        "commit": commit,
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def save_result(name: str, result: dict[str, object]) -> None:
    """Print a result and write it to <name>.json, in benchmarks/results/ or $BENCHMARK_RESULTS."""
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    folder = Path(os.environ.get("BENCHMARK_RESULTS", ROOT / "benchmarks" / "results"))
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
