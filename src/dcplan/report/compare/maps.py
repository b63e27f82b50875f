"""The plans on maps of one frame, one scale and one set of colours, with marks of what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.compare.fleet import alike_of, by_ends, by_place, link_change, site_change
from dcplan.report.compare.record import Comparison
from dcplan.report.labels import Curve, Pin, place
from dcplan.report.projection import WIDTH, Frame
from dcplan.report.scene import Mark, Scene, Wire, Year, scene_of, setting_of
from dcplan.words import figure, plural, power

SHRUNK = 2.0
"""Maps stand side by side at about half their size; names and rings are that much larger."""
GLYPH = 1.5
_LEAST_VIEW, _MOST_VIEW = 0.3, 0.85


@dataclass(frozen=True)
class Tag:
    """A mark of a difference: where, which sign, words, and the site's row of the table."""

    x: float
    y: float
    sign: str
    words: str
    site: str


@dataclass(frozen=True)
class Changes:
    """What differs from the baseline in a year; `gone` are the baseline's links that are not lit."""

    tags: tuple[Tag, ...]
    gone: tuple[Wire, ...]


@dataclass(frozen=True)
class Map:
    """A plan's map; all by year, and empty for a year that the plan does not have."""

    letter: str
    scene: Scene
    layers: Mapping[int, Year]
    changes: Mapping[int, Changes]
    captions: Mapping[int, str]
    measures: tuple[facts.Measure, ...]


def maps(found: Comparison) -> tuple[Map, ...]:
    """Lay the plans out. Raises InputError where the outlines of a grid cannot be read."""
    setting = setting_of(*found.plans.values())
    scenes = {letter: _halved(scene_of(plan, setting)) for letter, plan in found.plans.items()}
    shades = _measures([*found.plans.values()])
    return tuple(
        Map(
            letter=letter,
            scene=scenes[letter],
            layers={year.year: year for year in scenes[letter].years},
            changes={
                y: _changes(found, letter, y, scenes["A"], scenes[letter])
                for y in found.years.get(letter, ())
            },
            captions={y: _caption(plan, y) for y in facts.years(plan)},
            measures=measures,
        )
        for (letter, plan), measures in zip(found.plans.items(), shades, strict=True)
    )


def near(drawn: Sequence[Map]) -> tuple[float, float, float, float] | None:
    """The part of the frame that holds every site of every plan, with room for names.

    x, y, width and height, shaped as the frame; None where that is nearly all of it.
    """
    frame = drawn[0].scene.frame
    spots = [(m.x, m.y) for one in drawn for year in one.layers.values() for m in year.marks]
    if not spots:
        return None
    xs, ys = zip(*spots, strict=True)
    shape = frame.height / WIDTH
    wide = max(1.5 * (max(xs) - min(xs)), 1.4 * (max(ys) - min(ys)) / shape, _LEAST_VIEW * WIDTH)
    if wide > _MOST_VIEW * WIDTH:
        return None
    left = min(max((max(xs) + min(xs) - wide) / 2, 0.0), WIDTH - wide)
    top = (max(ys) + min(ys) - wide * shape) / 2
    top = min(max(top, 0.0), frame.height - wide * shape)
    return round(left, 1), round(top, 1), round(wide, 1), round(wide * shape, 1)


def _halved(drawn: Scene) -> Scene:
    """The scene with names placed for a map of half the size."""
    years = (replace(year, marks=_named(year.marks, drawn.frame)) for year in drawn.years)
    return replace(drawn, years=tuple(years))


def _named(marks: Sequence[Mark], frame: Frame) -> tuple[Mark, ...]:
    pins = [Pin(m.x / SHRUNK, m.y / SHRUNK, m.radius * GLYPH / SHRUNK, m.name) for m in marks]
    labels = place(pins, WIDTH / SHRUNK, frame.height / SHRUNK)
    grown = (
        label and replace(label, dx=round(label.dx * SHRUNK, 1), dy=round(label.dy * SHRUNK, 1))
        for label in labels
    )
    return tuple(replace(mark, label=label) for mark, label in zip(marks, grown, strict=True))


def _measures(plans: Sequence[Plan]) -> list[tuple[facts.Measure, ...]]:
    """The measures of each plan, with the shades that all share."""
    every = [facts.measures(plan) for plan in plans]
    shared = []
    for same in zip(*every, strict=True):
        values = {(n, zone): v for n, m in enumerate(same) for zone, v in m.values.items()}
        fixed = same[0].key == "share"
        breaks = same[0].breaks if fixed else facts.breaks({str(k): v for k, v in values.items()})
        shared.append([replace(measure, breaks=breaks) for measure in same])
    return [tuple(by_plan) for by_plan in zip(*shared, strict=True)]


def _changes(found: Comparison, letter: str, year: int, base: Scene, own: Scene) -> Changes:
    a, b = found.plans["A"], found.plans[letter]
    old, new = by_ends(a, year), by_ends(b, year)
    lit = dict(zip(_ends(a, year), _wires(base, year), strict=True))
    gone = {ends: wire for ends, wire in lit.items() if ends not in new}
    tags = [*_site_tags(found, letter, year, own.frame)]
    tags += [_tag(_middle(w.curve), "out", f"only in A: {w.words}") for w in gone.values()]
    now = dict(zip(_ends(b, year), _wires(own, year), strict=True))
    changes = {ends: link_change(old.get(ends, {}), new[ends]) for ends in new}
    alike = alike_of(list(changes.values()))
    for ends, change in changes.items():
        if change and change not in alike:
            names = " – ".join(facts.place_name(b, node) for node in ends)
            told = f"only in {letter}" if change == "in" else f"{change} than in A"
            tags.append(_tag(_middle(now[ends].curve), sign(change), f"{names}: {told}"))
    return Changes(tuple(tags), tuple(gone.values()))


def _site_tags(found: Comparison, letter: str, year: int, frame: Frame) -> Iterator[Tag]:
    """A mark above each site that differs in a year."""
    old, new = by_place(found.plans["A"]), by_place(found.plans[letter])
    listed = set(found.of("sites", letter).site_id)
    for key in sorted({*old, *new}):
        change = site_change(old.get(key), new.get(key), year)
        if not change:
            continue
        one = new[key] if key in new else old[key]
        told = {"in": f"only in {letter}", "out": "only in A"}.get(change, f"{change} than in A")
        sizes = " → ".join(_size(rows, year) for rows in (old.get(key), new.get(key)))
        words = f"{one['name'].iloc[0]}: {told}, {sizes}"
        (spot,) = frame.points([(float(one.lat.iloc[0]), float(one.lon.iloc[0]))])
        row = f"{letter}-{key[0]}" if key[0] in listed else ""
        yield Tag(*spot, sign(change), words, row)


def _wires(drawn: Scene, year: int) -> tuple[Wire, ...]:
    return next(layer.wires for layer in drawn.years if layer.year == year)


def _size(rows: Any, year: int) -> str:
    sizes = [] if rows is None else rows[rows.year == year].facility_mw.tolist()
    return power(float(sizes[0])) if sizes else "none"


def sign(change: str) -> str:
    """Which mark stands for a change."""
    first = change.split(",")[0]
    known = {"in": "in", "out": "out", "larger": "larger", "smaller": "smaller"}
    return {"faster": "larger", "slower": "smaller", **known}.get(first, "other")


def _tag(spot: tuple[float, float], kind: str, words: str) -> Tag:
    return Tag(round(spot[0], 1), round(spot[1], 1), kind, words, "")


def _ends(plan: Plan, year: int) -> list[tuple[str, str]]:
    """The ends of a year's links, in the order of the table, as the scene draws them."""
    rows = plan.link_rows[plan.link_rows.year == year]
    ordered = (sorted((str(row.node_a), str(row.node_b))) for row in rows.itertuples())
    return [(a, b) for a, b in ordered]


def _middle(curve: Curve) -> tuple[float, float]:
    """The middle of a curve with one control point."""
    ax, ay, cx, cy, bx, by = curve
    return (ax + 2 * cx + bx) / 4, (ay + 2 * cy + by) / 4


def _caption(plan: Plan, year: int) -> str:
    row = plan.summary.set_index("year").loc[year]
    parts = [f"{year}: {power(float(row.facility_mw))} at {plural(int(row.sites), 'site')}"]
    parts.append(f"{figure(float(row.delivered_eflops))} EFLOP/s")
    if row.fibre_km:
        parts.append(f"{figure(float(row.fibre_km))} km of fibre")
    return " · ".join(parts)
