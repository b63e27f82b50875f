"""G · Grid: what each zone's grid takes, at which class of curtailment, and with which upgrades.

A zone takes new load up to its headroom: what its grid carries if that load yields a class of hours a
year. More can be connected in tiers, each a network upgrade that the load pays for, dearer than the
one before. Both are decided for a zone as a whole, the class once for the plan.

Symbols   z utility zone · c class of curtailment · t tier · y year · power in MW
          accepts[c,z] ∈ {0,1} · upgraded_mw[t,z,y] ≥ 0

Equations
  G1  Σ_c accepts[c,z] = 1                                                  class a choice
  G2  upgraded_mw[t,z,y] ≥ upgraded_mw[t,z,y−1]                             upgrades
  G3  upgraded_mw[t,z,y] ≤ extra_mw[t,z]                                    upgrades

The headroom posted is that of the scenario's class, or Σ_c headroom[c,z] accepts[c,z], and what is
upgraded in the year. The hours of the class accepted are lost to training: T13 and T14. An upgrade
is kept and repaid like the connection that it makes possible.

Posts     headroom_mw; capex_musd, residual_musd, opex_musd (item power); debt_musd
Reads     nothing
Sources   the grid's zones.csv and upgrades.csv
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from dcplan.case import Case
from dcplan.case.grid import GRID
from dcplan.model import purchases
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.grid` with `accepts[c,z]` and `upgraded_mw[t,z,y]`, where there is a choice."""
    grid = case.grid
    m.grid = b = pyo.Block()
    classes = grid.classes()
    if classes:
        b.accepts = pyo.Var(list(grid.class_headroom_mw), domain=pyo.Binary, doc="accepted   [-]")

        @b.Constraint(grid.zones, doc="G1  Σ_c accepts[c,z] = 1   [-]")
        def one_class(b: pyo.Block, z: str) -> object:
            return sum(b.accepts[c, z] for c in classes) == 1

    for z in grid.zones if case.power.feed else ():
        room: Any = grid.headroom_mw[z]
        if classes:
            room = sum(grid.class_headroom_mw[c, z] * b.accepts[c, z] for c in classes)
        for y in case.years:
            ledger.post("headroom_mw", (z, y), room)
    if grid.tier_years:
        _write_upgrades(b, case, ledger)


def _write_upgrades(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    grid, stands = case.grid, set(case.grid.tier_years)
    b.upgraded_mw = pyo.Var(
        grid.tier_years, domain=pyo.NonNegativeReals, doc="upgraded by then   [MW]"
    )
    steps = [(t, z, y) for t, z, y in grid.tier_years if (t, z, y - 1) in stands]

    @b.Constraint(steps, doc="G2  upgraded_mw[t,z,y] ≥ upgraded_mw[t,z,y−1]   [MW]")
    def upgrades_stay(b: pyo.Block, t: int, z: str, y: int) -> object:
        return b.upgraded_mw[t, z, y] >= b.upgraded_mw[t, z, y - 1]

    @b.Constraint(grid.tier_years, doc="G3  upgraded_mw[t,z,y] ≤ extra_mw[t,z]   [MW]")
    def tier_size(b: pyo.Block, t: int, z: str, y: int) -> object:
        return b.upgraded_mw[t, z, y] <= grid.tier_mw[t, z]

    life, money = case.power.life_years[GRID], case.money
    for t, z, y in grid.tier_years:
        worth = grid.tier_musd_per_mw[t, z] * b.upgraded_mw[t, z, y]
        before = (
            grid.tier_musd_per_mw[t, z] * b.upgraded_mw[t, z, y - 1]
            if (t, z, y - 1) in stands
            else 0.0
        )
        ledger.post("headroom_mw", (z, y), b.upgraded_mw[t, z, y])
        rise = money.price_factor("power", y)
        purchases.post(ledger, money, "power", y, life, rise * (worth - before))
        ledger.post("opex_musd", ("power", y), money.tax_insurance_frac * rise * worth)
