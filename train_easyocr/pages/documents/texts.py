"""What was read in a document as text, or as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from train_easyocr.pages.predictions import to_json
from train_easyocr.pages.records import Reading, ReadPage


def line_text(line: Iterable[Reading]) -> str:
    """Return the text of a line: its words with a space between them."""
    return " ".join(word.text for word in line if word.text)


def as_text(pages: Sequence[ReadPage]) -> str:
    r"""Return a line of text for each line that was read; a form feed begins each further page, `\n\f`.

    A page that could not be read is an empty one, so that the others keep their numbers.
    """
    texts = ("".join(f"{text}\n" for text in map(line_text, page.lines) if text) for page in pages)
    return "\f".join(texts)


def as_json_lines(image: str, pages: Sequence[ReadPage]) -> str:
    """Return a line of JSON for each page, as `predictions.py` describes it, with some more keys.

    These are `page` (1 the first), `width` and `height` in pixels, `turn` (how many degrees clockwise the print lies
    turned), and in each reading `line` (1 the first). A page that could not be read has a `failure` as well.
    """
    return "".join(json.dumps(_page(image, page), ensure_ascii=False) + "\n" for page in pages)


def _page(image: str, page: ReadPage) -> dict[str, object]:
    readings = [
        {**to_json(reading), "line": number} for number, line in enumerate(page.lines, start=1) for reading in line
    ]
    facts = {"image": image, "page": page.number, "width": page.width, "height": page.height, "turn": page.turn}
    return facts | {"readings": readings} | ({"failure": page.failure} if page.failure else {})
