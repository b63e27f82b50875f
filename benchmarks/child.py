"""One task in a process of its own: `python -m benchmarks.child TASK.json ANSWER.json`."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Task = Mapping[str, Any]
FEASIBILITY = 1e-6
"""Of rows and of integers, for all three; what HiGHS and SCIP have by default."""


def main(task_file: str, answer_file: str) -> int:
    task = json.loads(Path(task_file).read_text(encoding="utf-8"))
    started = time.monotonic()
    answer = TASKS[task["solver"]](task)
    told = {"seconds": time.monotonic() - started, **answer}
    Path(answer_file).write_text(json.dumps(told), encoding="utf-8")
    return 0


def _load(task: Task) -> Any:
    import dcplan

    solver = {
        "threads": task["threads"],
        "seed": task["seed"],
        "time_limit_s": task["limit_s"],
        **({} if task["gap"] is None else {"gap": task["gap"]}),
    }
    return dcplan.load(
        task["scenario"],
        [*task["settings"], *(f"solver.{name}={value}" for name, value in solver.items())],
    )


def write(task: Task) -> dict[str, Any]:
    """Write the model, as `--model-out` does."""
    _load(task).write_model(task["model"])
    return {}


def solve(task: Task) -> dict[str, Any]:
    """From the scenario file to the audited plan, as `Brief.solve` does it, keeping the sizes."""
    # loaded here, so that it is not part of the seconds: the others' libraries are not either
    import dcplan
    from dcplan import solve as solving
    from dcplan.ask import start_from
    from dcplan.errors import StoppedEarly

    started = time.monotonic()
    brief = _load(task)
    loaded = time.monotonic()
    about = {"gap_asked": brief.scenario.solver.gap, "chips": len(brief.case.chips.sold)}
    about |= {"sites": len(brief.case.sites.zone), "years": len(brief.case.years)}
    try:
        start = solving.NOTHING
        if task.get("start"):
            start = start_from(brief.case, dcplan.Plan.load(task["start"]))
        outcome = solving.solve(brief.case, start=start)
    except StoppedEarly:
        return {**about, "status": "none", "seconds": time.monotonic() - started}
    plan = brief.plan_of(outcome)
    seconds = time.monotonic() - started
    if task.get("save"):
        plan.save(task["save"])
    sizes = outcome.sizes
    return {
        **about,
        **_found(outcome.objective, outcome.bound),
        "status": plan.status,
        "seconds": seconds,
        "load_seconds": loaded - started,
        "build_seconds": sizes.build_seconds,
        "handover_seconds": sizes.handover_seconds,
        "columns": sizes.columns,
        "rows": sizes.rows,
        "binaries": sizes.binaries,
        "fibre_km": float(plan.summary.fibre_km.iloc[-1]),
    }


def highs(task: Task) -> dict[str, Any]:
    """HiGHS as it comes, on the written model."""
    import highspy

    h = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": task["threads"],
        "random_seed": task["seed"],
        "time_limit": float(task["limit_s"]),
        "mip_rel_gap": task["gap"],
        "mip_abs_gap": 1e-9,
        "mip_feasibility_tolerance": FEASIBILITY,
    }
    for name, value in options.items():
        h.setOptionValue(name, value)
    started = time.monotonic()
    h.readModel(task["model"])
    read = time.monotonic()
    h.run()
    seconds = time.monotonic() - started
    info = h.getInfo()
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = float(info.objective_function_value) if has_plan else math.inf
    return {
        **_found(value, float(info.mip_dual_bound)),
        "status": _status(has_plan, h.getModelStatus() == highspy.HighsModelStatus.kOptimal),
        "seconds": seconds,
        "load_seconds": read - started,
        "columns": h.getNumCol(),
        "rows": h.getNumRow(),
    }


def scip(task: Task) -> dict[str, Any]:
    """SCIP with its own settings, on the written model; it has one thread."""
    from pyscipopt import Model

    m = Model()
    m.hideOutput()
    started = time.monotonic()
    m.readProblem(task["model"])
    read = time.monotonic()
    m.setParam("limits/time", float(task["limit_s"]))
    # SCIP divides by the smaller of value and bound, the others by the value
    m.setParam("limits/gap", task["gap"] / (1 - task["gap"]))
    m.setParam("numerics/feastol", FEASIBILITY)
    m.setParam("randomization/randomseedshift", task["seed"])
    m.optimize()
    seconds = time.monotonic() - started
    has_plan = m.getNSols() > 0
    value = float(m.getPrimalbound()) if has_plan else math.inf
    return {
        **_found(value, float(m.getDualbound())),
        "status": _status(has_plan, m.getStatus() in ("optimal", "gaplimit")),
        "seconds": seconds,
        "load_seconds": read - started,
        "version": str(m.version()),
    }


def _status(has_plan: bool, closed: bool) -> str:
    return "optimal" if closed else "stopped" if has_plan else "none"


def _found(value: float, bound: float) -> dict[str, float | None]:
    """Value, bound and their relative distance; what is missing is None."""
    here = abs(value) < 1e19
    there = abs(bound) < 1e19
    return {
        "objective": value if here else None,
        "bound": bound if there else None,
        "gap": abs(value - bound) / max(abs(value), 1e-9) if here and there else None,
    }


TASKS: Mapping[str, Callable[[Task], dict[str, Any]]] = {
    "write": write,
    "dcplan": solve,
    "HiGHS": highs,
    "SCIP": scip,
}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
