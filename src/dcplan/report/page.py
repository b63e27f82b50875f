"""The map as one page: everything inside, no request to anywhere."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.colours import DARK, LIGHT
from dcplan.report.render import made, own, projection_words, render, shared, sizes, ticks
from dcplan.report.scene import Scene
from dcplan.words import figure

_BADGES = {"optimal": "good", "stopped": "fair", "rejected": "bad"}


def page(plan: Plan, scene: Scene, shade: str) -> str:
    """Return the page as HTML, zones shaded by the measure `shade` at first."""
    measures = facts.measures(plan)
    return render(
        "map.html.j2",
        **shared(plan, scene),
        measures=measures,
        measure=next(measure for measure in measures if measure.key == shade),
        ticks={measure.key: ticks(measure) for measure in measures},
        fleet=facts.fleet(plan),
        verdict=facts.verdict(plan),
        badge=_BADGES[plan.status],
        sizes=[(0, r, words) for r, words in sizes(scene)],
        speeds=[(f"{figure(tbps)} Tb/s", width) for tbps, width in scene.speeds if tbps],
        sources=plan.library.sources.to_dict("records"),
        projection=projection_words(scene.frame),
        base_year=plan.scenario.money.base_year,
        made=made(plan),
        light=LIGHT,
        dark=DARK,
        css=own("canvas.css") + own("page.css"),
        script=own("map.js"),
        data=_embedded(_data(scene, measures)),
    )


def _data(scene: Scene, measures: tuple[facts.Measure, ...]) -> dict[str, Any]:
    when = range(len(scene.years))
    return {
        "years": [year.year for year in scene.years],
        "kmPerUnit": scene.frame.metres_per_px / 1e3,
        "zones": [zone.name for zone in scene.zones],
        "measures": [
            {
                "title": measure.title,
                "bins": [
                    [measure.shade(_value(measure, z.key, n)) for n in when] for z in scene.zones
                ],
                "words": [
                    [measure.words(_value(measure, z.key, n)) for n in when] for z in scene.zones
                ],
            }
            for measure in measures
        ],
    }


def _value(measure: facts.Measure, zone: str, year: int) -> float:
    known = measure.values.get(zone)
    return known[year] if known else float("nan")


def _embedded(data: dict[str, Any]) -> Markup:
    """JSON that no name in it can end."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))
