"""The comparison as one page: everything inside, no request to anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from dcplan.files import kind_of, put_text
from dcplan.objectives import OBJECTIVES
from dcplan.report import facts
from dcplan.report.colours import DARK, LIGHT
from dcplan.report.compare.maps import Map, maps, near
from dcplan.report.compare.money import ROUNDING, amount, signed_amount
from dcplan.report.compare.record import Comparison
from dcplan.report.compare.sheets import overview, sheets
from dcplan.report.render import (
    KINDS,
    embedded,
    made,
    own,
    projection_words,
    render,
    shades,
    ticks,
)
from dcplan.words import figure, power

_SEEN_FRAC = 1e-3


@dataclass(frozen=True)
class Bar:
    """A step of the bridge: from where to where in percent of the chart, and its words."""

    name: str
    left: float
    width: float
    kind: str
    words: str


def refuse_page(path: Path) -> None:
    """Raise InputError where a name is not that of a page that can be written."""
    kind_of(path, "a page", (".html",))


def write_comparison(found: Comparison, path: Path) -> None:
    """Write the page, whole or not at all. Raises InputError: a place that cannot be written."""
    refuse_page(path)
    put_text(path, page(found))


def page(found: Comparison) -> str:
    """Return the page as HTML."""
    drawn = maps(found)
    years = sorted({year for plan in found.plans.values() for year in facts.years(plan)})
    first, plan = drawn[0], found.plans["A"]
    return render(
        "compare.html.j2",
        found=found,
        plans=[
            (letter, found.names[letter], p.scenario.name, facts.verdict(p), facts.badge(p))
            for letter, p in found.plans.items()
        ],
        years=years,
        start=_start(found, years),
        maps=drawn,
        first=first.scene,
        overview=overview(found),
        parts=[(letter, bars(found, letter), sheets(found, letter)) for letter in found.others],
        goals={letter: _goal(found, letter) for letter in found.others},
        ticks=[ticks(measure) for measure in first.measures],
        chips=_chips(found, first),
        kinds=[(k, KINDS[k]) for k in KINDS if any(k in m.scene.kinds for m in drawn)],
        largest=power(first.scene.largest_mw) if first.scene.largest_mw else "",
        scale_words=f"{figure(first.scene.scale[0])} km",
        projection=projection_words(first.scene.frame),
        base_year=plan.scenario.money.base_year,
        made=made(plan),
        light=LIGHT,
        dark=DARK,
        css=own("canvas.css") + own("page.css") + own("compare.css"),
        script=own("compare.js"),
        data=embedded(_data(drawn, years) | {"start": _start(found, years)}),
    )


def bars(found: Comparison, letter: str) -> list[Bar]:
    """The bridge from the baseline's objective to the other's, the largest steps first."""
    steps, proof = found.of("bridge", letter), found.of("proof", letter)
    if steps.empty or proof.empty:
        return []
    unit = str(proof.unit.iloc[0])
    flop = OBJECTIVES[found.plans[letter].objective_name].most
    net = steps[steps.kind != ROUNDING[0]].groupby("item").difference.sum()
    most = max((abs(value) for value in net), default=0.0)
    order = sorted(net.index, key=lambda item: (-abs(net[item]), item))
    seen = [str(item) for item in order if unit != "MUSD" or abs(net[item]) > _SEEN_FRAC * most]
    gain = float(proof.difference.iloc[0])
    told = [(item, float(net[item])) for item in seen]
    # What is too small to be drawn, and the solver's rounding, so that the steps arrive.
    rest = gain - sum(value for _, value in told)
    if abs(rest) > _SEEN_FRAC * _SEEN_FRAC * most:
        told.append(("all else", rest))
    ends = [0.0, *accumulate(value for _, value in told)]
    low, high = min(*ends, gain), max(*ends, gain)
    scale = 100 / ((high - low) or 1.0)

    def bar(name: str, start: float, end: float, kind: str, words: str) -> Bar:
        left, width = (min(start, end) - low) * scale, abs(end - start) * scale
        return Bar(name, round(left, 2), round(width, 2), kind, words)

    whole = [amount(float(proof[column].iloc[0]), unit) for column in ("baseline", "value")]
    steps_drawn = [
        bar(name, start, end, "good" if (value < 0) != flop else "bad", signed_amount(value, unit))
        for (name, value), (start, end) in zip(told, pairwise(ends), strict=True)
    ]
    difference = bar(f"{letter} − A", 0.0, gain, "whole", signed_amount(gain, unit))
    return [
        bar("A", 0.0, 0.0, "end", whole[0]),
        *steps_drawn,
        bar(letter, gain, gain, "end", whole[1]),
        difference,
    ]


def _start(found: Comparison, years: list[int]) -> int:
    """The place of the year that is shown first: the last that all plans have, else the last."""
    common = set(years).intersection(*map(facts.years, found.plans.values()))
    return years.index(max(common, default=years[-1]))


def _goal(found: Comparison, letter: str) -> str:
    name = found.plans[letter].objective_name
    return "total cost at present worth" if name == "tco" else OBJECTIVES[name].noun


def _chips(found: Comparison, first: Map) -> list[tuple[str, str]]:
    names = {k: v for plan in found.plans.values() for k, v in facts.used_chips(plan).items()}
    return [(colour, facts.full_name(*names[chip])) for chip, colour in first.scene.colours.items()]


def _data(drawn: tuple[Map, ...], years: list[int]) -> dict[str, Any]:
    return {
        "years": years,
        "kmPerUnit": drawn[0].scene.frame.metres_per_px / 1e3,
        "near": near(drawn),
        "maps": [_shades(one, years) for one in drawn],
    }


def _shades(one: Map, years: list[int]) -> dict[str, Any]:
    """Shade and words of every zone, measure and year; null for a year the plan does not have."""
    own_years = list(one.layers)
    places = [own_years.index(year) if year in own_years else None for year in years]

    return dict(shades(one.scene, one.measures, places))
