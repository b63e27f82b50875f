"""From an integer point to a plan: connect its sites, then solve exactly with every yes and no fixed."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from dcplan.solve.cuts import networks, violated_cuts
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import Floats, Mask
from dcplan.solve.nearby import CORRIDOR_VARIABLES
from dcplan.solve.relax import cut_loop, take_cuts
from dcplan.solve.state import Search, relaxation, solve_part


def settle_or_repair(state: Search, x: Floats, allowed: Mask) -> bool:
    """Make a plan of `x`, or of its sites with a network that connects them.

    Returns False in the second case: the cuts found on the way serve the next MIP as well.
    """
    if _settle(state, x):
        return True
    connect(state, x, allowed)
    return False


def connect(state: Search, x: Floats, allowed: Mask) -> None:
    """Make a plan of the sites and designs of `x` with the best network that joins them."""
    state.watch.phase = "connecting the sites"
    fixed = np.array(
        sorted(
            j
            for name in ("sites.open", "halls.design")
            for j in state.core.column[name].values()
            if allowed[j]
        )
    )
    # with the sites given, the network is a small problem over all corridors
    allowed = allowed.copy()
    for name in CORRIDOR_VARIABLES:
        allowed[list(state.core.column.get(name, {}).values())] = True
    _, lp = relaxation(state, allowed, (fixed, x[fixed]))
    cut_loop(state, lp, networks(state.case, lp.matrix))
    take_cuts(state, lp.matrix, lp.added_rows)
    while not state.watch.stopped:
        answer = solve_part(state, allowed, state.gap / 4, (fixed, x[fixed]))
        if answer.x is None or _settle(state, answer.x):
            break
    state.watch.phase = "looking for better plans"


def _settle(state: Search, x: Floats) -> bool:
    """If the ways of `x` connect its sites, make it a plan; else add cuts and return False."""
    cuts = violated_cuts(networks(state.case, state.core), x, 0.5, state.seen)
    state.cuts = sparse.csr_array(sparse.vstack([state.cuts, cuts]))
    if cuts.shape[0]:
        return False
    # a rounded yes or no may leave a trace in what depends on it: solve that again, exactly
    integer = np.flatnonzero(state.core.integer)
    exact = Engine(state.core, state.watch, integer=False, threads=state.threads, seed=state.seed)
    exact.set_bounds(integer, x[integer], x[integer])
    answer = exact.run()
    if answer.x is not None and answer.value < state.best:
        state.best, state.plan = answer.value, answer.x
        state.watch.plans += 1
        state.report()
    return True
