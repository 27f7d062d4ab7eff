"""labels.csv as LibreOffice Calc reads it, against what we read: run by hand, since no package brings a spreadsheet.

    python tests/spreadsheet.py        needs `soffice` on the PATH (Debian: libreoffice-calc-nogui)

The file is opened as a person should: UTF-8, commas, both columns as text. Every cell has to be the label it was.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parent.parent))

from train_easyocr.dataset.stores.label_file import HEADER, read_labels
from train_easyocr.dataset.stores.writers import csv_rows

# Field separator 44 (comma), text delimiter 34 ("), 76 is UTF-8, from row 1, columns 1 and 2 of kind 2 (text).
AS_TEXT = "CSV:44,34,76,1,1/2/2/2"
AS_A_SPREADSHEET_GUESSES = "CSV:44,34,76,1"
NAMES = {"sheet": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
LIKE_NUMBERS = ["54,500", "+82", "1e5", "0012", "100%", "₩54,500", "1,234.50", ".5", "5.", "1.", "½", "3/4", "TRUE"]
LIKE_DATES_OR_FORMULAS = ["2001.06.15", "2001-06-15", "12:30", "=1+1", "-", "@", "#", "NA", "null", "nan", "'가"]
OTHERS = ['"건의', '""', "(3,000원)", "경남 김해시", "가  나", "a\nb", "a\tb", "a;b", "·", "☎", "『", "㎡", "𠀀"]


def main() -> None:
    """Write labels, read them both ways, and say what differs."""
    words = [*LIKE_NUMBERS, *LIKE_DATES_OR_FORMULAS, *OTHERS, *random_words(2000)]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "labels.csv"
        path.write_bytes(csv_rows([HEADER, *((f"{number}.png", word) for number, word in enumerate(words))]))
        assert read_labels(path)[1] == words
        differ = [(word, cell) for word, cell in zip(words, opened(path, AS_TEXT), strict=True) if word != cell]
        guessed = opened(path, AS_A_SPREADSHEET_GUESSES)
    changed = [(word, cell) for word, cell in zip(words, guessed, strict=True) if word != cell]
    print(f"{len(words):,} labels, both columns as text: {len(differ)} differ {differ[:10]}")
    print(f"columns left to the spreadsheet: {len(changed)} differ, such as {changed[:10]}")
    sys.exit(bool(differ))


def random_words(count: int) -> list[str]:
    """Draw words of Hangul, digits, Latin letters and what stands between them in public documents."""
    generator = random.Random(0)
    hangul = [chr(code) for code in range(ord("가"), ord("힣") + 1)]
    others = list("0123456789" * 3 + "abcXYZ" + ",.\"'()-:/%~·=+ ")
    words = []
    for _ in range(count):
        drawn = "".join(generator.choice((hangul, others)[generator.random() < 0.6]) for _ in range(8))
        words.append(drawn[: generator.randint(1, 8)].strip() or "가")
    return words


def opened(path: Path, as_what: str) -> list[str]:
    """Open `path` in LibreOffice; return the cells below the header of the second column."""
    command = ["soffice", "--headless", "--convert-to", "xlsx", f"--infilter={as_what}", "--outdir", path.parent, path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with zipfile.ZipFile(path.with_suffix(".xlsx")) as book:
        strings = [
            "".join(part.text or "" for part in string.iterfind(".//sheet:t", NAMES))
            for string in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iterfind("sheet:si", NAMES)
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = {}
    for cell in sheet.iterfind(".//sheet:c", NAMES):
        value = cell.findtext("sheet:v", "", NAMES)
        cells[cell.get("r")] = strings[int(value)] if cell.get("t") == "s" else value
    rows = len(list(sheet.iterfind(".//sheet:row", NAMES)))
    return [cells.get(f"B{row}", "") for row in range(2, rows + 1)]


if __name__ == "__main__":
    main()
