"""Numbers as a reader takes them in."""

from __future__ import annotations

import math


def figure(value: float, digits: int = 3) -> str:
    """A number with at most `digits` significant digits, whole numbers kept to the last place.

    >>> figure(12345.6), figure(9.87654), figure(0.00012345), figure(250.0), figure(math.nan)
    ('12,346', '9.88', '0.000123', '250', '—')
    """
    if not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def dollars(musd: float) -> str:
    """MUSD as a board reads it.

    >>> dollars(299387.2), dollars(12.34), dollars(-1500.0)
    ('$299 B', '$12.3 M', '−$1.5 B')
    """
    sign, size = ("−" if musd < 0 else ""), abs(musd)
    return f"{sign}${figure(size / 1e3)} B" if size >= 1e3 else f"{sign}${figure(size)} M"


def power(mw: float) -> str:
    """MW or GW.

    >>> power(989.4), power(10000.0)
    ('989 MW', '10 GW')
    """
    return f"{figure(mw / 1e3)} GW" if mw >= 999.5 else f"{figure(mw)} MW"


def chips(count: float) -> str:
    """Chips in thousands or millions.

    >>> chips(279900), chips(2.5e6), chips(12)
    ('280 k', '2.5 M', '12')
    """
    if count >= 999_500:
        return f"{figure(count / 1e6)} M"
    return f"{figure(count / 1e3)} k" if count >= 1e3 else figure(count)


def plural(count: int, noun: str) -> str:
    """A count with its noun.

    >>> plural(1, "site"), plural(1200, "site")
    ('1 site', '1,200 sites')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def round_down(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a positive value.

    >>> round_down(740.0), round_down(0.3)
    (500.0, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return float(f"{max(n for n in (1, 2, 5) if n * power <= value) * power:.6g}")
