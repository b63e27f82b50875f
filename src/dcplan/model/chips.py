"""C · Chips: what is bought for which site, what still stands, and what runs.

Chips are bought into a site and stand there for their life. A standing chip may be idled, so that
its power feeds a newer one. Chips that stand before the first year, of kinds on sale or not, run
where they are until their life ends; their price is not paid again, their upkeep is. All that a chip
asks of a hall is its IT power, the network's share included, and its rack density.

Symbols   s site · a chip · v vendor · p packaging · n lot · y year · amounts in thousand chips (kchips)
          added[s,a,y] ≥ 0 · running[s,a,y] ≥ 0 · pods[s,a,y] ∈ {0,1,2,…}
          uses[s,a] ∈ {0,1} · signed[y,n] ∈ {0,1} · kept[s,a,y] ≥ 0

Equations
  C1  running[s,a,y] ≤ Σ_{y' within life} added[s,a,y']
  C2  Σ_s added[s,a,y] ≤ supply of a in y + Σ_n lot_n signed[y,n]
  C3  Σ_{a of v,s} rate_a running[s,a,y] ≤ vendor share · Σ_{a,s} rate_a running[s,a,y]
  C4  Σ_{a of v} paid[a,y] ≤ vendor share · Σ_a paid[a,y]
  C5  Σ_{a in p} (Σ_s added[s,a,y] − Σ_n lot_n signed[y,n]) / per wafer_a ≤ wafers of p in y
  C6  added[s,a,y] = pod_a pods[s,a,y]                               where whole pods are asked
  C7  added[s,a,y] ≤ most · uses[s,a]
  C8  Σ_a uses[s,a] ≤ most kinds · open[s, last year]
  C9  Σ_s added[s,a,y] ≥ Σ_n lot_n signed[y,n]
  C10 signed[y,n] = 1                                                 where n is mandatory
  C11 kept[s,a,y] ≤ what stood at s before the first year and is within its life
  C12 added[s,a,y] ≤ most · open[s, last year]                        where a may be bought to idle

paid[a,y] is price_{a,y} Σ_s added[s,a,y] + Σ_n (price_n − price_{a,y}) lot_n signed[y,n]: a lot's
chips cost the lot's price, all others that of the list. Upkeep, tax and insurance are shares of what
was paid, which then rises with the price of chips. A lot is reserved for the buyer: it counts
neither against the buyer's share of the world's output nor against that of the wafers. Signed, all
of it is bought and stands at an open site, running or not. most in C12 is what can be bought, in C7
that or what the site's power can run where nothing makes anyone buy more. kept are those of the chips
that stood which run; C3 counts them with running.

Posts     it_mw, old_mw, rack_mw, compute_eflops, site_eflops, running_kchips; capex_musd, opex_musd,
          residual_musd (item chips); carbon_kt, debt_musd
Reads     open
Sources   models/base/chips.csv, chip_supply.csv, wafers.csv, a library's chip_prices.csv; upkeep, tax
          and insurance: finance.csv
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model import purchases
from dcplan.model.ledger import Ledger
from dcplan.model.lots import in_lots, most_at_site, paid_musd


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.chips` with `added[s,a,y]`, `running[s,a,y]` and what rules on buying ask."""
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

    if chips.stood_kchips:
        _write_stood(b, case)

    if chips.lots:
        b.signed = pyo.Var(list(chips.lots), domain=pyo.Binary, doc="lot is signed   [-]")

    @b.Constraint(
        list(chips.buyable),
        doc="C2  Σ_s added[s,a,y] ≤ supply[a,y] + Σ_n lot_n signed[y,n]   [kchips]",
    )
    def supply(b: pyo.Block, a: str, y: int) -> object:
        bought = quicksum(b.added[s, a, y] for s in sites)
        return bought <= chips.supply_kchips[a, y] + in_lots(b, case, a, y)

    _write_vendors(b, case)
    if chips.wafer_limit_kwafers:
        _write_wafers(b, case)
    if chips.pod_kchips:
        _write_pods(b, case)
    if chips.max_types is not None:
        _write_types(m, b, case)
    if chips.lots:
        _write_lots(b, case)
    if chips.lots or chips.vendor_capex_frac:
        _write_places(m, b, case)
    _post_load(b, case, ledger)
    _post_money(b, case, ledger)


def _write_stood(b: pyo.Block, case: Case) -> None:
    stood = case.chips.stood_kchips
    b.kept = pyo.Var(list(stood), domain=pyo.NonNegativeReals, doc="of those before   [kchips]")

    @b.Constraint(
        list(stood), doc="C11  kept[s,a,y] ≤ what stood and is within its life   [kchips]"
    )
    def stood_chips(b: pyo.Block, s: str, a: str, y: int) -> object:
        return b.kept[s, a, y] <= stood[s, a, y]


def _run(b: pyo.Block) -> list[tuple[Any, Any]]:
    """(site, chip, year) and variable of all chips that may run."""
    return [*b.running.items(), *(b.kept.items() if b.component("kept") else ())]


def _write_vendors(b: pyo.Block, case: Case) -> None:
    chips = case.chips
    shares = sorted(
        {(v, y) for v in chips.vendor_frac for a, y in chips.present if chips.vendor[a] == v}
    )

    @b.Constraint(
        shares,
        doc="C3  Σ_{a of v,s} rate_a running ≤ vendor_frac · Σ rate_a running   [EFLOP/s]",
    )
    def vendor_share(b: pyo.Block, v: str, y: int) -> object:
        over = {a: float(chips.vendor[a] == v) - chips.vendor_frac[v] for a in chips.chips}
        run = [(a, x) for (_, a, t), x in _run(b) if t == y]
        return quicksum(chips.eflops_per_kchip[a] * over[a] * x for a, x in run) <= 0

    capex_shares = sorted(
        {(v, y) for v in chips.vendor_capex_frac for a, y in chips.buyable if chips.vendor[a] == v}
    )

    @b.Constraint(
        capex_shares, doc="C4  Σ_{a of v} paid[a,y] ≤ vendor_capex_frac · Σ_a paid[a,y]   [MUSD]"
    )
    def vendor_capex(b: pyo.Block, v: str, y: int) -> object:
        over = {a: float(chips.vendor[a] == v) - chips.vendor_capex_frac[v] for a in chips.chips}
        return sum(over[a] * paid_musd(b, case, a, t) for a, t in chips.buyable if t == y) <= 0


def _write_wafers(b: pyo.Block, case: Case) -> None:
    chips, sites = case.chips, case.sites.sites

    @b.Constraint(
        list(chips.wafer_limit_kwafers),
        doc="C5  Σ_{a in p} (Σ_s added − Σ_n lot_n signed) / per_wafer_a ≤ wafers[p,y]   [kwafers]",
    )
    def wafers(b: pyo.Block, p: str, y: int) -> object:
        packaged = [a for a, t in chips.buyable if t == y and chips.packaging.get(a) == p]
        taken = (
            quicksum(b.added[s, a, y] / chips.per_wafer[a] for s in sites)
            - in_lots(b, case, a, y) / chips.per_wafer[a]
            for a in packaged
        )
        return sum(taken) <= chips.wafer_limit_kwafers[p, y]


def _write_pods(b: pyo.Block, case: Case) -> None:
    pods = case.chips.pod_kchips
    whole = [(s, a, y) for s in case.sites.sites for a, y in case.chips.buyable if a in pods]
    b.pods = pyo.Var(whole, domain=pyo.NonNegativeIntegers, doc="systems bought   [pods]")

    @b.Constraint(whole, doc="C6  added[s,a,y] = pod_a pods[s,a,y]   [kchips]")
    def whole_pods(b: pyo.Block, s: str, a: str, y: int) -> object:
        return b.added[s, a, y] == pods[a] * b.pods[s, a, y]


def _write_types(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    chips, sites, last = case.chips, case.sites.sites, case.years[-1]
    buyable = [(s, a, y) for s in sites for a, y in chips.buyable]
    b.uses = pyo.Var(sites, chips.sold, domain=pyo.Binary, doc="kind of chip is there   [-]")

    @b.Constraint(buyable, doc="C7  added[s,a,y] ≤ most uses[s,a]   [kchips]")
    def kind_used(b: pyo.Block, s: str, a: str, y: int) -> object:
        return b.added[s, a, y] <= most_at_site(case, s, a, y) * b.uses[s, a]

    @b.Constraint(sites, [last], doc="C8  Σ_a uses[s,a] ≤ max_types open[s, last year]   [kinds]")
    def kinds_at_site(b: pyo.Block, s: str, y: int) -> object:
        return sum(b.uses[s, a] for a in chips.sold) <= chips.max_types * m.sites.open[s, y]


def _write_lots(b: pyo.Block, case: Case) -> None:
    """Write what is due once a lot is signed."""
    chips, sites = case.chips, case.sites.sites
    taken = sorted({(lot.chip, y) for (y, _), lot in chips.lots.items()})

    @b.Constraint(taken, doc="C9  Σ_s added[s,a,y] ≥ Σ_n lot_n signed[y,n]   [kchips]")
    def lot_is_taken(b: pyo.Block, a: str, y: int) -> object:
        return quicksum(b.added[s, a, y] for s in sites) >= in_lots(b, case, a, y)

    @b.Constraint(
        [key for key, lot in chips.lots.items() if lot.mandatory], doc="C10  signed[y,n] = 1   [-]"
    )
    def lot_is_due(b: pyo.Block, y: int, n: str) -> object:
        return b.signed[y, n] == 1


def _write_places(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    """Write that chips which may stand idle do so at a site that opens."""
    chips, last = case.chips, case.years[-1]
    in_a_lot = {lot.chip for lot in chips.lots.values()}
    idle = [(a, y) for a, y in chips.buyable if chips.vendor_capex_frac or a in in_a_lot]

    @b.Constraint(
        [(s, a, y) for s in case.sites.sites for a, y in idle],
        doc="C12  added[s,a,y] ≤ most open[s, last year]   [kchips]",
    )
    def stands_at_a_site(b: pyo.Block, s: str, a: str, y: int) -> object:
        return b.added[s, a, y] <= chips.most_kchips(a, y) * m.sites.open[s, last]


def _post_load(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    chips = case.chips
    for (s, a, y), x in _run(b):
        load = chips.mw_per_kchip[a] * x
        ledger.post("it_mw", (s, y), load)
        for step in case.halls.rack_steps_kw[1:]:
            if chips.rack_kw[a] > step:
                ledger.post("rack_mw", (s, step, y), load)
        rate = chips.eflops_per_kchip[a] * x
        if case.training.goodput_steps:
            ledger.post("running_kchips", (s, y), x)
        if case.training.by_site:
            ledger.post("site_eflops", (s, y), rate)
        else:
            ledger.post("compute_eflops", y, rate)
    for s, a, y in chips.stood_kchips:
        ledger.post("old_mw", (s, y), chips.mw_per_kchip[a] * b.kept[s, a, y])


def _post_money(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    chips, money = case.chips, case.money
    yearly_frac = chips.maintenance_frac + money.tax_insurance_frac
    for y, musd in chips.stood_musd.items():
        ledger.post("opex_musd", ("chips", y), yearly_frac * money.price_factor("chips", y) * musd)
    for a, bought in chips.buyable:
        paid = paid_musd(b, case, a, bought)
        purchases.post(ledger, money, "chips", bought, chips.life_years[a], paid)
        if case.carbon.counted and case.carbon.embodied:
            fleet = quicksum(b.added[s, a, bought] for s in case.sites.sites)
            ledger.post("carbon_kt", bought, case.carbon.chip_kt_per_kchip[a] * fleet)
        for y in case.years:
            if bought <= y < bought + chips.life_years[a]:
                rise = money.price_factor("chips", y) / money.price_factor("chips", bought)
                ledger.post("opex_musd", ("chips", y), yearly_frac * rise * paid)
