"""What a search knows while it runs, and the restricted models that it solves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.matrix import Floats, Ints, Mask, Matrix
from dcplan.solve.nearby import Support
from dcplan.solve.reduce import Margins
from dcplan.solve.watch import Watch, relative_gap

Fixed = tuple[Ints, Floats]
"""Columns and the values they are held at."""

WHOLE_EPS = 1e-4
CUT_VARIABLES = ("fibre.way", "fibre.root", "sites.open")


@dataclass(frozen=True)
class Relaxed:
    """What the strengthened relaxation tells about plans."""

    value: float
    support: Support
    margins: Margins
    lp: Engine
    """The relaxation with its last basis."""
    shared: bool = False
    """Whether it knows what the sites of a zone share."""


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
    quiet: bool = False
    """Whether its values mean nothing to the watch."""
    start: Floats | None = None
    """The plan that the search began from; `plan` until it finds a better one."""

    def start_at(self, decisions: Mapping[str, Mapping[Any, float]]) -> None:
        """Begin from a plan of this model under another objective; what that lacked is 0."""
        x = np.zeros(len(self.core.cost))
        for name, places in self.core.column.items():
            known = decisions.get(name, {})
            for index, j in places.items():
                x[j] = known.get(index, 0.0)
        self.plan = self.start = x
        self.best = float(self.core.cost @ x) + self.core.offset
        self.report()

    def learn(self, bound: float) -> None:
        """Raise the bound; where every value is whole, to the next whole number."""
        if self.core.whole_values and math.isfinite(bound):
            bound = float(math.ceil(bound - WHOLE_EPS))
        self.bound = max(self.bound, bound)
        self.report()

    @property
    def done(self) -> bool:
        """Whether the gap is closed or somebody or the clock stopped the search."""
        return self.watch.stopped or relative_gap(self.best, self.bound) <= self.gap

    def report(self) -> None:
        """Tell the watch, in the objective's own sense."""
        if self.quiet:
            return
        sign = self.core.sign
        self.watch.bound = sign * self.bound if math.isfinite(self.bound) else None
        self.watch.best = sign * self.best if math.isfinite(self.best) else None


def solve_part(
    state: Search,
    allowed: Mask,
    gap: float,
    fixed: Fixed | None = None,
    whole: Mask | None = None,
    start: Floats | None = None,
) -> Answer:
    """One MIP over the allowed columns of core (the others at 0) with all cuts so far.

    `whole` says which columns are integer, if not all that should be; `start` is a point to begin
    with, if not the best plan.
    """
    columns = np.flatnonzero(allowed)
    whole = state.core.integer if whole is None else whole
    mip = engine(state, columns, integer=whole[columns], fixed=fixed)
    start = state.plan if start is None else start
    if start is not None and not start[~allowed].any():
        mip.start_from(start[columns])
    answer = mip.run(gap)
    if answer.x is None:
        return answer
    x = np.zeros(len(allowed))
    x[columns] = answer.x
    return replace(answer, x=np.where(whole, np.rint(x), x))


def relaxation(state: Search, allowed: Mask, fixed: Fixed | None = None) -> tuple[Ints, Engine]:
    """Core's relaxation over the allowed columns, and all those that cuts speak of; which these are.

    Of the latter, those that are not allowed are there at 0: a cut found without them would lack what
    crosses it elsewhere, and would not hold for other columns than the allowed ones.
    """
    spoken = np.zeros(len(allowed), dtype=bool)
    for name in CUT_VARIABLES:
        spoken[list(state.core.column.get(name, {}).values())] = True
    columns = np.flatnonzero(allowed | spoken)
    lp = engine(state, columns, fixed=fixed)
    barred = np.flatnonzero(~allowed[columns])
    lp.set_bounds(barred, np.zeros(len(barred)), np.zeros(len(barred)))
    return columns, lp


def engine(
    state: Search, columns: Ints, *, integer: Mask | None = None, fixed: Fixed | None = None
) -> Engine:
    """Core with its cuts over some columns, which leaves the others at 0; some of them fixed.

    A relaxation, unless `integer` says which of the columns are whole.
    """
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
        integer=np.zeros(len(columns), dtype=bool) if integer is None else integer,
        column=_columns_within(core, columns),
        row_names=(),
        row_index=(),
    )
    whole = bool(part.integer.any())
    made = Engine(part, state.watch, integer=whole, threads=state.threads, seed=state.seed)
    if fixed is not None:
        made.set_bounds(np.searchsorted(columns, fixed[0]), fixed[1], fixed[1])
    return made


def _columns_within(core: Matrix, columns: Ints) -> dict[str, dict[Any, int]]:
    """Places of the variables that the cuts speak of, among `columns`."""
    place = {int(j): i for i, j in enumerate(columns)}
    return {
        name: {index: place[j] for index, j in core.column.get(name, {}).items() if j in place}
        for name in CUT_VARIABLES
    }
