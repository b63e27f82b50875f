"""Templates and the words that page and figure share; every text is escaped on its way in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.glyphs import radius
from dcplan.report.labels import shortened
from dcplan.report.projection import Frame
from dcplan.report.scene import Scene
from dcplan.words import clean, figure, power, round_down

_TEMPLATES = Path(__file__).parent / "templates"
KINDS = {"existing": "existing conduit", "new": "new build", "spur": "spur to a junction"}


def render(template: str, **values: Any) -> str:
    """Fill a template."""
    return _environment().get_template(template).render(**values)


def own(file: str) -> Markup:
    """A style sheet or script of the package, as it stands."""
    return Markup((_TEMPLATES / file).read_text(encoding="utf-8"))


def shared(plan: Plan, scene: Scene) -> dict[str, Any]:
    """Title, figures and the parts of the legend that do not depend on the medium."""
    names = facts.used_chips(plan)
    return {
        "title": plan.scenario.name,
        "line": facts.line(plan),
        "scene": scene,
        "chips": [
            (colour, facts.full_name(*names[chip])) for chip, colour in scene.colours.items()
        ],
        "kinds": [(kind, KINDS[kind]) for kind in scene.kinds],
        "scale_words": f"{figure(scene.scale[0])} km",
    }


def ticks(measure: facts.Measure) -> list[str]:
    """The upper end of each shade; the last has none."""
    return [*(figure(cut) for cut in measure.breaks), ""]


def sizes(scene: Scene) -> list[tuple[float, str]]:
    """Radius and power of three round sizes up to the largest site."""
    if not scene.largest_mw:
        return []
    steps = [round_down(scene.largest_mw * part) for part in (1.0, 0.5, 0.2)]
    return [(radius(mw, scene.largest_mw), power(mw)) for mw in steps]


def projection_words(frame: Frame) -> str:
    """Which projection the map is in."""
    if frame.crs.to_epsg():
        return (
            "Albers equal-area projection of the contiguous United States; the library that was "
            "used has no zone and no site in Alaska or Hawaii."
        )
    return "Lambert azimuthal equal-area projection."


def made(plan: Plan) -> str:
    """What made the plan."""
    return f"Made by dcplan {plan.dcplan_version} with HiGHS {plan.solver_version}."


def shades(scene: Scene, measures: Sequence[facts.Measure], places: Sequence[int | None]) -> Any:
    """Shade and words of every zone by measure and year, for the script of a page.

    `places` are those of the years among the plan's own; None for a year that it does not have.
    """
    return {
        "zones": [zone.name for zone in scene.zones],
        "measures": [
            {
                "title": m.title,
                "bins": [[m.shade(m.at(z.key, n)) for n in places] for z in scene.zones],
                "words": [[m.words(m.at(z.key, n)) for n in places] for z in scene.zones],
            }
            for m in measures
        ],
    }


def embedded(data: Mapping[str, Any]) -> Markup:
    """JSON that no name in it can end."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = figure
    environment.filters["short"] = shortened
    return environment


def _clean(value: Any) -> Any:
    return clean(value) if type(value) is str else value
