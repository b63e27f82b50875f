"""Numbers as a reader takes them in: at most four significant digits, thousands apart."""

from __future__ import annotations

import math

_NOTHING = 1e-9


def figure(value: float, digits: int = 4) -> str:
    """A number with at most `digits` significant digits.

    >>> figure(12345.6), figure(9.87654), figure(0.00012346), figure(250.0)
    ('12,350', '9.877', '0.0001235', '250')
    """
    if not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    if places <= 0:
        return f"{rounded:,.0f}"
    if abs(rounded) < 1e-4:
        return f"{rounded:.{digits}g}"
    text = f"{rounded:,.{places}f}"
    return text.rstrip("0").rstrip(".")


def dollars(musd: float) -> str:
    """MUSD as a planner writes it.

    >>> dollars(299387.2), dollars(12.34), dollars(-1500.0)
    ('$299.4 B', '$12.34 M', '-$1.5 B')
    """
    sign, size = ("-" if musd < 0 else ""), abs(musd)
    return f"{sign}${figure(size / 1e3)} B" if size >= 1e3 else f"{sign}${figure(size)} M"


def percent(share: float) -> str:
    """A fraction as a percentage of three significant digits.

    >>> percent(0.0011), percent(0.25)
    ('0.11%', '25%')
    """
    if not math.isfinite(share):
        return "—"
    return "0%" if abs(share) < _NOTHING else f"{figure(share * 100, 3)}%"


def seconds(value: float) -> str:
    """A duration.

    >>> seconds(7.46), seconds(75.0), seconds(3725.0)
    ('7.5 s', '1 min 15 s', '1 h 02 min')
    """
    if value < 60:
        return f"{value:.1f} s"
    minutes, left = divmod(int(value), 60)
    if minutes < 60:
        return f"{minutes} min {left:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def plural(count: int, noun: str) -> str:
    """A count with its noun.

    >>> plural(1, "site"), plural(1200, "site")
    ('1 site', '1,200 sites')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
