"""F · Fibre: which corridors are lit, and in which direction.

A tree joins the open sites of the run at least cost, through junctions where useful: it grows outward
from one root, a site that is open in the end, and every lit corridor is a way from the side of the
root to the other. A survivable network stays connected when any one corridor is cut: its corridors
are ways too, such that every open site is reached from the root and reaches it.

Symbols   v node (site or junction) · u,v a corridor's ends · s site · y year
          r year of the root: the last for a tree, y itself for a survivable network
          root[s,r] ∈ {0,1} · way[u,v,y] ∈ {0,1} · flow[u,v,y], back[u,v,y] ≥ 0 (sites fed, heard)
          source[s,y], drain[s,y] ≥ 0 (sites) · reach_km[v] ≥ 0

Equations
  F1  Σ_s root[s,r] ≤ 1
  F2  root[s,r] ≤ open[s,r]
  F3  way[u,v,y] ≥ way[u,v,y−1]
  F4  Σ_u way[u,v,y] + root[v,r] ≥ open[v,y]                     v a site       tree
  F5  Σ_u way[u,v,y] + root[v,r] ≤ 1                                            tree
  F6  source[v,y] + Σ_u flow[u,v,y] − Σ_u flow[v,u,y] = open[v,y]
  F7  flow[u,v,y] ≤ most sites · way[u,v,y]
  F8  source[s,y] ≤ most sites · root[s,r]
  F9  drain[v,y] + Σ_u back[v,u,y] − Σ_u back[u,v,y] = open[v,y]                survivable
  F10 back[u,v,y] ≤ most sites · way[u,v,y]                                     survivable
  F11 drain[s,y] ≤ most sites · root[s,r]                                       survivable
  F12 reach_km[v] ≥ reach_km[u] + km_{u,v} − (longest path + km_{u,v}) · (1 − way[u,v,last])

F6 to F8 make the network connected: what an open site consumes can only come from the root along
ways. F4 and F5 say the same locally and tighten the relaxation: a tree enters a node once. F2 loses
nothing: sites stay open, so a site of the first year can be the root of every year.
F9 to F11 bring something back from every open site to the root, along ways in their one direction.
A corridor whose cut parts two sites cannot be passed both ways, so no such corridor is left; and a
network without one can always be directed so that all its sites reach one another (Robbins 1939), in
step with the years, since it grows by rings and chains onto what was there. Corridors that no ring
of candidates runs through are left out. F12 keeps every node of the last year's tree within the
longest path from the root, which is then the hub.

Posts     nothing
Reads     open
Sources   conduits: the grid's corridors.csv; spurs and new builds: drawn by dcplan.geography
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.fibre` with `root[s,r]`, `way[u,v,y]` and the flows."""
    fibre, years = case.fibre, case.years
    arcs = [arc for u, v in fibre.corridors for arc in ((u, v), (v, u))]
    roots = sorted({fibre.root_year(y, years[-1]) for y in years})
    m.fibre = b = pyo.Block()
    b.root = pyo.Var(
        case.sites.sites, roots, domain=pyo.Binary, doc="the network starts here   [-]"
    )
    b.way = pyo.Var(arcs, years, domain=pyo.Binary, doc="corridor lit in this direction   [-]")
    _write_ways(m, b, case, arcs)
    _write_flow(m, b, case, arcs)
    if fibre.survivable:
        _write_return(m, b, case, arcs)
    else:
        _write_tree(m, b, case, arcs)
    if fibre.max_path_km is not None:
        _write_reach(b, case, arcs, fibre.max_path_km)


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


def _write_tree(
    m: pyo.ConcreteModel, b: pyo.Block, case: Case, arcs: list[tuple[str, str]]
) -> None:
    sites, nodes, years = case.sites.sites, case.fibre.nodes, case.years
    into: dict[str, list[tuple[str, str]]] = {v: [] for v in nodes}
    for arc in arcs:
        into[arc[1]].append(arc)

    @b.Constraint(sites, years, doc="F4  Σ_u way[u,v,y] + root[v,r] ≥ open[v,y]   [-]")
    def entered_if_open(b: pyo.Block, v: str, y: int) -> object:
        entered = quicksum(b.way[arc, y] for arc in into[v])
        return entered + _root(b, case, v, y) >= m.sites.open[v, y]

    @b.Constraint(nodes, years, doc="F5  Σ_u way[u,v,y] + root[v,r] ≤ 1   [-]")
    def entered_once(b: pyo.Block, v: str, y: int) -> object:
        root = _root(b, case, v, y) if v in case.sites.zone else 0.0
        return pyo.inequality(None, quicksum(b.way[arc, y] for arc in into[v]) + root, 1)


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
        doc="F6  source[v,y] + Σ_u flow[u,v,y] − Σ_u flow[v,u,y] = open[v,y]   [sites]",
    )
    def fed(b: pyo.Block, v: str, y: int) -> object:
        through = quicksum(b.flow[w, u, y] - b.flow[u, w, y] for u, w in out[v])
        if v not in case.sites.zone:
            return pyo.inequality(0, through, 0)
        return b.source[v, y] + through == m.sites.open[v, y]

    @b.Constraint(arcs, years, doc="F7  flow[u,v,y] ≤ most sites · way[u,v,y]   [sites]")
    def flow_needs_way(b: pyo.Block, u: str, v: str, y: int) -> object:
        return b.flow[u, v, y] <= case.bounds.most_sites[y] * b.way[u, v, y]

    @b.Constraint(sites, years, doc="F8  source[s,y] ≤ most sites · root[s,r]   [sites]")
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
        doc="F9  drain[v,y] + Σ_u back[v,u,y] − Σ_u back[u,v,y] = open[v,y]   [sites]",
    )
    def heard(b: pyo.Block, v: str, y: int) -> object:
        through = quicksum(b.back[u, w, y] - b.back[w, u, y] for u, w in out[v])
        if v not in case.sites.zone:
            return pyo.inequality(0, through, 0)
        return b.drain[v, y] + through == m.sites.open[v, y]

    @b.Constraint(arcs, years, doc="F10  back[u,v,y] ≤ most sites · way[u,v,y]   [sites]")
    def return_needs_way(b: pyo.Block, u: str, v: str, y: int) -> object:
        return b.back[u, v, y] <= case.bounds.most_sites[y] * b.way[u, v, y]

    @b.Constraint(sites, years, doc="F11  drain[s,y] ≤ most sites · root[s,r]   [sites]")
    def drain_is_root(b: pyo.Block, s: str, y: int) -> object:
        return b.drain[s, y] <= case.bounds.most_sites[y] * _root(b, case, s, y)


def _write_reach(b: pyo.Block, case: Case, arcs: list[tuple[str, str]], longest: float) -> None:
    last = case.years[-1]
    b.reach_km = pyo.Var(case.fibre.nodes, bounds=(0, longest), doc="path from the root   [km]")

    @b.Constraint(
        arcs,
        doc="F12  reach_km[v] ≥ reach_km[u] + km − (longest + km)(1 − way[u,v,last])   [km]",
    )
    def within_reach(b: pyo.Block, u: str, v: str) -> object:
        km = case.fibre.km[min(u, v), max(u, v)]
        return b.reach_km[v] >= b.reach_km[u] + km - (longest + km) * (1 - b.way[u, v, last])
