"""The folder of unfinished sets, `<output>/.preparing`; a set is moved to its target in one rename when it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from train_easyocr.program.atomic import remove_leftovers
from train_easyocr.program.run_lock import one_run

_FOLDER = ".preparing"


@contextmanager
def exclusive_run(output: Path) -> Iterator[Path]:
    """Keep other runs out of `output` and yield its staging folder, which is removed at the end if it is empty.

    Raises:
        UserError: another run writes to `output`.
    """
    with one_run(output, "choose another --output"):
        folder = output / _FOLDER
        folder.mkdir(exist_ok=True)
        remove_leftovers(folder)
        try:
            yield folder
        finally:
            with suppress(OSError):
                folder.rmdir()
