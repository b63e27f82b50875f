"""Numbers as a reader takes them in; the terminal, the map and every page write them alike."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import groupby

ITEMS: Mapping[str, str] = {
    "chips": "chips",
    "facility": "buildings",
    "energy": "energy",
    "power": "power supply",
    "fibre": "fibre",
    "land": "land",
    "staff": "staff",
}
"""What people call the items of the table money."""
_NOTHING = 1e-9
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def item(key: object) -> str:
    """An item of the table money in words; what is none keeps its name.

    >>> item("facility"), item("2028")
    ('buildings', '2028')
    """
    return ITEMS.get(str(key), str(key))


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold, escaped or not.

    >>> clean("a\\x00b")
    'a�b'
    """
    return _NO_XML.sub("\ufffd", text)


def span(years: Iterable[int]) -> str:
    """Years in words, rows of them as ranges.

    >>> span([2027, 2028, 2029, 2031]), span([2028, 2027])
    ('2027–2029, 2031', '2027–2028')
    """
    parts = []
    for _, run in groupby(enumerate(sorted(set(years))), lambda pair: pair[1] - pair[0]):
        row = [year for _, year in run]
        parts.append(str(row[0]) if len(row) == 1 else f"{row[0]}–{row[-1]}")
    return ", ".join(parts)


def figure(value: float, digits: int = 4) -> str:
    """A number with at most `digits` significant digits, whole numbers kept to the last place.

    >>> figure(12345.6), figure(9.87654), figure(0.00012346), figure(250.0), figure(math.nan)
    ('12,346', '9.877', '0.0001235', '250', '—')
    """
    if not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    if abs(value) < 1e-4:
        return f"{value:.{digits}g}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def dollars(musd: float) -> str:
    """MUSD as a planner writes it.

    >>> dollars(299387.2), dollars(12.34), dollars(-1500.0)
    ('$299.4 B', '$12.34 M', '−$1.5 B')
    """
    sign, size = ("−" if musd < 0 else ""), abs(musd)
    return f"{sign}${figure(size / 1e3)} B" if size >= 999.95 else f"{sign}${figure(size)} M"


def power(mw: float) -> str:
    """MW or GW.

    >>> power(989.4), power(10000.0)
    ('989.4 MW', '10 GW')
    """
    return f"{figure(mw / 1e3)} GW" if mw >= 999.95 else f"{figure(mw)} MW"


def chips(count: float) -> str:
    """Chips in thousands or millions.

    >>> chips(279900), chips(2.5e6), chips(12)
    ('279.9 k', '2.5 M', '12')
    """
    if count >= 999_950:
        return f"{figure(count / 1e6)} M"
    return f"{figure(count / 1e3)} k" if count >= 1e3 else figure(count)


def percent(share: float) -> str:
    """A fraction as a percentage of three significant digits.

    >>> percent(0.0011), percent(0.25), percent(math.inf)
    ('0.11%', '25%', '—')
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


def round_down(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a positive value.

    >>> round_down(740.0), round_down(0.3)
    (500.0, 0.2)
    """
    step = 10.0 ** math.floor(math.log10(value))
    return float(f"{max(n for n in (1, 2, 5) if n * step <= value) * step:.6g}")
