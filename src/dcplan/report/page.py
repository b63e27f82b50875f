"""The map as one page: everything inside, no request to anywhere."""

from __future__ import annotations

from typing import Any

from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.colours import DARK, LIGHT
from dcplan.report.render import (
    embedded,
    made,
    own,
    projection_words,
    render,
    shades,
    shared,
    sizes,
    ticks,
)
from dcplan.report.scene import Scene
from dcplan.words import figure


def page(plan: Plan, scene: Scene, shade: str) -> str:
    """Return the page as HTML, zones shaded by the measure `shade` at first."""
    return render(
        "map.html.j2",
        **panel(plan, scene, shade),
        fleet=facts.fleet(plan),
        sources=plan.library.sources.to_dict("records"),
        base_year=plan.scenario.money.base_year,
        css=own("canvas.css") + own("page.css"),
        script=own("map.js"),
    )


def panel(plan: Plan, scene: Scene, shade: str) -> dict[str, Any]:
    """What a page around a map that can be moved takes: title, verdict, map, legend and data."""
    measures = facts.measures(plan)
    years = [year.year for year in scene.years]
    data = {"years": years, "kmPerUnit": scene.frame.metres_per_px / 1e3}
    return {
        **shared(plan, scene),
        "verdict": facts.verdict(plan),
        "badge": facts.badge(plan),
        "measures": measures,
        "measure": next(measure for measure in measures if measure.key == shade),
        "ticks": {measure.key: ticks(measure) for measure in measures},
        "sizes": [(0, r, words) for r, words in sizes(scene)],
        "speeds": [(f"{figure(tbps)} Tb/s", width) for tbps, width in scene.speeds if tbps],
        "projection": projection_words(scene.frame),
        "made": made(plan),
        "light": LIGHT,
        "dark": DARK,
        "data": embedded(data | shades(scene, measures, range(len(years)))),
    }
