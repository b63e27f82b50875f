"""A change of one limit by one useful unit, and what the rows of the model feel of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dcplan.solve.prices import Prices, Row

LARGEST_SHARE = 0.25


@dataclass(frozen=True)
class Unit:
    """A change of one limit."""

    setting: str
    words: str
    tightens: bool = False
    """Whether it asks more of a plan: one more of a target."""
    felt: Callable[[Prices], float | None] = lambda _: None
    """By how much the objective rises with it, by the duals; None where no row tells."""


def sized(wanted: float, of: float) -> float:
    """The wanted step, or a tenth of it and so on where it is a large part of the limit."""
    while of > 0 and wanted > LARGEST_SHARE * of:
        wanted /= 10
    return wanted


def rows_felt(rows: list[Row], amount: float) -> Callable[[Prices], float | None]:
    """What an amount more on the right side of rows does."""
    return lambda found: amount * sum(found.dual.get(row, 0.0) for row in rows)
