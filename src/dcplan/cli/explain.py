"""`dcplan explain`: why there is no plan, or what binds in one and what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from dcplan.cli import options
from dcplan.cli.layout import note, pairs, title
from dcplan.cli.screen import messages, put_json, results
from dcplan.errors import NoPlan
from dcplan.words import seconds

if TYPE_CHECKING:
    from dcplan.api import Brief, Plan
    from dcplan.ask.infeasible import Infeasible
    from dcplan.solve.watch import Watch


def explain(
    asked: options.Asked,
    changes: options.Set = None,
    dual_only: Annotated[
        bool, typer.Option("--quick", help="Of a plan: prices with places fixed, no new searches.")
    ] = False,
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Explain. Without a plan: what is short, what conflicts, what would do. With one: what binds."""
    from dcplan.ask.change import refuse_futures
    from dcplan.cli.running import EXIT_CODES
    from dcplan.cli.worth import explain_plan

    settings = options.settings(changes, gap, time_limit, threads, seed)
    start = opened(asked, settings)
    refuse_futures(start)
    if is_plan(start):
        explain_plan(start, settings, dual_only, as_json, quiet)
        return
    with watched(start, quiet) as show:
        plan = _plan_of(start, show)
    if plan is not None:
        explain_plan(plan, (), dual_only, as_json, quiet)
        raise typer.Exit(EXIT_CODES[plan.status])
    found = why_none(start, quiet)
    if found is None:
        raise NoPlan("a search found no plan, and an explanation found one: give both more time")
    if as_json:
        put_json(found.as_data())
    elif not quiet:
        tell(results(80), found)
    raise typer.Exit(NoPlan.exit_code)


def _plan_of(brief: Brief, show: Callable[[Watch], None]) -> Plan | None:
    from dcplan.ask import ruled_out

    try:
        return None if ruled_out(brief, None, show) else brief.solve(None, show, explain=False)
    except NoPlan:
        return None


def is_plan(asked: Brief | Plan) -> bool:
    """Whether it is a plan, not a problem."""
    from dcplan.api import Plan

    return isinstance(asked, Plan)


def opened(asked: Path, settings: Sequence[str]) -> Any:
    """The plan of a folder, or the problem of a scenario file with its settings."""
    from dcplan.api import Plan, load

    return Plan.load(asked) if asked.is_dir() else load(asked, settings)


@contextmanager
def watched(asked: Brief | Plan, quiet: bool) -> Iterator[Callable[[Watch], None]]:
    """Show how a search stands while it runs."""
    from dcplan.api import Plan
    from dcplan.cli.progress import Goal, progress

    scenario = asked.record.scenario if isinstance(asked, Plan) else asked.scenario
    goal = Goal(scenario.objective, scenario.solver.gap)
    with progress(messages(quiet), goal) as show:
        yield show


def why_none(brief: Brief, quiet: bool) -> Infeasible | None:
    """Explain a problem without a plan, with its time limit once more."""
    from dcplan.ask import explain_infeasible

    with watched(brief, quiet) as show:
        return explain_infeasible(brief, None, show)


def tell(console: Console, found: Infeasible) -> None:
    """Print why there is no plan."""
    sure = "No plan meets all limits." if found.certain else "No plan was found; none is ruled out."
    title(console, sure)
    pairs(console, [("", line) for line in found.quick])
    if found.short:
        console.print()
        title(console, "Short, each alone")
        pairs(console, [(name, f"at least {words}") for name, words in found.short])
    console.print()
    title(console, "Limits that conflict")
    pairs(console, [(name, _value(found.stands.get(name))) for name in found.conflict.limits])
    how = "no whole plan meets them together; with fractions of sites they can be met"
    if not found.conflict.whole:
        how = "they cannot be met together, not even with fractions of sites"
    most = "leave any one out and the rest can be met"
    if not found.conflict.minimal:
        most = "not all of them may be needed for that: time was over"
    note(console, f"{how}; {most}")
    console.print()
    _tell_repairs(console, found)
    note(console, f"explained in {seconds(found.seconds)}")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{year} {_value(inner)}" for year, inner in value.items())
    return f"{value:g}" if isinstance(value, (int, float)) else "" if value is None else str(value)


def _tell_repairs(console: Console, found: Infeasible) -> None:
    done, open_ = found.repairs.verified, found.repairs.unverified
    if done:
        title(console, "Any one of these gives a plan (each was tried)")
        for number, repair in enumerate(done, 1):
            pairs(console, [(f"{number}", repair.words)])
            _tell_settings(console, repair.settings)
    else:
        title(console, "Nothing that was tried gives a plan")
    if found.repairs.why_few:
        note(console, found.repairs.why_few)
    if open_:
        title(console, "Needed at least, alone; no whole plan was found with so little")
        for repair in open_:
            pairs(console, [("", repair.words)])


def _tell_settings(console: Console, settings: Sequence[str]) -> None:
    for setting in settings:
        console.print(f"          --set {setting}", soft_wrap=True, style="cyan")
