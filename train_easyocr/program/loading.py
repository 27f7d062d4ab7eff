"""A bar while a program imports torch and EasyOCR, which takes seconds: it counts the modules that Python looks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder

from train_easyocr.program.progress import track


class _Counter(MetaPathFinder):
    """Stands before the finders of modules, and finds none itself."""

    def __init__(self, modules: int) -> None:
        self._left, self.bar = modules, track("Loading torch and EasyOCR", modules, "module", brief=True)

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Count a module; those beyond the number that was expected are not shown."""
        self._left -= 1
        if self._left > 0:
            self.bar.update()


def begin_loading(modules: int) -> None:
    """Count about so many modules from now on, until `end_loading`."""
    sys.meta_path.insert(0, _Counter(modules))


def end_loading() -> None:
    """Stop counting, if anything counts."""
    for counter in [finder for finder in sys.meta_path if isinstance(finder, _Counter)]:
        sys.meta_path.remove(counter)
        counter.bar.close()


@contextmanager
def loading(modules: int) -> Iterator[None]:
    """Count the modules that the block imports."""
    begin_loading(modules)
    try:
        yield
    finally:
        end_loading()
