"""Reports errors of the operating system and of the installation in one line: disks, files, memory, packages."""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback

from train_easyocr.program.terminal_text import printable

_FULL = "the disk is full; free some space and run again"
_DENIED = "permission denied; choose a place that you may read and write, or have it opened to you"
_BY_NUMBER = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "the file system or `ulimit -f` allows no larger file; choose another folder",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.ENOENT: "no such file or folder; check its spelling, and whether the step before has written it",
    errno.ENOTDIR: "a part of this path is a file where a folder is needed; choose another path",
    errno.EEXIST: "exists already, and not as what is needed here; move it away, or choose another path",
    errno.EISDIR: "is a folder where a file is needed; choose another path",
    errno.ENAMETOOLONG: "the name is too long for this file system; choose a shorter one",
    errno.EIO: "the disk answers with an input/output error; try another one",
}
_SHARED_MEMORY = (
    "/dev/shm: the shared memory is full, and worker processes hand over their work there; use fewer workers, "
    "or give it more room (docker run --shm-size=8g)"
)
_OPEN_FILES = "too many open files; allow more with `ulimit -n 4096`, or use fewer workers"
_MEMORY = "out of memory; use fewer workers or a smaller batch_size, or end other programs"
_NO_LIBRARY = (
    "out of memory, or a library lies on a disk from which nothing may be run (noexec); end other programs, or allow "
    "more with `ulimit -v unlimited`"
)
_NO_PACKAGE = (
    "{name}: no such package in {python}; run `source step1_set_environment.sh` first, in the shell of this command"
)
_GPU_MEMORY = "out of GPU memory; use a smaller batch_size, or end other programs on this GPU"

_OURS = "train_easyocr"  # a missing module of ours is a defect

# torch, OpenCV and imports have no error numbers, only messages; the one about a primitive is oneDNN's.
_BY_WORDS = {
    r"shared memory|/torch_\d+_": _SHARED_MEMORY,
    r"too many open files": _OPEN_FILES,
    r"CUDA.*out of memory|CUDA.*memory allocation": _GPU_MEMORY,
    r"could not (create|execute) a primitive(?! descriptor)": _MEMORY,
    r"failed to map segment": _NO_LIBRARY,
    r"can't allocate memory|cannot allocate memory|not enough memory|insufficient memory|out of memory": _MEMORY,
}


def in_one_line(error: BaseException) -> str | None:
    """Return a line with the system's error, or the package that is missing, and what to do; None for other errors.

    An OSError is the system's if it names a file, or if its number means disk space, memory or open files.
    """
    if isinstance(error, MemoryError):
        return _MEMORY
    if isinstance(error, OSError):
        return _told_by_number(error)
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith(_OURS):
        return _NO_PACKAGE.format(name=error.name, python=printable(sys.executable))
    if isinstance(error, RuntimeError | ImportError) or type(error).__module__ == "cv2":
        words = str(error)
        return next((told for pattern, told in _BY_WORDS.items() if re.search(pattern, words, re.IGNORECASE)), None)
    return None


def _told_by_number(error: OSError) -> str | None:
    place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes | os.PathLike) else None
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return _OPEN_FILES
    if error.errno == errno.ENOMEM:
        return _MEMORY
    if error.errno == errno.ENOSPC and _is_shared_memory(error, place):
        return _SHARED_MEMORY
    if place is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        place = "the output folder"
    if place is None:
        return None
    return f"{printable(place)}: {_BY_NUMBER.get(error.errno or 0, error.strerror or type(error).__name__)}"


def _is_shared_memory(error: OSError, place: str | None) -> bool:
    """Return whether shared memory is full, not a disk: errors of semaphores name no file, or one in /dev/shm."""
    if place is not None:
        return place.startswith("/dev/shm/")
    callers = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(name.partition(".")[0] == "multiprocessing" for name in callers)
