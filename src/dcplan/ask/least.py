"""How little some kinds of limit must give for a plan: one of least slack, found by a dive.

    soften   the rows of these kinds give at a price; all else costs a hundredth of that in all
    dive     to a whole plan of that (`first.py`)                  → what it takes is what is missing
    keep     every yes and no of it under the limits so loosened   → a plan, or not

A limit that is moved by what a relaxation lacks has no whole plan, and one that is moved a little more
seldom has one that is easily found. With slack a dive always ends at one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from dcplan.ask.first import ANY_PLAN_GAP, dived
from dcplan.case import Case
from dcplan.solve.elastic import SMALLEST_SHARE, Short, relative_slack
from dcplan.solve.infeasible import Relaxations
from dcplan.solve.kinds import Kind
from dcplan.solve.matrix import Floats, Ints, Matrix
from dcplan.solve.nearby import nearby, support
from dcplan.solve.settle import settle_or_repair
from dcplan.solve.state import Search, begin

MISSING = "limits.missing"
WEIGHT = 100.0
GUIDE = 1.0
NEAR_ENOUGH = 0.4
"""Gap of this search, whose network is solved to a quarter of it."""
SIDES = {
    *("training.target", "training.total_target", "power.fleet_power", "power.headroom"),
    *("grid.tier_size", "chips.supply", "chips.wafers", "sites.number_of_sites"),
}
"""Rows whose limit stands on one side, and in no coefficient."""


@dataclass(frozen=True)
class Least:
    """A whole plan, and what limits lack for it."""

    short: Short
    state: Search


def least_plan(
    relaxations: Relaxations, kinds: Sequence[Kind], roomy: Relaxations | None
) -> Least | None:
    """A plan for which these kinds give little; None where none is found, or nothing is missing.

    `roomy` is the problem with these limits moved far enough: what follows from them there rules out
    little, and makes the dive many times faster than with nothing that follows from them.
    """
    missing = relaxations.short(kinds)
    if missing is None or not missing.missing:
        return None
    free = {kind.frees for kind in kinds if kind.frees}
    sides = all(set(kind.rows) <= SIDES for kind in kinds)
    if free and sides and roomy is not None and roomy.published()[1] is not None:
        case, matrix = roomy.published()
        matrix = matrix and _with_sides(matrix, missing.matrix, kinds)
    else:
        case, matrix = relaxations.published(free)
    if matrix is None:
        return None
    names = {name for kind in kinds for name in kind.rows}
    rows = np.array([i for i, name in enumerate(matrix.row_names) if name in names])
    scale = relative_slack(matrix, rows)
    soft = _softened(matrix, rows, scale, missing)
    watch = replace(relaxations.watch)
    state = begin(_priced(case), soft, watch, NEAR_ENOUGH, quiet=True, rough=True)
    dived(state, support(missing.matrix, missing.point))
    if state.plan is None:
        return None
    taken = state.plan[[state.core.column[MISSING][int(i)] for i in rows]]
    lacks = {
        (matrix.row_names[i], matrix.row_index[i]): float(share * unit)
        for i, share, unit in zip(rows, taken, np.abs(scale), strict=True)
        if share > SMALLEST_SHARE
    }
    return Least(Short(kinds[0], lacks, state.plan, state.core), state)


def _with_sides(matrix: Matrix, other: Matrix, kinds: Sequence[Kind]) -> Matrix | None:
    """The matrix with another's limits in the rows of some kinds; None where that has not the same rows."""
    names = {name for kind in kinds for name in kind.rows}
    place = {key: i for i, key in enumerate(zip(other.row_names, other.row_index, strict=True))}
    lower, upper = np.array(matrix.row_lower), np.array(matrix.row_upper)
    for i, key in enumerate(zip(matrix.row_names, matrix.row_index, strict=True)):
        if key[0] in names:
            if key not in place:
                return None
            lower[i], upper[i] = other.row_lower[place[key]], other.row_upper[place[key]]
    return replace(matrix, row_lower=lower, row_upper=upper)


def keeps(relaxations: Relaxations, found: Least) -> bool:
    """Whether a problem has a plan with every yes and no that was found, or at least the places."""
    case, matrix = relaxations.published()
    if matrix is None:
        return False
    watch = replace(relaxations.watch)
    state = begin(_priced(case), matrix, watch, ANY_PLAN_GAP, quiet=True, rough=True)
    x = np.zeros(len(state.pool.cost))
    old, known = found.state.pool.column, found.state.in_pool(found.short.point)
    for name, places in state.pool.column.items():
        for index, j in places.items():
            x[j] = known[old[name][index]] if index in old.get(name, {}) else 0.0
    settle_or_repair(state, x, nearby(case, state.pool, support(state.pool, x), 0.5))
    return state.plan is not None


def _priced(case: Case) -> Case:
    """The case without an objective that is searched for year by year."""
    if case.money.objective != "earliest":
        return case
    return replace(case, money=replace(case.money, objective="tco"))


def _softened(matrix: Matrix, rows: Ints, scale: Floats, missing: Short) -> Matrix:
    """The matrix whose rows may give; the slack of the relaxation costs `WEIGHT`, its plan `GUIDE`."""
    count, first = len(rows), len(matrix.cost)
    slack = sparse.csr_array((scale, (rows, np.arange(count))), shape=(matrix.a.shape[0], count))
    known = missing.matrix
    value = abs(float(known.cost @ missing.point[: len(known.cost)])) or 1.0
    share = sum(missing.shares.values())
    return replace(
        matrix,
        a=sparse.csr_array(sparse.hstack([matrix.a, slack])),
        lower=np.append(matrix.lower, np.zeros(count)),
        upper=np.append(matrix.upper, np.full(count, np.inf)),
        cost=np.append(matrix.cost * (GUIDE / value), np.full(count, WEIGHT / share)),
        integer=np.append(matrix.integer, np.zeros(count, dtype=bool)),
        offset=0.0,
        sign=1,
        column={**matrix.column, MISSING: {int(i): first + k for k, i in enumerate(rows)}},
    )
