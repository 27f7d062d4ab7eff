"""Memory that a process has freed goes back to the system."""

import sys
from pathlib import Path

import pytest

from train_easyocr.program.freed_memory import give_back_freed_memory


def resident_megabytes():
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_freed_blocks_between_used_ones_are_given_back():
    blocks = [bytearray(60_000) for _ in range(3000)]
    used = blocks[::30]  # one in 30 stays, so that the end of the heap is in use
    before = resident_megabytes()
    del blocks
    give_back_freed_memory()
    assert resident_megabytes() < before - 100
    assert len(used) == 100
