"""What a purchase posts: its price, what it is worth after the plan, and what is owed on it."""

from __future__ import annotations

from typing import Any

from dcplan.case.money import Money
from dcplan.model.ledger import Ledger


def post(
    ledger: Ledger,
    money: Money,
    item: str,
    year: int,
    life_years: float | None,
    musd: Any,
    kept_musd: Any = None,
) -> None:
    """Post the price `musd` of what is bought in `year`.

    `kept_musd` is the price of that part of it which is not given up before the end, where some may
    be: what is owed on the rest is paid off then.
    """
    ledger.post("capex_musd", (item, year), musd)
    if kept_musd is None:
        ledger.post("residual_musd", item, money.residual_frac(item, year, life_years) * musd)
    else:
        owed = money.owed_frac(item, year, life_years, money.last_year)
        ledger.post("residual_musd", item, owed * kept_musd)
        if item in money.wacc:
            premium = money.premium_frac(item, year, life_years)
            ledger.post("residual_musd", item, premium * musd)
    for y in money.debt_limit_musd:
        owed = money.owed_frac(item, year, life_years, y) if y >= year else 0.0
        if owed:
            ledger.post("debt_musd", y, money.debt_frac * owed * musd)
