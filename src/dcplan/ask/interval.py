"""The difference of two optima that are each known to within a gap."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dcplan.api import Plan
from dcplan.objectives import OBJECTIVES
from dcplan.words import dollars, figure


@dataclass(frozen=True)
class Interval:
    """By how much the second optimum is worse than the first, in the objective's unit."""

    value: float
    """Difference of the best plans found."""
    low: float
    high: float
    objective: str

    @property
    def known(self) -> bool:
        """Whether it is more than the gaps of the two searches leave open."""
        return self.low > 0.0

    @property
    def unit(self) -> str:
        """Of the values."""
        return OBJECTIVES[self.objective].unit

    @property
    def words(self) -> str:
        """What is known: a value with its range, or that it cannot be told from nothing.

        >>> Interval(12.0, 10.0, 13.0, "tco").words
        '$12 M, between $10 M and $13 M'
        >>> Interval(0.2, 0.0, 0.9, "tco").words
        'not distinguishable from 0: at most $0.9 M (gap)'
        >>> Interval(12.0, 10.0, math.inf, "tco").words
        '$12 M, at least $10 M; no bound tells the most'
        """
        if math.isinf(self.high):
            if not self.known:
                return "not known: one of the two plans has no bound"
            return (
                f"{self.told(self.value)}, at least {self.told(self.low)}; no bound tells the most"
            )
        if not self.known:
            return f"not distinguishable from 0: at most {self.told(self.high)} (gap)"
        low, high = self.told(self.low), self.told(self.high)
        if low == high:
            return self.told(self.value)
        return f"{self.told(self.value)}, between {low} and {high}"

    def told(self, value: float) -> str:
        """A difference with its unit."""
        objective = OBJECTIVES[self.objective]
        return dollars(value) if objective.in_money else f"{figure(value)} {objective.unit}"

    def as_data(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "distinguishable": self.known,
        }


def worse(first: Plan, second: Plan) -> Interval:
    """By how much the best plan of a tighter problem is worse than that of a looser one.

    Both optima lie between bound and best plan, and the tighter problem's is no better; so with z the
    objectives and b the bounds the difference is between b2 − z1 (or 0) and z2 − b1.
    """
    name = first.record.objective_name
    sign = OBJECTIVES[name].sign
    (z1, b1), (z2, b2) = _ends(first, name, sign), _ends(second, name, sign)
    low = max(0.0, b2 - z1)
    return Interval(max(z2 - z1, 0.0), low, max(z2 - b1, low), name)


def _ends(plan: Plan, name: str, sign: int) -> tuple[float, float]:
    """Value and bound of the first objective, as if it were minimised."""
    record = plan.record
    for stage in record.stages:
        if stage.objective == name:
            return sign * stage.value, sign * stage.bound
    return sign * record.objective, sign * record.bound
