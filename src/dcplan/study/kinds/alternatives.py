"""Alternatives: the best plan, then the next best of all that differ from those before, and so on.

    best      the plan of the base                                              → value z
    again     the best plan whose sites of the last year differ from those of every plan so far in at
              least `differ` places; an end when its bound is above (1 + within) z, or there is none

So the list is complete when it ends by a bound: no other choice of sites is as good.
"""

from __future__ import annotations

from collections.abc import Sequence

from dcplan.errors import InputError, Problem
from dcplan.objectives import OBJECTIVES
from dcplan.study.fields import Alternatives
from dcplan.study.kinds.base import Drawn, Kind, Runs, Story, frame, no_plan, solved
from dcplan.study.kinds.chosen import often
from dcplan.study.labels import goal, noun, scaled, told, unit
from dcplan.study.read import Asked
from dcplan.study.runs import Results, Row, Run
from dcplan.words import percent, plural

BEST = "best"


def runs(asked: Asked, results: Results) -> Runs:
    """The best plan, and one more after each that was near enough."""
    wish = _wish(asked)
    _refuse(asked)
    found = [Run(BEST)]
    for place in range(1, wish.plans + 1):
        rows = [results[run.name] for run in found if run.name in results]
        if len(rows) < len(found) or not rows[-1].solved or _too_far(asked, rows):
            break
        taken = tuple(row.sites for row in rows)
        found.append(Run(f"alternative {place}", apart=taken, differ=wish.differ))
    return found


def _wish(asked: Asked) -> Alternatives:
    return asked.study.alternatives or Alternatives()


def _refuse(asked: Asked) -> None:
    if goal(asked) == "earliest" or asked.scenario.futures:
        told = "several futures" if asked.scenario.futures else "objective earliest"
        what = f"cannot be told of {told}; take a base of one future with objective tco or capex"
        raise InputError([Problem(asked.where("alternatives"), what)])


def _worse(asked: Asked, rows: Sequence[Row], row: Row) -> float:
    """By what share a plan is worse than the best."""
    objective, best = goal(asked), rows[0].value(goal(asked))
    sign = OBJECTIVES[objective].sign
    return sign * (row.value(objective) - best) / max(abs(best), 1e-9)


def _too_far(asked: Asked, rows: Sequence[Row]) -> bool:
    return len(rows) > 1 and _worse(asked, rows, rows[-1]) > _wish(asked).within


def _near(asked: Asked, runs: Runs, results: Results) -> list[tuple[Run, Row]]:
    found = solved(runs, results)
    rows = [row for _, row in found]
    within = _wish(asked).within + 1e-12
    return [(run, row) for run, row in found if _worse(asked, rows, row) <= within]


def story(asked: Asked, runs: Runs, results: Results) -> Story:
    """Which sites stand in all plans, in some, in none."""
    near = _near(asked, runs, results)
    if not near:
        lost = ("No run has a plan.", no_plan(runs, results))
        return Story(lost, frame([], ["site"]), {})
    rows = [row for _, row in near]
    always = sorted(set.intersection(*(set(row.sites) for row in rows)))
    ever = sorted(set.union(*(set(row.sites) for row in rows)))
    sometimes = [site for site in ever if site not in always]
    never = sorted(set(asked.case.sites.sites) - set(ever))
    column = f"{goal(asked)}_{'busd' if unit(goal(asked)) == '1e9 USD' else 'value'}"
    table = frame(
        [
            {
                "plan": run.name,
                column: scaled(goal(asked), row.value(goal(asked))),
                "worse": _worse(asked, rows, row),
                "came": ";".join(sorted(set(row.sites) - set(rows[0].sites))),
                "left": ";".join(sorted(set(rows[0].sites) - set(row.sites))),
                "site_names": ";".join(row.sites),
            }
            for run, row in near
        ],
        ["plan", column, "worse", "came", "left", "site_names"],
    )
    answer = (
        _answer(asked, rows, always),
        f"Sometimes: {_list(sometimes)}. Never: {_list(never)}.",
        _end(asked, runs, results),
    )
    units = {column: unit(goal(asked)), "worse": "fraction of the best"}
    notes = (
        "came and left: against the best plan. Each plan is the best of all that differ from those "
        f"before it in at least {plural(_wish(asked).differ, 'site')}.",
    )
    return Story(answer, table, units, _charts(asked, rows, ever), notes)


def _answer(asked: Asked, rows: Sequence[Row], always: Sequence[str]) -> str:
    within = percent(_wish(asked).within)
    others = plural(len(rows) - 1, "other plan")
    if len(rows) == 1:
        return f"No other plan is within {within} of the best, {told(goal(asked), rows[0].value(goal(asked)))}."
    least = (
        f"{others} within {within} of the best ({told(goal(asked), rows[0].value(goal(asked)))})"
    )
    return f"{least}. In all of them, so without regret: {_list(always)}."


def _list(names: Sequence[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more if names else "none"


def _end(asked: Asked, runs: Runs, results: Results) -> str:
    """Whether the list is complete."""
    row = results.get(runs[-1].name)
    wish = _wish(asked)
    if row is None:
        return "The list is not complete: the study was ended."
    if row.status == "infeasible":
        return "The list is complete: no other choice of sites meets the limits."
    if not row.solved:
        return f"The list may lack plans: the last search ended {row.status}."
    rows = [row for _, row in solved(runs, results)]
    if not _too_far(asked, rows):
        return f"There may be more: the list ends after {plural(wish.plans, 'plan')}, as asked."
    best, bound = rows[0].value(goal(asked)), row.bound
    sign = OBJECTIVES[goal(asked)].sign
    if bound is not None and sign * (bound - best) > wish.within * abs(best):
        return "The list is complete: the next best plan is proven to be worse than that."
    return "The list may lack a plan at its very end: the gap of the last search leaves that open."


def _charts(asked: Asked, rows: Sequence[Row], ever: Sequence[str]) -> list[Drawn]:
    none = len(asked.case.sites.sites) - len(ever)
    line = (
        f"{plural(len(rows), 'plan')} within {percent(_wish(asked).within)} of the best "
        f"{noun(goal(asked))}" + f"; {plural(none, 'candidate')} in none" * bool(none)
    )
    return [often("How often a site is chosen", line, [row.sites for row in rows], len(rows))]


KIND = Kind("Alternatives", runs, story, lambda asked: False)
