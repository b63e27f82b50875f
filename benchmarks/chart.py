"""Seconds against size, a panel each for sites, years and chips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import vl_convert

from dcplan.report.colours import CHIP_COLOURS, LIGHT

from .table import OTHERS, reached

AXES = {"sites": "candidate sites", "years": "plan years", "chips": "kinds of chip"}
SOLVERS = ("dcplan", *OTHERS)
FONT = "Arial, Liberation Sans, DejaVu Sans, sans-serif"
WIDTH_PX, HEIGHT_PX = 200, 240
DECADES = [0.1, 1, 10, 100, 1000, 10_000]


def picture(cases: Sequence[dict[str, Any]]) -> str:
    """The picture as SVG."""
    points = rows(cases)
    panels = [
        _panel([row for row in points if row["axis"] == axis], axis)
        for axis in AXES
        if any(row["axis"] == axis for row in points)
    ]
    both = alt.hconcat(*panels, title=_title()).resolve_scale(y="shared", color="shared")
    both = both.configure(font=FONT, background=LIGHT["card"], padding=12)
    both = both.configure_axis(
        gridColor=LIGHT["grid"],
        domainColor=LIGHT["edge"],
        tickColor=LIGHT["edge"],
        labelColor=LIGHT["soft"],
        titleColor=LIGHT["soft"],
        titleFontWeight="normal",
    )
    both = both.configure_view(stroke=None)
    text: str = vl_convert.vegalite_to_svg(both.to_dict())
    return text + "\n"


def rows(cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each run of a case that belongs to a series."""
    return [
        {
            "axis": case["axis"],
            "size": case["size"],
            "solver": run["solver"],
            "seconds": run["seconds"],
            "end": "gap reached" if reached(run, case["gap"]) else "stopped at its limit",
        }
        for case in cases
        for run in case["runs"]
        if case["axis"] and run["status"] != "failed"
    ]


def _title() -> alt.TitleParams:
    return alt.TitleParams(
        "Time to the gap asked for",
        subtitle="both axes logarithmic; hollow: stopped at its limit before",
        anchor="start",
        color=LIGHT["ink"],
        subtitleColor=LIGHT["soft"],
    )


def _panel(points: list[dict[str, Any]], axis: str) -> alt.LayerChart:
    sizes = sorted({row["size"] for row in points})
    x = alt.X(
        "size:Q",
        title=AXES[axis],
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(values=sizes, format=",d", labelOverlap=True, grid=False),
    )
    y = alt.Y(
        "seconds:Q",
        title="seconds",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(values=DECADES, format=","),
    )
    colour = alt.Color(
        "solver:N",
        title=None,
        scale=alt.Scale(domain=list(SOLVERS), range=[LIGHT["accent"], *CHIP_COLOURS[:2]]),
        legend=alt.Legend(orient="bottom", labelColor=LIGHT["ink"], symbolType="circle"),
    )
    base = alt.Chart(alt.InlineData(points), width=WIDTH_PX, height=HEIGHT_PX)
    lines = base.mark_line(strokeWidth=1.5, opacity=0.6).encode(x, y, colour)
    dots = base.mark_point(size=50, strokeWidth=1.8).encode(
        x,
        y,
        colour,
        fill=alt.condition(
            "datum.end == 'gap reached'", colour, alt.value(LIGHT["card"]), legend=None
        ),
    )
    return alt.LayerChart(layer=[lines, dots])
