"""Names inside AI-Hub's zips: their encoding, their root folders, and names that must not be unpacked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from itertools import accumulate

from train_easyocr.pages.stray_files import is_stray
from train_easyocr.texts.text_scores import nfc

_UTF8_FLAG = 0x800
_ROOT_FOLDER = re.compile(r"^\d*\.?\s*(원천|라벨링?)데이터")
_WINDOWS_DRIVE = re.compile(r"^[A-Za-z]:")
_LONGEST_NAME = 255  # bytes: the file systems of Linux and macOS
_LONGEST_PATH = 1000  # bytes below the output folder: macOS takes 1,024 in all, Linux 4,096


class UnsafeNameError(ValueError):
    """A member name that is absolute or leads out of the folder that it is unpacked into."""


def decoded_name(info: zipfile.ZipInfo) -> str:
    """Return the true name of a member, in NFC with slashes.

    AI-Hub's zips hold CP949 bytes without the UTF-8 flag, which `zipfile` reads as CP437. Decoding them strictly
    as UTF-8 and then as CP949 keeps every name; `ignore` would drop bytes.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        stored = name.encode("cp437")
        for encoding in ("utf-8", "cp949"):
            try:
                name = stored.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return nfc(name.replace("\\", "/"))


def page_key(name: str) -> str | None:
    """Return `category/agency/year/stem` of a decoded member name: without AI-Hub's root folder and without ending.

    None for stray files, such as those that macOS adds to zips.

    >>> page_key("02.원천데이터(jpg)/인.허가/5350093/2001/5350093-2001-0001-0344.jpg")
    '인.허가/5350093/2001/5350093-2001-0001-0344'

    Raises:
        UnsafeNameError: the name is absolute or holds `..`.
    """
    if name.startswith("/") or _WINDOWS_DRIVE.match(name) or "\0" in name or ".." in name.split("/"):
        raise UnsafeNameError(name)
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or is_stray(name):
        return None
    if len(parts) > 1 and _ROOT_FOLDER.match(parts[0]):
        parts = parts[1:]
    stem, dot, _ = parts[-1].rpartition(".")
    return "/".join([*parts[:-1], stem if dot else parts[-1]]) or None


def fits_on_disk(path: str) -> bool:
    """Return whether the path of a member can become a file on every disk.

    >>> fits_on_disk("인.허가/5350093/2001/" + 80 * "가" + ".jpg"), fits_on_disk(90 * "가" + ".jpg")
    (True, False)
    """
    longest = max(len(part.encode()) for part in path.split("/"))
    return longest <= _LONGEST_NAME and len(path.encode()) <= _LONGEST_PATH


def below_files(key_of: Mapping[str, str]) -> list[str]:
    """Return the keys of the files whose folder is also the name of a file: a zip may hold both, a disk cannot.

    `key_of`: the key of each file by its path.

    >>> below_files({"a/p.jpg": "a/p", "a/p.jpg/q.jpg": "a/p.jpg/q"})
    ['a/p.jpg/q']
    """
    folders_above = ((path, accumulate(path.split("/")[:-1], "{}/{}".format)) for path in key_of)
    return [key_of[path] for path, folders in folders_above if any(folder in key_of for folder in folders)]
