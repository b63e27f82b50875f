"""`dcplan why`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from dcplan.cli import options
from dcplan.cli.layout import grid, note, put, title
from dcplan.cli.screen import messages, put_json, results
from dcplan.errors import InputError, NoPlan, Problem
from dcplan.interrupts import deferred
from dcplan.objectives import OBJECTIVES
from dcplan.words import dollars, figure, plural

if TYPE_CHECKING:
    from dcplan.api import Plan
    from dcplan.ask import Miss, Why

ROWS = 20


def why(
    plan: options.PlanFolder,
    site: Annotated[str | None, typer.Option(metavar="SITE", help="A candidate site.")] = None,
    chip: Annotated[str | None, typer.Option(metavar="CHIP", help="A chip on offer.")] = None,
    zone: Annotated[str | None, typer.Option(metavar="ZONE", help="A zone of the grid.")] = None,
    link: Annotated[
        str | None, typer.Option(metavar="A--B", help="A corridor between two nodes.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Rank the sites that are not in the plan.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder of the forced plan [plans/NAME-why]."
        ),
    ] = None,
    time_limit: options.TimeLimit = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Why this, not that? What it costs to force a choice in or out, with the plan that does so."""
    from dcplan import ask
    from dcplan.api import Plan
    from dcplan.cli import explain, running

    _refuse_several(every, site, chip, zone, link)
    folder = output or Path("plans") / f"{options.stem(plan)}-why"
    if not every:
        running.refuse(folder)
    start = Plan.load(plan)
    watch = options.watch(time_limit, start.record.scenario.solver.time_limit_s)
    with deferred():
        with explain.watched(start, quiet) as show:
            if every:
                _all(start, ask.near_misses(start, watch, show), as_json, quiet)
                return
            name = {"site": site, "chip": chip, "zone": zone, "link": link}
            found = ask.why(start, **name, watch=watch, show=show)
        _one(plan, found, folder, as_json, quiet)


def _refuse_several(every: bool, *names: str | None) -> None:
    if sum(name is not None for name in names) + every != 1:
        what = "takes one of --site, --chip, --zone, --link or --all"
        raise InputError([Problem("dcplan why", what)])


def _one(asked: Path, found: Why, folder: Path, as_json: bool, quiet: bool) -> None:
    from dcplan.cli import compare
    from dcplan.cli.whatif import exit_code

    if found.plan is None or found.cost is None:
        if as_json:
            put_json({"question": found.question.words, "cost": None, "impossible": True})
            raise typer.Exit(NoPlan.exit_code)
        raise NoPlan(found.words)
    found.plan.save(folder)
    held = found.comparison((str(asked), str(folder)))
    if as_json:
        put_json(
            {
                **{"question": found.question.words, "in_the_plan": found.question.inside},
                **{"cost": found.cost.as_data(), "settings": list(found.question.settings)},
                **{"folder": str(folder), **compare.as_data(held)},
            }
        )
    elif not quiet:
        console = results(80)
        title(console, found.words[0].upper() + found.words[1:])
        console.print()
        compare.tell(console, held)
        for setting in found.question.settings:
            console.print(f"\nasked of a scenario: --set {setting}", style="dim", soft_wrap=True)
        messages(quiet).print(f"the forced plan is saved in {folder}", soft_wrap=True)
    raise typer.Exit(exit_code(found.plan))


def _all(plan: Plan, misses: tuple[Miss, ...], as_json: bool, quiet: bool) -> None:
    if as_json:
        put_json({"misses": [miss.as_data() for miss in misses]})
    elif not quiet:
        _tell_misses(results(80), plan, misses)


def _tell_misses(console: Console, plan: Plan, misses: tuple[Miss, ...]) -> None:
    title(console, f"{plural(len(misses), 'site')} not in the plan: what each would cost")
    name = plan.record.objective_name
    told = dollars if OBJECTIVES[name].in_money else figure
    table = grid("site", "zone", "costs", "at least", "at most", "how")
    for column in table.columns[2:5]:
        column.justify = "right"
    for miss in misses[:ROWS]:
        cost = miss.cost
        if miss.solved is None and math.isinf(miss.at_least):
            cells = ("no plan", "", "", "bound")
        elif miss.solved is None:
            cells = ("", told(miss.at_least), "", "bound")
        elif cost is None:
            cells = ("no plan", "", "", "exact")
        else:
            value = told(cost.value) if cost.known else "near 0"
            most = told(cost.high) if math.isfinite(cost.high) else "not known"
            cells = (value, told(cost.low), most, "exact")
        table.add_row(miss.site, miss.zone, *cells)
    put(console, table)
    if len(misses) > ROWS:
        note(console, f"{len(misses) - ROWS} more with --json")
    text = (
        "exact: a search with the site forced in; its range is what both gaps leave open. "
        "bound: opening the site costs at least so much more, from one relaxation."
    )
    note(console, text)
