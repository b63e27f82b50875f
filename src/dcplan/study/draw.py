"""The charts of studies, in the look of the report's. They need the extra `report`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dcplan.errors import InputError, Problem
from dcplan.report.colours import CHIP_COLOURS, LIGHT, OTHER
from dcplan.report.labels import text_width
from dcplan.study import axes
from dcplan.words import clean, figure

if TYPE_CHECKING:
    import altair as alt

WIDTH_PX, PLOT_PX = 600, 260
MOST_LETTERS, MOST_ROWS = 90, 30
_LINE_PX, _NARROW = 11.5, 0.87
"""Size of the line under a title; a page's font may be wider than the one that is measured."""
_ACCENT = LIGHT["accent"]


@dataclass(frozen=True)
class Point:
    """A plan in a plane; `series` joins points by a line. Text in place of `x` is a place by itself."""

    x: float | str
    y: float
    series: str
    words: str
    label: str = ""
    """Written beside it."""
    faint: bool = False


@dataclass(frozen=True)
class Cell:
    """A plan at two values; `value` None where there is none."""

    x: str
    y: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Bar:
    """A lying bar from `start` to `end`."""

    row: str
    part: str
    start: float
    end: float
    words: str
    label: str = ""
    """Written at its end."""


@contextmanager
def extra() -> Iterator[None]:
    """Turn a missing extra into one line."""
    try:
        yield
    except ImportError:
        what = "need Altair and a converter: pip install 'dcplan[report]'"
        raise InputError([Problem("charts", what)]) from None


def lines(
    title: str,
    line: str,
    x: str,
    y: str,
    points: Sequence[Point],
    counted: bool = False,
    key: str = "",
) -> alt.LayerChart:
    """Points joined by a line, one a series; `counted` numbers on the lower axis are written as they are.

    `key` says over the legend what the series are.
    """
    with extra():
        import altair as alt

        names = list(dict.fromkeys(p.series for p in points))
        colours = [_ACCENT] if len(names) == 1 else [*CHIP_COLOURS, *[OTHER] * len(names)]
        legend = axes.legend(names, key, WIDTH_PX)
        up = axes.up(y, [p.y for p in points])
        colour = alt.Color(
            "series:N",
            scale=alt.Scale(domain=names, range=colours[: len(names)]),
            legend=legend if len(names) > 1 else None,
        )
        base = alt.Chart(_data(points)).encode(
            x=axes.across(x, [p.x for p in points], counted, WIDTH_PX), y=up, color=colour
        )
        marks = base.mark_circle(opacity=1).encode(
            size=axes.sizes(names),
            description=alt.Description("words:N"),
            tooltip=alt.Tooltip("words:N"),
            opacity=alt.condition("datum.faint", alt.value(0.35), alt.value(1.0)),
        )
        texts = base.mark_text(dy=-11, aria=False).encode(
            text="label:N", color=alt.value(LIGHT["ink"])
        )
        joined = base.transform_filter("!datum.faint").mark_line(strokeWidth=2, aria=False)
        return whole([joined, marks, texts], title, line, PLOT_PX)


def heat(title: str, line: str, x: str, y: str, cells: Sequence[Cell]) -> alt.LayerChart:
    """A cell for each pair of values, shaded and written."""
    with extra():
        import altair as alt

        known = [cell.value for cell in cells if cell.value is not None]
        low, high = min(known), max(known)
        shades = [LIGHT[f"b{n}"] for n in range(5)]
        rows = [
            {
                "x": cell.x,
                "y": cell.y,
                "value": cell.value,
                "text": "" if cell.value is None else figure(cell.value),
                "words": clean(cell.words),
            }
            for cell in cells
        ]
        columns = list(dict.fromkeys(cell.x for cell in cells))
        lanes = list(dict.fromkeys(cell.y for cell in cells))
        base = alt.Chart(alt.InlineData(values=rows)).encode(
            x=alt.X(
                "x:N", sort=columns, title=clean(x), axis=alt.Axis(labelAngle=0, titleAnchor="end")
            ),
            y=alt.Y("y:N", sort=lanes, title=clean(y), axis=axes.upright()),
        )
        shade = alt.Scale(domain=[low, high if high > low else low + 1], range=shades)
        filled = (
            base.transform_filter("isValid(datum.value)")
            .mark_rect()
            .encode(
                color=alt.Color("value:Q", scale=shade, legend=None),
                description=alt.Description("words:N"),
                tooltip=alt.Tooltip("words:N"),
            )
        )
        # figures stand on light shades in both looks of the page
        texts = base.mark_text(aria=False, color="#101829").encode(text="text:N")
        return whole([filled, texts], title, line, 34 * len(lanes) + 30)


def _data(points: Sequence[Point]) -> Any:
    import altair as alt

    return alt.InlineData(
        values=[
            {
                "x": clean(p.x) if isinstance(p.x, str) else p.x,
                "y": p.y,
                "series": clean(p.series),
                "words": clean(p.words),
                "label": clean(p.label),
                "faint": p.faint,
            }
            for p in points
        ]
    )


def whole(layers: Sequence[Any], title: str, line: str, height_px: int) -> alt.LayerChart:
    """Layers as one chart with title, line and the look of all charts."""
    import altair as alt

    from dcplan.report.charting import styled

    chart = alt.layer(*layers).properties(
        width=WIDTH_PX,
        height=height_px + 90,
        title=alt.TitleParams(text=_short(clean(title)), subtitle=_broken(clean(line))),
        description=clean(f"{title}: {line}"),
        background=LIGHT["card"],
        padding={"left": 2, "top": 2, "right": 10, "bottom": 2},
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    made: alt.LayerChart = styled(chart)
    return made


def _broken(line: str) -> list[str]:
    """A line in as many as its parts need, for the width of a chart."""
    lines = [""]
    for part in line.split("; "):
        longer = f"{lines[-1]}; {part}" if lines[-1] else part
        if lines[-1] and text_width(longer, _LINE_PX) > WIDTH_PX * _NARROW:
            lines[-1] += ";"
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
