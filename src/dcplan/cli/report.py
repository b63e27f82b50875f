"""`dcplan report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dcplan.cli import options
from dcplan.cli.screen import messages


def write(
    plan: options.PlanFolder,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A page (.html) or a workbook (.xlsx), by the end of the name [PLAN/report.html].",
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Write a plan up for a board: one page that needs no network, or a workbook."""
    from dcplan.api import Plan

    path = Plan.load(plan).report(output or plan / "report.html")
    messages(quiet).print(f"report saved in {path}", soft_wrap=True)
