"""The earliest plan, year by year: the first date for which the total target can be met at all.

    for each plan year, from the first
        the quick bounds rule it out, or
        search for a plan of least total cost with the date of T15 moved there     → the first plan will do,
                                                                                      or there is none

The published model states the same with binaries done[y] (T16, M6). Its relaxation spreads `done` over
the years and prices nothing else, so that any set of sites is as good as any other; with a date to keep
and costs to save, places are few and near one another. A year without a plan is proven so by its own
search; the bound is the first year that is not.
"""

from __future__ import annotations

from dataclasses import replace

from dcplan.case import Case, shortfalls
from dcplan.errors import NoPlan, StoppedEarly
from dcplan.solve.published import publish
from dcplan.solve.search import find_plan
from dcplan.solve.state import Search
from dcplan.solve.watch import Watch

ANY_PLAN_GAP = 1.0


def find_earliest(case: Case, watch: Watch, known: int | None = None) -> tuple[Search | None, int]:
    """The plan of the first year that has one, and the first year that is not ruled out, from 1.

    `known` is a year for which a plan is at hand: if no sooner one is found the plan is None. Raises
    NoPlan where no year up to the latest has one, StoppedEarly where no plan was found in time.
    """
    last = case.years.index(case.training.by) + 1
    bound: int | None = None
    for year in range(1, (known or last + 1)):
        now = _due(case, case.years[year - 1])
        if year < last and shortfalls(now):
            continue
        watch.bound = float(bound or year)
        try:
            found = _any_plan(now, watch, explain=year == last)
        except StoppedEarly:
            bound = bound or year
            if watch.over or year == last:
                break
            continue
        if found is not None:
            watch.best = float(year)
            return found, bound or year
    if known is None:
        raise StoppedEarly("the search was stopped before it found a plan")
    return None, bound or known


def _due(case: Case, by: int) -> Case:
    """The case with its total due by the end of a year, at least cost."""
    run, money = replace(case.training, by=by), replace(case.money, objective="tco")
    return replace(case, training=run, money=money)


def _any_plan(case: Case, watch: Watch, explain: bool) -> Search | None:
    """Some plan, or None where there is none; half the time left if later years are to be tried."""
    watch.phase = f"looking for a plan by the end of {case.training.by}"
    with watch.part(1.0 if explain else 0.5):
        try:
            matrix, _ = publish(case)
            return find_plan(case, matrix, watch, gap=ANY_PLAN_GAP, quiet=True, explain=explain)
        except NoPlan:
            if explain:
                raise
            return None
