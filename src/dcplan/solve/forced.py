"""A search with a choice forced: a site, chip, zone or corridor that must be in the plan, or may not be.

The choice is a row more in the published model (or columns held at 0), so the plan that comes out is one of
the same problem, and the difference of the two optima is what the choice costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.solve import Outcome, Watch
from dcplan.solve.engine import solver_version
from dcplan.solve.matrix import FORCED, Matrix
from dcplan.solve.published import publish
from dcplan.solve.relax import strengthen
from dcplan.solve.search import find_plan
from dcplan.solve.stages import plan_decisions, plan_stage
from dcplan.solve.state import NOTHING, Start, begin
from dcplan.solve.watch import run_watched

Places = Sequence[int]


@dataclass(frozen=True)
class Choice:
    """Columns of which at least so much must be in the plan, or none may be."""

    columns: Callable[[Matrix], Places]
    least: float | None
    """Least sum of the columns; None keeps them all at 0."""


def force(matrix: Matrix, choice: Choice) -> Matrix:
    """The model with the choice forced."""
    columns = sorted(choice.columns(matrix))
    if choice.least is None:
        upper = np.array(matrix.upper)
        upper[columns] = 0.0
        return replace(matrix, upper=upper)
    return _with_row(matrix, dict.fromkeys(columns, 1.0), choice.least)


def apart(matrix: Matrix, taken: frozenset[str], year: int, least: int) -> Matrix:
    """The model whose sites of a year differ from `taken` in at least so many places.

    A site that only one of the two has counts as one, so that a site in place of another counts as two:
    Σ_{s not taken} open + Σ_{s taken} (1 − open) ≥ least.
    """
    here = {s: j for (s, y), j in matrix.column["sites.open"].items() if y == year}
    factors = {j: -1.0 if s in taken else 1.0 for s, j in here.items()}
    return _with_row(matrix, factors, least - len(taken & set(here)))


def _with_row(matrix: Matrix, factors: Mapping[int, float], least: float) -> Matrix:
    columns = np.array(sorted(factors), dtype=np.int64)
    values = np.array([factors[int(j)] for j in columns])
    places = (np.zeros(len(columns), dtype=np.int64), columns)
    row = sparse.csr_array((values, places), shape=(1, len(matrix.cost)))
    return replace(
        matrix,
        a=sparse.csr_array(sparse.vstack([matrix.a, row])),
        row_lower=np.append(matrix.row_lower, least),
        row_upper=np.append(matrix.row_upper, np.inf),
        row_names=(*matrix.row_names, FORCED),
        row_index=(*matrix.row_index, None),
    )


def solve_forced(
    case: Case,
    choice: Choice,
    start: Callable[[Matrix, Watch], Start],
    watch: Watch | None = None,
    show: Callable[[Watch], None] | None = None,
) -> Outcome:
    """The best plan with the choice forced, by the first objective of the case alone.

    `start` may make a plan of the forced model to begin with. Raises NoPlan where there is none.
    """
    watch = watch or Watch(case.scenario.solver.time_limit_s)
    change = partial(force, choice=choice)
    return run_watched(lambda: _solve_changed(case, change, start, watch), watch, show)


def solve_apart(
    case: Case,
    taken: Sequence[frozenset[str]],
    least: int,
    watch: Watch | None = None,
    show: Callable[[Watch], None] | None = None,
) -> Outcome:
    """The best plan whose sites of the last year differ from each of `taken` in at least so many.

    By the first objective of the case alone. Raises NoPlan where there is none.
    """
    watch = watch or Watch(case.scenario.solver.time_limit_s)

    def change(matrix: Matrix) -> Matrix:
        for sites in taken:
            matrix = apart(matrix, sites, case.years[-1], least)
        return matrix

    return run_watched(lambda: _solve_changed(case, change, _nothing, watch), watch, show)


def _nothing(matrix: Matrix, watch: Watch) -> Start:
    """No start: what is known has just been forbidden."""
    return NOTHING


def _solve_changed(
    case: Case,
    change: Callable[[Matrix], Matrix],
    start: Callable[[Matrix, Watch], Start],
    watch: Watch,
) -> Outcome:
    matrix, sizes = publish(case)
    matrix = change(matrix)
    found = find_plan(case, matrix, watch, start(matrix, watch), explain=False)
    stage = plan_stage(case.money.objective, found)
    return Outcome(
        status="optimal" if stage.gap <= case.scenario.solver.gap else "stopped",
        objective=stage.value,
        bound=stage.bound,
        gap=stage.gap,
        seconds=watch.elapsed_s,
        decisions=plan_decisions(found),
        solver_version=solver_version(),
        sizes=sizes,
        cuts=found.proof,
    )


def least_costs(case: Case, watch: Watch) -> dict[str, float]:
    """For each site, what every plan that opens it costs at least, minimised form; from one relaxation.

    Empty where time was over before there was a bound.
    """
    matrix, _ = publish(case)
    state = begin(case, matrix, watch, quiet=True)
    relaxed = strengthen(state, explain=False)
    if relaxed is None:
        return {}
    margins = relaxed.margins(state)
    return {site: relaxed.value + margin for site, margin in margins.site.items()}
