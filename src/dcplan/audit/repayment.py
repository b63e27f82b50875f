"""How a purchase is repaid: its yearly payment, what is owed on it, what the plan's end leaves."""

from __future__ import annotations

import math

from dcplan.audit.facts import Facts


def worth_left(facts: Facts, item: str, year: int, life: float | None) -> float:
    """Share of a price that is credited at the end: what the payments within the plan leave over.

    The payments are those of the class's own rate, discounted at the discount rate. Only chips
    can be worn out before the end, and their lives are whole years.
    """
    money = facts.scenario.money
    ahead = facts.years[-1] + 1 - year
    v = 1 / (1 + money.discount_rate)
    paid = sum(v**t for t in range(ahead if life is None else min(ahead, math.floor(life))))
    return float((1 - paid * payment(facts, item, life)) / v**ahead)


def payment(facts: Facts, item: str, life: float | None) -> float:
    """Yearly payment by price, at the start of each year of the life; of land its interest."""
    v = 1 / (1 + _class_rate(facts, item))
    if life is None:
        return 1 - v
    return float((1 - v) / (1 - v**life) if v < 1 else 1 / life)


def owed(facts: Facts, item: str, bought: int, life: float | None, year: int) -> float:
    """Share of a price owed at the end of a year: the price and payments so far, with interest."""
    rate, due = _class_rate(facts, item), payment(facts, item, life)
    left = 1.0
    for y in range(bought, year + 1):
        if life is None or y < bought + life:
            left = (left - due) * (1 + rate)
    return max(0.0, left) if life is None or year + 1 < bought + life else 0.0


def _class_rate(facts: Facts, item: str) -> float:
    own = getattr(facts.scenario.money.wacc, item)
    return float(facts.scenario.money.discount_rate if own is None else own)
