"""What a plan can be best at: one table of names, units, senses and words for every floor."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from dcplan.words import dollars, figure

ObjectiveName = Literal["tco", "capex", "max_flop", "carbon", "earliest"]


@dataclass(frozen=True)
class Objective:
    """One objective: its unit, its sense, and how people speak of it."""

    name: str
    unit: str
    noun: str
    """What its value is."""
    wants: str
    """What a plan of it has."""
    per: str = ""
    """What stands behind a value that is a sum."""
    most: bool = False
    """Whether more is better."""

    @property
    def sign(self) -> int:
        """1 where less is better, −1 where more is."""
        return -1 if self.most else 1

    @property
    def unknown(self) -> float:
        """The bound of a search that gave none."""
        return math.inf if self.most else -math.inf

    @property
    def in_money(self) -> bool:
        """Whether its values are MUSD."""
        return self.unit == "MUSD"

    def told(self, value: float, first_year: int | None = None) -> str:
        """A value with its unit, for people; a plan year also by the calendar.

        >>> OBJECTIVES["max_flop"].told(1234.5), OBJECTIVES["tco"].told(9139.3)
        ('1,234 EFLOP/s', '$9.139 B')
        >>> OBJECTIVES["earliest"].told(3.0, 2027)
        'plan year 3 (2029)'
        """
        if self.in_money:
            return dollars(value)
        if self.name == "earliest":
            year = f" ({first_year + round(value) - 1})" if first_year is not None else ""
            return f"plan year {figure(value)}{year}"
        return f"{figure(value)} {self.unit}"

    def limit(self, value: float, slack: float) -> float:
        """The worst that a value held within a share `slack` of itself may become.

        >>> OBJECTIVES["tco"].limit(200.0, 0.01), OBJECTIVES["max_flop"].limit(200.0, 0.01)
        (202.0, 198.0)
        """
        return value + self.sign * slack * abs(value)


OBJECTIVES = {
    objective.name: objective
    for objective in (
        Objective("tco", "MUSD", "total cost, discounted", "least total cost"),
        Objective("capex", "MUSD", "capex", "least capex"),
        Objective("max_flop", "EFLOP/s", "training", "most training", " over all years", most=True),
        Objective("carbon", "kt CO2", "emissions", "least emissions", " over all years"),
        Objective("earliest", "plan year", "earliest total", "earliest training"),
    )
}


@dataclass(frozen=True)
class Stage:
    """One objective of a plan's chain, as its own search left it; bound and gap as in a plan."""

    objective: str
    value: float
    bound: float
    gap: float


@dataclass(frozen=True)
class Alone:
    """What planning for one of several futures alone comes to, in MUSD; None where not known."""

    future: str
    cost: float | None
    """Of that future, planned for itself: the plan found, and the least that any can cost."""
    least: float | None
    held: float | None = None
    """The objective over all futures with that plan's places, cooling and fibre in each of them."""
    held_least: float | None = None
    serves: bool | None = None
    """Whether every future has a plan with them."""
