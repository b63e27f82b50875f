"""L · Links: at what speed the lit corridors work, with which equipment, and what that costs.

All links of the run work at one speed, which can only rise; a lone site needs no link. Cost is paid
per corridor, speed and whole fibre pair; equipment of a slower speed counts towards a faster one. On
an existing conduit the pairs may be leased by the year in place of a cable of one's own, as long as
so few are to be had; terminals and optics are bought either way, and an own cable stays. Where a cable
with its equipment stands before the first year, lighting the corridor takes only what a speed needs
beyond its price as new; its tax and upkeep are due whether it is lit or not.

Symbols   l corridor {u,v} · b speed in Tb/s, 0 for a lone site · y year
          speed[b,y] ∈ {0,1} · equipped[l,b,y] ∈ [0,1] · leased[l,b,y] ∈ [0,1]

Equations
  L1  way[u,v,y] + way[v,u,y] = Σ_b equipped[l,b,y]
  L2  equipped[l,b,y] ≤ speed[b,y]
  L3  Σ_b speed[b,y] = 1
  L4  Σ_{b' ≥ b} speed[b',y] ≥ Σ_{b' ≥ b} speed[b',y−1]
  L5  Σ_s open[s,y] ≤ 1 + (most sites − 1) · (1 − speed[0,y])
  L6  Σ_u way[u,v,y] ≥ open[v,y] − speed[0,y]                     v a site       survivable
  L7  Σ_u way[v,u,y] ≥ open[v,y] − speed[0,y]                     v a site       survivable
  L8  leased[l,b,y] ≤ equipped[l,b,y]
  L9  Σ_b (equipped[l,b,y] − leased[l,b,y]) ≥ Σ_b (equipped[l,b,y−1] − leased[l,b,y−1])

L6 and L7 follow from the survivable network's flows where two sites are open: each is entered and
left. They tighten the relaxation.

Posts     capex_musd, residual_musd, opex_musd (item fibre); debt_musd
Reads     open; way
Sources   models/base/reach.csv, finance.csv
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.case.fibre import ALONE
from dcplan.model import purchases
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.links` with `speed[b,y]`, `equipped[u,v,b,y]` and `leased[u,v,b,y]`."""
    speeds = [(s, y) for y in case.years for s in case.bounds.speeds_tbps[y]]
    m.links = b = pyo.Block()
    b.speed = pyo.Var(speeds, domain=pyo.Binary, doc="speed of all links   [-]")
    equipable = [(*c, s, y) for c in case.fibre.corridors for s, y in speeds if s != ALONE]
    b.equipped = pyo.Var(equipable, bounds=(0, 1), doc="corridor lit at this speed   [-]")
    _write_speed(m, b, case)
    _write_lone(m, b, case)
    if case.fibre.lease_musd:
        _write_lease(b, case)
    _post_money(b, case, ledger)


def _linked(case: Case, year: int) -> list[float]:
    return [s for s in case.bounds.speeds_tbps[year] if s != ALONE]


def _write_speed(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    corridors, years = case.fibre.corridors, case.years

    @b.Constraint(corridors, years, doc="L1  way[u,v,y] + way[v,u,y] = Σ_b equipped[l,b,y]   [-]")
    def lit_at_some_speed(b: pyo.Block, u: str, v: str, y: int) -> object:
        lit = m.fibre.way[u, v, y] + m.fibre.way[v, u, y]
        return lit == quicksum(b.equipped[u, v, s, y] for s in _linked(case, y))

    @b.Constraint(
        [(*c, s, y) for c in corridors for y in years for s in _linked(case, y)],
        doc="L2  equipped[l,b,y] ≤ speed[b,y]   [-]",
    )
    def equipped_for_the_speed(b: pyo.Block, u: str, v: str, s: float, y: int) -> object:
        return b.equipped[u, v, s, y] <= b.speed[s, y]

    @b.Constraint(years, doc="L3  Σ_b speed[b,y] = 1   [-]")
    def one_speed(b: pyo.Block, y: int) -> object:
        return sum(b.speed[s, y] for s in case.bounds.speeds_tbps[y]) == 1

    rungs = [(s, y0, y) for y0, y in pairwise(years) for s in case.bounds.speeds_tbps[y0]]

    @b.Constraint(rungs, doc="L4  Σ_{b' ≥ b} speed[b',y] ≥ Σ_{b' ≥ b} speed[b',y−1]   [-]")
    def speed_only_rises(b: pyo.Block, least: float, before: int, y: int) -> object:
        def at_least(year: int) -> Any:
            return quicksum(b.speed[s, year] for s in case.bounds.speeds_tbps[year] if s >= least)

        return at_least(y) >= at_least(before)


def _write_lone(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    sites, years = case.sites.sites, case.years
    lone = [y for y in years if ALONE in case.bounds.speeds_tbps[y]]

    @b.Constraint(lone, doc="L5  Σ_s open[s,y] ≤ 1 + (most sites − 1)(1 − speed[0,y])   [sites]")
    def lone_site(b: pyo.Block, y: int) -> object:
        count = quicksum(m.sites.open[s, y] for s in sites)
        return count <= 1 + (case.bounds.most_sites[y] - 1) * (1 - b.speed[ALONE, y])

    ringed = sites if case.fibre.survivable else ()
    near: dict[str, list[str]] = {v: [] for v in case.fibre.nodes}
    for u, v in case.fibre.corridors:
        near[u].append(v)
        near[v].append(u)

    def joined(v: str, y: int) -> Any:
        return m.sites.open[v, y] - (b.speed[ALONE, y] if y in lone else 0.0)

    @b.Constraint(ringed, years, doc="L6  Σ_u way[u,v,y] ≥ open[v,y] − speed[0,y]   [-]")
    def entered(b: pyo.Block, v: str, y: int) -> object:
        return quicksum(m.fibre.way[u, v, y] for u in near[v]) >= joined(v, y)

    @b.Constraint(ringed, years, doc="L7  Σ_u way[v,u,y] ≥ open[v,y] − speed[0,y]   [-]")
    def left(b: pyo.Block, v: str, y: int) -> object:
        return quicksum(m.fibre.way[v, u, y] for u in near[v]) >= joined(v, y)


def _write_lease(b: pyo.Block, case: Case) -> None:
    offered = [
        (*c, s, y) for c, s in case.fibre.lease_musd for y in case.years if s in _linked(case, y)
    ]
    b.leased = pyo.Var(offered, bounds=(0, 1), doc="on leased pairs   [-]")

    @b.Constraint(offered, doc="L8  leased[l,b,y] ≤ equipped[l,b,y]   [-]")
    def leased_if_lit(b: pyo.Block, u: str, v: str, s: float, y: int) -> object:
        return b.leased[u, v, s, y] <= b.equipped[u, v, s, y]

    corridors = sorted({(u, v) for u, v, _, _ in offered})

    @b.Constraint(
        corridors,
        list(pairwise(case.years)),
        doc="L9  Σ_b (equipped − leased)[l,b,y] ≥ Σ_b (equipped − leased)[l,b,y−1]   [-]",
    )
    def own_cable_stays(b: pyo.Block, u: str, v: str, before: int, y: int) -> object:
        return _own(b, case, (u, v), y) >= _own(b, case, (u, v), before)


def _own(b: pyo.Block, case: Case, corridor: tuple[str, str], year: int) -> Any:
    """Whether a corridor is lit on a cable of one's own."""
    leasable = [s for s in _linked(case, year) if (corridor, s) in case.fibre.lease_musd]
    lit = quicksum(b.equipped[(*corridor, s, year)] for s in _linked(case, year))
    return lit - quicksum(b.leased[(*corridor, s, year)] for s in leasable)


def _post_money(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    fibre, money = case.fibre, case.money
    before: Any = 0.0
    for y in case.years:
        lit = [(c, s, b.equipped[(*c, s, y)]) for c in fibre.corridors for s in _linked(case, y)]
        standing = quicksum(fibre.capex_musd[c, s] * x for c, s, x in lit)
        rented = [
            (c, musd, b.leased[(*c, s, y)])
            for (c, s), musd in fibre.lease_musd.items()
            if s in _linked(case, y)
        ]
        standing -= quicksum(fibre.cable_musd[c] * x for c, _, x in rented)
        rise = money.price_factor("fibre", y)
        purchases.post(ledger, money, "fibre", y, fibre.life_years, rise * (standing - before))
        km = quicksum(fibre.km[c] * x for c, _, x in lit if c not in fibre.stood_musd)
        yearly = fibre.maintenance_musd_per_km * km + money.tax_insurance_frac * standing
        rent = quicksum(musd * x for _, musd, x in rented)
        ledger.post("opex_musd", ("fibre", y), rise * (yearly + rent))
        before = standing
        if fibre.stood_musd:
            stood_km = sum(fibre.km[c] for c in fibre.stood_musd)
            stood = money.tax_insurance_frac * sum(fibre.stood_musd.values())
            stood += fibre.maintenance_musd_per_km * stood_km
            ledger.post("opex_musd", ("fibre", y), rise * stood)
