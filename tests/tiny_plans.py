"""The tiny library, and its model solved once for each list of settings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyomo.environ as pyo

from dcplan import case as cases
from dcplan import model, scenario
from dcplan.case.inputs import read_library
from dcplan.plan import Plan, from_decisions

TINY = Path(__file__).parent / "tiny" / "scenario.yaml"


class Solved(NamedTuple):
    """A case, what HiGHS decided through Pyomo's own interface, and its objective."""

    case: cases.Case
    decisions: dict[str, dict[Any, float]]
    objective: float

    def plan(self, case: cases.Case | None = None) -> Plan:
        """The plan of these decisions, proven optimal."""
        return from_decisions(
            case or self.case,
            self.decisions,
            status="optimal",
            objective=self.objective,
            bound=self.objective,
            gap=0.0,
            solve_seconds=0.5,
            solver_version="HiGHS",
        )


@cache
def solve_tiny(*settings: str) -> Solved:
    """Solve tests/tiny with settings."""
    return solve_plainly(TINY, *settings)


def solve_plainly(file: Path, *settings: str) -> Solved:
    """Solve a scenario with settings; the model as built, without the project's own search."""
    wish = scenario.read(file, settings)
    case = cases.build(wish, read_library(wish))
    m = model.build(case)
    solver = pyo.SolverFactory("highs")
    solver.options["mip_rel_gap"] = 1e-9
    solver.solve(m)
    found = {
        var.name: {i: pyo.value(x, exception=False) or 0.0 for i, x in var.items()}
        for var in m.component_objects(pyo.Var)
    }
    return Solved(case, found, pyo.value(m.money.goal))
