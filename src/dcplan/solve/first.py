"""First plans of a large problem: places chosen at prices that stand for the network.

    price of a site := 0
    repeat
        MIP over the pooled model in which every set of sites is joined, each site at its price → places
        join these places by ears (`ears.py`), solve for all else                               → plan
        price of a site := what the corridors of its ear to the others' network cost, all scaled so
                           that the prices of these places add up to their network;
                           half and half with its price before

This is slope scaling (Kim and Pardalos 1999) for a network whose fixed costs are those of corridors. The
sites are those that the relaxation begins with (`sift.py`); where they are not enough, the first MIP takes
them all. With all sites it is a relaxation of the problem, so it has a bound, or shows that there is no plan.
Of the rest nothing is proven.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from scipy import sparse

from dcplan.errors import NoPlan
from dcplan.solve.cuts import without_network
from dcplan.solve.ears import Ears, Way, grown
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.matrix import Floats, Mask, Matrix
from dcplan.solve.settle import join, opening
from dcplan.solve.state import Search

ROUNDS = 5
PLACES_GAP = 0.01
MOST_NODES = 20
"""Of a MIP for places. Where limits are met by a hair, few points are whole and more nodes find none."""
GAIN = 0.25
"""Share of the gap by which the plans of a round must be better for another."""
OLD = 0.5
"""Share of the prices before in the next, lest places go back and forth."""


def first_plans(state: Search) -> None:
    """Make plans, each from places at better prices, until one is within the gap or they hardly get better.

    Raises NoPlan where even joined at no cost no sites meet the limits.
    """
    whole = without_network(state.pool)
    model = whole.among(_shown(state, whole))
    ears = Ears(state.case, state.watch)
    prices = sparse.csr_array(model.a.shape)
    tried: list[dict[str, int]] = []
    for turn in range(ROUNDS):
        state.watch.phase = "looking for first plans"
        answer = _solved(state, replace(model, a=sparse.csr_array(model.a + prices)))
        if not turn and answer.status == "infeasible":
            model, prices = whole, sparse.csr_array(whole.a.shape)
            answer = _solved(state, whole)
            if answer.status == "infeasible":
                raise NoPlan("no plan meets all limits, even if fibre cost nothing")
        if not turn and len(model.cost) == len(whole.cost):
            state.learn(min(answer.bound, state.best))
        if answer.x is None:
            return
        x = _in_pool(state, model, answer.x)
        opened, before = opening(state, x), state.best
        lit = grown(ears, opened)
        if opened not in tried:
            tried.append(opened)
            if lit is not None:
                join(state, x, lit)
        hardly = before < math.inf and before - state.best < GAIN * state.gap * abs(before)
        if hardly or state.done:
            return
        now = _prices(state, model, ears, opened, lit or {})
        prices = OLD * prices + (1 - OLD) * now if turn else now


def _shown(state: Search, model: Matrix) -> Mask:
    """The columns of the model without a network that the relaxation begins with."""
    kept = np.ones(len(model.cost), dtype=bool)
    for name, places in model.column.items():
        here = state.pool.column[name]
        shown = state.first_columns[[here[index] for index in places]]
        kept[list(places.values())] = shown
    return kept


def _solved(state: Search, model: Matrix) -> Answer:
    """A good point of a model without its network."""
    mip = Engine(model, state.watch, integer=True, threads=state.threads, seed=state.seed)
    return mip.run(PLACES_GAP, mip_max_nodes=MOST_NODES)


def _in_pool(state: Search, model: Matrix, point: Floats) -> Floats:
    """The same point over the columns of the pooled model."""
    x = np.zeros(len(state.pool.cost))
    for name, places in model.column.items():
        here = state.pool.column[name]
        x[[here[index] for index in places]] = point[list(places.values())]
    return x


def _prices(
    state: Search, model: Matrix, ears: Ears, opened: Mapping[str, int], lit: Mapping[Way, int]
) -> sparse.csr_array:
    """What the corridors of each site's ear put into the rows of money, in the columns that open it."""
    pool = state.pool
    fastest: dict[tuple[str, str, int], tuple[float, int]] = {}
    for (u, v, speed, *rest), j in pool.column.get("links.equipped", {}).items():
        fastest[u, v, rest[0]] = max(fastest.get((u, v, rest[0]), (0.0, j)), (speed, j))
    of_site = _ears_to(ears, opened, lit, {s for s, _ in model.column["sites.open"]})
    pairs = [
        (fastest[u, v, y][1], j)
        for (s, y), j in model.column["sites.open"].items()
        for u, v in {(min(way), max(way)) for way in of_site[s]}
        if (u, v, y) in fastest
    ]
    held, opens = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    shape = (len(pool.cost), len(model.cost))
    each = sum(ears.capex_musd(of_site[s]) for s in opened)
    scale = max(1.0, ears.capex_musd(lit) / each) if each else 1.0
    chosen = sparse.csr_array((np.full(len(pairs), scale), (held, opens)), shape=shape)
    place = {key: i for i, key in enumerate(zip(model.row_names, model.row_index, strict=True))}
    names = zip(pool.row_names, pool.row_index, strict=True)
    rows = [(place[key], i) for i, key in enumerate(names) if key[0].startswith("money.")]
    here, there = np.array(rows, dtype=np.int64).T
    shape = (model.a.shape[0], pool.a.shape[0])
    money = sparse.csr_array((np.ones(len(rows)), (here, there)), shape=shape)
    return sparse.csr_array(money @ pool.a @ chosen)


def _ears_to(
    ears: Ears, opened: Mapping[str, int], lit: Mapping[Way, int], sites: Iterable[str]
) -> dict[str, list[Way]]:
    """The ear by which each site would be joined to the network of the others."""
    network = _nodes(lit)
    found: dict[str, list[Way]] = {}
    for site in sites:
        others = {s: y for s, y in opened.items() if s != site}
        inside = _nodes(grown(ears, others) or {}) if site in opened else network
        found[site] = ears.to(inside, site) if inside and site not in inside else []
    return found


def _nodes(lit: Mapping[Way, int]) -> set[str]:
    return {node for way in lit for node in way}
