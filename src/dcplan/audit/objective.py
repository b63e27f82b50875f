"""The objective and the tie-breakers, worked out once more, with their bounds and gaps."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts
from dcplan.audit.footprint import emitted_kt
from dcplan.audit.training import reached_by

UNITS = {"max_flop": "EFLOP/s", "carbon": "kt", "earliest": "plan years"}
ByYear = Mapping[int, float]


def check(facts: Facts, checks: Checks, capex: ByYear, opex: ByYear, left: float) -> None:
    """Value, bound and gap of the objective, then of every stage of a chain with its slack."""
    plan, goal = facts.plan, facts.scenario.objective
    value, gross = _value(facts, goal, capex, opex, left)
    checks.holds("objective.name", goal, plan.objective_name == goal)
    if goal == "earliest":
        # the formula may deliver a trace more than the model says, and so sooner
        checks.at_most("objective.value", goal, value, plan.objective, UNITS[goal])
    else:
        unit = UNITS.get(goal, "MUSD")
        checks.equal("objective.value", goal, plan.objective, value, unit, gross)
    _check_bound(checks, "objective", goal, plan.objective, plan.bound, plan.gap)
    if plan.status == "optimal" and not plan.stages:
        checks.at_most("objective.optimal", goal, plan.gap, facts.scenario.solver.gap, "fraction")
    values = {
        stage.objective: _value(facts, stage.objective, capex, opex, left) for stage in plan.stages
    }
    _check_stages(facts, checks, values)


def _value(
    facts: Facts, goal: str, capex: ByYear, opex: ByYear, left: float
) -> tuple[float, float]:
    """An objective from the tables, and the size of the sums behind it."""
    money = facts.scenario.money

    def worth(year: int) -> float:
        return float((1 + money.discount_rate) ** (money.base_year - year))

    if goal == "tco":
        gross = sum(worth(y) * (capex[y] + opex[y]) for y in facts.years)
        return gross - worth(facts.years[-1] + 1) * left, gross
    if goal == "earliest":
        flop = facts.scenario.target.training_flop
        value = math.inf if flop is None else reached_by(facts, flop)
    elif goal == "capex":
        value = sum(capex.values())
    elif goal == "carbon":
        value = sum(emitted_kt(facts, y) for y in facts.years)
    else:
        value = sum(facts.summary[y]["delivered_eflops"] for y in facts.years)
    return value, value


def _check_bound(
    checks: Checks, name: str, goal: str, value: float, bound: float, gap: float
) -> None:
    if math.isinf(bound):
        return  # the search gave none
    best, worst = (value, bound) if goal == "max_flop" else (bound, value)
    checks.at_most(f"{name}.bound", goal, best, worst, UNITS.get(goal, "MUSD"))
    if math.isfinite(bound) and value:
        checks.equal(f"{name}.gap", goal, gap, abs(value - bound) / abs(value), "fraction")


def _check_stages(facts: Facts, checks: Checks, values: Mapping[str, tuple[float, float]]) -> None:
    """The chain is the one asked for; no objective is worse than those after it may make it."""
    plan, later = facts.plan, facts.scenario.tie_breakers
    asked = [facts.scenario.objective, *(rule.objective for rule in later)] if later else []
    checks.holds("stages.names", "", [stage.objective for stage in plan.stages] == asked)
    slacks = [*(rule.slack for rule in later), 0.0]
    for stage, slack in zip(plan.stages, slacks, strict=False):
        goal, unit = stage.objective, UNITS.get(stage.objective, "MUSD")
        value, gross = values[goal]
        room = slack * abs(stage.value)
        if goal == "max_flop":
            checks.at_most("stages.held", goal, stage.value - room, value, unit, gross)
        else:
            checks.at_most("stages.held", goal, value, stage.value + room, unit, gross)
        _check_bound(checks, "stages", goal, stage.value, stage.bound, stage.gap)
        if plan.status == "optimal":
            most = facts.scenario.solver.gap
            checks.at_most("stages.optimal", goal, stage.gap, most, "fraction")
