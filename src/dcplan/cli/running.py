"""`dcplan solve`, `check` and `audit`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dcplan.cli import options
from dcplan.cli.screen import complain, messages, put_json, results
from dcplan.errors import DcplanError, InputError, NoPlan, Problem, StoppedEarly
from dcplan.interrupts import deferred

if TYPE_CHECKING:
    from dcplan.api import Brief, Plan
    from dcplan.solve import Start

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
    warm_start: options.WarmStart = None,
) -> None:
    """Solve a scenario. The plan is audited, saved and told in one screen."""
    from dcplan.api import load

    folder = output or Path("plans") / scenario.stem
    brief = load(scenario, options.settings(changes, gap, time_limit, threads, seed))
    refuse(folder)
    if model_out is not None:
        brief.write_model(model_out)
    with deferred():
        plan = _search(brief, quiet, warm_start)
        _keep(brief, plan, folder, as_json, quiet)
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
    from dcplan.audit import audit as audit_of
    from dcplan.plan import load

    found = audit_of(load(plan))
    if as_json:
        put_json(found.as_dict())
    elif not quiet:
        results().print("\n".join(found.lines()), soft_wrap=True)
    found.raise_if_failed()


def _keep(brief: Brief, plan: Plan, folder: Path, as_json: bool, quiet: bool) -> None:
    """Save a plan and tell of it."""
    from dcplan.cli.summary import tell

    try:
        plan.save(folder)
    except DcplanError:
        # The search may have taken hours: what it found is told even when the disk is full.
        if not (as_json or quiet):
            tell(results(80), brief, plan, "not saved")
        raise
    if as_json:
        put_json({**saved(folder), "folder": str(folder)})
    elif not quiet:
        tell(results(80), brief, plan, f"saved in {folder}")
    if plan.status == "rejected":
        complain("\n".join(map(str, plan.verdict.failures)))


def _search(brief: Brief, quiet: bool, warm_start: Path | None) -> Plan:
    from dcplan.ask import look_apart
    from dcplan.cli.explain import watched
    from dcplan.solve import NOTHING

    start = NOTHING if warm_start is None else _start(brief, warm_start, quiet)
    single = brief.case.futures is None
    try:
        with watched(brief, quiet) as show:
            look_apart(brief, show)
            return brief.solve(None, show, start, False)
    except NoPlan as error:
        # of several futures the search itself tells what is short in each
        raise NoPlan((single and _explained(brief, quiet)) or str(error)) from None
    except StoppedEarly as error:
        if not single:
            raise
        more = "dcplan explain looks for limits that conflict"
        raise StoppedEarly(f"{error}; {more}") from None


def _explained(brief: Brief, quiet: bool) -> str:
    """Why there is no plan, as text of 80 columns."""
    from dcplan.cli.explain import tell, why_none

    found = why_none(brief, quiet)
    if found is None:
        return ""
    console = results(80)
    with console.capture() as caught:
        tell(console, found)
    return caught.get().rstrip()


def _start(brief: Brief, folder: Path, quiet: bool) -> Start:
    from dcplan.api import Plan
    from dcplan.ask import start_from

    found = start_from(brief.case, Plan.load(folder))
    messages(quiet).print(found.words, soft_wrap=True)
    return found


def saved(folder: Path) -> dict[str, Any]:
    """What a plan folder says as JSON: the plan, and how long it took."""
    parts = [json.loads((folder / name).read_bytes()) for name in ("plan.json", "run.json")]
    return {**parts[0], **parts[1]}


def refuse(folder: Path) -> None:
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
