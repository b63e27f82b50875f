"""From what is known of a plan to a plan of this model: its sites, halls and lit corridors are kept.

    fix     which sites are open in which year, and their cooling
    solve   for all else, over the corridors that were lit                      → plan, or
            over all corridors                                                   → plan, or none

The plan may be one of another scenario: what this one has not is left out, and a year that the plan has
not is left open. Where the sites as they stand cannot meet the new limits there is nothing to start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dcplan.case import Case
from dcplan.proof import Cut
from dcplan.solve.matrix import Mask, Matrix
from dcplan.solve.nearby import CORRIDOR_VARIABLES, site_columns
from dcplan.solve.part import Fixed
from dcplan.solve.settle import connect, settled
from dcplan.solve.state import Search, begin
from dcplan.solve.watch import Watch

Corridor = tuple[str, str]


@dataclass(frozen=True)
class Suggestion:
    """What is worth keeping of a plan."""

    years: tuple[int, ...]
    """Years that it says something about."""
    design: Mapping[tuple[str, int], str]
    """Cooling design of every open site and year."""
    lit: frozenset[Corridor]
    """Corridors that it lights in some year, their ends in order."""
    free: frozenset[str] = frozenset()
    """Sites that it says nothing about: they may open."""
    any_corridor: bool = False
    """Whether others than those in `lit` may be lit too."""
    cuts: tuple[Cut, ...] = ()
    """What held up the relaxation of its search."""


def adopt(case: Case, matrix: Matrix, wish: Suggestion, watch: Watch) -> Search | None:
    """The best plan of the published `matrix` that keeps what is suggested; None if there is none."""
    watch.phase = "taking over the plan given"
    state = begin(case, matrix, watch, quiet=True, cuts=wish.cuts)
    pool = state.pool
    fixed, allowed = _fixed(case, pool, wish), _allowed(case, pool, wish)
    here = allowed[fixed[0]]
    fixed = fixed[0][here], fixed[1][here]
    if not any(s in case.sites.zone for s, _ in wish.design):
        return None
    done = settled(state, allowed, fixed, state.gap / 2)
    if not (done or wish.free or wish.any_corridor or watch.stopped) and len(fixed[0]):
        x = np.zeros(len(pool.cost))
        x[fixed[0]] = fixed[1]
        connect(state, x)
    return state if state.plan is not None else None


def _fixed(case: Case, pool: Matrix, wish: Suggestion) -> Fixed:
    """Columns of open sites and designs in the years of the plan, with the values they keep."""
    known = {(s, k) for s, k in case.halls.designs}
    value: dict[int, float] = {}
    must = {*case.sites.forced, *case.sites.stood}
    named = {s for s, _ in wish.design} | must | wish.free
    for (s, y), j in pool.column["sites.open"].items():
        if y in wish.years and s not in wish.free and (s not in must or (s, y) in wish.design):
            value[j] = float((s, y) in wish.design)
    for (s, k, y), j in pool.column["halls.design"].items():
        kept = wish.design.get((s, y), "")
        if y in wish.years and s in named - wish.free and (s, kept) in known:
            value[j] = float(k == kept)
    columns = np.array(sorted(value), dtype=np.int64)
    return columns, np.array([value[int(j)] for j in columns])


def _allowed(case: Case, pool: Matrix, wish: Suggestion) -> Mask:
    """Columns of the plan's sites and lit corridors, and all that are about neither."""
    allowed = np.ones(len(pool.cost), dtype=bool)
    here = {s for s, _ in wish.design} | set(case.sites.forced) | set(case.sites.stood) | wish.free
    for s, places in site_columns(case, pool).items():
        if s not in here:
            allowed[places] = False
    if wish.any_corridor:
        return allowed
    for name in CORRIDOR_VARIABLES:
        for (u, v, *_), j in pool.column.get(name, {}).items():
            allowed[j] = (min(u, v), max(u, v)) in wish.lit
    return allowed
