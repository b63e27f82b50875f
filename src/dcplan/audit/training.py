"""Training: the compute rate of the running chips, and what exchange leaves of it."""

from __future__ import annotations

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts
from dcplan.scenario import yearly


def check(facts: Facts, checks: Checks) -> None:
    """Compute re-added; delivered within the formula, to the target, and shared out by compute."""
    targets = yearly(facts.scenario.target.training_eflops, facts.years)
    for y in facts.years:
        where, said = str(y), facts.summary[y]
        compute = sum(compute_eflops(facts, s, y) for s in facts.open_sites(y))
        delivered = said["delivered_eflops"]
        checks.equal("training.compute", where, said["compute_eflops"], compute, "EFLOP/s")
        _check_replicas(facts, checks, y)
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
    return float(flops * facts.workload()["goodput_frac"] * (1 - curtailed) / 1e18)


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
