"""How a report writes figures."""

from __future__ import annotations


def figure(value: float | None) -> str:
    """Return a figure with three decimals; a dash for an unknown one."""
    return "–" if value is None else f"{value:.3f}"


def signed(value: float) -> str:
    """Return a change with its sign; a change that rounds to 0 has both signs.

    >>> signed(0.0123), signed(-0.0007), signed(-0.0001)
    ('+0.012', '−0.001', '±0.000')
    """
    size = f"{abs(value):.3f}"
    return f"±{size}" if float(size) == 0 else f"{'−' if value < 0 else '+'}{size}"
