"""How gpu.py runs the commands of a part: each in a process of its own, until its time is up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from measured import ROOT

PUBLISHED_CRAFT = Path("EasyOCR/model/craft_mlt_25k.pth")


class PartFailedError(Exception):
    """A command of a part failed, or its time was up; the message says which."""


@dataclass
class Run:
    """One run: where it writes, on what it computes, and until when the present part may take."""

    out: Path
    cuda: bool
    small: bool
    log: Path
    until: float = 0.0

    def python(self, *arguments: object, stopped: bool = False, craft: bool = False) -> str:
        """Run Python with arguments and return what it printed; `stopped`: the end of the time is its proper end.

        `craft`: run the module that follows `-m` with the rounded weights of the bundle, where it brought them.
        """
        command = [str(argument) for argument in arguments]
        if craft and (self.out / "craft_is_rounded").exists():
            command = ["benchmarks/gpu_bundle.py", str(self.out / PUBLISHED_CRAFT), *command[1:]]
        start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=self.environment(), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
            in_time = ended(process, self.until - time.monotonic(), signal.SIGINT)
        printed = self.log.read_bytes()[start:].decode(errors="replace")
        if not in_time and not stopped:
            raise PartFailedError(f"time was up: {' '.join(command)[:200]}")
        if in_time and process.returncode:
            last = (printed.strip().splitlines() or ["nothing printed"])[-1]
            raise PartFailedError(f"exit status {process.returncode}: {' '.join(command)[:200]}: {last}")
        return printed

    def environment(self) -> dict[str, str]:
        """Return the environment of every part: only files of this run, and no GPU for `--device cpu`."""
        paths = [str(ROOT), str(ROOT / "benchmarks"), str(self.out / "site"), os.environ.get("PYTHONPATH", "")]
        own = {"PYTHONPATH": os.pathsep.join(paths), "EASYOCR_MODULE_PATH": str(self.out / "EasyOCR")}
        own |= {"BENCHMARK_RESULTS": str(self.out), "PYTHONUNBUFFERED": "1"}
        return os.environ | own | ({} if self.cuda else {"CUDA_VISIBLE_DEVICES": ""})

    def on_device(self) -> list[str]:
        """Return the option by which doors use the GPU."""
        return ["--cuda"] if self.cuda else []


def ended(process: subprocess.Popen[bytes], seconds: float, number: signal.Signals) -> bool:
    """Wait for a process; after `seconds`, send its group a signal, ten seconds later SIGKILL, and return False."""
    try:
        process.wait(max(0.1, seconds))
        return True
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, number)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return False
