"""Runs that differ in nothing but how far some limits go: what a finished one tells about another.

Every plan within limits is one within looser limits, and a bound for limits is one for tighter limits. So a
finished run tells one with tighter limits that there is no plan, if it has none itself, or a bound; and it
tells any other its plan, if that keeps the other's limits too. Where plan and bound are within the gap of
each other, nothing is left to search for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dcplan import audit
from dcplan.api import Brief, Plan
from dcplan.errors import InputError, NoPlan
from dcplan.objectives import OBJECTIVES
from dcplan.scenario import Scenario, resolved
from dcplan.solve.watch import relative_gap
from dcplan.study.folder import finished, plan_folder
from dcplan.study.runs import Row, Task

LIMITS = ("capex_busd", "debt_busd", "carbon_kt", "water_ml", "pue")
"""Blocks of `limits` whose numbers are looser where they are larger, and loosest where there is none.

Each stands on one side of rows of its own. `power_gw` does not: the largest fleet follows from it, and from
that the linear form of what slow links cost (`_least_ratio` of the training chapter), so a bound for more power
is none for less.
"""
MOST = 1000
"""Of more runs that differ in limits alone none is held against another."""


@dataclass(frozen=True)
class Kin:
    """Keys of runs with looser and with tighter limits, the nearest first."""

    looser: tuple[str, ...] = ()
    tighter: tuple[str, ...] = ()


def kin(scenarios: Mapping[str, Scenario]) -> dict[str, Kin]:
    """What runs are to each other, by key; those that all others of theirs are tighter than come first."""
    groups: dict[str, dict[str, dict[str, float]]] = {}
    for key, scenario in scenarios.items():
        rest, limits = _parted(scenario)
        groups.setdefault(rest, {})[key] = limits
    found: dict[str, Kin] = {}
    for group in groups.values():
        for key, limits in group.items():
            known = [k for k in group if k != key] if len(group) <= MOST else []
            looser = [k for k in known if _looser(group[k], limits)]
            tighter = [k for k in known if _looser(limits, group[k])]
            found[key] = Kin(
                tuple(sorted(looser, key=lambda k: _apart(group[k], limits))),
                tuple(sorted(tighter, key=lambda k: _apart(group[k], limits))),
            )
    return dict(sorted(found.items(), key=lambda item: len(item[1].looser)))


def _parted(scenario: Scenario) -> tuple[str, dict[str, float]]:
    """All that a scenario says but those limits, as text, and those limits by their path."""
    data = resolved(scenario)
    free = scenario.tie_breakers or scenario.futures or scenario.objective == "earliest"
    if free:
        return json.dumps(data, sort_keys=True), {}
    limits = dict(data.pop("limits", {}))
    mine = {name: limits.pop(name) for name in LIMITS if name in limits}
    rest = json.dumps([data, limits], sort_keys=True)
    return rest, dict(_numbers(mine, "", scenario.years))


def _numbers(value: Any, path: str, years: Iterable[int]) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _numbers(inner, f"{path}.{name}", years)
    elif value is not None:
        yield path, float(value)


def _looser(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Whether no limit of one is below the other's."""
    return all(limit >= other.get(path, math.inf) for path, limit in one.items())


def _apart(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """By how much limits differ, each relative to itself; one that is not there is furthest away."""
    pairs = [(one.get(p, math.inf), other.get(p, math.inf)) for p in {*one, *other}]
    return sum(1 - min(pair) / max(pair) for pair in pairs if pair[0] != pair[1])


@dataclass(frozen=True)
class Known:
    """What finished runs tell about one that is not."""

    bound: float | None = None
    bound_from: str = ""
    plan: Plan | None = None
    plan_from: str = ""
    near: tuple[str, ...] = ()
    """Finished runs with a plan to start from, the best first."""


def known(task: Task, brief: Brief) -> Known:
    """What the finished runs of the folder tell; its plan, if any, is one for `brief`, within the gap.

    Raises NoPlan where a run with looser limits has none.
    """
    folder = Path(task.folder)
    looser = [row for key in task.looser if (row := finished(folder, key)) is not None]
    tighter = [row for key in task.tighter if (row := finished(folder, key)) is not None]
    if (none := next((row for row in looser if row.status == "infeasible"), None)) is not None:
        raise NoPlan(f"no plan, as there is none with the looser limits of run {none.key}")
    sign = OBJECTIVES[brief.scenario.objective].sign
    bounds = [row for row in looser if row.solved and row.bound is not None]
    if not bounds:
        return Known()
    best = max(bounds, key=lambda row: sign * (row.bound or 0.0))
    rows = [row for row in (*tighter, *looser) if row.solved and row.objective is not None]
    rows.sort(key=lambda row: sign * (row.objective or 0.0))
    for row in rows:
        if relative_gap(row.objective, best.bound) > brief.scenario.solver.gap:
            continue
        if (plan := _taken(folder, row, brief, best)) is not None:
            return Known(best.bound, best.key, plan, row.key)
    near = [row for row in tighter if row.solved] or [row for row in looser if row.solved]
    return Known(best.bound, best.key, near=tuple(row.key for row in near))


def _taken(folder: Path, row: Row, brief: Brief, bound: Row) -> Plan | None:
    """The plan of another run as one of this problem; None where it does not keep its limits."""
    try:
        record = Plan.load(plan_folder(folder, row.key)).record
    except InputError:
        return None  # a plan that cannot be read is of no use, and no reason to fail
    assert bound.bound is not None  # chosen for having one
    made = replace(
        record,
        scenario=brief.scenario,
        library=brief.case.library,
        status="optimal",
        bound=bound.bound,
        gap=relative_gap(record.objective, bound.bound),
        solve_seconds=0.0,
        audit=None,
    )
    found = Plan(audit.audited(made))
    return found if found.verdict.passed else None
