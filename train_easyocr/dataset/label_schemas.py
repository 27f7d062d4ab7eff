"""The schemas of label files: four of AI-Hub's OCR datasets. The keys of a file tell which one it has.

A fifth schema needs one function that returns a `RawPage`, one line in `SCHEMAS`, and one test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RawPage:
    """The raw content of a label file: nothing cleaned, numbers as texts, boxes as corners xmin, ymin, xmax, ymax.

    An invalid box is None.
    """

    words: Iterable[tuple[Any, tuple[float, ...] | None]]
    category: Any = ""
    year: Any = ""
    width: Any = 0
    height: Any = 0


def _numbers(values: Any, count: int) -> tuple[float, ...] | None:
    """Return `count` finite numbers of a JSON list (AI-Hub writes some of them as text), or None."""
    if not isinstance(values, list) or len(values) != count or not all(isinstance(value, str) for value in values):
        return None
    try:
        numbers = tuple(map(float, values))
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def _from_size(values: Any) -> tuple[float, ...] | None:
    """Return the corners of a box given as x, y, width, height, or as a polygon."""
    numbers = _numbers(values, 4)
    if numbers is None:
        return _from_polygon(values)
    return numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]


def _from_polygon(values: Any) -> tuple[float, ...] | None:
    """Return the corners of the rectangle around four points: x1, y1 to x4, y4, or four pairs of x, y."""
    if isinstance(values, list) and len(values) == 4 and all(isinstance(pair, list) for pair in values):
        values = [number for pair in values for number in pair]
    numbers = _numbers(values, 8)
    return numbers and _rectangle(numbers[::2], numbers[1::2])


def _from_points(point_x: Any, point_y: Any) -> tuple[float, ...] | None:
    """Return the corners of the rectangle around four points in any order."""
    x, y = _numbers(point_x, 4), _numbers(point_y, 4)
    return _rectangle(x, y) if x and y else None


def _rectangle(x: Sequence[float], y: Sequence[float]) -> tuple[float, ...]:
    return min(x), min(y), max(x), max(y)


def _read_public_documents(label: dict[str, Any]) -> RawPage | None:
    """공공행정문서 OCR (dataset 88): one entry in `images` (None without one), boxes as x, y, width, height."""
    if not label["images"]:
        return None
    image = label["images"][0]
    return RawPage(
        words=[(item.get("annotation.text"), _from_size(item.get("annotation.bbox"))) for item in label["annotations"]],
        category=image.get("image.category"),
        year=image.get("image.make.year"),
        width=image.get("image.width"),
        height=image.get("image.height"),
    )


def _read_points(label: dict[str, Any]) -> RawPage:
    """OCR 데이터(공공) (71299), 금융 및 물류, 대용량 손글씨: `Bbox` or `bbox` with four x and four y."""
    image = label["Images"][0] if isinstance(label["Images"], list) else label["Images"]
    items = label["Bbox"] if "Bbox" in label else label["bbox"]
    return RawPage(
        words=[(item.get("data"), _from_points(item.get("x"), item.get("y"))) for item in items],
        category=image.get("category"),
        year=image.get("year"),
        width=image.get("width"),
        height=image.get("height"),
    )


def _read_hangul_forms(label: dict[str, Any]) -> RawPage:
    """다양한 형태의 한글 문자 OCR (91): `wordbox` holds corners; a picture of one letter has no box at all."""
    image, text = label["image"], label["text"]
    boxes = [(item.get("value"), item.get("wordbox")) for item in text.get("word") or []]
    words = [(value, _numbers(box, 4) or _from_polygon(box)) for value, box in boxes]
    width, height = image.get("width"), image.get("height")
    letter = (text.get("letter") or {}).get("value")
    if not words and letter:
        words = [(letter, _numbers(["0", "0", width, height], 4))]
    return RawPage(words=words, width=width, height=height)


def _read_outdoor(label: dict[str, Any]) -> RawPage:
    """야외 실제 촬영 한글 이미지 (105): boxes as x, y, width, height, the page's size sometimes in `images`."""
    image = (label.get("images") or [{}])[0]
    return RawPage(
        words=[(item.get("text"), _from_size(item.get("bbox"))) for item in label["annotations"]],
        width=image.get("width"),
        height=image.get("height"),
    )


@dataclass(frozen=True, slots=True)
class _Schema:
    """How the labels of one family of datasets are recognised and read."""

    name: str
    fits: Callable[[Any], bool]
    read: Callable[[dict[str, Any]], RawPage | None]


def _keys(label: Any) -> set[str]:
    return set(label) if isinstance(label, dict) else set()


def _some_annotation_has(label: Any, keys: set[str]) -> bool:
    """Return whether an annotation has all of `keys`; the first may be one without a text."""
    annotations = label.get("annotations") if isinstance(label, dict) else None
    return isinstance(annotations, list) and any(keys <= _keys(annotation) for annotation in annotations)


SCHEMAS = (
    _Schema(
        "public documents",
        lambda label: {"images", "annotations"} <= _keys(label) and not _some_annotation_has(label, {"bbox"}),
        _read_public_documents,
    ),
    _Schema("points", lambda label: "Images" in _keys(label) and bool({"Bbox", "bbox"} & _keys(label)), _read_points),
    _Schema("Hangul forms", lambda label: {"image", "text"} <= _keys(label), _read_hangul_forms),
    _Schema("outdoor", lambda label: _some_annotation_has(label, {"bbox", "text"}), _read_outdoor),
)
