"""A search with one choice forced: a site, chip, zone or corridor that must be in the plan, or may not be.

The choice is a row more in the published model (or columns held at 0), so the plan that comes out is one of
the same problem, and the difference of the two optima is what the choice costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.solve import Decisions, Outcome, Watch
from dcplan.solve.cuts import without_flow
from dcplan.solve.matrix import Matrix
from dcplan.solve.published import publish
from dcplan.solve.relax import strengthen
from dcplan.solve.search import find_plan
from dcplan.solve.stages import plan_decisions, plan_stage
from dcplan.solve.state import Search
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
    columns = np.array(sorted(choice.columns(matrix)), dtype=np.int64)
    if choice.least is None:
        upper = np.array(matrix.upper)
        upper[columns] = 0.0
        return replace(matrix, upper=upper)
    shape = (1, len(matrix.cost))
    ones = np.ones(len(columns))
    row = sparse.csr_array((ones, (np.zeros(len(columns), dtype=np.int64), columns)), shape=shape)
    return replace(
        matrix,
        a=sparse.csr_array(sparse.vstack([matrix.a, row])),
        row_lower=np.append(matrix.row_lower, choice.least),
        row_upper=np.append(matrix.row_upper, np.inf),
        row_names=(*matrix.row_names, "forced"),
        row_index=(*matrix.row_index, None),
    )


def solve_forced(
    case: Case,
    choice: Choice,
    start: Callable[[Matrix, Watch], Decisions | None],
    watch: Watch | None = None,
    show: Callable[[Watch], None] | None = None,
) -> Outcome:
    """The best plan with the choice forced, by the first objective of the case alone.

    `start` may make a plan of the forced model to begin with. Raises NoPlan where there is none.
    """
    watch = watch or Watch(case.scenario.solver.time_limit_s)
    return run_watched(lambda: _solve_forced(case, choice, start, watch), watch, show)


def _solve_forced(
    case: Case,
    choice: Choice,
    start: Callable[[Matrix, Watch], Decisions | None],
    watch: Watch,
) -> Outcome:
    matrix, sizes = publish(case)
    matrix = force(matrix, choice)
    found = find_plan(case, matrix, watch, start(matrix, watch), explain=False)
    stage = plan_stage(case.money.objective, found)
    return Outcome(
        status="optimal" if stage.gap <= case.scenario.solver.gap else "stopped",
        objective=stage.value,
        bound=stage.bound,
        gap=stage.gap,
        seconds=watch.elapsed_s,
        decisions=plan_decisions(found),
        solver_version=highspy.Highs().version(),
        sizes=sizes,
    )


def least_costs(case: Case, watch: Watch) -> dict[str, float]:
    """For each site, what every plan that opens it costs at least, minimised form; from one relaxation.

    Empty where time was over before there was a bound.
    """
    matrix, _ = publish(case)
    options = case.scenario.solver
    core = without_flow(matrix)
    state = Search(
        case=case,
        core=core,
        watch=watch,
        gap=options.gap,
        threads=options.threads,
        seed=options.seed,
        cuts=sparse.csr_array((0, len(core.cost))),
        quiet=True,
    )
    relaxed = strengthen(state, explain=False)
    if relaxed is None:
        return {}
    return {site: relaxed.value + margin for site, margin in relaxed.margins.site.items()}
