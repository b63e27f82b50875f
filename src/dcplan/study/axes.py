"""Axes and legends of the charts of studies. They need the extra `report`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dcplan.report.labels import text_width
from dcplan.words import clean

WIDE = 20
"""From so many times the least on, numbers are spread by their powers."""
FEW = 10
"""Up to so many numbers are written as they are, if none is nearer to the next than so small a part of all."""
EXACTLY = ",.12~r"
"""How a number is written as it is: without digits of its own a format rounds as the steps of the axis do."""
_TEXT_PX, _SWATCH_PX, _SWATCH = 11.5, 34, 90
_POINT, _MORE, _MOST = 60, 40, 120
_BEYOND_PX, _NEAR = 8, 0.1
"""Areas of points, in px²: the last series, what each one before has more, and what the first has at most."""


def across(x: str, values: Sequence[float | str], counted: bool, width_px: int) -> Any:
    """The lower axis: places for text; for numbers a scale, of powers where they span so much."""
    import altair as alt

    title = clean(x)
    known = sorted({value for value in values if not isinstance(value, str)})
    if len(known) == 0:
        order = list(dict.fromkeys(clean(str(value)) for value in values))
        names = alt.Axis(labelAngle=0, labelLimit=width_px // len(order), titleAnchor="end")
        return alt.X("x:N", sort=order, title=title, axis=names, scale=alt.Scale(padding=0.5))
    look: Any = {"titleAnchor": "end", "grid": False, "domain": True}
    axis = alt.Axis(tickCount=6, **look)
    scale = alt.Scale(zero=False, nice=False, padding=40 if counted else 14)
    if counted:
        axis = alt.Axis(values=known, format="d", titleAnchor="end", grid=False)
    elif known[0] > 0 and known[-1] >= WIDE * known[0]:
        axis = alt.Axis(values=known, format=EXACTLY, **look)
        scale = alt.Scale(type="log", nice=False, padding=20)
    elif _apart(known):
        axis = alt.Axis(values=known, format=EXACTLY, **look)
    return alt.X("x:Q", title=title, scale=scale, axis=axis)


def _apart(known: Sequence[float]) -> bool:
    """Whether so few numbers stand so far apart that each can be written."""
    steps = [b - a for a, b in pairwise(known)]
    return len(known) <= FEW and min(steps, default=1) * FEW >= known[-1] - known[0]


def legend(names: Sequence[str], key: str, width_px: int) -> Any:
    """As many columns as the names leave room for."""
    import altair as alt

    widest = max(text_width(clean(name), _TEXT_PX) for name in names) + _SWATCH_PX
    return alt.Legend(
        title=clean(key) or None,
        columns=max(1, min(len(names), int(width_px / widest))),
        labelLimit=width_px - _SWATCH_PX,
        titleLimit=500,
        symbolSize=_SWATCH,
        symbolType="circle",
    )


def sizes(names: Sequence[str]) -> Any:
    """The first series has the largest points, so that those beneath others can be seen."""
    import altair as alt

    if len(names) == 1:
        return alt.value(_POINT)
    more = min(_MORE, _MOST / (len(names) - 1))
    areas = [_POINT + more * place for place in reversed(range(len(names)))]
    scale = alt.Scale(domain=[clean(name) for name in names], range=areas)
    return alt.Size("series:N", scale=scale, legend=None)


def up(y: str, values: Sequence[float]) -> Any:
    """The upright axis: it begins at 0 only where values come near, and no point lies on its end."""
    import altair as alt

    known = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    scale = alt.Scale(zero=False, padding=_BEYOND_PX)
    if 0.0 <= low <= _NEAR * high:
        scale = alt.Scale(zero=True)
    return alt.Y("y:Q", title=clean(y), scale=scale, axis=upright())


def upright() -> Any:
    """A title over the axis, not beside it."""
    import altair as alt

    return alt.Axis(
        titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-40, titleY=-12, tickCount=5
    )
