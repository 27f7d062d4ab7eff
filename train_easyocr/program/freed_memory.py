"""Gives memory that a process has freed back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back_freed_memory() -> None:
    """Ask glibc for it, which otherwise keeps what lies between blocks in use; other systems do without.

    A page leaves about 200 MB of such holes behind, in which the tensors of the next page do not fit.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim:
            trim(0)
