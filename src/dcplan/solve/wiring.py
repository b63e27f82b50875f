"""The least network over given places.

    LP    the pooled relaxation with sites, designs and root held, cut until nothing gains     → prices
    MIP   of the network's own columns and rows at these prices; add cuts until it joins all   → ways

With places held, fibre and all else meet in few rows: those of money, where a limit may bind, and the speed.
At the prices of these rows the network is a small problem, a Steiner tree or a survivable network, and its
relaxation is near whole. The speeds are held at what the relaxation needs. Nothing is proven of the whole; the
ways are a proposal, for which all else is solved afterwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.solve.cuts import violated_cuts
from dcplan.solve.ears import Way
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.matrix import WHOLE, Floats, Ints, Mask, Matrix
from dcplan.solve.order import root_columns
from dcplan.solve.part import Fixed, Part
from dcplan.solve.relax import cut_loop
from dcplan.solve.state import Search

SPEED = "links.speed"
LIT = 0.5


@dataclass(frozen=True)
class Wired:
    """What was found for some places."""

    relaxed: Floats
    """The point of their relaxation, over the columns of the pooled model."""
    value: float
    """Of the network with all else relaxed, infinite where none was found."""
    lit: dict[Way, int]
    """The year from which each way is lit."""


def wired(
    state: Search, allowed: Mask, fixed: Fixed, begun: Floats | None, gap: float
) -> Wired | None:
    """The least network over the places that are held by `fixed`; None where their relaxation has no point.

    `begun` is a network to begin with, over the columns of the pooled model, NaN where nothing is said.
    """
    cuts = state.rooted_cuts() if root_columns(state.case, state.pool) else None
    part = Part(state, state.pool, allowed, fixed=fixed, cuts=cuts)
    answer = cut_loop(state, part)
    if answer.x is None or answer.dual is None:
        return None
    point = _at_speeds(state, part.wide(answer.x))
    whole = state.pool.integer & allowed
    near = np.all(np.abs(point[whole] - np.rint(point[whole])) <= WHOLE)
    if near and not violated_cuts(state.networks, point, 0.5, set()):
        return Wired(point, answer.value, _lit(state, point))
    free, matrix = _network(state, part, answer, point, fixed)
    mip = Engine(matrix, state.watch, integer=True, threads=state.threads, seed=state.seed)
    if begun is not None:
        known = np.flatnonzero(matrix.integer & np.isfinite(begun[free]))
        mip.start_from(known, begun[free][known])
    while not state.watch.stopped:
        found = mip.run(gap)
        if found.x is None:
            break
        point[free] = np.where(matrix.integer, np.rint(found.x), found.x)
        cuts = violated_cuts(state.networks, point, 0.5, state.seen)
        if not cuts:
            return Wired(part.wide(answer.x), found.value, _lit(state, point))
        state.cuts += cuts
        rows = sparse.csc_array(cuts.rows)
        held = point.copy()
        held[free] = 0.0
        lower = -(cuts.rows @ held)
        mip.add_rows(sparse.csr_array(rows[:, free]), lower, np.full(len(cuts), np.inf))
    return Wired(part.wide(answer.x), math.inf, {})


def _network(
    state: Search, part: Part, answer: Answer, point: Floats, fixed: Fixed
) -> tuple[Ints, Matrix]:
    """The columns of the network that are free, and the model of them at the prices of all other rows."""
    pool = state.pool
    assert answer.dual is not None and answer.x is not None
    multipliers, more = part.multipliers(answer.dual)
    free = np.zeros(len(pool.cost), dtype=bool)
    for name, places in pool.column.items():
        if name.startswith(("fibre.", "links.")) and name != SPEED:
            free[list(places.values())] = True
    kept = np.zeros(len(pool.cost), dtype=bool)
    kept[part.columns] = True
    free &= kept
    free[fixed[0]] = False
    known = free.copy()
    known[fixed[0]] = True
    known[list(pool.column.get(SPEED, {}).values())] = True
    known |= ~kept
    rows = sparse.csr_array(sparse.vstack([pool.a, part.cuts]))
    own = (abs(rows) @ (~known).astype(float) == 0) & (abs(rows) @ free.astype(float) > 0)
    price = np.append(multipliers, more)
    price[own] = 0.0
    cost = pool.cost - rows.T @ price
    held = np.where(free, 0.0, point)
    here, columns = np.flatnonzero(own), np.flatnonzero(free)
    lower = np.append(pool.row_lower, np.zeros(part.cuts.shape[0]))[here]
    upper = np.append(pool.row_upper, np.full(part.cuts.shape[0], np.inf))[here]
    moved = rows[here] @ held
    matrix = replace(
        pool,
        a=sparse.csr_array(rows[here][:, columns]),
        row_lower=lower - moved,
        row_upper=upper - moved,
        lower=pool.lower[columns],
        upper=pool.upper[columns],
        cost=cost[columns],
        offset=answer.value - float(cost[columns] @ part.wide(answer.x)[columns]),
        integer=pool.integer[columns],
        column={},
        row_names=(),
        row_index=(),
    )
    return columns, matrix


def _at_speeds(state: Search, point: Floats) -> Floats:
    """The point at the slowest speed of each year that is no slower than what it has on average."""
    speeds: dict[Any, list[tuple[float, int]]] = {}
    for (speed, *year), j in state.pool.column.get(SPEED, {}).items():
        speeds.setdefault(tuple(year), []).append((speed, j))
    point = point.copy()
    for offered in speeds.values():
        mean = sum(speed * point[j] for speed, j in offered)
        enough = [pair for pair in sorted(offered) if pair[0] >= mean * (1 - WHOLE)]
        chosen = enough[0][1] if enough else max(offered)[1]
        for _, j in offered:
            point[j] = float(j == chosen)
    return point


def _lit(state: Search, point: Floats) -> dict[Way, int]:
    lit: dict[Way, int] = {}
    for (u, v, year, *_), j in state.pool.column.get("fibre.way", {}).items():
        if point[j] > LIT:
            lit[u, v] = min(year, lit.get((u, v), year))
    return lit
