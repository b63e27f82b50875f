"""The search: strengthen the relaxation, find plans near it, close the gap.

    core := published model without the flow variables; Steiner cuts stand in for them
    pool := core with chips counted by kind of hall (`pooling.py`), a relaxation
    of a large problem, first plans from places at prices that stand for ways (`first.py`) → plan
    LP   := relaxation of pool; add violated Steiner cuts until they gain nothing, in a
            survivable network those of what sites draw (`cuts.py`)                    → bound
    in a neighbourhood of the LP's sites and ways, which grows until there is a plan:
        move the places of the best plan, and those of a dive if that is not enough
        (`places.py`); join them by the least network (`wiring.py`), solve for all else
        (`settle.py`); if there is no plan, MIP over pool's neighbourhood              → plan
    once there is a plan, add the cuts of what zones share to the LP, if it has none   → bound
    MIP over all of pool from the best plan; begun anew with more cuts where its first
    better points are not joined                                                       → bound, plan
    MIP over all of core, if chips that change their site were worth more than the gap

Every bound is one of a relaxation of the published model, every plan a point of it: the flow
variables that were left out exist exactly when the lit ways connect the open sites to the root,
which is checked for each plan before it counts.
"""

from __future__ import annotations

import math

import numpy as np

from dcplan.case import Case
from dcplan.errors import NoPlan, StoppedEarly
from dcplan.solve.first import first_plans
from dcplan.solve.matrix import Floats, Mask, Matrix
from dcplan.solve.nearby import joined, nearby, support
from dcplan.solve.places import dive, exchange, places
from dcplan.solve.relax import strengthen, strengthen_further
from dcplan.solve.settle import connect, connected, settle_if_whole, settle_or_repair
from dcplan.solve.state import NOTHING, Relaxed, Search, Start, begin, solve_part
from dcplan.solve.watch import Watch

NEIGHBOURHOODS = (0.05, 0.01, 1e-3)
ENOUGH = 0.7
"""Share of the gap at which a value of the pooled model will do, for a plan is somewhat dearer."""


def find_plan(
    case: Case,
    matrix: Matrix,
    watch: Watch,
    start: Start = NOTHING,
    *,
    gap: float | None = None,
    quiet: bool = False,
    explain: bool = True,
    bound: float | None = None,
) -> Search:
    """Run the search on the published `matrix`; raise `NoPlan` or `StoppedEarly` without a plan.

    `start` is what is known from a search before; `gap` replaces that of the scenario. A `quiet` search
    tells the watch of its phases only; one that need not `explain` does not look for what is short where
    there is no plan.
    A `bound` is one that is known already, in the objective's own unit and sense.
    """
    state = begin(case, matrix, watch, gap, quiet=quiet, cuts=start.cuts)
    if start.decisions is not None:
        state.start_at(start.decisions)
    if bound is not None:
        state.learn(matrix.sign * bound)
    if state.plan is None and matrix.large:
        try:
            first_plans(state)
        except NoPlan:
            if explain:
                strengthen(state)
            raise
    relaxed = None if state.done else strengthen(state, explain)
    if relaxed is not None:
        settle_if_whole(state, relaxed.x)
        relaxed = strengthen_further(state, relaxed)
    for least in NEIGHBOURHOODS:
        if state.done or relaxed is None:
            break
        watch.phase = "looking for plans near the relaxation"
        used = relaxed.support
        if state.plan is not None:
            used = joined(used, support(state.pool, state.in_pool(state.plan)))
        relaxed = _search_nearby(state, relaxed, nearby(case, state.pool, used, least))
        if state.plan is not state.start:
            break
    for model in (state.pool, state.core):
        if not state.done:
            watch.phase = "closing the gap"
            _close(state, model, relaxed)
    if state.plan is None:
        raise StoppedEarly("the search was stopped before it found a plan")
    return state


def _search_nearby(state: Search, relaxed: Relaxed, allowed: Mask) -> Relaxed:
    """Find places in a neighbourhood while the network is relaxed, move them, connect them.

    Where that makes no plan, the MIP restricted to the neighbourhood. Returns the relaxation,
    strengthened further once there is a plan.
    """
    known = None if state.plan is None or state.plan is state.start else state.in_pool(state.plan)
    if known is not None:
        _exchange(state, allowed, known, known=True)
    x = None if state.done else dive(state, allowed)
    if x is not None:
        _exchange(state, allowed, x)
    while state.plan is state.start and not state.watch.stopped:
        state.watch.phase = "looking for plans near the relaxation"
        answer = solve_part(
            state, state.pool, allowed, ENOUGH * state.gap, relayed=state.tree_years
        )
        if answer.x is None or settle_or_repair(state, answer.x):
            break
    return strengthen_further(state, relaxed)


def _exchange(state: Search, allowed: Mask, x: Floats, known: bool = False) -> None:
    """Move the places of `x`, and connect them unless they are `known` and stay as they are."""
    state.watch.phase = "exchanging near sites"
    moved = exchange(state, allowed, x)
    if not known or places(state, moved) != places(state, x):
        connect(state, moved)


def _close(state: Search, model: Matrix, relaxed: Relaxed | None) -> None:
    """Solve all of a model that can hold a better plan, until bound and plan meet."""
    allowed = np.ones(len(model.cost), dtype=bool)
    margins = None if relaxed is None else relaxed.margins(state)
    while not state.done:
        if relaxed is not None and margins is not None and math.isfinite(state.best):
            allowed = margins.within(state.case, model, state.best - relaxed.value)
        answer = solve_part(
            state,
            model,
            allowed,
            ENOUGH * state.gap,
            relayed=state.tree_years[-1:],
            proving=True,
            refuse=lambda x: model is state.pool and not connected(state, x),
        )
        if answer.status == "infeasible" and math.isinf(state.best):
            raise NoPlan(
                "the limits can be met by fractions of sites, but by no whole plan: "
                "least sizes, one cooling design a site, numbers of sites or the reach of the "
                "fibre stand in the way"
            )
        state.learn(min(answer.bound, state.best))
        if answer.x is None:
            return
        x = answer.x if model is state.pool else state.in_pool(answer.x)
        if settle_or_repair(state, x):
            return
