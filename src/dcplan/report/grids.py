"""Tables of a page: columns of text beside the plain values by which they sort and download."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dcplan.words import figure

_DIGITS, _MOST_PLACES = 4, 3


@dataclass(frozen=True)
class Column:
    """One column: what is read, and what sorts and stands in the CSV file."""

    head: str
    texts: tuple[str, ...]
    values: tuple[str, ...]
    numeric: bool

    @property
    def label(self) -> str:
        """The head, its unit kept on one line."""
        name, comma, unit = self.head.rpartition(", ")
        return name + comma + unit.replace(" ", "\u00a0") if comma else self.head


@dataclass(frozen=True)
class Grid:
    """A table; `key` names it in the page and its file, the first column names the row."""

    key: str
    title: str
    columns: tuple[Column, ...]
    total: bool = False
    """Whether the last row holds sums; it stays last."""

    @property
    def rows(self) -> list[list[tuple[str, str, bool]]]:
        """(text, plain value, whether a number) by row and column."""
        parts = [
            [(text, value, c.numeric) for text, value in zip(c.texts, c.values, strict=True)]
            for c in self.columns
        ]
        return [list(row) for row in zip(*parts, strict=True)]


def words(head: str, values: Iterable[object]) -> Column:
    """A column of text."""
    texts = tuple(map(str, values))
    return Column(head, texts, texts, False)


def counts(head: str, values: Iterable[float]) -> Column:
    """A column of whole numbers that are names, such as years: no commas."""
    texts = tuple(f"{value:.0f}" for value in values)
    return Column(head, texts, texts, True)


def numbers(head: str, values: Iterable[float], like: Iterable[float] = ()) -> Column:
    """A column of numbers: four digits of the largest, the same places in all, so points align.

    With `like`, the places are those of these numbers, so that several columns agree.

    >>> numbers("cost, $ B", [160.0, 94.07766, 0.0, math.nan]).texts
    ('160.0', '94.1', '0', '—')
    """
    known = [float(value) for value in values]
    places = _places([float(value) for value in like] or known)
    return Column(head, tuple(_text(v, places) for v in known), tuple(map(plain, known)), True)


def percents(head: str, shares: Iterable[float]) -> Column:
    """A column of shares, written as percentages with one place.

    >>> percents("share, %", [0.5, 1.0, -1e-9]).texts
    ('50.0', '100.0', '0.0')
    """
    known = [100 * float(share) for share in shares]
    texts = (f"{round(value, 1) + 0.0:,.1f}".replace("-", "−") for value in known)
    return Column(head, tuple(texts), tuple(map(plain, known)), True)


def plain(value: float) -> str:
    """A number as a spreadsheet reads it, to ten digits; blank where there is none.

    >>> plain(2.5e6), plain(-0.0), plain(math.nan)
    ('2500000', '0', '')
    """
    return f"{value + 0.0:.10g}" if math.isfinite(value) else ""


def _places(values: Sequence[float]) -> int:
    finite = [v for v in values if math.isfinite(v)]
    largest = max(map(abs, finite), default=0.0)
    if not largest or all(v == round(v) for v in finite):
        return 0
    return max(0, min(_MOST_PLACES, _DIGITS - 1 - math.floor(math.log10(largest))))


def _text(value: float, places: int) -> str:
    if not math.isfinite(value) or value == 0:
        return figure(value)
    text = f"{abs(value):,.{places}f}"
    if not text.strip("0.,"):
        text = figure(abs(value), 1)
    return f"−{text}" if value < 0 else text
