"""The strengthened relaxation: Steiner cuts on the pooled model until they gain nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import sparse

from dcplan.errors import NoPlan
from dcplan.solve.cuts import Cuts, no_cuts, stack, violated_cuts
from dcplan.solve.engine import Answer
from dcplan.solve.infeasible import shortages
from dcplan.solve.nearby import support
from dcplan.solve.order import root_order
from dcplan.solve.part import Part
from dcplan.solve.sift import Prices, price
from dcplan.solve.state import Relaxed, Search
from dcplan.solve.watch import relative_gap

LP_EPS = 1e-3
TAIL_ROUNDS, AGAIN_ROUNDS = 8, 3
TAIL_GAIN = 4e-5
TAIL_OF_GAP, TAIL_OF_NARROW = 0.5, 0.4
TIGHT = 1e-6
IDLE_ROUNDS, IDLE_MOST = 5, 50
"""A cut that held nothing up for so many rounds goes, if there are more than so many."""


def strengthen(state: Search, explain: bool = True) -> Relaxed | None:
    """Bound by the pooled relaxation with Steiner cuts; what it tells; None when stopped at once.

    In a survivable network by those of what sites draw, which need no root, if there is anything that they
    must draw.
    """
    state.watch.phase = "relaxing the problem"
    part = Part(state, state.pool, state.first_columns)
    if part.engine.run_lp().status == "infeasible":
        part = Part(state, state.pool, np.ones(len(state.pool.cost), dtype=bool))
    state.watch.phase = "strengthening the fibre network"
    loaded = any(graph.fleet is not None for graph in state.loaded_networks)
    if loaded:
        part.add_cuts(state.rows_of("zone"))
    answer, prices = _bounded(state, part, loaded)
    order = []
    if not loaded and answer.x is not None and not state.done:
        order = root_order(state.case, state.pool, part.wide(answer.x))
    if order:
        part.add_cuts(Cuts(stack(order, len(state.pool.cost)), (None,) * len(order)))
        answer, prices = _bounded(state, part, loaded)
    if answer.status == "infeasible":
        raise NoPlan(shortages(state.case, state.watch) if explain else "no plan")
    keep_cuts(state, part)
    return _told(state, part, answer, prices, loaded)


def strengthen_further(state: Search, relaxed: Relaxed) -> Relaxed:
    """Once there is a plan: go on with the cuts of what zones share, to close the gap or the end.

    They raise the bound by as much again, but slow down the search for plans, which goes without them.
    """
    if state.done or state.plan is None or relaxed.loaded:
        return relaxed
    state.watch.phase = "strengthening the bound"
    part = relaxed.part
    part.add_cuts(state.rows_of("zone"))
    answer, prices = _bounded(state, part, loaded=True)
    keep_cuts(state, part)
    told = _told(state, part, answer, prices, loaded=True) or relaxed
    return replace(told, support=relaxed.support, loaded=True)


def _bounded(state: Search, part: Part, loaded: bool) -> tuple[Answer, Prices | None]:
    """Cut a part with all that it needs of the whole, and learn the bound."""
    rounds = TAIL_ROUNDS
    while True:
        answer = cut_loop(state, part, loaded=loaded, bounding=True, rounds=rounds)
        if answer.dual is None:
            if answer.status == "infeasible" and not part.whole:
                part.take_in(part.left_out)
                continue
            return answer, None
        prices = price(state, part, answer)
        state.learn(prices.bound)
        if not len(prices.wanted) or state.done:
            return answer, prices
        part.take_in(prices.wanted)
        rounds = AGAIN_ROUNDS


def _told(
    state: Search, part: Part, answer: Answer, prices: Prices | None, loaded: bool
) -> Relaxed | None:
    if answer.x is None:
        return None
    x = part.wide(answer.x)
    state.proof = (state.cuts + state.zone_cuts).tight(x, TIGHT)
    if prices is None:
        return None
    return Relaxed(
        value=prices.bound,
        x=x,
        support=support(state.pool, x),
        blocks=prices.blocks,
        part=part,
        loaded=loaded,
    )


def cut_loop(
    state: Search,
    part: Part,
    *,
    loaded: bool = False,
    bounding: bool = False,
    rounds: int = TAIL_ROUNDS,
) -> Answer:
    """Solve a relaxed part of the pooled model and add violated cuts while they gain; the last answer.

    With `loaded` those of what sites draw. A part that is `bounding` stands for all of the model. What is
    gained counts over so many `rounds`.
    """
    lp, kept = part.engine, np.zeros(len(state.pool.cost), dtype=bool)
    kept[part.columns] = True
    graphs = state.loaded_networks if loaded else state.networks
    # where the gap that is asked is wide, the last of a bound is not worth its rounds; in a part, each cut
    # that the LP does not learn costs a MIP
    tail = min(TAIL_GAIN, TAIL_OF_NARROW * state.gap)
    if bounding:
        tail = max(tail, TAIL_OF_GAP * state.gap)
    answer = lp.run_lp()
    seen: set[bytes] = set()
    history: list[float] = []
    while answer.status == "optimal" and answer.x is not None:
        history.append(answer.value)
        if bounding and part.whole:
            state.learn(answer.value)
        if bounding and relative_gap(state.best, answer.value) <= state.gap:
            break
        gain = history[-1] - history[-1 - rounds] if len(history) > rounds else math.inf
        if gain < tail * abs(answer.value) * rounds / TAIL_ROUNDS:
            break
        x = part.wide(answer.x)
        cuts = violated_cuts(graphs, x, LP_EPS, seen, kept)
        missed = state.serving[np.flatnonzero(state.serving @ x < -LP_EPS)]
        cuts += Cuts(sparse.csr_array(missed), (None,) * missed.shape[0])
        if not cuts:
            break
        if (
            bounding
            and answer.dual is not None
            and part.let_go(answer.dual, IDLE_ROUNDS, IDLE_MOST)
        ):
            # what was let go may be found again
            seen.clear()
        part.add_cuts(cuts)
        before, answer = answer, lp.run_warm()
        if answer.status == "stopped":
            return before
    return answer


def keep_cuts(state: Search, part: Part) -> None:
    """Keep the cuts that were added to a part of the pooled model since it was asked last."""
    state.cuts += part.found.of_zones(False)
    state.zone_cuts += part.found.of_zones()
    part.found = no_cuts(len(state.pool.cost))
