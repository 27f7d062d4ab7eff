"""EasyOCR's options of detection and grouping, which decide the boxes of a page, as one record.

They influence the result more than the recogniser does, so they are stored with a network (in its description, see
`custom_network`), written to every summary, and equal for both sides of a comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from train_easyocr.program.errors import UserError
from train_easyocr.program.plain_yaml import kind_of, number, whole_number


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

    @property
    def scale(self) -> tuple[int, float]:
        """The options that a detector's network depends on: `canvas_size` and `mag_ratio`."""
        return self.canvas_size, self.mag_ratio


DEFAULT_GROUPING = ReadingOptions()
"""The default of `readtext`: neighbouring words become one box."""

WORD_GROUPING = ReadingOptions(width_ths=0.0, height_ths=0.0)
"""One box a word, as AI-Hub labels pages."""

SHIPPED_OPTIONS = ReadingOptions(text_threshold=0.85, width_ths=0.0, height_ths=0.0, add_margin=0.05, min_size=0)
"""What suits the detector that ships: one box a word, and small symbols too."""


LEAST_OPTION, LARGEST_OPTION = {"canvas_size": 1, "mag_ratio": 0.01}, 1 << 15
"""Other options may be 0. The largest value is that of `canvas_size`: a longer page would take 30 GB in CRAFT."""

GROUPING_KEYS = ("slope_ths", "ycenter_ths", "height_ths", "width_ths")
"""The options by which neighbouring boxes become one; the others decide what counts as a box."""


def with_grouping(options: ReadingOptions, grouping: ReadingOptions) -> ReadingOptions:
    """Return `options` with the grouping of others (`GROUPING_KEYS`).

    >>> with_grouping(ReadingOptions(low_text=0.3), WORD_GROUPING) == ReadingOptions(
    ...     low_text=0.3, height_ths=0.0, width_ths=0.0
    ... )
    True
    """
    return replace(options, **{key: getattr(grouping, key) for key in GROUPING_KEYS})


def parse_options(values: Any, source: str) -> ReadingOptions:
    """Read options as the description of a network stores them, numbers or their texts; others take the defaults.

    Raises:
        UserError: `values` is not a mapping, has an option that `ReadingOptions` does not have, or a value that is not
            a finite number of the right type; `source` is the file and the key.
    """
    if not isinstance(values, Mapping):
        raise UserError(f"{source}: expected lines of 'option: number', found {kind_of(values)}")
    kinds = {item.name: type(item.default) for item in fields(ReadingOptions)}
    options: dict[str, Any] = {}
    for name, value in values.items():
        if name not in kinds:
            raise UserError(f"{source}: unknown option {str(name)[:50]!r}; there are {', '.join(sorted(kinds))}")
        least = LEAST_OPTION.get(name, 0)
        found = whole_number(value) if kinds[name] is int else number(value)
        if found is None or not least <= found <= LARGEST_OPTION:
            expected = "a whole number" if kinds[name] is int else "a number"
            raise UserError(
                f"{source}: {name} is {str(value)[:50]}, expected {expected} from {least} to {LARGEST_OPTION}"
            )
        options[name] = found
    return ReadingOptions(**options)
