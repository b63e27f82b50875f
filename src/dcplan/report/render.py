"""Templates and the words that page and figure share; every text is escaped on its way in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.labels import shortened
from dcplan.report.projection import Frame
from dcplan.report.scene import Scene, radius
from dcplan.words import figure, power, round_down

_TEMPLATES = Path(__file__).parent / "templates"
# What XML cannot hold, escaped or not.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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
        "chips": [(colour, _chip_words(*names[chip])) for chip, colour in scene.colours.items()],
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


def _chip_words(name: str, vendor: str) -> str:
    return name if name.startswith(vendor) or not vendor else f"{vendor} {name}"


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
    return _NO_XML.sub("\ufffd", value) if type(value) is str else value
