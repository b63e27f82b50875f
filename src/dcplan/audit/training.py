"""Training: the compute rate of the running chips, and what exchange leaves of it."""

from __future__ import annotations

import math
from collections import defaultdict

from dcplan.audit.check import TOLERANCE, Checks
from dcplan.audit.facts import Facts
from dcplan.scenario import yearly


def check(facts: Facts, checks: Checks) -> None:
    """Compute re-added; delivered within the formula, to the target, and shared out by compute."""
    targets = yearly(facts.scenario.target.training_eflops, facts.years)
    _check_totals(facts, checks)
    for y in facts.years:
        where, said = str(y), facts.summary[y]
        compute = sum(compute_eflops(facts, s, y) for s in facts.open_sites(y))
        delivered = said["delivered_eflops"]
        checks.equal("training.compute", where, said["compute_eflops"], compute, "EFLOP/s")
        _check_replicas(facts, checks, y)
        _check_domain(facts, checks, y)
        most = most_delivered(facts, y, len(facts.open_sites(y)), compute)
        checks.at_most("training.delivered", where, delivered, most, "EFLOP/s")
        target = targets.get(y, 0.0)
        checks.at_most("training.target", where, target, delivered, "EFLOP/s")
        for s in facts.open_sites(y):
            share = compute_eflops(facts, s, y) / compute if compute else 0.0
            own = facts.sites[s, y]["delivered_eflops"]
            checks.equal("training.by_site", f"{s} {y}", own, share * delivered, "EFLOP/s")


def compute_eflops(facts: Facts, site: str, year: int) -> float:
    """Running chips x peak x MFU x goodput x hours not curtailed, EFLOP/s."""
    curtailed = facts.curtailment(facts.place(site)["zone"])[1]
    flops = sum(
        row["running"] * facts.usable_flops(a)
        for (s, a, y), row in facts.chips.items()
        if (s, y) == (site, year)
    )
    return float(flops * _goodput(facts, year) * (1 - curtailed) / 1e18)


def reached_by(facts: Facts, flop: float) -> float:
    """The plan year, counted from 1, at whose end so many FLOP are delivered; inf if none."""
    for place, y in enumerate(facts.years, 1):
        if _delivered_flop(facts, y) >= flop * (1 - TOLERANCE):
            return float(place)
    return math.inf


def _delivered_flop(facts: Facts, last: int) -> float:
    """Delivered from the first year to the end of another, years of 365 days."""
    rates = [facts.summary[y]["delivered_eflops"] for y in facts.years if y <= last]
    return float(sum(rates) * 1e18 * 365 * 24 * 3600)


def _check_totals(facts: Facts, checks: Checks) -> None:
    for y in facts.years:
        said = facts.summary[y]["cumulated_flop"]
        checks.equal("training.cumulated", str(y), said, _delivered_flop(facts, y), "FLOP")
    target = facts.scenario.target
    if target.training_flop is not None and target.by is not None:
        done = _delivered_flop(facts, target.by)
        checks.at_most("training.total", str(target.by), target.training_flop, done, "FLOP")


def _domain_chips(facts: Facts, year: int) -> float:
    """Chips that wait for one another: of the fleet in step, else of its largest site."""
    at_site: dict[str, float] = defaultdict(float)
    for (s, _, y), row in facts.chips.items():
        if y == year:
            at_site[s] += row["running"]
    in_step = facts.workload()["sync_every_steps"] == 1
    return sum(at_site.values()) if in_step else max(at_site.values(), default=0.0)


def _goodput(facts: Facts, year: int) -> float:
    """The workload's goodput, or that of the table's first row with as many chips in step."""
    recovery = facts.scenario.workload.recovery
    if recovery is None:
        return float(facts.workload()["goodput_frac"])
    column = facts.library.goodput[f"{recovery}_frac"].sort_index()
    enough = column[column.index * (1 + TOLERANCE) >= _domain_chips(facts, year)]
    return float(enough.iloc[0]) if len(enough) else 0.0


def _check_domain(facts: Facts, checks: Checks, year: int) -> None:
    """The domain as the summary tells it, and no larger than the table knows."""
    chips, said = _domain_chips(facts, year), facts.summary[year]["domain_chips"]
    checks.equal("training.domain", str(year), said, chips, "chips")
    if facts.scenario.workload.recovery is not None:
        most = float(facts.library.goodput.index.max())
        checks.at_most("training.goodput", str(year), chips, most, "chips")


def most_delivered(facts: Facts, year: int, count: int, compute: float) -> float:
    """What `count` sites that compute so much deliver over the links of the year, EFLOP/s."""
    return _exchanged(facts, year, count, compute) * _worth(facts, count)


def _exchanged(facts: Facts, year: int, count: int, compute: float) -> float:
    """`1 / ((1 - phi/H)/F + c1/(H B))` where the exchange cannot be hidden, else F; EFLOP/s."""
    if count <= 1 or compute == 0:
        return compute
    work = facts.workload()
    bits = work["params_b"] * 1e9 * work["bits_per_param"]
    flop = 6 * work["active_params_b"] * 1e9 * work["batch_mtokens"] * 1e6
    steps = work["sync_every_steps"]
    overlap = min(work["overlap_steps"], steps)
    flops, bps = compute * 1e18, facts.summary[year]["fibre_tbps"] * 1e12
    if bps == 0:
        return 0.0
    step_s, exchange_s = flop / flops, bits / bps
    # H steps of compute and one exchange, of which `overlap` steps' time passes meanwhile.
    round_s = steps * step_s + max(0.0, exchange_s - overlap * step_s)
    return float(steps * flop / round_s / 1e18)


def _check_replicas(facts: Facts, checks: Checks, year: int) -> None:
    """No more replicas than the table knows the worth of."""
    rows, count = facts.library.replicas, len(facts.open_sites(year))
    if facts.workload()["sync_every_steps"] != 1 and not rows.empty:
        checks.at_most("training.replicas", str(year), count, int(rows.index.max()), "sites")


def _worth(facts: Facts, count: int) -> float:
    """Worth of delivered FLOP with that many replicas, by the next row of the table."""
    rows = facts.library.replicas.eta_frac.sort_index()
    if facts.workload()["sync_every_steps"] == 1 or rows.empty:
        return 1.0
    enough = rows[rows.index >= count]
    return float(enough.iloc[0] if len(enough) else rows.iloc[-1])
