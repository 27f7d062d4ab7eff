"""Fine-tunes EasyOCR on Korean documents; `read` and its kin read documents with an installed network.

Importing this package takes no time: what it offers is imported when it is first asked for.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from train_easyocr.reading.installed import read, read_lines, read_pages

__all__ = ["read", "read_lines", "read_pages"]
__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    """Return one of the functions of `__all__`."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from train_easyocr.reading import installed

    return getattr(installed, name)


class _Package(ModuleType):
    """Keeps the function `read` where Python would put the door `read.py` in its place when that is imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
