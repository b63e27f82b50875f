"""The search: strengthen the relaxation, find plans near it, close the gap.

    core := published model without the flow variables; Steiner cuts stand in for them
    pool := core with one stock of chips for the fleet (`pooling.py`), a relaxation
    LP   := relaxation of pool; add violated Steiner cuts until they gain nothing      → bound
    repeat with a growing neighbourhood of the LP's sites and ways:
        MIP over core's neighbourhood; where its network is not connected, keep its sites
        and solve for the network; every connected point is a plan                     → plan
    MIP over all of core from the best plan, until the gap is closed or time is over

Every bound is one of a relaxation of the published model, every plan a point of it: the flow
variables that were left out exist exactly when the lit ways connect the open sites to the root,
which is checked for each plan before it counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.errors import NoPlan, StoppedEarly
from dcplan.solve.cuts import Network, networks, violated_cuts, without_flow
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.infeasible import shortages
from dcplan.solve.matrix import Floats, Ints, Mask, Matrix
from dcplan.solve.nearby import (
    CORRIDOR_VARIABLES,
    Support,
    joined,
    nearby,
    remote_sites,
    support,
)
from dcplan.solve.pooling import pool_sites
from dcplan.solve.reduce import Margins, margins
from dcplan.solve.watch import Watch, relative_gap

LP_EPS = 1e-3
Fixed = tuple[Ints, Floats]
"""Columns and the values they are held at."""

CUT_VARIABLES = ("fibre.way", "fibre.root", "sites.open")
TAIL_ROUNDS = 8
TAIL_GAIN = 4e-5
SWAPPED = 3
SWAP_LEAST = 0.01
NEIGHBOURHOODS = (0.1, 0.01, 1e-3)


@dataclass(frozen=True)
class Relaxed:
    """What the strengthened relaxation tells about plans."""

    value: float
    support: Support
    margins: Margins


@dataclass
class Search:
    """State of one search; values and bounds are of the minimised form (sign removed)."""

    case: Case
    core: Matrix
    watch: Watch
    gap: float
    threads: int
    seed: int
    cuts: sparse.csr_array
    """Steiner cuts over the columns of `core`."""
    seen: set[bytes] = field(default_factory=set)
    bound: float = -math.inf
    best: float = math.inf
    plan: Floats | None = None

    @property
    def done(self) -> bool:
        """Whether the gap is closed or somebody or the clock stopped the search."""
        return self.watch.stopped or relative_gap(self.best, self.bound) <= self.gap

    def report(self) -> None:
        """Tell the watch, in the objective's own sense."""
        sign = self.core.sign
        self.watch.bound = sign * self.bound if math.isfinite(self.bound) else None
        self.watch.best = sign * self.best if math.isfinite(self.best) else None


def find_plan(case: Case, matrix: Matrix, watch: Watch) -> Search:
    """Run the search on the published `matrix`; raise `NoPlan` or `StoppedEarly` without a plan."""
    core = without_flow(matrix)
    options = case.scenario.solver
    state = Search(
        case=case,
        core=core,
        watch=watch,
        gap=options.gap,
        threads=options.threads,
        seed=options.seed,
        cuts=sparse.csr_array((0, len(core.cost))),
    )
    relaxed = _strengthen(state)
    for least in NEIGHBOURHOODS:
        if state.done or relaxed is None:
            break
        watch.phase = "looking for plans near the relaxation"
        _search_nearby(state, relaxed, nearby(case, core, relaxed.support, least))
    if not state.done:
        watch.phase = "closing the gap"
        _close(state, relaxed)
    if state.plan is None:
        raise StoppedEarly("the search was stopped before it found a plan")
    return state


def _strengthen(state: Search) -> Relaxed | None:
    """Bound by the pooled relaxation with Steiner cuts; what it tells; None when stopped at once."""
    state.watch.phase = "relaxing the problem"
    pool = pool_sites(state.core)
    lp = Engine(pool, state.watch, integer=False, threads=state.threads, seed=state.seed)

    def better_bound(value: float) -> None:
        state.bound = max(state.bound, value)
        state.report()
        state.watch.phase = "strengthening the fibre network"

    graphs = networks(state.case, pool)
    answer = _cut_loop(state, lp, graphs, better_bound)
    if answer.status == "infeasible":
        raise NoPlan(shortages(state.case, pool, state.watch))
    _take_cuts(state, pool, lp.added_rows)
    if answer.x is None or answer.dual is None or len(answer.dual) != lp.rows:
        return None
    return Relaxed(
        value=answer.value,
        support=support(pool, answer.x),
        margins=margins(state.case, lp, answer.dual, graphs[-1]),
    )


def _cut_loop(
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


def _take_cuts(state: Search, source: Matrix, cuts: sparse.csr_array) -> None:
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


def _search_nearby(state: Search, relaxed: Relaxed, allowed: Mask) -> None:
    """Solve the MIP restricted to a neighbourhood until its network is connected."""
    while not state.done:
        answer = _solve(state, allowed, 0.75 * state.gap)
        if answer.x is None or _settle_or_repair(state, answer.x, allowed):
            return
        _swap_remote_sites(state, relaxed)


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
        answer = _solve(state, allowed, state.gap / 4, (fixed, plan[fixed]))
        if answer.x is not None:
            _settle_or_repair(state, answer.x, allowed)


def _close(state: Search, relaxed: Relaxed | None) -> None:
    """Solve all of core that can hold a better plan, until bound and plan meet."""
    everything = np.ones(len(state.core.cost), dtype=bool)
    while not state.done:
        if relaxed is not None and math.isfinite(state.best):
            everything = relaxed.margins.within(state.core, state.best - relaxed.value)
        answer = _solve(state, everything, state.gap * 0.95)
        if answer.status == "infeasible" and math.isinf(state.best):
            raise NoPlan(
                "the limits can be met by fractions of sites, but by no whole plan: "
                "least sizes, one cooling design a site, numbers of sites or the reach of the "
                "fibre stand in the way"
            )
        state.bound = max(state.bound, min(answer.bound, state.best))
        state.report()
        if answer.x is None or _settle_or_repair(state, answer.x, everything):
            return


def _solve(state: Search, allowed: Mask, gap: float, fixed: Fixed | None = None) -> Answer:
    """One MIP over the allowed columns of core (the others at 0) with all cuts so far."""
    columns = np.flatnonzero(allowed)
    mip = _engine(state, columns, integer=True, fixed=fixed)
    if state.plan is not None and not state.plan[~allowed].any():
        mip.start_from(state.plan[columns])
    answer = mip.run(gap)
    if answer.x is None:
        return answer
    x = np.zeros(len(allowed))
    x[columns] = answer.x
    return replace(answer, x=np.where(state.core.integer, np.rint(x), x))


def _engine(state: Search, columns: Ints, *, integer: bool, fixed: Fixed | None = None) -> Engine:
    """Core with its cuts over some columns, which leaves the others at 0; some of them fixed."""
    core = state.core
    a = sparse.csr_array(sparse.csr_array(sparse.vstack([core.a, state.cuts]))[:, columns])
    rows = np.diff(a.indptr) > 0
    part = replace(
        core,
        a=sparse.csr_array(a[rows]),
        row_lower=np.append(core.row_lower, np.zeros(state.cuts.shape[0]))[rows],
        row_upper=np.append(core.row_upper, np.full(state.cuts.shape[0], np.inf))[rows],
        lower=core.lower[columns],
        upper=core.upper[columns],
        cost=core.cost[columns],
        integer=core.integer[columns],
        column=_columns_within(core, columns),
        row_names=(),
        row_index=(),
    )
    engine = Engine(part, state.watch, integer=integer, threads=state.threads, seed=state.seed)
    if fixed is not None:
        engine.set_bounds(np.searchsorted(columns, fixed[0]), fixed[1], fixed[1])
    return engine


def _columns_within(core: Matrix, columns: Ints) -> dict[str, dict[Any, int]]:
    """Places of the variables that the cuts speak of, among `columns`."""
    place = {int(j): i for i, j in enumerate(columns)}
    return {
        name: {index: place[j] for index, j in core.column.get(name, {}).items() if j in place}
        for name in CUT_VARIABLES
    }


def _settle_or_repair(state: Search, x: Floats, allowed: Mask) -> bool:
    """Make a plan of `x`, or of its sites with a network that connects them.

    Returns False in the second case: the cuts found on the way serve the next MIP as well.
    """
    if _settle(state, x):
        return True
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
    columns = np.flatnonzero(allowed)
    lp = _engine(state, columns, integer=False, fixed=(fixed, x[fixed]))
    _cut_loop(state, lp, networks(state.case, lp.matrix))
    _take_cuts(state, lp.matrix, lp.added_rows)
    while not state.watch.stopped:
        answer = _solve(state, allowed, state.gap / 4, (fixed, x[fixed]))
        if answer.x is None or _settle(state, answer.x):
            break
    state.watch.phase = "looking for better plans"
    return False


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
