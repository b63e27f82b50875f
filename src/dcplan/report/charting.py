"""How every chart is drawn with Altair: one look, bars upright by year or lying by row, and SVG.

Only this module needs the extra `report`; `charts` imports it when a chart is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert

from dcplan.report.bars import Drawing
from dcplan.report.colours import LIGHT
from dcplan.report.labels import text_width

_TEXT_PX, _TITLE_PX = 11.5, 14.0
_HEAD_PX, _LINE_PX, _PLOT_PX, _AXIS_PX, _ROW_PX, _KEY_PX = 42, 14, 185, 26, 23, 17
_NAME_PX, _SWATCH_PX, _WIDEST_BAR_PX, _BAR_FRAC = 190, 34, 56.0, 0.62
_BEYOND = {"upright": 0.14, "lying": 0.22}
"""How far from the end of a bar its total reaches, as a share of the longest bar."""
_INK = ("ink", "soft", "grid", "card", "accent")
_SVG = "{http://www.w3.org/2000/svg}"
# Measured as Arial or its likeness; other common fonts are up to a seventh wider.
_NARROW = 0.87
_FONT = "Arial, Liberation Sans, DejaVu Sans, sans-serif"


def by_year(drawing: Drawing) -> alt.LayerChart:
    """Upright bars, one a year, with their totals and limits."""
    axis = alt.Axis(
        titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-26, titleY=-9, tickCount=5
    )
    value: dict[str, Any] = {"title": drawing.unit, "axis": axis}
    years = alt.Axis(labelAngle=0, grid=False, domain=True, labelPadding=6, zindex=1)
    x = alt.X("bar:O", sort=list(drawing.bars), title=None, axis=years)
    wide = min(_WIDEST_BAR_PX, _BAR_FRAC * 0.85 * drawing.width_px / max(1, len(drawing.bars)))
    bars = _bars(drawing, drawing.width_px).mark_bar(width=round(wide, 1))
    scale = _scale(drawing, _BEYOND["upright"])
    told = alt.Chart(_totals(drawing, _BEYOND["upright"])).mark_text(dy=-8, aria=False)
    layers = [
        bars.encode(x=x, y=alt.Y("value:Q", stack="zero", scale=scale, **value)),
        told.encode(x=x, y=alt.Y("level:Q", **value), text="text:N"),
    ]
    if drawing.drawn:
        tick = _ticks(drawing).mark_tick(orient="horizontal", size=wide + 12, thickness=2)
        layers.append(tick.encode(x=x, y=alt.Y("value:Q", **value)))
    return _whole(drawing, layers, _PLOT_PX, drawing.width_px)


def by_row(drawing: Drawing) -> alt.LayerChart:
    """Lying bars, one a row, the first on top, with their totals and limits."""
    value: dict[str, Any] = {
        "title": drawing.unit,
        "axis": alt.Axis(tickCount=5, titleAnchor="end"),
    }
    names_px = min(_NAME_PX, max((text_width(bar, _TEXT_PX) for bar in drawing.bars), default=0))
    rows = alt.Axis(
        labelLimit=round(_NAME_PX * _NARROW),
        minExtent=names_px + 8,
        grid=False,
        domain=True,
        labelPadding=6,
        zindex=1,
    )
    y = alt.Y("bar:N", sort=list(drawing.bars), title=None, axis=rows)
    # The key stands below the bars, not below their names.
    keys_px = drawing.width_px - names_px - 30
    bars = _bars(drawing, keys_px).mark_bar(height=_ROW_PX * _BAR_FRAC)
    scale = _scale(drawing, _BEYOND["lying"])
    told = alt.Chart(_totals(drawing, _BEYOND["lying"])).mark_text(dx=6, align="left", aria=False)
    layers = [
        bars.encode(y=y, x=alt.X("value:Q", stack="zero", scale=scale, **value)),
        told.encode(y=y, x=alt.X("level:Q", **value), text="text:N"),
    ]
    if drawing.drawn:
        tick = _ticks(drawing).mark_tick(orient="vertical", size=_ROW_PX * 0.8, thickness=2)
        layers.append(tick.encode(y=y, x=alt.X("value:Q", **value)))
    return _whole(drawing, layers, 18 + _ROW_PX * max(1, len(drawing.bars)), keys_px)


def _bars(drawing: Drawing, keys_px: float) -> alt.Chart:
    parts = list(drawing.colours)
    rows = [
        {
            "bar": piece.bar,
            "part": piece.part,
            "rank": parts.index(piece.part),
            "value": piece.value,
            "words": piece.words,
        }
        for piece in drawing.pieces
    ]
    columns = _columns(drawing, keys_px)
    label_px = round((keys_px / columns - _SWATCH_PX) * _NARROW)
    key = alt.Legend(title=None, columns=columns, labelLimit=label_px)
    scale = alt.Scale(domain=parts, range=list(drawing.colours.values()))
    return alt.Chart(_data(rows)).encode(
        color=alt.Color("part:N", scale=scale, legend=key if drawing.keyed else None),
        order=alt.Order("rank:Q"),
        description=alt.Description("words:N"),
        tooltip=alt.Tooltip("words:N"),
    )


def _ticks(drawing: Drawing) -> alt.Chart:
    rows = [
        {"bar": limit.bar, "value": limit.value, "words": limit.words} for limit in drawing.drawn
    ]
    return alt.Chart(_data(rows)).encode(
        description=alt.Description("words:N"), tooltip=alt.Tooltip("words:N")
    )


def _totals(drawing: Drawing, beyond: float) -> alt.Data:
    """The total of each bar: beyond its end, or beyond a limit that would cross the figures."""
    reach = beyond * max(drawing.totals.values(), default=0.0)
    limits = {limit.bar: limit.value for limit in drawing.drawn}
    rows = []
    for bar, total in drawing.totals.items():
        limit = limits.get(bar, 0.0)
        level = limit if total < limit < total + reach else total
        rows.append({"bar": bar, "level": level, "text": drawing.tell(total)})
    return _data(rows)


def _data(rows: list[dict[str, Any]]) -> alt.Data:
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]  # Altair leaves it untyped


def _scale(drawing: Drawing, beyond: float) -> alt.Scale:
    ends = [*drawing.totals.values(), *(limit.value for limit in drawing.drawn)]
    return alt.Scale(domain=[0, (1 + beyond) * max(ends, default=0.0) or 1], nice=False)


def _columns(drawing: Drawing, keys_px: float) -> int:
    """How many columns of the key stand side by side; a very long name is cut."""
    longest = max((text_width(part, _TEXT_PX) for part in drawing.colours), default=0.0)
    return max(1, int(keys_px / (longest + _SWATCH_PX)))


def _line(drawing: Drawing) -> str:
    """The line below the title, which also says what the ticks are."""
    if not drawing.limits:
        return drawing.line
    if drawing.drawn:
        return f"{drawing.line} · — {drawing.limit_name}"
    least = min(drawing.limits, key=lambda limit: limit.value)
    return f"{drawing.line} · {least.words}, too far off to draw"


def _whole(
    drawing: Drawing, layers: Sequence[alt.Chart], plot_px: int, keys_px: float
) -> alt.LayerChart:
    lines = _line(drawing).split("\n")
    keys = -(-len(drawing.colours) // _columns(drawing, keys_px)) if drawing.keyed else 0
    chart = alt.layer(*layers).properties(
        width=drawing.width_px,
        height=_HEAD_PX
        + _LINE_PX * len(lines)
        + plot_px
        + _AXIS_PX
        + _KEY_PX * keys
        + 10 * bool(keys),
        title=alt.TitleParams(text=drawing.title, subtitle=lines),
        description=f"{drawing.title}, {drawing.unit}",
        background=LIGHT["card"],
        padding={"left": 2, "top": 2, "right": 10, "bottom": 2},
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    whole: alt.LayerChart = styled(chart)
    return whole


def styled(chart: Any) -> Any:
    """The one look of all charts; Altair types each step as a union of charts."""
    ink, soft = LIGHT["ink"], LIGHT["soft"]
    return (
        chart.configure(font=_FONT)
        .configure_view(stroke=None)
        .configure_bar(stroke=LIGHT["card"], strokeWidth=0.5)
        .configure_tick(color=ink)
        .configure_text(color=ink, fontSize=_TEXT_PX)
        .configure_axis(
            labelColor=soft,
            titleColor=soft,
            domainColor=soft,
            gridColor=LIGHT["grid"],
            domain=False,
            ticks=False,
            labelFontSize=_TEXT_PX,
            titleFontSize=_TEXT_PX,
            titleFontWeight="normal",
        )
        .configure_legend(
            orient="bottom",
            direction="horizontal",
            symbolType="square",
            symbolSize=100,
            labelColor=ink,
            labelFontSize=_TEXT_PX,
            columnPadding=18,
            rowPadding=3,
            offset=10,
        )
        .configure_title(
            anchor="start",
            frame="bounds",
            color=ink,
            subtitleColor=soft,
            fontSize=_TITLE_PX,
            subtitleFontSize=_TEXT_PX,
            subtitlePadding=4,
            offset=12,
        )
    )


def svg(chart: alt.LayerChart) -> str:
    """Return a chart as SVG, see `charts.svg`."""
    spec = chart.to_dict() | {"background": None}
    root = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec))
    _inline(root)
    root.set("xmlns", _SVG.strip("{}"))
    root.set("role", "img")
    root.set("aria-label", str(spec["description"]))
    # A page's font may be a little wider than the one that was measured.
    root.set("overflow", "visible")
    return ElementTree.tostring(root, encoding="unicode")


def _inline(root: ElementTree.Element) -> None:
    """Give every part the page's colours and font, and ids that no other chart has."""
    mark = "c" + sha256(ElementTree.tostring(root)).hexdigest()[:8]
    colours = {LIGHT[name].lower(): f"var(--{name}, {LIGHT[name]})" for name in _INK}
    for part in root.iter():
        part.tag = part.tag.removeprefix(_SVG)
        for name, value in part.items():
            if name in ("fill", "stroke"):
                part.set(name, colours.get(value.lower(), value))
            elif name == "font-family":
                part.set(name, "inherit")
            elif name == "id":
                part.set(name, f"{mark}-{value}")
            elif "url(#" in value and name != "aria-label":
                part.set(name, re.sub(r"url\(#", f"url(#{mark}-", value))
