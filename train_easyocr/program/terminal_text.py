"""Text for terminals and logs: its width in columns, and escapes for characters that a terminal would obey."""

from __future__ import annotations

import unicodedata

_WITHOUT_COLUMN = {"Mn", "Me", "Cf", "Cc"}  # combining marks, formats and controls
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, formats (bidi overrides too), lone surrogates, line separators


def printable(text: str) -> str:
    r"""Return `text` on one line, with a backslash escape for each character that acts instead of being shown.

    Labels, categories and names come from other people's files. Raw, their control characters, terminal escapes, bidi
    overrides and lone surrogates would move the cursor, hide or reverse text, or make `print` fail.

    >>> print(printable("결재\x1b[2J\n\u202e"))
    결재\x1b[2J\n\u202e
    """
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _INVISIBLE
        else character
        for character in text
    )


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun; `many` is the plural that is not `one` with an s.

    >>> counted(1, "page"), counted(1200, "page"), counted(2, "box", "boxes")
    ('1 page', '1,200 pages', '2 boxes')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def display_width(text: str) -> int:
    """Count the columns that `text` takes: two for wide characters, none for combining ones (Unicode annex 11).

    >>> display_width("김해 OCR")
    8
    """
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in _WITHOUT_COLUMN or "\u1160" <= character <= "\u11ff":
        return 0  # vowels and finals of decomposed Hangul join the initial before them
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int) -> str:
    """Fill `text` with spaces up to `columns`; a longer one stays as it is.

    >>> padded("결 재", 7)
    '결 재  '
    """
    return text + " " * (columns - display_width(text))


def shortened(text: str, columns: int) -> str:
    """Shorten `text` to at most `columns` columns, including the ellipsis at its end.

    >>> shortened("공공행정문서", 8), shortened("문서", 4)
    ('공공행…', '문서')
    """
    if display_width(text) <= columns:
        return text
    kept, room = "", columns - 1
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        kept += character
    return kept + "…"
