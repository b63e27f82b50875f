"""What binds in a plan and what one more unit is worth, on a screen of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from dcplan.cli.layout import grid, note, pairs, put, title
from dcplan.cli.screen import put_json, results
from dcplan.errors import InputError, Problem
from dcplan.objectives import OBJECTIVES
from dcplan.words import dollars, figure, percent, span

if TYPE_CHECKING:
    from dcplan.api import Plan
    from dcplan.ask import Worth

NAMED = 2
LOOSE_FRAC = 0.25


def explain_plan(
    plan: Plan, settings: Sequence[str], quick: bool, as_json: bool, quiet: bool
) -> None:
    """Tell what binds in a plan and what it is worth."""
    from dcplan.ask import explain_worth
    from dcplan.cli.explain import watched

    foreign = [item for item in settings if not item.startswith("solver.")]
    if foreign:
        what = "changes what a plan was solved for; use dcplan whatif PLAN --set"
        raise InputError([Problem(f"--set {foreign[0]}", what)])
    with watched(plan, quiet) as show:
        found = explain_worth(plan, settings, quick, None, show)
    if as_json:
        rows = [row.as_data() for row in found]
        put_json({"plan": True, "objective": plan.record.objective_name, "limits": rows})
    elif not quiet:
        tell(results(80), plan, found, quick)


def tell(console: Console, plan: Plan, found: Sequence[Worth], quick: bool) -> None:
    """Print what binds, with its worth, and what is close."""
    objective = OBJECTIVES[plan.record.objective_name]
    title(console, f"{plan.record.scenario.name}: what binds, and what one more is worth")
    table = grid("limit", "one more", "places fixed", *(() if quick else ("solved again",)))
    table.columns[2].justify = "right"
    told = dollars if objective.in_money else (lambda value: f"{figure(value)} {objective.unit}")
    binding = [row for row in found if row.binds or (row.exact and row.exact.known)]
    for row in binding:
        unit = row.unit
        verb = "" if unit is None else "costs " if unit.tightens else "saves "
        if not objective.in_money and unit is not None:
            verb = "worse by " if unit.tightens else "better by "
        fixed = "—" if row.fixed is None else told(row.fixed)
        exact = row.exact.words if row.exact is not None else row.note or "—"
        if row.exact is not None and row.exact.known:
            exact = verb + exact
        spare = "" if row.binds else f" ({percent(row.spare_frac)} to spare)"
        cells = (called(row) + spare, unit.words if unit else "—", fixed)
        table.add_row(*cells, *(() if quick else (exact,)))
    put(console, table)
    if not binding:
        console.print("no limit has less than 0.5 % to spare")
    _close(console, found, binding)
    text = "places fixed: the dual while sites, cooling, links and every other yes and no stay"
    if not quick:
        text += "; solved again: by a search from this plan, between what both gaps leave"
    note(console, text)


def called(row: Worth) -> str:
    """The limits of a row in words."""
    first = row.limits[0]
    tight = [limit for limit in row.limits if limit.spare_frac < max(row.spare_frac, 0) + 0.005]
    places = list(dict.fromkeys(limit.where for limit in tight if limit.where))
    years = span(limit.year for limit in tight if limit.year is not None)
    named = ", ".join(places[:NAMED]) + (", …" if len(places) > NAMED else "")
    return " ".join(part for part in (first.name, f"of {named}" if named else "", years) if part)


def _close(console: Console, found: Sequence[Worth], shown: Sequence[Worth]) -> None:
    near = [row for row in found if row.spare_frac < LOOSE_FRAC and row not in shown]
    if near:
        title(console, "To spare")
        told = (f"{called(row)}: {percent(row.spare_frac)}" for row in near[:12])
        pairs(console, [("", " · ".join(told))])
