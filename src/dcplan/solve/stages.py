"""The chain of objectives: each solved by a search of its own among the plans that those before leave.

    for each objective in order
        hold every objective before at the value found, worsened by its slack (M7; the year of an
        earliest plan by moving the date of T15)
        search, from the plan before                                             → value, bound, gap

The plan before meets all that is held, so a search that is stopped leaves at least that one. A search may
take an equal share of the time that is left, once it has a plan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dcplan.case import Case
from dcplan.errors import NoPlan
from dcplan.objectives import OBJECTIVES, Stage
from dcplan.proof import Cut
from dcplan.solve.matrix import Matrix
from dcplan.solve.published import Sizes, publish
from dcplan.solve.search import find_plan
from dcplan.solve.sooner import find_earliest
from dcplan.solve.state import NOTHING, Decisions, Search, Start
from dcplan.solve.watch import Watch, relative_gap

HELD_EPS = 1e-7
"""Least slack, relative: two searches agree on a value no better than their solver does."""
REACHED_EPS = 1e-6


@dataclass(frozen=True)
class Chain:
    """What the searches found, the last one's plan, and the size of the first one's model."""

    stages: tuple[Stage, ...]
    decisions: Decisions
    sizes: Sizes
    cuts: tuple[Cut, ...]
    """What held up the first one's relaxation."""


def run_stages(
    case: Case,
    watch: Watch,
    start: Start = NOTHING,
    explain: bool = True,
    bound: float | None = None,
) -> Chain:
    """Search for every objective in order, the first from `start` and a `bound` that is known.

    Raises NoPlan or StoppedEarly if the first finds no plan.
    """
    later = [(rule.objective, rule.slack) for rule in case.scenario.tie_breakers]
    names = (case.money.objective, *(name for name, _ in later))
    slacks = (*(slack for _, slack in later), 0.0)
    watch.begin(names[0], 1, len(names))
    watch.phase = "building the model"
    matrix, sizes = start.model or publish(case)
    stage, known = _first(case, matrix, watch, start, explain, bound)
    stages, held = [stage], case
    for place, name in enumerate(names[1:], 1):
        held = _holding(held, stages[-1], slacks[place - 1])
        now = replace(held, money=replace(held.money, objective=name))
        watch.begin(name, place + 1, len(names))
        stage, known = _next(now, known, watch)
        stages.append(stage)
    return Chain(tuple(stages), known.decisions or {}, sizes, known.cuts)


def _first(
    case: Case,
    matrix: Matrix,
    watch: Watch,
    start: Start,
    explain: bool,
    bound: float | None,
) -> tuple[Stage, Start]:
    if case.money.objective == "earliest":
        found, bound = find_earliest(case, watch)
        return _reached(case, plan_decisions(found), bound)
    found = find_plan(case, matrix, watch, start, explain=explain, bound=bound)
    return plan_stage(case.money.objective, found), Start(plan_decisions(found), found.proof)


def _next(case: Case, before: Start, watch: Watch) -> tuple[Stage, Start]:
    """Search from the plan before; that plan itself where nothing better is found in time."""
    name, decisions = case.money.objective, before.decisions or {}
    known = value_of(case, decisions)
    kept = Stage(name, known, OBJECTIVES[name].unknown, math.inf), before
    if watch.stopped:
        return kept
    watch.phase = "building the model"
    try:
        if name == "earliest":
            sooner, bound = find_earliest(case, watch, round(known))
            return _reached(case, plan_decisions(sooner) if sooner else decisions, bound)
        matrix, _ = publish(case)
        found = find_plan(case, matrix, watch, before)
    except NoPlan:  # what is held leaves no room round the plan before, as far as rounding goes
        return kept
    return plan_stage(name, found), Start(plan_decisions(found), found.proof)


def plan_stage(name: str, found: Search) -> Stage:
    """Value, bound and gap of a search, in the objective's own sense."""
    sign, bound = OBJECTIVES[name].sign, min(found.bound, found.best)
    gap = relative_gap(found.best, bound)
    return Stage(objective=name, value=sign * found.best, bound=sign * bound, gap=gap)


def _reached(case: Case, decisions: Decisions, bound: int) -> tuple[Stage, Start]:
    value = value_of(case, decisions)
    stage = Stage("earliest", value, float(bound), relative_gap(value, bound))
    return stage, Start(decisions)


def _holding(case: Case, stage: Stage, slack: float) -> Case:
    """The case with one objective more held near the value that its search found."""
    limit = OBJECTIVES[stage.objective].limit(stage.value, max(slack, HELD_EPS))
    if stage.objective == "earliest":
        year = case.years[0] + math.floor(limit + REACHED_EPS) - 1
        by = min(year, case.training.by)
        return replace(case, training=replace(case.training, by=by))
    held = (*case.money.held, (stage.objective, limit))
    return replace(case, money=replace(case.money, held=held))


def value_of(case: Case, decisions: Decisions) -> float:
    """The case's objective for decisions that some search made; the formulas are those of M6."""
    name, money, years = case.money.objective, case.money, case.years
    if name == "carbon":
        return sum(decisions["carbon.emitted_kt"].values())
    if name == "max_flop":
        return sum(decisions["training.delivered_eflops"].values())
    if name == "earliest":
        return float(_year_reached(case, decisions["training.delivered_eflops"]))
    capex, opex = decisions["money.capex_musd"], decisions["money.opex_musd"]
    if name == "capex":
        return sum(capex.values())
    left = decisions["money.residual_musd"][None]
    return sum(money.discount[y] * (capex[y] + opex[y]) for y in years) - money.end_discount * left


def _year_reached(case: Case, delivered: Mapping[Any, float]) -> int:
    """The plan year, counted from 1, at whose end the total target is reached."""
    total, target = 0.0, case.training.target_flop or 0.0
    for place, y in enumerate(case.years, 1):
        total += delivered[y]
        if total >= target * (1 - REACHED_EPS):
            return place
    return len(case.years)


def plan_decisions(found: Search | None) -> Decisions:
    """The best plan of a search, binaries rounded."""
    if found is None or found.plan is None:
        raise ValueError("the search ended without a plan")
    x = np.where(found.core.integer, np.rint(found.plan), found.plan)
    return {
        name: {index: float(x[j]) for index, j in places.items()}
        for name, places in found.core.column.items()
    }
