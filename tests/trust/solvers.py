"""Two other searches of the written model: SCIP, and HiGHS as it comes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import highspy

import dcplan

from .parts import Part, Result, name_of, small_examples

SECONDS = 40.0
EPS = 1e-6
LEFT_OUT = {
    "futures": "the written model is that of the first future alone",
    "earliest": "the objective is a year, the cost a second stage with a row of its own",
}
TEXT = f"""
Each example's model is written with `--model-out` and solved again by SCIP (pyscipopt) and by HiGHS without
dcplan's own search, one thread and at most {SECONDS:.0f} s each. A search leaves a range: the best plan above,
the bound below. Two ranges that do not meet cannot both be right. Money in 1e6 USD, rounded here.
"""


@dataclass(frozen=True)
class Found:
    """Best plan and bound of a search that minimises."""

    best: float
    bound: float

    def told(self) -> str:
        if math.isinf(self.best):
            return f"none, at least {self.bound:,.2f}"
        return f"{self.bound:,.2f} to {self.best:,.2f}"


def run(folder: Path) -> Result:
    rows, failures = [], []
    for path in small_examples():
        name = name_of(path)
        if name in LEFT_OUT:
            continue
        brief = dcplan.load(path, ["solver.threads=1"])
        model = folder / f"{name}.mps"
        brief.write_model(model)
        record = brief.solve().record
        goal = brief.scenario.solver.gap
        found = {
            "dcplan": Found(record.objective, record.bound),
            "SCIP": scip(model, goal),
            "HiGHS": highs(model, goal),
        }
        wrong = [n for n, other in found.items() if not _meet(found["dcplan"], other)]
        failures += [f"{name}: dcplan and {n} do not meet" for n in wrong]
        closed = all(f.best - f.bound <= goal * abs(f.best) * (1 + EPS) for f in found.values())
        word = "disagree" if wrong else "agree" if closed else "agree as far as they got"
        rows.append((name, *(f.told() for f in found.values()), word))
    left = "; ".join(f"{name}: {why}" for name, why in LEFT_OUT.items())
    head = ("example", "dcplan", "SCIP", "HiGHS as it comes", "verdict")
    return Result(head, rows, failures, f"Left out: {left}.")


def _meet(one: Found, two: Found) -> bool:
    room = EPS * max(abs(one.bound), abs(two.bound), 1.0)
    return one.bound <= two.best + room and two.bound <= one.best + room


def scip(model: Path, gap: float) -> Found:
    """Solve with SCIP; its own tolerance of feasibility is 1e-6."""
    from pyscipopt import Model

    m = Model()
    m.hideOutput()
    m.readProblem(str(model))
    m.setParam("limits/time", SECONDS)
    m.setParam("limits/gap", gap)
    m.setParam("parallel/maxnthreads", 1)
    m.optimize()
    best = float(m.getPrimalbound()) if m.getNSols() else math.inf
    return Found(best, float(m.getDualbound()))


def highs(model: Path, gap: float) -> Found:
    """Solve with HiGHS and its default options."""
    highspy.Highs.resetGlobalScheduler(True)
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", 1)
    h.setOptionValue("time_limit", SECONDS)
    h.setOptionValue("mip_rel_gap", gap)
    h.readModel(str(model))
    h.run()
    info = h.getInfo()
    highspy.Highs.resetGlobalScheduler(True)
    return Found(float(info.objective_function_value), float(info.mip_dual_bound))


PART = Part("solvers", "Two other solvers", TEXT, run)
