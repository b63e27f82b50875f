"""T · Training: what the running chips deliver once exchange between sites has had its share.

Symbols   s site · k cooling design · z zone · c class of curtailment · y year · b speed
          M bracket of the number of sites
          compute_eflops[y] ≥ 0 (F) · trained_eflops[y] ≥ 0 · delivered_eflops[y] ≥ 0
          bracket[M,y] ∈ {0,1} · part_eflops[M,y] ≥ 0 · site_eflops[s,y] ≥ 0
          classed_eflops[c,z,y] ≥ 0 · gross_eflops[y] ≥ 0 · done[y] ∈ {0,1}

Equations
  T1  compute_eflops[y] = goodput · Σ running chips × peak × MFU − curtailed
  T2  trained_eflops[y] ≤ compute_eflops[y]
  T3  trained_eflops[y] ≤ α_q compute_eflops[y] + β_q Σ_b b speed[b,y]            every chord q
  T4  delivered_eflops[y] = trained_eflops[y]                                     sites in step
  T5  delivered_eflops[y] ≥ target[y]
  T6  Σ_M bracket[M,y] = 1
  T7  Σ_s open[s,y] ≤ Σ_M M bracket[M,y]
  T8  Σ_M part_eflops[M,y] = trained_eflops[y]
  T9  part_eflops[M,y] ≤ most compute · bracket[M,y]
  T10 delivered_eflops[y] = Σ_M η_M part_eflops[M,y]                              sites as replicas
  T11 site_eflops[s,y] = goodput · Σ running chips of s × peak × MFU              by site
  T12 site_eflops[s,y] ≤ Σ_k best rate per MW in k · used_mw[s,k,y]               by site
  T13 Σ_c classed_eflops[c,z,y] = Σ_{s in z} site_eflops[s,y]                     class a choice
  T14 classed_eflops[c,z,y] ≤ most compute of z in c · accepts[c,z]               class a choice
  T15 Σ_{y ≤ by} delivered_eflops[y] ≥ total target                               FLOP by a date
  T16 Σ_{y' ≤ y} delivered_eflops[y'] ≥ total target · done[y]          earliest, every y < by

T3 are chords of `F_del = 1/((1 − φ/H)/F + c1/(H·B))`, a concave function of F and B that grows with
their scale: their minimum lies under it by at most 0.02 %, so a plan never promises more than the
formula gives. A lone site exchanges nothing; its speed counts as that of full overlap. T6 to T10
stand in T4's place when the sites exchange less often than every step: delivered FLOP is then worth
η with M sites; a number of sites between two rows of the table counts as the larger row, and the
last row is the most sites that the table knows, so the most that may be open. T11 and T12 are written
where a rule asks for the rate of single sites; T1 then adds up site_eflops. T12 follows from T11 with
H7 and H8; it holds a site's rate to its halls where chips are counted for the fleet as a whole.
Goodput includes the hours that are curtailed everywhere. Where the class is a choice those are of the
class with the fewest, and T1 takes off what others lose more, Σ_{c,z} lost_c classed_eflops[c,z,y]:
all that a zone's sites compute is in the class that the zone accepts. Where goodput follows the number
of chips in step, T1 gives gross_eflops, without goodput, and the chapter on domains takes it from there.
A rate of 1 EFLOP/s kept up for a year of 365 days is 3.1536e25 FLOP; totals are counted in such years.

One run at a time trains on the whole fleet. Several on disjoint sites could be stated linearly: a binary
assigns each open site to a run, site_eflops is split by run and bounded by it, T2 to T10, the root, the
ways, the speed and the equipment get the run as an index, and the runs' compute is put in order, since
they are alike. That is a fibre network a run, on 10gw.yaml some 23,000 more columns on 63,000: left out.

Posts     nothing
Reads     compute_eflops, site_eflops; open, speed, used_mw, accepts
Sources   models/base/workloads.csv, replicas.csv; Douillard's DiLoCo bandwidth simulator for F_del
"""

from __future__ import annotations

import math

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.training` with compute, trained and delivered rates [y], EFLOP/s."""
    run, years = case.training, case.years
    m.training = b = pyo.Block()
    b.compute_eflops = pyo.Var(years, domain=pyo.NonNegativeReals, doc="compute rate   [EFLOP/s]")
    b.trained_eflops = pyo.Var(years, domain=pyo.NonNegativeReals, doc="after exchange   [EFLOP/s]")
    b.delivered_eflops = pyo.Var(years, domain=pyo.NonNegativeReals, doc="delivered   [EFLOP/s]")
    computed = b.compute_eflops
    if run.goodput_steps:
        b.gross_eflops = pyo.Var(years, domain=pyo.NonNegativeReals, doc="gross   [EFLOP/s]")
        computed = b.gross_eflops

    if run.by_site:
        _write_by_site(m, b, case, ledger)
    kept = case.grid.kept_frac
    if kept:
        _write_classes(m, b, case)

    @b.Constraint(
        years, doc="T1  compute_eflops[y] = goodput Σ running × peak × MFU − curtailed   [EFLOP/s]"
    )
    def compute(b: pyo.Block, y: int) -> object:
        if run.by_site:
            gross = quicksum(b.site_eflops[s, y] for s in case.sites.sites)
            lost = sum(
                (1 - kept[c]) * b.classed_eflops[c, z, y] for c in kept for z in case.sites.zones
            )
            return computed[y] == gross - lost
        return computed[y] == run.goodput_frac * ledger.read("compute_eflops", y)

    @b.Constraint(years, doc="T2  trained_eflops[y] ≤ compute_eflops[y]   [EFLOP/s]")
    def no_more_than_computed(b: pyo.Block, y: int) -> object:
        return b.trained_eflops[y] <= b.compute_eflops[y]

    lone = {y: run.full_overlap_tbps(case.bounds.most_compute_eflops(y)) for y in years}
    chords = {
        (q, y): chord for y in years for q, chord in enumerate(run.chords(_least_ratio(case, y)))
    }

    @b.Constraint(
        list(chords), doc="T3  trained_eflops[y] ≤ α_q compute + β_q Σ_b b speed[b,y]   [EFLOP/s]"
    )
    def exchange(b: pyo.Block, q: int, y: int) -> object:
        alpha, beta = chords[q, y]
        speed = sum((s or lone[y]) * m.links.speed[s, y] for s in case.bounds.speeds_tbps[y])
        return b.trained_eflops[y] <= alpha * b.compute_eflops[y] + beta * speed

    if run.replica_worth:
        _write_replicas(m, b, case)
    else:

        @b.Constraint(years, doc="T4  delivered_eflops[y] = trained_eflops[y]   [EFLOP/s]")
        def in_step(b: pyo.Block, y: int) -> object:
            return b.delivered_eflops[y] == b.trained_eflops[y]

    aimed = [y for y in years if run.target_eflops.get(y, 0.0) > 0]

    @b.Constraint(aimed, doc="T5  delivered_eflops[y] ≥ target[y]   [EFLOP/s]")
    def target(b: pyo.Block, y: int) -> object:
        return b.delivered_eflops[y] >= run.target_eflops[y]

    if run.target_flop is not None:
        _write_total(b, case)


def _write_total(b: pyo.Block, case: Case) -> None:
    """FLOP are counted as EFLOP/s kept up for a year."""
    run, years = case.training, case.years

    @b.Constraint(
        [run.by], doc="T15  Σ_{y ≤ by} delivered_eflops[y] ≥ total target   [EFLOP/s years]"
    )
    def total_target(b: pyo.Block, by: int) -> object:
        return sum(b.delivered_eflops[y] for y in years if y <= by) >= run.target_flop

    if case.money.objective != "earliest":
        return
    sooner = [y for y in years if y < run.by]
    b.done = pyo.Var(sooner, domain=pyo.Binary, doc="total is reached by the end of y   [-]")

    @b.Constraint(
        sooner,
        doc="T16  Σ_{y' ≤ y} delivered_eflops[y'] ≥ total target · done[y]   [EFLOP/s years]",
    )
    def total_is_done(b: pyo.Block, y: int) -> object:
        return sum(b.delivered_eflops[t] for t in years if t <= y) >= run.target_flop * b.done[y]


def _write_by_site(m: pyo.ConcreteModel, b: pyo.Block, case: Case, ledger: Ledger) -> None:
    sites, halls, goodput = case.sites.sites, case.halls, case.training.goodput_frac
    b.site_eflops = pyo.Var(
        sites, case.years, domain=pyo.NonNegativeReals, doc="compute rate of a site   [EFLOP/s]"
    )

    @b.Constraint(
        sites, case.years, doc="T11  site_eflops[s,y] = goodput Σ running × peak × MFU   [EFLOP/s]"
    )
    def compute_of_site(b: pyo.Block, s: str, y: int) -> object:
        return b.site_eflops[s, y] == goodput * ledger.read("site_eflops", (s, y))

    best = {
        (rack_kw, y): goodput * _best_eflops_per_mw(case, rack_kw, y)
        for rack_kw in set(halls.max_rack_kw.values())
        for y in case.years
    }

    @b.Constraint(
        sites, case.years, doc="T12  site_eflops[s,y] ≤ Σ_k best rate per MW · used_mw   [EFLOP/s]"
    )
    def rate_of_halls(b: pyo.Block, s: str, y: int) -> object:
        return b.site_eflops[s, y] <= quicksum(
            best[halls.max_rack_kw[s, k], y] * m.halls.used_mw[s, k, y] for k in halls.at_site[s]
        )


def _write_classes(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    most, classes = case.bounds.class_eflops, case.grid.classes()
    b.classed_eflops = pyo.Var(
        list(most), domain=pyo.NonNegativeReals, doc="compute rate in a class   [EFLOP/s]"
    )

    @b.Constraint(
        case.sites.zones,
        case.years,
        doc="T13  Σ_c classed_eflops[c,z,y] = Σ_{s in z} site_eflops[s,y]   [EFLOP/s]",
    )
    def compute_of_zone(b: pyo.Block, z: str, y: int) -> object:
        here = quicksum(b.site_eflops[s, y] for s in case.sites.in_zone[z])
        return sum(b.classed_eflops[c, z, y] for c in classes) == here

    @b.Constraint(
        list(most), doc="T14  classed_eflops[c,z,y] ≤ most compute · accepts[c,z]   [EFLOP/s]"
    )
    def compute_of_class(b: pyo.Block, c: str, z: str, y: int) -> object:
        return b.classed_eflops[c, z, y] <= most[c, z, y] * m.grid.accepts[c, z]


def _best_eflops_per_mw(case: Case, rack_kw: float, year: int) -> float:
    """Rate of 1 MW of the most frugal chip that may stand in racks of at most `rack_kw`."""
    chips = case.chips
    return max(
        (
            chips.eflops_per_kchip[a] / chips.mw_per_kchip[a]
            for a, y in chips.present
            if y == year and chips.rack_kw[a] <= rack_kw
        ),
        default=0.0,
    )


def _least_ratio(case: Case, year: int) -> float:
    """Slowest speed of the year over that of full overlap for the largest fleet; 1 for a lone site."""
    overlap = case.training.full_overlap_tbps(case.bounds.most_compute_eflops(year))
    slowest = min((s for s in case.bounds.speeds_tbps[year] if s), default=math.inf)
    return slowest / overlap if overlap > 0 else math.inf


def _write_replicas(m: pyo.ConcreteModel, b: pyo.Block, case: Case) -> None:
    worth = dict(case.training.replica_worth)
    b.bracket = pyo.Var(list(worth), case.years, domain=pyo.Binary, doc="at most M sites   [-]")
    b.part_eflops = pyo.Var(
        list(worth), case.years, domain=pyo.NonNegativeReals, doc="trained in bracket   [EFLOP/s]"
    )

    @b.Constraint(case.years, doc="T6  Σ_M bracket[M,y] = 1   [-]")
    def one_bracket(b: pyo.Block, y: int) -> object:
        return sum(b.bracket[n, y] for n in worth) == 1

    @b.Constraint(case.years, doc="T7  Σ_s open[s,y] ≤ Σ_M M bracket[M,y]   [sites]")
    def sites_in_bracket(b: pyo.Block, y: int) -> object:
        count = quicksum(m.sites.open[s, y] for s in case.sites.sites)
        return count <= sum(n * b.bracket[n, y] for n in worth)

    @b.Constraint(case.years, doc="T8  Σ_M part_eflops[M,y] = trained_eflops[y]   [EFLOP/s]")
    def parts(b: pyo.Block, y: int) -> object:
        return sum(b.part_eflops[n, y] for n in worth) == b.trained_eflops[y]

    @b.Constraint(
        list(worth),
        case.years,
        doc="T9  part_eflops[M,y] ≤ most compute · bracket[M,y]   [EFLOP/s]",
    )
    def part_of_bracket(b: pyo.Block, n: int, y: int) -> object:
        return b.part_eflops[n, y] <= case.bounds.most_compute_eflops(y) * b.bracket[n, y]

    @b.Constraint(case.years, doc="T10  delivered_eflops[y] = Σ_M η_M part_eflops[M,y]   [EFLOP/s]")
    def worth_of_parts(b: pyo.Block, y: int) -> object:
        return b.delivered_eflops[y] == sum(worth[n] * b.part_eflops[n, y] for n in worth)
