"""The plan for several futures: one search over all of them, then what it is worth.

    merge the futures' model (`futures.py`); search as for one                  → objective, bound
    for each future
        search for its own best plan                                            → cost, least cost
        hold that plan's places, cooling and fibre in all futures; solve        → objective, or none

The first line is what is asked for and has all the time it needs; the rest tells what it is worth to
know the future, and to plan for more than one, and gets what time is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dcplan.case import Case, Futures
from dcplan.errors import NoPlan, StoppedEarly
from dcplan.model.futures import is_shared
from dcplan.objectives import Alone, Stage
from dcplan.solve.cuts import FLOW_VARIABLES, without_flow
from dcplan.solve.engine import Engine
from dcplan.solve.futures import Decisions, decisions_of, merge
from dcplan.solve.infeasible import shortages
from dcplan.solve.matrix import Matrix
from dcplan.solve.pooling import pool_sites
from dcplan.solve.published import Sizes, publish
from dcplan.solve.search import find_plan
from dcplan.solve.stages import plan_decisions, plan_stage
from dcplan.solve.watch import Watch

FREE = {"fibre.reach_km"}
"""Shared, but no choice: it follows from the ways."""


@dataclass(frozen=True)
class Found:
    """What was found for several futures."""

    stage: Stage
    """Objective over all futures, with its bound and gap."""
    decisions: Mapping[str, Mapping[str, Mapping[Any, float]]]
    """By future, each as its case alone has them."""
    sizes: Sizes
    alone: tuple[Alone, ...]


def find_hedge(case: Case, futures: Futures, watch: Watch) -> Found:
    """Search for the plan of all futures. Raises NoPlan or StoppedEarly if there is none."""
    watch.phase = "building the model"
    published, sizes = publish(case)
    matrix = merge(published, futures)
    try:
        found = find_plan(_tightest(case, futures), matrix, watch, explain=False)
    except NoPlan as error:
        raise NoPlan(_why_none(futures, watch, str(error))) from None
    return Found(
        stage=plan_stage(case.money.objective, found),
        decisions=decisions_of(plan_decisions(found), futures),
        sizes=sizes,
        alone=tuple(_all_alone(case, futures, matrix, watch)),
    )


def _tightest(case: Case, futures: Futures) -> Case:
    """The first future's case, for what the search reads of it, with bounds that hold in all."""
    cases = futures.cases.values()
    largest = {
        key: min(branch.bounds.largest_mw[key] for branch in cases)
        for key in case.bounds.largest_mw
    }
    return replace(case, futures=None, bounds=replace(case.bounds, largest_mw=largest))


def _why_none(futures: Futures, watch: Watch, what: str) -> str:
    """What is short in each future by itself; if nothing is, they do not go together."""
    lines = []
    for name, case in futures.alone.items():
        pool = pool_sites(without_flow(publish(case)[0]))
        threads, seed = case.scenario.solver.threads, case.scenario.solver.seed
        answer = Engine(pool, watch, integer=False, threads=threads, seed=seed).run()
        if answer.status == "infeasible":
            told = shortages(case, watch).splitlines()[1:]
            lines += [f"in future {name}:", *(f"  {line}" for line in told)]
    if not lines and what == "no plan":
        what = (
            "every future may have a plan of its own, but no places, cooling and fibre serve them "
            "all; leave one future out to see which it is"
        )
    return "\n".join(["no plan serves every future", *(lines or [what])])


def _all_alone(case: Case, futures: Futures, matrix: Matrix, watch: Watch) -> list[Alone]:
    core, found = without_flow(matrix), []
    for place, (name, branch) in enumerate(futures.alone.items()):
        with watch.part(1 / (len(futures.names) - place)):
            watch.about = f"for {name} alone"
            found.append(_alone(case, name, branch, core, watch))
    watch.about = ""
    return found


def _alone(case: Case, name: str, branch: Case, core: Matrix, watch: Watch) -> Alone:
    if watch.stopped:
        return Alone(name, None, None)
    try:
        best = find_plan(branch, publish(branch)[0], watch, quiet=True, explain=False)
    except (StoppedEarly, NoPlan):
        return Alone(name, None, None)
    least = best.bound if np.isfinite(best.bound) else None
    own = Alone(name, best.best, None if least is None else min(least, best.best))
    watch.phase = "holding its places in every future"
    return own if watch.stopped else _held(case, own, plan_decisions(best), core, watch)


def _held(case: Case, own: Alone, decisions: Decisions, core: Matrix, watch: Watch) -> Alone:
    """Solve all futures with the shared decisions of one future's own plan."""
    for name, values in decisions.items():
        if is_shared(name) and name not in FREE:
            known = core.column.get(name, {})
            if any(value > 0.5 for index, value in values.items() if index not in known):
                return replace(own, serves=False)  # some future cannot use it at all
    columns, values = _shared_values(core, decisions)
    options = case.scenario.solver
    mip = Engine(core, watch, integer=True, threads=options.threads, seed=options.seed)
    mip.set_bounds(columns, values, values)
    answer = mip.run(options.gap)
    if answer.status == "infeasible":
        return replace(own, serves=False)
    if answer.x is None:
        return own
    return replace(own, held=answer.value, held_least=min(answer.bound, answer.value), serves=True)


def _shared_values(core: Matrix, decisions: Decisions) -> tuple[Any, Any]:
    held: dict[int, float] = {}
    for name, places in core.column.items():
        if is_shared(name) and name not in FREE | FLOW_VARIABLES:
            for index, j in places.items():
                value = decisions.get(name, {}).get(index, 0.0)
                held[j] = float(np.rint(value)) if core.integer[j] else min(1.0, max(0.0, value))
    return np.fromiter(held, dtype=np.int64), np.fromiter(held.values(), dtype=float)
