"""`dcplan map`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dcplan.cli import options
from dcplan.cli.screen import messages


class Shade(StrEnum):
    """What zones are shaded by; the members of `dcplan.report.MEASURES`."""

    headroom = "headroom"
    share = "share"
    price = "price"
    carbon = "carbon"
    wait = "wait"


def draw(
    plan: options.PlanFolder,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A page (.html), a figure (.svg .png .pdf) or layers (.gpkg .geojson .kml), by "
            "the end of the name [PLAN/map.html].",
        ),
    ] = None,
    shade: Annotated[Shade, typer.Option(help="What zones are shaded by.")] = Shade.headroom,
    quiet: options.Quiet = False,
) -> None:
    """Draw a plan: sites, chips, fibre and zones, year by year, on one page that needs no network."""
    from dcplan.api import Plan
    from dcplan.report import write_map

    path = output or plan / "map.html"
    write_map(Plan.load(plan).record, path, shade.value)
    messages(quiet).print(f"map saved in {path}", soft_wrap=True)
