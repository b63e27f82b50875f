"""The search: strengthen the relaxation, find plans near it, close the gap.

    core := published model without the flow variables; Steiner cuts stand in for them
    pool := core with one stock of chips for the fleet (`pooling.py`), a relaxation
    LP   := relaxation of pool; add violated Steiner cuts until they gain nothing      → bound
    survivable: dive to places in a neighbourhood of the LP's sites and ways, move them, connect → plan
    repeat with a growing neighbourhood:
        MIP over core's neighbourhood; where its network is not connected, keep its sites
        and solve for the network; every connected point is a plan                     → plan
    once there is a plan, add the cuts of what zones share to the LP                   → bound
    MIP over all of core from the best plan, until the gap is closed or time is over

Every bound is one of a relaxation of the published model, every plan a point of it: the flow
variables that were left out exist exactly when the lit ways connect the open sites to the root,
which is checked for each plan before it counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.errors import NoPlan, StoppedEarly
from dcplan.solve.cuts import without_flow
from dcplan.solve.matrix import Mask, Matrix
from dcplan.solve.nearby import joined, nearby, remote_sites, support
from dcplan.solve.places import dive, exchange
from dcplan.solve.relax import strengthen, strengthen_further
from dcplan.solve.settle import connect, settle_or_repair
from dcplan.solve.state import Relaxed, Search, solve_part
from dcplan.solve.watch import Watch

SWAPPED = 3
SWAP_LEAST = 0.01
NEIGHBOURHOODS = (0.1, 0.01, 1e-3)


def find_plan(
    case: Case,
    matrix: Matrix,
    watch: Watch,
    start: Mapping[str, Mapping[Any, float]] | None = None,
    *,
    gap: float | None = None,
    quiet: bool = False,
    explain: bool = True,
) -> Search:
    """Run the search on the published `matrix`; raise `NoPlan` or `StoppedEarly` without a plan.

    `start` are the decisions of a plan that meets every row, if one is known; `gap` replaces that of
    the scenario. A `quiet` search tells the watch of its phases only; one that need not `explain`
    does not look for what is short where there is no plan.
    """
    core = without_flow(matrix)
    options = case.scenario.solver
    state = Search(
        case=case,
        core=core,
        watch=watch,
        gap=options.gap if gap is None else gap,
        quiet=quiet,
        threads=options.threads,
        seed=options.seed,
        cuts=sparse.csr_array((0, len(core.cost))),
    )
    if start is not None:
        state.start_at(start)
    relaxed = strengthen(state, explain)
    for least in NEIGHBOURHOODS:
        if state.done or relaxed is None:
            break
        watch.phase = "looking for plans near the relaxation"
        relaxed = _search_nearby(state, relaxed, nearby(case, core, relaxed.support, least))
    if not state.done:
        watch.phase = "closing the gap"
        _close(state, relaxed)
    if state.plan is None:
        raise StoppedEarly("the search was stopped before it found a plan")
    return state


def _first_plan(state: Search, allowed: Mask) -> None:
    """Find places while the network is relaxed, then connect them."""
    x = dive(state, allowed)
    if x is not None:
        state.watch.phase = "exchanging near sites"
        connect(state, exchange(state, allowed, x), allowed)


def _search_nearby(state: Search, relaxed: Relaxed, allowed: Mask) -> Relaxed:
    """Solve the MIP restricted to a neighbourhood until its network is connected.

    Returns the relaxation, strengthened further once there is a plan.
    """
    if state.plan is state.start and state.case.fibre.survivable:
        # the MIP over such a neighbourhood seldom ends, so a plan is made before
        _first_plan(state, allowed)
        relaxed = strengthen_further(state, relaxed)
        _swap_remote_sites(state, relaxed)
    while not state.done:
        answer = solve_part(state, allowed, 0.75 * state.gap)
        if answer.x is None:
            break
        connected = settle_or_repair(state, answer.x, allowed)
        relaxed = strengthen_further(state, relaxed)
        if connected:
            break
        _swap_remote_sites(state, relaxed)
    return relaxed


def _swap_remote_sites(state: Search, relaxed: Relaxed) -> None:
    """Choose the sites at the dear ends of the best plan's tree anew, while that gains.

    The other sites keep their years and designs; any site that the relaxation uses may come in.
    """
    best = math.inf
    while not state.done and state.plan is not None and state.best < best:
        best, plan = state.best, state.plan
        state.watch.phase = "moving remote sites"
        used = support(state.core, plan)
        free = set(remote_sites(state.case, used)[:SWAPPED])
        kept = {s for s, frac in used.open_frac.items() if frac > 0.5} - free
        if not kept:
            return
        allowed = nearby(state.case, state.core, joined(relaxed.support, used), SWAP_LEAST)
        fixed = np.array(
            sorted(
                j
                for name in ("sites.open", "halls.design")
                for index, j in state.core.column[name].items()
                if index[0] in kept
            )
        )
        answer = solve_part(state, allowed, state.gap / 4, (fixed, plan[fixed]))
        if answer.x is not None:
            settle_or_repair(state, answer.x, allowed)


def _close(state: Search, relaxed: Relaxed | None) -> None:
    """Solve all of core that can hold a better plan, until bound and plan meet."""
    everything = np.ones(len(state.core.cost), dtype=bool)
    while not state.done:
        if relaxed is not None and math.isfinite(state.best):
            everything = relaxed.margins.within(state.case, state.core, state.best - relaxed.value)
        answer = solve_part(state, everything, state.gap * 0.95)
        if answer.status == "infeasible" and math.isinf(state.best):
            raise NoPlan(
                "the limits can be met by fractions of sites, but by no whole plan: "
                "least sizes, one cooling design a site, numbers of sites or the reach of the "
                "fibre stand in the way"
            )
        state.learn(min(answer.bound, state.best))
        if answer.x is None or settle_or_repair(state, answer.x, everything):
            return
