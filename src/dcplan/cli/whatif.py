"""`dcplan whatif`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dcplan.cli import options
from dcplan.cli.screen import messages, put_json, results
from dcplan.interrupts import deferred

if TYPE_CHECKING:
    from dcplan.api import Plan
    from dcplan.ask import Whatif


def whatif(
    asked: options.Asked,
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="What to change: limits.pue=1.12, limits.power_gw.2028+=0.1, "
            '"chips.vr200_nvl72.price_usd*=0.8". May be repeated.',
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder of the changed plan [plans/NAME-whatif]."
        ),
    ] = None,
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Change something and see what it does. The plan that follows, held against the plan without."""
    from dcplan import ask
    from dcplan.cli import running
    from dcplan.cli.explain import opened, watched

    folder = output or Path("plans") / f"{options.stem(asked)}-whatif"
    running.refuse(folder)
    solver = options.settings(None, gap, time_limit, threads, seed)
    start = opened(asked, solver)
    with deferred():
        with watched(start, quiet) as show:
            found = ask.whatif(start, [*changes, *solver], show=show)
        found.plan.save(folder)
        _tell(found, str(asked), folder, as_json, quiet)
        raise typer.Exit(exit_code(found.plan))


def _tell(found: Whatif, asked: str, folder: Path, as_json: bool, quiet: bool) -> None:
    from dcplan.cli import compare, running

    held = found.comparison_as((asked, str(folder)))
    if as_json:
        told = {**compare.as_data(held), "start": found.started, "folder": str(folder)}
        put_json({**told, "changed": running.saved(folder)})
    elif not quiet:
        messages(quiet).print(found.started, soft_wrap=True)
        compare.tell(results(80), held)
        messages(quiet).print(f"the changed plan is saved in {folder}", soft_wrap=True)


def exit_code(plan: Plan) -> int:
    """The code of a command whose answer rests on this plan."""
    from dcplan.cli.running import EXIT_CODES

    return EXIT_CODES[plan.status]
