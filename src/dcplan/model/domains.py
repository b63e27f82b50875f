"""D · Domains: what failures leave of the time of chips that work in step.

A failure stops every chip that waits for the one that failed, so the more chips work in step, the more
time goes into restarts and saves. Where sites exchange at every step the domain is all running chips of
the fleet; where they exchange less often (H > 1) each site is a domain of its own and the run goes by the
largest. The library's table tells the goodput for rising numbers of chips. A number between two rows
counts as the larger, so no plan promises more than the table, and no domain may pass its last row.

This chapter is written where the scenario names a recovery; else goodput is a fixed share within T1. It
counts chips out of service for repair apart (chips.repair_hours): those are lost to the fleet, this is
lost to the run.

Symbols   n row of the table, kchips · s site · k cooling design · y year
          domain[n,y] ∈ {0,1} · running_kchips[s,y] ≥ 0 · part_eflops[n,y] ≥ 0

Equations
  D1  Σ_n domain[n,y] = 1
  D2  Σ_s running_kchips of s ≤ Σ_n n domain[n,y]                            sites in step
  D3  running_kchips[s,y] = Σ_a running[s,a,y]                               a domain a site
  D4  running_kchips[s,y] ≤ Σ_k most chips per MW in k · used_mw[s,k,y]      a domain a site
  D5  running_kchips[s,y] ≤ Σ_n n domain[n,y]                                a domain a site
  D6  Σ_n part_eflops[n,y] = gross_eflops[y]
  D7  part_eflops[n,y] ≤ most gross rate of such domains · domain[n,y]
  D8  compute_eflops[y] = Σ_n goodput_n part_eflops[n,y]

D4 follows from D3 with H7 and H8; it holds a site's chips to its halls where chips are counted for the
fleet as a whole.

Posts     nothing
Reads     running_kchips; gross_eflops, compute_eflops, used_mw
Sources   models/base/goodput.csv
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.domains`; it is empty unless the scenario names a recovery."""
    m.domains = b = pyo.Block()
    goodput, years = dict(case.training.goodput_steps), case.years
    if not goodput:
        return
    b.domain = pyo.Var(list(goodput), years, domain=pyo.Binary, doc="at most n in step   [-]")
    b.part_eflops = pyo.Var(
        list(goodput), years, domain=pyo.NonNegativeReals, doc="gross in a row   [EFLOP/s]"
    )

    @b.Constraint(years, doc="D1  Σ_n domain[n,y] = 1   [-]")
    def one_row(b: pyo.Block, y: int) -> object:
        return sum(b.domain[n, y] for n in goodput) == 1

    if case.training.alone_in_step:
        _write_by_site(m, b, case, ledger)
    else:

        @b.Constraint(years, doc="D2  Σ_s Σ_a running[s,a,y] ≤ Σ_n n domain[n,y]   [kchips]")
        def fleet_in_row(b: pyo.Block, y: int) -> object:
            fleet = quicksum(ledger.read("running_kchips", (s, y)) for s in case.sites.sites)
            return fleet <= sum(n * b.domain[n, y] for n in goodput)

    @b.Constraint(years, doc="D6  Σ_n part_eflops[n,y] = gross_eflops[y]   [EFLOP/s]")
    def parts(b: pyo.Block, y: int) -> object:
        return sum(b.part_eflops[n, y] for n in goodput) == m.training.gross_eflops[y]

    @b.Constraint(
        list(goodput), years, doc="D7  part_eflops[n,y] ≤ most gross rate · domain[n,y]   [EFLOP/s]"
    )
    def part_of_row(b: pyo.Block, n: float, y: int) -> object:
        return b.part_eflops[n, y] <= _most_gross_eflops(case, n, y) * b.domain[n, y]

    @b.Constraint(years, doc="D8  compute_eflops[y] = Σ_n goodput_n part_eflops[n,y]   [EFLOP/s]")
    def kept(b: pyo.Block, y: int) -> object:
        left = sum(goodput[n] * b.part_eflops[n, y] for n in goodput)
        return m.training.compute_eflops[y] == left


def _write_by_site(m: pyo.ConcreteModel, b: pyo.Block, case: Case, ledger: Ledger) -> None:
    sites, years, halls = case.sites.sites, case.years, case.halls
    b.running_kchips = pyo.Var(
        sites, years, domain=pyo.NonNegativeReals, doc="running at a site   [kchips]"
    )

    @b.Constraint(sites, years, doc="D3  running_kchips[s,y] = Σ_a running[s,a,y]   [kchips]")
    def chips_of_site(b: pyo.Block, s: str, y: int) -> object:
        return b.running_kchips[s, y] == ledger.read("running_kchips", (s, y))

    most = {
        (rack_kw, y): _most_kchips_per_mw(case, rack_kw, y)
        for rack_kw in set(halls.max_rack_kw.values())
        for y in years
    }

    @b.Constraint(
        sites,
        years,
        doc="D4  running_kchips[s,y] ≤ Σ_k most per MW in k · used_mw[s,k,y]   [kchips]",
    )
    def chips_in_halls(b: pyo.Block, s: str, y: int) -> object:
        return b.running_kchips[s, y] <= sum(
            most[halls.max_rack_kw[s, k], y] * m.halls.used_mw[s, k, y] for k in halls.at_site[s]
        )

    @b.Constraint(sites, years, doc="D5  running_kchips[s,y] ≤ Σ_n n domain[n,y]   [kchips]")
    def site_in_row(b: pyo.Block, s: str, y: int) -> object:
        rows = case.training.goodput_steps
        return b.running_kchips[s, y] <= sum(n * b.domain[n, y] for n, _ in rows)


def _most_kchips_per_mw(case: Case, rack_kw: float, year: int) -> float:
    """Chips on 1 MW of the least hungry chip that may stand in racks of at most `rack_kw`."""
    chips = case.chips
    fits = (a for a, y in chips.standing if y == year and chips.rack_kw[a] <= rack_kw)
    return max((1 / chips.mw_per_kchip[a] for a in fits), default=0.0)


def _most_gross_eflops(case: Case, kchips: float, year: int) -> float:
    """Rate before goodput of domains of so many of the best chips, within that of the fleet."""
    run, chips = case.training, case.chips
    fleet = case.bounds.most_compute_eflops(year) * run.goodput_frac / run.most_goodput_frac
    best = max((chips.eflops_per_kchip[a] for a, y in chips.standing if y == year), default=0.0)
    domains = case.bounds.most_sites[year] if run.alone_in_step else 1
    return min(fleet, domains * kchips * best * run.goodput_frac)
