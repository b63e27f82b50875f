"""`dcplan solve`, `check` and `audit`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dcplan.cli import options
from dcplan.cli.screen import complain, messages, put_json, results
from dcplan.errors import DcplanError, InputError, Problem

if TYPE_CHECKING:
    from dcplan.api import Brief, Plan

EXIT_CODES = {"optimal": 0, "stopped": 4, "rejected": 6}


def solve(
    scenario: options.Scenario,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Plan folder [plans/<scenario>]."),
    ] = None,
    changes: options.Set = None,
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    model_out: options.ModelOut = None,
) -> None:
    """Solve a scenario. The plan is audited, saved and told in one screen."""
    from dcplan.api import load
    from dcplan.cli.summary import tell

    folder = output or Path("plans") / scenario.stem
    brief = load(scenario, options.settings(changes, gap, time_limit, threads, seed))
    _refuse(folder)
    if model_out is not None:
        brief.write_model(model_out)
    plan = _search(brief, quiet)
    try:
        plan.save(folder)
    except DcplanError:
        # The search may have taken hours: what it found is told even when the disk is full.
        if not (as_json or quiet):
            tell(results(80), brief, plan, "not saved")
        raise
    if as_json:
        put_json({**json.loads((folder / "plan.json").read_bytes()), "folder": str(folder)})
    elif not quiet:
        tell(results(80), brief, plan, f"saved in {folder}")
    if plan.status == "rejected":
        complain("\n".join(map(str, plan.verdict.failures)))
    raise typer.Exit(EXIT_CODES[plan.status])


def check(
    scenario: options.Scenario,
    changes: options.Set = None,
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    model_out: options.ModelOut = None,
) -> None:
    """Check without solving. Tells sizes, quick bounds and what there is to choose from."""
    from dcplan.api import load
    from dcplan.cli.checking import as_data, tell

    brief = load(scenario, options.settings(changes, gap, time_limit, threads, seed))
    if model_out is not None:
        brief.write_model(model_out)
    found = brief.check()
    if as_json:
        put_json(as_data(brief, found))
    elif not quiet:
        tell(results(80), brief, found)


def audit(
    plan: options.PlanFolder, as_json: options.Json = False, quiet: options.Quiet = False
) -> None:
    """Audit a saved plan. Every promise is checked again from its tables, in plain arithmetic."""
    from dcplan.api import Plan

    found = Plan.load(plan).audit()
    if as_json:
        put_json(found.as_dict())
    elif not quiet:
        results().print("\n".join(found.lines()), soft_wrap=True)
    found.raise_if_failed()


def _search(brief: Brief, quiet: bool) -> Plan:
    from dcplan.cli.progress import Goal, progress

    goal = Goal(brief.scenario.objective, brief.scenario.solver.gap)
    with progress(messages(quiet), goal) as show:
        return brief.solve(show=show)


def _refuse(folder: Path) -> None:
    """Say before the search, not after it, that the plan cannot be saved there."""
    above = next(path for path in folder.absolute().parents if path.exists())
    what = ""
    if folder.exists() and not folder.is_dir():
        what = "is a file; a plan is saved as a folder, name another"
    elif folder.exists() and any(folder.iterdir()) and not (folder / "plan.json").is_file():
        what = "is a folder of something else; name one that is new, empty or a plan"
    elif not above.is_dir() or not os.access(above, os.W_OK):
        what = f"cannot be written: {above} is no folder that you may write to"
    if what:
        raise InputError([Problem(str(folder), what)])
