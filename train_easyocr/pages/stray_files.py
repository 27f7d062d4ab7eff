"""Files that other programs leave among images and labels: they are no pages and no patches, whatever their ending."""

from __future__ import annotations

from pathlib import Path

_NAMES = frozenset(
    [
        *("__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found"),
        *("thumbs.db", "ehthumbs.db", "desktop.ini"),
    ]
)
"""Folders and files of macOS, Synology and Windows, in lower case."""


def is_stray(path: str) -> bool:
    """Return whether a relative path, with slashes, is hidden (`.ipynb_checkpoints/…`, `._p.jpg`) or a system's own.

    >>> is_stray("인.허가/.ipynb_checkpoints/p-checkpoint.jpg"), is_stray("__MACOSX/인.허가/._p.jpg")
    (True, True)
    >>> is_stray("인.허가/p.jpg")
    False
    """
    return any(
        (part.startswith(".") and part not in (".", "..")) or part.lower() in _NAMES for part in path.split("/") if part
    )


def names_stray_file(path: str) -> bool:
    """Return whether a path in a list is that of a stray file; an absolute one may lead through a hidden folder.

    >>> names_stray_file("/home/kim/.data/p.png"), names_stray_file("/home/kim/.data/.ipynb_checkpoints/p.png")
    (False, True)
    """
    path = path.replace("\\", "/")
    if not path.startswith("/"):
        return is_stray(path)
    *folders, name = path.lower().split("/")
    return is_stray(name) or not _NAMES.isdisjoint(folders) or ".ipynb_checkpoints" in folders


def stray_files(folder: Path) -> list[str]:
    """Return the stray files below `folder`, as sorted paths relative to it, with slashes."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(filter(is_stray, names))
