"""The map as one still picture of the last year: SVG, and from it PNG and PDF."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dcplan.errors import InputError, Problem
from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.colours import LIGHT, literal
from dcplan.report.labels import text_width
from dcplan.report.render import made, own, projection_words, render, shared, sizes, ticks
from dcplan.report.scene import Scene
from dcplan.words import figure

_WIDTH_PX = 1148.0
_CHIP_ROWS, _CHIP_PX = 4, 204.0
_MOST_TITLE_LINES, _MOST_SOURCE_LINES = 3, 5


def drawing(plan: Plan, scene: Scene, shade: str) -> str:
    """Return the figure as SVG on white, 1,200 px wide, zones shaded by the measure `shade`."""
    measure = next(m for m in facts.measures(plan) if m.key == shade)
    values = shared(plan, scene)
    titles = wrapped(values["title"], 25 * 1.05, _MOST_TITLE_LINES)
    lines = wrapped(f"{values['line']} · {facts.verdict(plan)}", 14.5, 3)
    lines_y = 42 + 29 * len(titles) - 3
    map_y = lines_y + 20 * len(lines) - 4
    legend_y = round(map_y + scene.frame.height + 26)
    rows = max(_CHIP_ROWS, -(-len(values["chips"]) // 2))
    sources = _sources(plan, scene)
    sources_y = legend_y + 24 + 19 * rows
    values |= {
        "measure": measure,
        "ticks": ticks(measure),
        "year": scene.years[-1],
        "titles": titles,
        "lines": lines,
        "lines_y": lines_y,
        "map_y": map_y,
        "legend_y": legend_y,
        "rows": rows,
        "chips": [(colour, _cut(words, 12, _CHIP_PX)) for colour, words in values["chips"]],
        "speed": f"{figure(scene.speeds[-1][0])} Tb/s a link" if scene.speeds else "",
        "wide": scene.speeds[-1][1] if scene.speeds else 0,
        "sizes": _sizes(scene),
        "sources": sources,
        "sources_y": sources_y,
        "height": sources_y + 13 * len(sources) + 8,
        "css": Markup(literal(own("canvas.css"))),
        "ink": LIGHT["ink"],
        "soft": LIGHT["soft"],
    }
    return render("figure.svg.j2", **values)


def picture(svg: str, kind: str) -> bytes:
    """Return an SVG as `png`, two pixels a px, or as `pdf`.

    Raises InputError where the extra `report` is not installed.
    """
    try:
        import vl_convert
    except ImportError:
        what = "needs a converter: pip install 'dcplan[report]'; .svg and .html need none"
        raise InputError([Problem(f".{kind}", what)]) from None
    if kind == "png":
        return bytes(vl_convert.svg_to_png(svg, scale=2.0))
    return bytes(vl_convert.svg_to_pdf(svg))


def wrapped(text: str, size: float, most_lines: int) -> list[str]:
    """Break a text into lines as wide as the picture; what is left over ends in '…'."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size * 0.93) <= _WIDTH_PX:
            lines[-1] = longer
        elif not lines[-1]:
            lines[-1] = word
        else:
            lines.append(word)
    kept = lines[:most_lines]
    if len(lines) > most_lines:
        kept[-1] += " …"
    return [_cut(line, size * 0.93, _WIDTH_PX) for line in kept]


def _cut(text: str, size: float, most_px: float) -> str:
    while text_width(text, size) > most_px:
        text = text[:-2].rstrip() + "…"
    return text


def _sizes(scene: Scene) -> list[tuple[float, float, str]]:
    """Middle, radius and words of the circles that tell sizes, side by side."""
    return [(20.0 + 58 * n, r, words) for n, (r, words) in enumerate(sizes(scene))]


def _sources(plan: Plan, scene: Scene) -> list[str]:
    """The sources of what is drawn: the grid's and the sites'."""
    rows: Any = plan.library.sources
    titles = list(dict.fromkeys(rows[rows.folder != "models"].title))
    told = f"Sources: {'; '.join(titles)}." if titles else ""
    return wrapped(
        f"{projection_words(scene.frame)} Money is real, in dollars of "
        f"{plan.scenario.money.base_year}. {made(plan)} {told}",
        9.5,
        _MOST_SOURCE_LINES,
    )
