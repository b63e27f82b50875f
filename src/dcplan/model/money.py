"""M · Money: capex by year and in total, opex, residual values, and what the plan is best at.

All money is real, of the base year. `tco` is the present worth of capex and opex less that of what
the purchases are still worth after the last year; a purchase is repaid in equal yearly payments over
its life, each at the start of a year, so counting those payments within the horizon gives the same
sum. That holds for any rate r_c at which a class of purchases is repaid, with A_r(n) the worth of n
payments of 1 at rate r and h the years from the purchase to the end of the horizon, if the residual
value is the share (1 − A_r(min(n, h)) / A_{r_c}(n)) (1 + r)^h of the price. At the discount rate,
r_c = r, that is what is still owed; above it, less by the premium of the dearer payments. What stood
before the first year is no purchase of the plan: nothing is owed on it, and what is left of it at the
end is not credited; no choice changes either.

Symbols   i item of capex or opex · y year · d_y discount factor
          capex_musd[y] ≥ 0 · opex_musd[y] ≥ 0 · residual_musd ≥ 0 (any sign with rates by class)

Equations
  M1  capex_musd[y] = Σ_i purchases of i in y
  M2  opex_musd[y] = Σ_i yearly cost of i in y
  M3  residual_musd = Σ_i worth of i after the last year
  M4  capex_musd[y] ≤ limit of the year
  M5  Σ_y capex_musd[y] ≤ limit in total
  M6  minimise Σ_y d_y (capex_musd[y] + opex_musd[y]) − d_end residual_musd      tco
      minimise Σ_y capex_musd[y]                                                 capex
      maximise Σ_y delivered_eflops[y]                                           max_flop
      minimise Σ_y emitted_kt[y]                                                 carbon
      minimise 1 + Σ_{y < by} (1 − done[y])                                      earliest
  M7  objective settled before ≤ the worst it may become (most training: ≥ the least)
  M8  borrowed share · Σ_i owed on i at the end of y ≤ limit of the year

An earliest plan counts plan years from 1, so that a year is a large step beside any gap. Tie-breakers
are solved one after another, each with a row M7 for every objective before it; the year that an
earliest plan has found is held by moving `by` there (T15), which is the same and stronger.

Owed at the end of y on what was bought in y' is the share A_{r_c}(n − (y + 1 − y')) / A_{r_c}(n) of
its price; what is given up later stays owed. The price of i in y is that of the base year times
(1 + rise_i)^(y − base year), but for one that is stated for its year (a price path, a lot, carbon).
Upkeep, tax and insurance are shares of what a thing would cost in that year. They rise so for what
stood before the first year as well, from its price in the base year.

Posts     nothing
Reads     capex_musd, opex_musd, residual_musd, debt_musd; delivered_eflops, emitted_kt, done
Sources   the scenario (rates, rises, limits); lives: chips.csv, supply.csv, finance.csv
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from dcplan.case import Case
from dcplan.case.money import CAPEX_ITEMS, OPEX_ITEMS
from dcplan.model.ledger import Ledger
from dcplan.objectives import OBJECTIVES


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.money` with `capex_musd[y]`, `opex_musd[y]`, `residual_musd` and the objective."""
    money, years = case.money, case.years
    m.money = b = pyo.Block()
    b.capex_musd = pyo.Var(years, domain=pyo.NonNegativeReals, doc="capex   [MUSD]")
    b.opex_musd = pyo.Var(years, domain=pyo.NonNegativeReals, doc="opex   [MUSD]")
    signs = pyo.Reals if money.wacc else pyo.NonNegativeReals
    b.residual_musd = pyo.Var(domain=signs, doc="residual value   [MUSD]")

    @b.Constraint(years, doc="M1  capex_musd[y] = Σ_i purchases of i in y   [MUSD]")
    def capex(b: pyo.Block, y: int) -> object:
        return b.capex_musd[y] == sum(ledger.read("capex_musd", (i, y)) for i in CAPEX_ITEMS)

    @b.Constraint(years, doc="M2  opex_musd[y] = Σ_i yearly cost of i in y   [MUSD]")
    def opex(b: pyo.Block, y: int) -> object:
        return b.opex_musd[y] == sum(ledger.read("opex_musd", (i, y)) for i in OPEX_ITEMS)

    @b.Constraint(doc="M3  residual_musd = Σ_i worth of i after the last year   [MUSD]")
    def residual(b: pyo.Block) -> object:
        return b.residual_musd == sum(ledger.read("residual_musd", i) for i in CAPEX_ITEMS)

    @b.Constraint(
        list(money.capex_limit_musd), doc="M4  capex_musd[y] ≤ limit of the year   [MUSD]"
    )
    def capex_of_year(b: pyo.Block, y: int) -> object:
        return b.capex_musd[y] <= money.capex_limit_musd[y]

    if money.capex_total_limit_musd is not None:

        @b.Constraint(doc="M5  Σ_y capex_musd[y] ≤ limit in total   [MUSD]")
        def capex_in_total(b: pyo.Block) -> object:
            return sum(b.capex_musd[y] for y in years) <= money.capex_total_limit_musd

    @b.Constraint(
        list(money.debt_limit_musd),
        doc="M8  borrowed share Σ_i owed on i ≤ limit of the year   [MUSD]",
    )
    def debt_of_year(b: pyo.Block, y: int) -> object:
        return ledger.read("debt_musd", y) <= money.debt_limit_musd[y]

    if money.held:
        _write_held(m, b, case)
    b.goal = _goal(money.objective, _VALUES[money.objective](m, case))


def _write_held(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    limits = dict(case.money.held)

    @b.Constraint(
        list(limits), doc="M7  objective settled before, no worse than it may be   [its unit]"
    )
    def held(b: pyo.Block, name: str) -> object:
        value = _VALUES[name](m, case)
        return value >= limits[name] if OBJECTIVES[name].most else value <= limits[name]


def _tco(m: pyo.ConcreteModel, case: Case) -> Any:
    money, b = case.money, m.money
    spent = sum(money.discount[y] * (b.capex_musd[y] + b.opex_musd[y]) for y in case.years)
    return spent - money.end_discount * b.residual_musd


def _capex(m: pyo.ConcreteModel, case: Case) -> Any:
    return sum(m.money.capex_musd[y] for y in case.years)


def _max_flop(m: pyo.ConcreteModel, case: Case) -> Any:
    return sum(m.training.delivered_eflops[y] for y in case.years)


def _carbon(m: pyo.ConcreteModel, case: Case) -> Any:
    return sum(m.carbon.emitted_kt[y] for y in case.years)


def _earliest(m: pyo.ConcreteModel, case: Case) -> Any:
    return 1 + sum(1 - done for done in m.training.done.values())


_VALUES = {
    "tco": _tco,
    "capex": _capex,
    "max_flop": _max_flop,
    "carbon": _carbon,
    "earliest": _earliest,
}


def _goal(name: str, value: Any) -> pyo.Objective:
    if name == "tco":
        return pyo.Objective(
            expr=value,
            doc="M6  Σ_y d_y (capex_musd[y] + opex_musd[y]) − d_end residual_musd   [MUSD]",
        )
    if name == "capex":
        return pyo.Objective(expr=value, doc="M6  Σ_y capex_musd[y]   [MUSD]")
    if name == "max_flop":
        return pyo.Objective(
            expr=value, sense=pyo.maximize, doc="M6  Σ_y delivered_eflops[y]   [EFLOP/s]"
        )
    if name == "carbon":
        return pyo.Objective(expr=value, doc="M6  Σ_y emitted_kt[y]   [kt]")
    return pyo.Objective(expr=value, doc="M6  1 + Σ_{y < by} (1 − done[y])   [plan year]")
