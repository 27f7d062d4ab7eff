"""How a page is cut into boxes before it is read: EasyOCR's options of detection and grouping, as one record.

They decide more of the result than the recogniser does, so they are stored with a network (`reading:` in
`finetuned.yaml`), told in every summary, and equal for both sides of a comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from train_easyocr.errors import UserError


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """The arguments of `easyocr.Reader.readtext` that decide about boxes; the defaults are EasyOCR's own.

    `text_threshold`, `low_text`, `link_threshold`: least scores of CRAFT's maps, 0 to 1. `canvas_size` and
    `mag_ratio`: the longer side in pixels to which the page is shrunk, and by how much it is enlarged before. The
    `*_ths` are in box heights, `slope_ths` in pixels per pixel, `min_size` in pixels, `add_margin` a share of the
    shorter side.
    """

    text_threshold: float = 0.7
    low_text: float = 0.4
    link_threshold: float = 0.4
    canvas_size: int = 2560
    mag_ratio: float = 1.0
    slope_ths: float = 0.1
    ycenter_ths: float = 0.5
    height_ths: float = 0.5
    width_ths: float = 0.5
    add_margin: float = 0.1
    min_size: int = 20


DEFAULT_GROUPING = ReadingOptions()
"""What `readtext` does unasked: neighbouring words become one box."""

WORD_GROUPING = ReadingOptions(width_ths=0.0, height_ths=0.0)
"""One box a word, as AI-Hub labels pages."""


GROUPING_KEYS = ("slope_ths", "ycenter_ths", "height_ths", "width_ths")
"""The options by which neighbouring boxes become one; the others decide what a box is at all."""


def with_grouping(options: ReadingOptions, grouping: ReadingOptions) -> ReadingOptions:
    """Give `options` with the grouping of others (`GROUPING_KEYS`).

    >>> with_grouping(ReadingOptions(low_text=0.3), WORD_GROUPING) == ReadingOptions(
    ...     low_text=0.3, height_ths=0.0, width_ths=0.0
    ... )
    True
    """
    return replace(options, **{key: getattr(grouping, key) for key in GROUPING_KEYS})


def parse_options(values: Mapping[str, Any], source: str) -> ReadingOptions:
    """Read options as a `reading:` mapping stores them; those that are absent take EasyOCR's defaults.

    Raises:
        UserError: a name that `ReadingOptions` does not have, or a value that is no number; `source` is the file.
    """
    known = {item.name for item in fields(ReadingOptions)}
    for name, value in values.items():
        if name not in known:
            raise UserError(f"{source}: reading: unknown option '{name}'; there are {', '.join(sorted(known))}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UserError(f"{source}: reading: {name} is {value!r}, expected a number")
    return ReadingOptions(**values)
