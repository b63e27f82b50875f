"""A saved plan as the start of a search, repaired where the new problem refuses it."""

from __future__ import annotations

from dcplan.api import Plan
from dcplan.case import Case
from dcplan.errors import InputError, Problem
from dcplan.objectives import OBJECTIVES
from dcplan.solve import Decisions, Start
from dcplan.solve.adopt import Suggestion, adopt
from dcplan.solve.published import publish
from dcplan.solve.stages import plan_decisions, value_of
from dcplan.solve.watch import Watch


def suggestion(
    plan: Plan, free: frozenset[str] = frozenset(), any_corridor: bool = False
) -> Suggestion:
    """What is kept of a plan: its open sites, `free` ones apart, their cooling, and what it lights."""
    sites, links = plan.table("sites"), plan.table("links")
    return Suggestion(
        years=tuple(int(y) for y in plan.summary.year),
        design={
            (str(row.site_id), int(row.year)): str(row.cooling)
            for row in sites.itertuples()
            if row.open and str(row.site_id) not in free
        },
        lit=frozenset(
            (min(str(row.node_a), str(row.node_b)), max(str(row.node_a), str(row.node_b)))
            for row in links.itertuples()
        ),
        free=free,
        any_corridor=any_corridor,
        cuts=plan.record.cuts,
    )


def start_from(case: Case, plan: Plan, watch: Watch | None = None) -> Start:
    """Keep the sites, cooling and corridors of a plan, and decide all else for `case`, exactly.

    A plan for several futures has the same sites, cooling and corridors in all. Where the limits of
    `case` cannot be met so, there is no start and `words` says so. Raises InputError where `case` is of
    several futures, NoPlan where a quick bound shows that no plan meets the limits.
    """
    if case.futures is not None:
        what = "are several, and their search takes no plan to start from; leave out --warm-start"
        raise InputError([Problem("futures", what)])
    watch = watch or Watch(case.scenario.solver.time_limit_s)
    if case.money.objective == "earliest":
        words = "the plan given is not used: the earliest year is searched for year by year"
        return Start(words=words)
    model, cuts = publish(case), plan.record.cuts
    found = adopt(case, model[0], suggestion(plan), watch)
    if found is None and watch.stopped:
        words = "the plan given could not be taken over in time; starting without one"
        return Start(None, cuts, words, model)
    if found is None:
        words = "the sites of the plan given cannot meet these limits; starting without one"
        return Start(None, cuts, words, model)
    decisions = plan_decisions(found)
    words = f"starting from the plan given: {_told(case, decisions)}"
    return Start(decisions, cuts, words, model)


def _told(case: Case, decisions: Decisions) -> str:
    goal = OBJECTIVES[case.money.objective]
    value = value_of(case, decisions)
    return f"its sites, at their best here, come to {goal.told(value, case.years[0])}"
