"""The strengthened relaxation: Steiner cuts on the pooled model until they gain nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import sparse

from dcplan.errors import NoPlan
from dcplan.solve.cuts import Network, networks, root_order, stack, violated_cuts
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.infeasible import shortages
from dcplan.solve.matrix import Matrix
from dcplan.solve.nearby import support
from dcplan.solve.pooling import pool_sites
from dcplan.solve.reduce import margins
from dcplan.solve.state import CUT_VARIABLES, Relaxed, Search

LP_EPS = 1e-3
TAIL_ROUNDS = 8
TAIL_GAIN = 4e-5


def strengthen(state: Search, explain: bool = True) -> Relaxed | None:
    """Bound by the pooled relaxation with Steiner cuts; what it tells; None when stopped at once."""
    state.watch.phase = "relaxing the problem"
    pool = pool_sites(state.core)
    lp = Engine(pool, state.watch, integer=False, threads=state.threads, seed=state.seed)

    def better_bound(value: float) -> None:
        state.learn(value)
        state.watch.phase = "strengthening the fibre network"

    graphs = networks(state.case, pool)
    answer = cut_loop(state, lp, graphs, better_bound)
    if answer.x is not None and (order := root_order(state.case, pool, answer.x)):
        rows = stack(order, len(pool.cost))
        lp.add_rows(rows, np.zeros(len(order)), np.full(len(order), np.inf))
        answer = cut_loop(state, lp, graphs, better_bound)
    if answer.status == "infeasible":
        raise NoPlan(shortages(state.case, state.watch) if explain else "no plan")
    take_cuts(state, pool, lp.added_rows)
    return _told(state, lp, answer, graphs)


def strengthen_further(state: Search, relaxed: Relaxed) -> Relaxed:
    """Once there is a plan: go on with the cuts of what zones share, to close the gap or the end.

    They raise the bound by as much again, but slow down the search for plans, which goes without them.
    """
    if state.done or state.plan is None or relaxed.shared:
        return relaxed
    state.watch.phase = "strengthening the bound"
    graphs = networks(state.case, relaxed.lp.matrix, shared=True)
    answer = cut_loop(state, relaxed.lp, graphs, state.learn)
    told = _told(state, relaxed.lp, answer, graphs) or relaxed
    return replace(told, support=relaxed.support, shared=True)


def _told(state: Search, lp: Engine, answer: Answer, graphs: list[Network]) -> Relaxed | None:
    if answer.x is None or answer.dual is None or len(answer.dual) != lp.rows:
        return None
    return Relaxed(
        value=answer.value,
        support=support(lp.matrix, answer.x),
        margins=margins(state.case, lp, answer.dual, graphs),
        lp=lp,
    )


def cut_loop(
    state: Search, lp: Engine, graphs: list[Network], tell: Callable[[float], None] | None = None
) -> Answer:
    """Solve the relaxation in `lp` and add violated cuts while they gain; the last answer."""
    answer = lp.run()
    seen: set[bytes] = set()
    history: list[float] = []
    while answer.status == "optimal" and answer.x is not None:
        history.append(answer.value)
        if tell:
            tell(answer.value)
            if state.done:
                break
        gain = history[-1] - history[-1 - TAIL_ROUNDS] if len(history) > TAIL_ROUNDS else math.inf
        if gain < TAIL_GAIN * abs(answer.value):
            break
        cuts = violated_cuts(graphs, answer.x, LP_EPS, seen)
        if not cuts.shape[0]:
            break
        lp.add_rows(cuts, np.zeros(cuts.shape[0]), np.full(cuts.shape[0], np.inf))
        before, answer = answer, lp.run_warm()
        if answer.status == "stopped":
            return before
    return answer


def take_cuts(state: Search, source: Matrix, cuts: sparse.csr_array) -> None:
    """Keep cuts found over the columns of `source` as cuts over those of core."""
    place = np.zeros(cuts.shape[1], dtype=np.int64)
    for name in CUT_VARIABLES:
        for index, j in source.column.get(name, {}).items():
            place[j] = state.core.column[name][index]
    found = cuts.tocoo()
    moved = sparse.csr_array(
        (found.data, (found.row, place[found.col])), shape=(cuts.shape[0], len(state.core.cost))
    )
    state.cuts = sparse.csr_array(sparse.vstack([state.cuts, moved]))
