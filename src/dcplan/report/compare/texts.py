"""Tables of text, and values as they write them: with signs, and figures of a row alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dcplan.report.compare.record import differs
from dcplan.words import figure, percent

NONE = "–"
_DIGITS = 5


@dataclass(frozen=True)
class Sheet:
    """A table: its title with the unit, a note, heads, rows, and how many first columns are text."""

    key: str
    title: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1
    keys: tuple[str, ...] = ()
    """What rows are called by marks on the maps, one each where there are any."""


def both(a: Any, b: Any) -> str:
    """A value, or two of them where they differ; an absent one is passed over."""
    told = [_year_or_figure(value) for value in (a, b) if not pd.isna(value)]
    return " → ".join(dict.fromkeys(told))


def _year_or_figure(value: Any) -> str:
    if isinstance(value, str):
        return value
    return figure(value) if isinstance(value, float) else str(value)


def cell(value: Any) -> str:
    """A field of a scenario or a figure of a library."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return figure(value, 6) if isinstance(value, float) else str(value)


def share_text(share: float) -> str:
    """A share with its sign."""
    if not math.isfinite(share):
        return NONE
    return f"{_sign(share)}{percent(abs(share))}"


def trio(a: float, b: float) -> tuple[str, str, str]:
    """Two figures and their difference, with the decimal places that the larger one needs.

    >>> trio(1.08821, 1.0876), trio(0.0, 195.688)
    (('1.0882', '1.0876', '−0.0006'), ('0', '195.69', '+195.69'))
    """
    places = decimals([value for value in (a, b) if math.isfinite(value)])
    told = (figure(round(a, places), _DIGITS), figure(round(b, places), _DIGITS))
    return *told, signed(round(b - a, places)) if differs(a, b) else "0"


def signed(value: float) -> str:
    """A figure with its sign.

    >>> signed(12.5), signed(-3.0), signed(0.0)
    ('+12.5', '−3', '0')
    """
    return f"{_sign(value)}{figure(abs(value), _DIGITS)}"


def decimals(values: Iterable[float]) -> int:
    """Decimal places that give the largest of some values five digits.

    >>> decimals([5442.4, 0.1]), decimals([220823.5]), decimals([])
    (1, 0, 0)
    """
    most = max((abs(value) for value in values), default=0.0)
    return max(0, _DIGITS - 1 - math.floor(math.log10(most))) if most > 0 else 0


def plain(value: float, places: int) -> str:
    """A number with so many decimal places."""
    return f"{value:,.{places}f}"


def fixed(value: float, places: int) -> str:
    """The same with its sign; what rounds to nothing is 0.

    >>> fixed(-5442.44, 1), fixed(0.04, 1)
    ('−5,442.4', '0')
    """
    text = plain(abs(value), places)
    return "0" if not float(text.replace(",", "")) else _sign(value) + text


def _sign(value: float) -> str:
    return "−" if value < 0 else "+" if value > 0 else ""
