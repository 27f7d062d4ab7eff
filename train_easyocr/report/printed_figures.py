"""How figures are rounded and written, on the console and in the report, so that what people see adds up.

One rule makes it so: a printed change is the difference of the two printed figures. The parts of a gain then add up to
the whole, and each is the difference of two cells of the table. Changes are whole thousandths; JSON has all digits.
"""

from __future__ import annotations

import math

from train_easyocr.scoring.statistics import PairedDifference
from train_easyocr.scoring.summary import Gain


def thousandths(value: float) -> int:
    """Round a figure to thousandths, halves up as the report's scripts do.

    A figure that was computed in two ways may differ in its sixteenth digit, so it is first rounded to nine digits.

    >>> thousandths(0.9364), thousandths(0.9375), thousandths(0.9375 - 1e-16)
    (936, 938, 938)
    """
    return _rounded(value, 3)


def figure(value: float | None, decimals: int = 3) -> str:
    """Return a figure with its decimals; a dash for an unknown one."""
    return "–" if value is None else f"{_rounded(value, decimals) / 10**decimals:.{decimals}f}"


def _rounded(value: float, decimals: int) -> int:
    return math.floor(round(10**decimals * value, 9 - decimals) + 0.5)


def signed(change: int) -> str:
    """Return a change in thousandths with its sign; no change has both signs.

    >>> signed(12), signed(-1), signed(0)
    ('+0.012', '−0.001', '±0.000')
    """
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{abs(change) / 1000:.3f}"


def change_in_thousandths(before: float, after: float) -> int:
    """Return the difference of two figures as they are printed.

    >>> change_in_thousandths(0.61549, 0.61751)
    3
    """
    return thousandths(after) - thousandths(before)


def change_with_interval(compared: PairedDifference) -> tuple[int, int | None, int | None]:
    """Return a change of the `comparison` and the ends of its interval, None without one, all in thousandths.

    The printed change may be a thousandth off the rounded one; the interval reaches at least as far.
    """
    change = change_in_thousandths(compared.first or 0.0, compared.second or 0.0)  # a mean over pages has a value
    low, high = compared.difference.low, compared.difference.high
    if low is None or high is None:
        return change, None, None
    return change, min(change, thousandths(low)), max(change, thousandths(high))


def shown_gain_parts(gain: Gain) -> tuple[str, ...]:
    """Return the parts of a user's gain to show, in their order; the detector's if a trained one changed the score."""
    return tuple(part for part in gain.parts if part != "detection" or gain.detection)


def gain_in_thousandths(gain: Gain) -> dict[str, int]:
    """Return the `whole` of a user's gain and its parts, in thousandths; the parts add up to the whole."""
    found = {"whole": change_in_thousandths(gain.as_shipped, gain.as_installed)}
    level = gain.as_shipped
    for part, change in gain.parts.items():
        found[part] = change_in_thousandths(level, level + change)
        level += change
    return found
