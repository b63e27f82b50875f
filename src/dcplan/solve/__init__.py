"""The only place that knows HiGHS: from a case to decisions with their bound and gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dcplan.case import Case, Futures
from dcplan.errors import InputError, Problem
from dcplan.objectives import Alone, Stage
from dcplan.proof import Cut
from dcplan.solve.engine import Engine, solver_version
from dcplan.solve.hedge import find_hedge
from dcplan.solve.published import Sizes, publish
from dcplan.solve.stages import run_stages, value_of
from dcplan.solve.state import NOTHING, Decisions, Start
from dcplan.solve.watch import Watch, relative_gap, run_watched

__all__ = [
    "NOTHING",
    "Decisions",
    "Outcome",
    "Sizes",
    "Start",
    "Watch",
    "measure",
    "solve",
    "write_model",
]


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
    stages: tuple[Stage, ...] = ()
    """Every objective in order, where there are tie-breakers."""
    futures: Mapping[str, Decisions] = field(default_factory=dict)
    """With several futures the decisions in each; `decisions` are those of the first."""
    alone: tuple[Alone, ...] = ()
    """With several futures, what planning for one alone comes to."""
    cuts: tuple[Cut, ...] = ()
    """With one, what held up the relaxation: another search may begin with it."""


def solve(
    case: Case,
    watch: Watch | None = None,
    show: Callable[[Watch], None] | None = None,
    start: Start = NOTHING,
    explain: bool = True,
    bound: float | None = None,
) -> Outcome:
    """Build the model of `case`, search, and return its decisions.

    `start` is what is known from a search before; without `explain` a NoPlan does not say what is short,
    which takes time to find out. `bound` is one of the first
    objective that is known already.
    `show` is called about ten times a second in the calling thread. The first Ctrl-C (or the time
    limit) ends the search with the best plan so far. Raises `NoPlan` when the limits conflict and
    `StoppedEarly` when the search ended before its first plan.
    """
    watch = watch or Watch(case.scenario.solver.time_limit_s)
    return run_watched(lambda: _solve(case, watch, start, explain, bound), watch, show)


def _solve(case: Case, watch: Watch, start: Start, explain: bool, bound: float | None) -> Outcome:
    if case.futures is not None:
        if start is not NOTHING:
            raise InputError([Problem("start", "is one plan; several futures start from none")])
        return _hedge(case, case.futures, watch)
    chain = run_stages(case, watch, start, explain, bound)
    first, goal = chain.stages[0], case.scenario.solver.gap
    value = value_of(case, chain.decisions) if len(chain.stages) > 1 else first.value
    return Outcome(
        status="optimal" if all(stage.gap <= goal for stage in chain.stages) else "stopped",
        objective=value,
        bound=first.bound,
        gap=relative_gap(value, first.bound),
        seconds=watch.elapsed_s,
        decisions=chain.decisions,
        solver_version=solver_version(),
        sizes=chain.sizes,
        stages=chain.stages if len(chain.stages) > 1 else (),
        cuts=chain.cuts,
    )


def _hedge(case: Case, futures: Futures, watch: Watch) -> Outcome:
    found = find_hedge(case, futures, watch)
    stage = found.stage
    return Outcome(
        status="optimal" if stage.gap <= case.scenario.solver.gap else "stopped",
        objective=stage.value,
        bound=stage.bound,
        gap=stage.gap,
        seconds=watch.elapsed_s,
        decisions=found.decisions[futures.names[0]],
        solver_version=solver_version(),
        sizes=found.sizes,
        futures=found.decisions,
        alone=found.alone,
    )


def measure(case: Case) -> Sizes:
    """Build and compile the model without solving it; raises `NoPlan` on a quick bound."""
    return publish(case)[1]


def write_model(case: Case, path: Path) -> None:
    """Write the published model, flow and all, as `.mps` or `.lp`."""
    if path.suffix not in (".mps", ".lp"):
        raise InputError([Problem("--model-out", f"is {path}; it must end in .mps or .lp")])
    matrix, _ = publish(case)
    watch = Watch(case.scenario.solver.time_limit_s)
    Engine(matrix, watch, integer=True, threads=1, seed=0).write(path)
