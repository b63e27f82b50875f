"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dcplan.solve.watch import Watch

Scenario = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file; dcplan new writes one.")
]
PlanFolder = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A folder that dcplan solve has written.")
]
Asked = Annotated[
    Path,
    typer.Argument(metavar="SCENARIO|PLAN", help="A scenario file, or a folder with its plan."),
]
WarmStart = Annotated[
    Path | None,
    typer.Option(
        metavar="PLAN",
        help="Start from a saved plan: its sites, cooling and corridors, as far as they fit.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a field or a figure of the library for this run: limits.pue=1.12, "
        "chips.h100_sxm.price_usd=32000; path*=0.8 multiplies. May be repeated.",
    ),
]
Gap = Annotated[
    str | None, typer.Option(metavar="FRACTION", help="Relative gap to stop at: solver.gap.")
]
TimeLimit = Annotated[
    str | None, typer.Option(metavar="SECONDS", help="Longest search: solver.time_limit_s.")
]
Threads = Annotated[
    str | None, typer.Option(metavar="COUNT", help="Processor threads: solver.threads.")
]
Seed = Annotated[str | None, typer.Option(metavar="NUMBER", help="Of the search: solver.seed.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors (and the JSON).")]
ModelOut = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the model too, as .mps or .lp by the name's end."),
]


def settings(
    given: list[str] | None,
    gap: str | None,
    time_limit: str | None,
    threads: str | None,
    seed: str | None,
) -> list[str]:
    """All changes to the scenario as `--set` items, those of options of their own last."""
    return [*(given or ()), *_of_solver(gap, time_limit, threads, seed)]


def _of_solver(*values: str | None) -> Iterator[str]:
    for name, value in zip(("gap", "time_limit_s", "threads", "seed"), values, strict=True):
        if value is not None:
            yield f"solver.{name}={value}"


def stem(asked: Path) -> str:
    """What a scenario file or a plan folder is called."""
    return asked.resolve().name if asked.is_dir() else asked.stem


def watch(time_limit: str | None, otherwise_s: float) -> Watch:
    """The clock of a command that has no scenario to put its time limit into."""
    from dcplan.errors import InputError, Problem
    from dcplan.solve.watch import Watch

    try:
        seconds = float(time_limit) if time_limit is not None else otherwise_s
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds <= 1e7:
        what = f"is {time_limit}; it must be a number of seconds above 0"
        raise InputError([Problem("--time-limit", what)])
    return Watch(seconds)
