"""Which supply contracts may end before the plan does, as ending them can save money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from dcplan.case.money import Money
from dcplan.errors import Problem

Years = tuple[int, ...]


@dataclass(frozen=True)
class Terms:
    """What 1 MW of a supply costs at a site, in MUSD at prices of the base year."""

    first: float
    """Year from which it can be signed; without end where it never can."""
    stood: bool
    """Whether some stands before the first year, which is no purchase: ending it forfeits nothing."""
    alone: bool
    """Whether nothing else is ever supplied there."""
    price_musd: float
    yearly_musd: float
    """Fixed cost, tax and insurance of a year."""
    energy_musd: float
    """Energy of a year that is paid for, taken or not."""
    life_years: float


def endable(
    years: Years, money: Money, terms: Mapping[tuple[str, str], Terms], problems: list[Problem]
) -> tuple[tuple[str, str], ...]:
    """Offers, by (site, supply), of which a contract may end; none unless all costs are the aim."""
    if money.objective != "tco":
        return ()
    found = {offer: of for offer, of in terms.items() if _may_end(years, money, of)}
    signed = {g: of.life_years for (_, g), of in found.items() if of.first <= years[-1]}
    problems += _older_worth_more(years, money, signed)
    return tuple(found)


def _may_end(years: Years, money: Money, of: Terms) -> bool:
    """Whether ending what stood, or the year after some year of signing, saves more than is lost."""
    if of.stood:
        return of.yearly_musd + of.energy_musd > 0

    def saved(signed: int) -> float:
        later = (
            money.discount[y]
            * (
                of.yearly_musd * money.price_factor("power", y)
                + of.energy_musd * money.price_factor("energy", y)
            )
            for y in years
            if y > signed
        )
        price = of.price_musd * money.price_factor("power", signed)
        owed = money.owed_frac("power", signed, of.life_years, money.last_year)
        return sum(later) - money.end_discount * owed * price

    return not of.alone and any(saved(y) > 0 for y in years if y >= of.first)


def _older_worth_more(years: Years, money: Money, lives: Mapping[str, float]) -> list[Problem]:
    """The model lets the oldest contracts end first, since they are worth least; else it may not."""

    def worth(signed: int, life: float) -> float:
        owed = money.owed_frac("power", signed, life, money.last_year)
        return money.price_factor("power", signed) * owed

    what = "lets prices fall so fast that an older contract of {} is worth more than a newer one"
    return [
        Problem("money.escalation.power", what.format(g))
        for g, life in lives.items()
        if any(worth(y, life) > worth(z, life) for y, z in pairwise(years))
    ]
