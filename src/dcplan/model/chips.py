"""C · Chips: what is bought for which site, what still stands, and what runs.

Chips are bought into a site and stand there for their life. A standing chip may be idled, so that
its power feeds a newer one. All that a chip asks of a hall is its IT power and its rack density.

Symbols   s site · a chip · v vendor · y year · amounts in thousand chips (kchips)
          added[s,a,y] ≥ 0 · running[s,a,y] ≥ 0

Equations
  C1  running[s,a,y] ≤ Σ_{y' within life} added[s,a,y']
  C2  Σ_s added[s,a,y] ≤ supply of a in y
  C3  Σ_{a of v,s} rate_a running[s,a,y] ≤ vendor share · Σ_{a,s} rate_a running[s,a,y]

Posts     it_mw, rack_mw, compute_eflops, capex_musd, opex_musd, residual_musd (item chips)
Reads     nothing
Sources   models/base/chips.csv, chip_supply.csv; upkeep, tax and insurance: finance.csv
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.chips` with `added[s,a,y]` and `running[s,a,y]`."""
    chips, sites = case.chips, case.sites.sites
    m.chips = b = pyo.Block()
    buyable = [(s, a, y) for s in sites for a, y in chips.buyable]
    standing = [(s, a, y) for s in sites for a, y in chips.standing]
    in_life = {(a, y): chips.bought_in_life(a, y) for a, y in chips.standing}
    b.added = pyo.Var(buyable, domain=pyo.NonNegativeReals, doc="bought   [kchips]")
    b.running = pyo.Var(standing, domain=pyo.NonNegativeReals, doc="switched on   [kchips]")

    @b.Constraint(standing, doc="C1  running[s,a,y] ≤ Σ_{y' within life} added[s,a,y']   [kchips]")
    def standing_chips(b: pyo.Block, s: str, a: str, y: int) -> object:
        return b.running[s, a, y] <= sum(b.added[s, a, bought] for bought in in_life[a, y])

    @b.Constraint(list(chips.buyable), doc="C2  Σ_s added[s,a,y] ≤ supply[a,y]   [kchips]")
    def supply(b: pyo.Block, a: str, y: int) -> object:
        return quicksum(b.added[s, a, y] for s in sites) <= chips.supply_kchips[a, y]

    shares = sorted(
        {(v, y) for v in chips.vendor_frac for a, y in chips.standing if chips.vendor[a] == v}
    )

    @b.Constraint(
        shares,
        doc="C3  Σ_{a of v,s} rate_a running ≤ vendor_frac · Σ rate_a running   [EFLOP/s]",
    )
    def vendor_share(b: pyo.Block, v: str, y: int) -> object:
        over = {a: float(chips.vendor[a] == v) - chips.vendor_frac[v] for a in chips.chips}
        return (
            quicksum(
                chips.eflops_per_kchip[a] * over[a] * b.running[s, a, t]
                for s, a, t in standing
                if t == y
            )
            <= 0
        )

    _post_load(b, case, ledger)
    _post_money(b, case, ledger)


def _post_load(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    chips = case.chips
    for s in case.sites.sites:
        for a, y in chips.standing:
            load = chips.mw_per_kchip[a] * b.running[s, a, y]
            ledger.post("it_mw", (s, y), load)
            for step in case.halls.rack_steps_kw[1:]:
                if chips.rack_kw[a] > step:
                    ledger.post("rack_mw", (s, step, y), load)
            ledger.post("compute_eflops", y, chips.eflops_per_kchip[a] * b.running[s, a, y])


def _post_money(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    chips, money = case.chips, case.money
    yearly_frac = chips.maintenance_frac + money.tax_insurance_frac
    for a, bought in chips.buyable:
        price = chips.musd_per_kchip[a]
        fleet = quicksum(b.added[s, a, bought] for s in case.sites.sites)
        ledger.post("capex_musd", ("chips", bought), price * fleet)
        worth = money.residual_frac(bought, chips.life_years[a])
        ledger.post("residual_musd", "chips", worth * price * fleet)
        for y in case.years:
            if bought <= y < bought + chips.life_years[a]:
                ledger.post("opex_musd", ("chips", y), yearly_frac * price * fleet)
