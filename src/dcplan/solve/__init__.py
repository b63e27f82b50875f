"""The only place that knows HiGHS: from a case to decisions with their bound and gap."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from dcplan.case import Case, shortfalls
from dcplan.errors import InputError, NoPlan, Problem
from dcplan.model import build
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import Matrix, compile_model
from dcplan.solve.search import find_plan
from dcplan.solve.state import Search
from dcplan.solve.watch import Watch, relative_gap, run_watched

__all__ = ["Decisions", "Outcome", "Sizes", "Watch", "measure", "solve", "write_model"]

Decisions = Mapping[str, Mapping[Any, float]]


@dataclass(frozen=True)
class Sizes:
    """How large the published model is, and what building and handing it over took."""

    columns: int
    rows: int
    nonzeros: int
    binaries: int
    smallest: float
    """Smallest magnitude among the matrix coefficients."""
    largest: float
    build_seconds: float
    handover_seconds: float


@dataclass(frozen=True)
class Outcome:
    """What a solve decided; `objective` and `bound` in the objective's own unit and sense."""

    status: str
    """'optimal' within the gap, or 'stopped' early with a plan."""
    objective: float
    bound: float
    gap: float
    seconds: float
    decisions: Decisions
    solver_version: str
    sizes: Sizes


def solve(
    case: Case, watch: Watch | None = None, show: Callable[[Watch], None] | None = None
) -> Outcome:
    """Build the model of `case`, search, and return its decisions.

    `show` is called about ten times a second in the calling thread. The first Ctrl-C (or the time
    limit) ends the search with the best plan so far. Raises `NoPlan` when the limits conflict and
    `StoppedEarly` when the search ended before its first plan.
    """
    watch = watch or Watch(case.scenario.solver.time_limit_s)
    return run_watched(lambda: _solve(case, watch), watch, show)


def _solve(case: Case, watch: Watch) -> Outcome:
    # HiGHS fixes its threads at the first solve of the process
    highspy.Highs.resetGlobalScheduler(True)
    watch.phase = "building the model"
    matrix, sizes = _published(case)
    found = find_plan(case, matrix, watch)
    sign = matrix.sign
    gap = relative_gap(found.best, found.bound)
    return Outcome(
        status="optimal" if gap <= case.scenario.solver.gap else "stopped",
        objective=sign * found.best,
        bound=sign * min(found.bound, found.best),
        gap=gap if found.bound < found.best else 0.0,
        seconds=watch.elapsed_s,
        decisions=_decisions(found),
        solver_version=highspy.Highs().version(),
        sizes=sizes,
    )


def _decisions(found: Search) -> Decisions:
    if found.plan is None:
        raise ValueError("the search ended without a plan")
    x = np.where(found.core.integer, np.rint(found.plan), found.plan)
    return {
        name: {index: float(x[j]) for index, j in places.items()}
        for name, places in found.core.column.items()
    }


def measure(case: Case) -> Sizes:
    """Build and compile the model without solving it; raises `NoPlan` on a quick bound."""
    return _published(case)[1]


def write_model(case: Case, path: Path) -> None:
    """Write the published model, flow and all, as `.mps` or `.lp`."""
    if path.suffix not in (".mps", ".lp"):
        raise InputError([Problem("--model-out", f"is {path}; it must end in .mps or .lp")])
    matrix, _ = _published(case)
    watch = Watch(case.scenario.solver.time_limit_s)
    Engine(matrix, watch, integer=True, threads=1, seed=0).write(path)


def _published(case: Case) -> tuple[Matrix, Sizes]:
    if short := shortfalls(case):
        raise NoPlan("\n".join(["no plan can meet the target", *short]))
    started = time.monotonic()
    model = build(case)
    built = time.monotonic()
    matrix = compile_model(model)
    smallest, largest = matrix.coefficient_range()
    return matrix, Sizes(
        columns=matrix.a.shape[1],
        rows=matrix.a.shape[0],
        nonzeros=matrix.a.nnz,
        binaries=int(matrix.integer.sum()),
        smallest=smallest,
        largest=largest,
        build_seconds=built - started,
        handover_seconds=time.monotonic() - built,
    )
