"""Every promise of a plan re-checked in plain arithmetic: no model, no solver, no case.

What the tables of a plan say is held against the scenario and the library's own figures, in the
units of those tables. Sums, prices and rates are computed once more from the start; the unit
conversions are this floor's own, so that a slip elsewhere does not repeat itself here.
"""

from __future__ import annotations

from dataclasses import replace

from dcplan.audit import (
    buying,
    chips,
    fibre,
    footprint,
    futures,
    halls,
    money,
    names,
    power,
    resilience,
    sites,
    summary,
    training,
)
from dcplan.audit.check import TOLERANCE, Audit, Check, Checks
from dcplan.audit.facts import gather
from dcplan.plan import Plan

__all__ = ["TOLERANCE", "Audit", "Check", "audit", "audited", "baseless"]

CHAPTERS = (
    sites,
    halls,
    chips,
    buying,
    power,
    fibre,
    training,
    resilience,
    footprint,
    money,
    summary,
)


def audit(plan: Plan) -> Audit:
    """Check a plan; never raises for a bad one, `Audit.raise_if_failed` does.

    A plan that speaks of a site, chip or year that is not there, or has a figure that is no
    number, fails at that and is not read on.
    """
    checks, facts = Checks(), gather(plan)
    names.check(facts, checks)
    if checks.good():
        names.check_signs(facts, checks)
        for chapter in CHAPTERS:
            chapter.check(facts, checks)
    if plan.futures is not None:
        futures.check(plan, plan.futures, [audit(part) for part in plan.futures.parts], checks)
    return checks.audit()


def baseless(plan: Plan) -> tuple[Check, ...]:
    """What a plan speaks of that is not there; none for a plan that can be read on, good or bad."""
    parts = () if plan.futures is None else plan.futures.parts
    checks = Checks()
    for one in (plan, *parts):
        names.check(gather(one), checks)
    return checks.audit().failures


def audited(plan: Plan) -> Plan:
    """The plan with its audit; one that fails has the status 'rejected'."""
    if plan.futures is not None:
        parts = tuple(audited(part) for part in plan.futures.parts)
        plan = replace(plan, futures=replace(plan.futures, parts=parts))
    found = audit(plan)
    status = plan.status if found.passed else "rejected"
    return replace(plan, status=status, audit=found.as_dict())
