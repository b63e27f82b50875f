"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

Scenario = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file; dcplan new writes one.")
]
PlanFolder = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A folder that dcplan solve has written.")
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
