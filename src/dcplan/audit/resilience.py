"""Resilience: what is left after each loss, by the formula of the delivered rate itself."""

from __future__ import annotations

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts
from dcplan.audit.training import compute_eflops, most_delivered
from dcplan.scenario import yearly


def check(facts: Facts, checks: Checks) -> None:
    """The sites left after any loss keep the share of the compute, and of what is delivered."""
    rule = facts.scenario.resilience
    if rule.lose is None:
        return
    for y, keep in yearly(rule.keep_frac, facts.years).items():
        rate = {s: compute_eflops(facts, s, y) for s in facts.open_sites(y)}
        unit = {s: facts.place(s)["zone"] if rule.lose == "zone" else s for s in rate}
        whole = sum(rate.values())
        delivered = most_delivered(facts, y, len(rate), whole)
        for lost in sorted(set(unit.values())):
            left = [s for s in rate if unit[s] != lost]
            rest = sum(rate[s] for s in left)
            where = f"without {lost} {y}"
            checks.at_most("resilience.compute", where, keep * whole, rest, "EFLOP/s", whole)
            still = most_delivered(facts, y, len(left), rest)
            checks.at_most("resilience.delivered", where, keep * delivered, still, "EFLOP/s", whole)
