"""The search against plain HiGHS on the published model, over cases drawn at random."""

from __future__ import annotations

import math
import os
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import highspy

import dcplan.solve
from dcplan import case as cases
from dcplan.audit import audit
from dcplan.errors import InputError, NoPlan, StoppedEarly
from dcplan.plan import from_decisions

from .oracle_cases import draw_case
from .parts import Part, Result, spread

CASES = 1_000
SECONDS = 3_600.0
WORKERS = 2
LIMIT_S = 60.0
EPS = 1e-6
_WELL = ("equal", "no plan", "ruled out", "met")
_HEAD = (
    *("case", "equal", "no plan by both", "ruled out by a bound"),
    *("ended by the clock, ranges meet", "differ", "audit fails"),
)
TEXT = f"""
Cases are drawn whole from their number: 3 to 8 sites in 1 to 4 zones, corridors, chips, cooling designs, 1 to
3 years, limits and an objective. Each is solved by dcplan's own search with a gap of 1e-9, and by HiGHS as it
comes on the model as `--model-out` writes it, without cuts, pooling or neighbourhoods, each at most
{LIMIT_S:.0f} s.
Both must find the same optimum within a millionth, or both that there is no plan; and the plan must pass the
audit. That HiGHS solves the same model proves the search and not the model: that is what brute force
over a case of one year (tests/solve), the proofs by hand and the audit are for. Where the clock ended a search,
its range must meet the other's.
"""


@dataclass(frozen=True)
class _Seed:
    """A case by its number, to be tried before the clock (monotonic) says otherwise."""

    number: int
    folder: Path
    until_s: float


@dataclass(frozen=True)
class _Tried:
    """The number of a case, its size in words, and what `compared` said of it."""

    number: int
    size: str
    verdict: str


def run(
    folder: Path, count: int = CASES, seconds: float = SECONDS, workers: int = WORKERS
) -> Result:
    """Try cases by their number, as many as the seconds allow."""
    until = time.monotonic() + seconds
    seeds = (_Seed(number, folder, until) for number in range(2 * count))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    wrong, tried, refused = [], 0, 0
    for case in spread(_try, seeds, workers):
        if tried == count or case.verdict == "no time":
            break
        if case.verdict == "refused":
            refused += 1
            continue
        tried += 1
        kind = case.verdict.split(":")[0]
        found[case.size][kind] += 1
        if kind not in _WELL:
            wrong.append(f"case {case.number}: {case.verdict}")
    return Result(_HEAD, _rows(found), wrong, _said(found, tried, refused))


def _rows(found: Mapping[str, Counter[str]]) -> list[tuple[str, ...]]:
    kinds = (*_WELL, "differ", "audit fails")
    return [(size, *(f"{c[k]:,}" for k in kinds)) for size, c in sorted(found.items())]


def _said(found: Mapping[str, Counter[str]], tried: int, refused: int) -> str:
    equal, none = (sum(c[k] for c in found.values()) for k in ("equal", "no plan"))
    said = f"{tried:,} cases, {equal:,} with equal optima, {none:,} with no plan by both;"
    return f"{said} {refused:,} more were refused as input."


def _try(seed: _Seed) -> _Tried:
    if time.monotonic() > seed.until_s:
        return _Tried(seed.number, "", "no time")
    try:
        case = draw_case(seed.number)
    except InputError:  # such as resilience to the loss of a zone, where there is only one
        return _Tried(seed.number, "", "refused")
    place = seed.folder / str(os.getpid())
    place.mkdir(exist_ok=True)
    return _Tried(seed.number, f"{len(case.sites.sites)} sites", compared(case, place))


def compared(case: cases.Case, folder: Path) -> str:
    """`equal`, `no plan`, `met` where the clock ended one, else what differs."""
    file = folder / "model.mps"
    try:
        dcplan.solve.write_model(case, file)
    except NoPlan:
        return "ruled out"
    low, high = plain(file)
    try:
        outcome = dcplan.solve.solve(case, explain=False)
    except NoPlan:
        return "no plan" if math.isinf(high) else f"differ: no plan against {high:,.6f}"
    except StoppedEarly:
        return "met"
    sign = -1.0 if case.money.objective == "max_flop" else 1.0
    best, bound = sign * outcome.objective, sign * outcome.bound
    room = EPS * max(abs(best), 1.0)
    if bound > high + room or low > best + room:
        return f"differ: {best:,.6f} against {low:,.6f} to {high:,.6f}"
    plan = from_decisions(
        case,
        outcome.decisions,
        status=outcome.status,
        objective=outcome.objective,
        bound=outcome.bound,
        gap=outcome.gap,
        solve_seconds=0.0,
        solver_version=outcome.solver_version,
    )
    if failures := audit(plan).failures:
        return f"audit fails: {failures[0]}"
    return "equal" if high - low <= room and best - bound <= room else "met"


def plain(file: Path) -> tuple[float, float]:
    """Bound and best of the minimised form by HiGHS as it comes; infinite where there is no plan."""
    highspy.Highs.resetGlobalScheduler(True)
    h = highspy.Highs()
    for name, value in (
        *(("output_flag", False), ("threads", 1), ("time_limit", LIMIT_S)),
        *(("mip_rel_gap", 1e-9), ("mip_abs_gap", 0.0), ("mip_feasibility_tolerance", 1e-9)),
        *(("primal_feasibility_tolerance", 1e-9), ("dual_feasibility_tolerance", 1e-9)),
    ):
        h.setOptionValue(name, value)
    h.readModel(str(file))
    h.run()
    status, info = h.getModelStatus(), h.getInfo()
    highspy.Highs.resetGlobalScheduler(True)
    if status == highspy.HighsModelStatus.kInfeasible:
        return math.inf, math.inf
    low, high = float(info.mip_dual_bound), float(info.objective_function_value)
    most = h.getObjectiveSense()[1] == highspy.ObjSense.kMaximize
    return (-low, -high) if most else (low, high)


PART = Part("oracle", "The search against plain HiGHS", TEXT, run)
