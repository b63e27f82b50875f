"""What a bar chart shows, before any library draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dcplan.report.groups import Group
from dcplan.units import MUSD_PER_BUSD, MW_PER_GW
from dcplan.words import figure

Unit = tuple[str, float]
"""Its name and how many of the table's unit it holds."""
_FAR = 2.5


def _three_digits(value: float) -> str:
    return figure(value, 3)


@dataclass(frozen=True)
class Piece:
    """A piece of a bar: whose bar (a year or a row), which part of it, how much, and its words."""

    bar: str
    part: str
    value: float
    words: str


@dataclass(frozen=True)
class Limit:
    """A limit or target of one bar."""

    bar: str
    value: float
    words: str


@dataclass(frozen=True)
class Drawing:
    """What a chart shows. `colours` by part, in the order of the stack; values in `unit`."""

    title: str
    line: str
    unit: str
    pieces: Sequence[Piece]
    colours: Mapping[str, str]
    bars: Sequence[str]
    limits: Sequence[Limit] = ()
    limit_name: str = "limit"
    keyed: bool = True
    """Whether a legend names the parts."""
    width_px: int = 420
    tell: Callable[[float], str] = _three_digits
    """The text of a total."""

    @property
    def totals(self) -> dict[str, float]:
        """The length of each bar."""
        sums = dict.fromkeys(self.bars, 0.0)
        for piece in self.pieces:
            sums[piece.bar] += piece.value
        return sums

    @property
    def drawn(self) -> tuple[Limit, ...]:
        """The limits that are near enough to draw."""
        top = _FAR * max(self.totals.values(), default=0.0)
        return tuple(limit for limit in self.limits if limit.value <= top or top == 0)


def pieces(
    groups: Sequence[Group],
    keys: pd.Series[Any],
    bars: pd.Series[Any],
    values: pd.Series[float],
    per: float,
    tell: Callable[[float], str],
) -> list[Piece]:
    """The sum of the values of each group in each bar, zeros left out."""
    of = {key: group.name for group in groups for key in group.keys}
    sums = values.groupby([bars.astype(str), keys.map(of)]).sum().to_dict()
    return [
        Piece(bar, name, value / per, f"{name}, {bar}: {tell(value)}")
        for (bar, name), value in sorted(sums.items())
        if value
    ]


def limit(
    bar: int | str, value: float, per: float, tell: Callable[[float], str], name: str
) -> Limit:
    """A limit of a bar; `per` is how many of the table's unit the chart's unit holds."""
    return Limit(str(bar), value / per, f"{name}, {bar}: {tell(value)}")


def rate(eflops: float) -> str:
    """A training rate in words."""
    return f"{figure(eflops)} EFLOP/s"


def power_unit(most_mw: float, from_gw: float = 1.0) -> Unit:
    """MW, or GW where the most is at least `from_gw`."""
    return ("GW", MW_PER_GW) if most_mw >= from_gw * MW_PER_GW else ("MW", 1.0)


def money_unit(most_musd: float) -> Unit:
    """Millions or billions of dollars."""
    return ("$ B", MUSD_PER_BUSD) if most_musd >= MUSD_PER_BUSD else ("$ M", 1.0)
