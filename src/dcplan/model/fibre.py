"""F · Fibre: which corridors are lit, in which direction, and at what speed.

A tree joins the open sites of the run at least cost, through junctions where useful: it grows outward
from one root, a site that is open in the end, and every lit corridor is a way from the side of the
root to the other. A survivable network stays connected when any one corridor is cut: its corridors
are ways too, such that every open site is reached from the root and reaches it. All links work at
one speed, which can only rise; a lone site needs no link. Cost is paid per corridor, speed and whole
fibre pair; equipment of a slower speed counts towards a faster one.

Symbols   v node (site or junction) · l corridor {u,v} · b speed in Tb/s, 0 for a lone site · y year
          r year of the root: the last for a tree, y itself for a survivable network
          root[s,r] ∈ {0,1} · way[u,v,y] ∈ {0,1} · speed[b,y] ∈ {0,1} · equipped[l,b,y] ≥ 0
          flow[u,v,y] ≥ 0 · source[s,y] ≥ 0 (sites fed) · back[u,v,y] ≥ 0 · drain[s,y] ≥ 0 (sites heard)

Equations
  F1   Σ_s root[s,r] ≤ 1
  F2   root[s,r] ≤ open[s,r]
  F3   way[u,v,y] ≥ way[u,v,y−1]
  F4   way[u,v,y] + way[v,u,y] = Σ_b equipped[l,b,y]
  F5   equipped[l,b,y] ≤ speed[b,y]
  F6   Σ_b speed[b,y] = 1
  F7   Σ_{b' ≥ b} speed[b',y] ≥ Σ_{b' ≥ b} speed[b',y−1]
  F8   Σ_s open[s,y] ≤ 1 + (most sites − 1) · (1 − speed[0,y])
  F9   Σ_u way[u,v,y] + root[v,r] ≥ open[v,y]                     v a site       tree
  F10  Σ_u way[u,v,y] + root[v,r] ≤ 1                                            tree
  F11  source[v,y] + Σ_u flow[u,v,y] − Σ_u flow[v,u,y] = open[v,y]
  F12  flow[u,v,y] ≤ most sites · way[u,v,y]
  F13  source[s,y] ≤ most sites · root[s,r]
  F14  Σ_u way[u,v,y] ≥ open[v,y] − speed[0,y]                    v a site       survivable
  F15  Σ_u way[v,u,y] ≥ open[v,y] − speed[0,y]                    v a site       survivable
  F16  drain[v,y] + Σ_u back[v,u,y] − Σ_u back[u,v,y] = open[v,y]                survivable
  F17  back[u,v,y] ≤ most sites · way[u,v,y]                                     survivable
  F18  drain[s,y] ≤ most sites · root[s,r]                                       survivable

F11 to F13 make the network connected: what an open site consumes can only come from the root along
ways. F9 and F10 say the same locally and tighten the relaxation: a tree enters a node once. F2 loses
nothing: sites stay open, so a site of the first year can be the root of every year.
F16 to F18 bring something back from every open site to the root, along ways in their one direction.
A corridor whose cut parts two sites cannot be passed both ways, so no such corridor is left; and a
network without one can always be directed so that all its sites reach one another (Robbins 1939), in
step with the years, since it grows by rings and chains onto what was there. Corridors that no ring
of candidates runs through are left out.

Posts     capex_musd, residual_musd, opex_musd (item fibre)
Reads     open
Sources   models/base/reach.csv, finance.csv; conduits: the grid's corridors.csv
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.case.fibre import ALONE
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.fibre` with `root`, `way`, `speed`, `equipped` and the flows."""
    fibre, years = case.fibre, case.years
    arcs = [arc for u, v in fibre.corridors for arc in ((u, v), (v, u))]
    roots = sorted({fibre.root_year(y, years[-1]) for y in years})
    m.fibre = b = pyo.Block()
    b.root = pyo.Var(
        case.sites.sites, roots, domain=pyo.Binary, doc="the network starts here   [-]"
    )
    b.way = pyo.Var(arcs, years, domain=pyo.Binary, doc="corridor lit in this direction   [-]")
    speeds = [(s, y) for y in years for s in case.bounds.speeds_tbps[y]]
    b.speed = pyo.Var(speeds, domain=pyo.Binary, doc="speed of all links   [-]")
    equipable = [(*c, s, y) for c in fibre.corridors for s, y in speeds if s != ALONE]
    b.equipped = pyo.Var(equipable, bounds=(0, 1), doc="corridor lit at this speed   [-]")
    _write_ways(m, b, case, arcs)
    _write_speed(m, b, case)
    _write_flow(m, b, case, arcs)
    if fibre.survivable:
        _write_return(m, b, case, arcs)
    _post_money(b, case, ledger)


def _root(b: pyo.Block, case: Case, site: str, year: int) -> Any:
    return b.root[site, case.fibre.root_year(year, case.years[-1])]


def _write_ways(
    m: pyo.ConcreteModel, b: pyo.Block, case: Case, arcs: list[tuple[str, str]]
) -> None:
    sites, years = case.sites.sites, case.years
    roots = sorted({r for _, r in b.root})

    @b.Constraint(roots, doc="F1  Σ_s root[s,r] ≤ 1   [-]")
    def one_root(b: pyo.Block, r: int) -> object:
        return quicksum(b.root[s, r] for s in sites) <= 1

    @b.Constraint(sites, roots, doc="F2  root[s,r] ≤ open[s,r]   [-]")
    def root_is_open(b: pyo.Block, s: str, r: int) -> object:
        return b.root[s, r] <= m.sites.open[s, r]

    @b.Constraint(arcs, list(pairwise(years)), doc="F3  way[u,v,y] ≥ way[u,v,y−1]   [-]")
    def way_stays(b: pyo.Block, u: str, v: str, before: int, y: int) -> object:
        return b.way[u, v, y] >= b.way[u, v, before]

    if case.fibre.survivable:
        _write_rings(m, b, case, arcs)
    else:
        _write_tree(m, b, case, arcs)


def _write_tree(
    m: pyo.ConcreteModel, b: pyo.Block, case: Case, arcs: list[tuple[str, str]]
) -> None:
    sites, nodes, years = case.sites.sites, case.fibre.nodes, case.years
    into: dict[str, list[tuple[str, str]]] = {v: [] for v in nodes}
    for arc in arcs:
        into[arc[1]].append(arc)

    @b.Constraint(sites, years, doc="F9  Σ_u way[u,v,y] + root[v,r] ≥ open[v,y]   [-]")
    def entered_if_open(b: pyo.Block, v: str, y: int) -> object:
        entered = quicksum(b.way[arc, y] for arc in into[v])
        return entered + _root(b, case, v, y) >= m.sites.open[v, y]

    @b.Constraint(nodes, years, doc="F10  Σ_u way[u,v,y] + root[v,r] ≤ 1   [-]")
    def entered_once(b: pyo.Block, v: str, y: int) -> object:
        root = _root(b, case, v, y) if v in case.sites.zone else 0.0
        return pyo.inequality(None, quicksum(b.way[arc, y] for arc in into[v]) + root, 1)


def _write_rings(
    m: pyo.ConcreteModel, b: pyo.Block, case: Case, arcs: list[tuple[str, str]]
) -> None:
    sites, years = case.sites.sites, case.years
    into: dict[str, list[tuple[str, str]]] = {v: [] for v in case.fibre.nodes}
    for arc in arcs:
        into[arc[1]].append(arc)

    def joined(v: str, y: int) -> Any:
        lone = b.speed[ALONE, y] if ALONE in case.bounds.speeds_tbps[y] else 0.0
        return m.sites.open[v, y] - lone

    @b.Constraint(sites, years, doc="F14  Σ_u way[u,v,y] ≥ open[v,y] − speed[0,y]   [-]")
    def entered(b: pyo.Block, v: str, y: int) -> object:
        return quicksum(b.way[u, w, y] for u, w in into[v]) >= joined(v, y)

    @b.Constraint(sites, years, doc="F15  Σ_u way[v,u,y] ≥ open[v,y] − speed[0,y]   [-]")
    def left(b: pyo.Block, v: str, y: int) -> object:
        return quicksum(b.way[w, u, y] for u, w in into[v]) >= joined(v, y)


def _write_speed(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    corridors, years = case.fibre.corridors, case.years
    linked = {y: [s for s in case.bounds.speeds_tbps[y] if s != ALONE] for y in years}

    @b.Constraint(corridors, years, doc="F4  way[u,v,y] + way[v,u,y] = Σ_b equipped[l,b,y]   [-]")
    def lit_at_some_speed(b: pyo.Block, u: str, v: str, y: int) -> object:
        return b.way[u, v, y] + b.way[v, u, y] == quicksum(
            b.equipped[u, v, s, y] for s in linked[y]
        )

    @b.Constraint(
        [(*c, s, y) for c in corridors for y in years for s in linked[y]],
        doc="F5  equipped[l,b,y] ≤ speed[b,y]   [-]",
    )
    def equipped_for_the_speed(b: pyo.Block, u: str, v: str, s: float, y: int) -> object:
        return b.equipped[u, v, s, y] <= b.speed[s, y]

    @b.Constraint(years, doc="F6  Σ_b speed[b,y] = 1   [-]")
    def one_speed(b: pyo.Block, y: int) -> object:
        return sum(b.speed[s, y] for s in case.bounds.speeds_tbps[y]) == 1

    rungs = [(s, y0, y) for y0, y in pairwise(years) for s in case.bounds.speeds_tbps[y0]]

    @b.Constraint(rungs, doc="F7  Σ_{b' ≥ b} speed[b',y] ≥ Σ_{b' ≥ b} speed[b',y−1]   [-]")
    def speed_only_rises(b: pyo.Block, least: float, before: int, y: int) -> object:
        def at_least(year: int) -> Any:
            return quicksum(b.speed[s, year] for s in case.bounds.speeds_tbps[year] if s >= least)

        return at_least(y) >= at_least(before)

    lone = [y for y in years if ALONE in case.bounds.speeds_tbps[y]]

    @b.Constraint(lone, doc="F8  Σ_s open[s,y] ≤ 1 + (most sites − 1)(1 − speed[0,y])   [sites]")
    def lone_site(b: pyo.Block, y: int) -> object:
        count = quicksum(m.sites.open[s, y] for s in case.sites.sites)
        return count <= 1 + (case.bounds.most_sites[y] - 1) * (1 - b.speed[ALONE, y])


def _write_flow(
    m: pyo.ConcreteModel, b: pyo.Block, case: Case, arcs: list[tuple[str, str]]
) -> None:
    sites, nodes, years = case.sites.sites, case.fibre.nodes, case.years
    out: dict[str, list[tuple[str, str]]] = {v: [] for v in nodes}
    for arc in arcs:
        out[arc[0]].append(arc)
    b.flow = pyo.Var(arcs, years, domain=pyo.NonNegativeReals, doc="sites fed through   [sites]")
    b.source = pyo.Var(
        sites, years, domain=pyo.NonNegativeReals, doc="sites fed from here   [sites]"
    )

    @b.Constraint(
        nodes,
        years,
        doc="F11  source[v,y] + Σ_u flow[u,v,y] − Σ_u flow[v,u,y] = open[v,y]   [sites]",
    )
    def fed(b: pyo.Block, v: str, y: int) -> object:
        through = quicksum(b.flow[w, u, y] - b.flow[u, w, y] for u, w in out[v])
        if v not in case.sites.zone:
            return pyo.inequality(0, through, 0)
        return b.source[v, y] + through == m.sites.open[v, y]

    @b.Constraint(arcs, years, doc="F12  flow[u,v,y] ≤ most sites · way[u,v,y]   [sites]")
    def flow_needs_way(b: pyo.Block, u: str, v: str, y: int) -> object:
        return b.flow[u, v, y] <= case.bounds.most_sites[y] * b.way[u, v, y]

    @b.Constraint(sites, years, doc="F13  source[s,y] ≤ most sites · root[s,r]   [sites]")
    def source_is_root(b: pyo.Block, s: str, y: int) -> object:
        return b.source[s, y] <= case.bounds.most_sites[y] * _root(b, case, s, y)


def _write_return(
    m: pyo.ConcreteModel, b: pyo.Block, case: Case, arcs: list[tuple[str, str]]
) -> None:
    sites, nodes, years = case.sites.sites, case.fibre.nodes, case.years
    out: dict[str, list[tuple[str, str]]] = {v: [] for v in nodes}
    for arc in arcs:
        out[arc[0]].append(arc)
    b.back = pyo.Var(arcs, years, domain=pyo.NonNegativeReals, doc="sites heard through   [sites]")
    b.drain = pyo.Var(sites, years, domain=pyo.NonNegativeReals, doc="sites heard here   [sites]")

    @b.Constraint(
        nodes,
        years,
        doc="F16  drain[v,y] + Σ_u back[v,u,y] − Σ_u back[u,v,y] = open[v,y]   [sites]",
    )
    def heard(b: pyo.Block, v: str, y: int) -> object:
        through = quicksum(b.back[u, w, y] - b.back[w, u, y] for u, w in out[v])
        if v not in case.sites.zone:
            return pyo.inequality(0, through, 0)
        return b.drain[v, y] + through == m.sites.open[v, y]

    @b.Constraint(arcs, years, doc="F17  back[u,v,y] ≤ most sites · way[u,v,y]   [sites]")
    def return_needs_way(b: pyo.Block, u: str, v: str, y: int) -> object:
        return b.back[u, v, y] <= case.bounds.most_sites[y] * b.way[u, v, y]

    @b.Constraint(sites, years, doc="F18  drain[s,y] ≤ most sites · root[s,r]   [sites]")
    def drain_is_root(b: pyo.Block, s: str, y: int) -> object:
        return b.drain[s, y] <= case.bounds.most_sites[y] * _root(b, case, s, y)


def _post_money(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    fibre, money = case.fibre, case.money
    before: Any = 0.0
    for y in case.years:
        speeds = [s for s in case.bounds.speeds_tbps[y] if s != ALONE]
        lit = [(c, s, b.equipped[(*c, s, y)]) for c in fibre.corridors for s in speeds]
        standing = quicksum(fibre.capex_musd[c, s] * x for c, s, x in lit)
        ledger.post("capex_musd", ("fibre", y), standing - before)
        worth = money.residual_frac(y, fibre.life_years)
        ledger.post("residual_musd", "fibre", worth * (standing - before))
        km = quicksum(fibre.km[c] * x for c, _, x in lit)
        yearly = fibre.maintenance_musd_per_km * km + money.tax_insurance_frac * standing
        ledger.post("opex_musd", ("fibre", y), yearly)
        before = standing
