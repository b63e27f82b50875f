"""Some plan of a problem: whether limits can be met matters here, not at what cost.

    relax     the pooled model, once                                     → no point, no plan
    dive      from there to whole sites and designs (`places.py`)
    connect   them, and price what comes out                             → plan, or not known

A search does the same with cuts that raise its bound and moves of sites that lower the cost. On
examples/10gw.yaml these take three quarters of its time, and whether there is a plan needs neither.
"""

from __future__ import annotations

from dcplan.case import Case
from dcplan.solve.cuts import without_network
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import Matrix
from dcplan.solve.nearby import Support, nearby, support
from dcplan.solve.places import dive
from dcplan.solve.pooling import pool_sites
from dcplan.solve.settle import connect
from dcplan.solve.state import Search, begin
from dcplan.solve.watch import Watch

ANY_PLAN_GAP = 1.0
NEIGHBOURHOODS = (0.05, 0.01, 1e-9)
"""The last has the point of the relaxation itself."""


def first_plan(case: Case, matrix: Matrix, watch: Watch, large: bool = False) -> bool | None:
    """Whether a plan of the published `matrix` is found by diving; False if its relaxation has no point.

    None where neither is known: then a search must tell. Of a `large` problem the relaxation has no network.
    """
    state = begin(case, matrix, watch, ANY_PLAN_GAP, quiet=True, rough=True)
    pool = pool_sites(without_network(matrix)) if large else state.pool
    engine = Engine(pool, watch, integer=False, threads=state.threads, seed=state.seed)
    relaxed = engine.run_lp()
    if relaxed.x is None:
        return False if relaxed.status == "infeasible" else None
    return dived(state, support(pool, relaxed.x))


def dived(state: Search, used: Support) -> bool | None:
    """Whether a dive near what a relaxation uses gives a search its first plan; None if not."""
    for least in NEIGHBOURHOODS:
        allowed = nearby(state.case, state.pool, used, least)
        if state.watch.stopped:
            break
        if (places := dive(state, allowed)) is not None:
            connect(state, places, allowed)
        if state.plan is not None:
            return True
    return None
