"""Lying bars: swings about a value, shares, counts. Needs the extra `report`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dcplan.report.colours import LIGHT
from dcplan.report.labels import text_width
from dcplan.study.draw import Bar, extra, whole
from dcplan.words import clean

if TYPE_CHECKING:
    import altair as alt

_ROW_PX, _LINE_PX, _NAME_PX, _TEXT_PX = 24, 12, 250, 11.5
NEAR = 0.2
"""Of the longest bar; ends on one side that are nearer than that share a label."""
_NARROW = 0.87
"""A page's font may be wider than the one that is measured."""


def bars(
    title: str,
    line: str,
    x: str,
    rows: Sequence[Bar],
    colours: Mapping[str, str],
    rule: float | None,
) -> alt.LayerChart:
    """Lying bars, the first row on top; `rule` draws a line across all of them."""
    with extra():
        import altair as alt

        order = list(dict.fromkeys(clean(bar.row) for bar in rows))
        base = alt.Chart(_data(rows)).encode(y=_names(order))
        layers: list[Any] = [_filled(base, x, colours, rule), *_labels(base)]
        if rule is not None:
            at = alt.Chart(alt.InlineData(values=[{"at": rule}]))
            layers.append(at.mark_rule(color=LIGHT["ink"], aria=False).encode(x="at:Q"))
        row_px = _ROW_PX + _LINE_PX * (_lines(order) - 1)
        return whole(layers, title, line, row_px * len(order) + 40 + 26 * (len(colours) > 1))


def apart(bars: Iterable[Bar], widest: float) -> list[Bar]:
    """Two bars from one value, with one label for both where theirs would stand on each other.

    `widest` is the longest bar of the chart, in the unit of its axis.
    """
    low, high = bars
    same_side = (low.end < low.start) == (high.end < high.start)
    if not (low.label and high.label and same_side) or abs(low.end - high.end) > NEAR * widest:
        return [low, high]
    label = f"{low.label} and {high.label}"
    if abs(low.end - low.start) > abs(high.end - high.start):
        return [replace(low, label=label), replace(high, label="")]
    return [replace(low, label=""), replace(high, label=label)]


def _data(rows: Sequence[Bar]) -> Any:
    import altair as alt

    return alt.InlineData(
        values=[
            {
                "row": clean(bar.row),
                "part": bar.part,
                "start": bar.start,
                "end": bar.end,
                "words": clean(bar.words),
                "label": bar.label,
                "left": bar.end < bar.start,
            }
            for bar in rows
        ]
    )


def _lines(order: Sequence[str]) -> int:
    return max((name.count("\n") + 1 for name in order), default=1)


def _names(order: Sequence[str]) -> Any:
    """The axis of the rows; a name may have two lines."""
    import altair as alt

    widest = max((text_width(p, _TEXT_PX) for name in order for p in name.split("\n")), default=0)
    axis = alt.Axis(
        labelLimit=round(_NAME_PX * _NARROW),
        minExtent=min(_NAME_PX, widest + 8),
        labelExpr="split(datum.label, '\\n')",
        labelBaseline="middle" if _lines(order) == 1 else "bottom",
        grid=False,
        domain=True,
        labelPadding=6,
    )
    return alt.Y("row:N", sort=list(order), title=None, axis=axis)


def _filled(base: Any, x: str, colours: Mapping[str, str], rule: float | None) -> Any:
    import altair as alt

    parts = list(colours)
    scale = alt.Scale(zero=rule is None, padding=48 if rule is not None else 0)
    axis = alt.Axis(tickCount=5, titleAnchor="end")
    return base.mark_bar(height=15).encode(
        x=alt.X("start:Q", title=clean(x), scale=scale, axis=axis),
        x2="end:Q",
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=parts, range=list(colours.values())),
            legend=alt.Legend(title=None) if len(parts) > 1 else None,
        ),
        description=alt.Description("words:N"),
        tooltip=alt.Tooltip("words:N"),
    )


def _labels(base: Any) -> list[Any]:
    """What is written at the end of each bar, on its outer side."""
    beside: Sequence[tuple[str, dict[str, Any]]] = (
        ("datum.left", {"align": "right", "dx": -5}),
        ("!datum.left", {"align": "left", "dx": 5}),
    )
    return [
        base.transform_filter(which)
        .mark_text(aria=False, **aligned)
        .encode(x="end:Q", text="label:N")
        for which, aligned in beside
    ]
