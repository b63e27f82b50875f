"""A map ready to be drawn: everything in pixels and words, nothing in degrees or data frames."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcplan.library import shapes, states
from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.cards import Site, sites
from dcplan.report.colours import of_chips
from dcplan.report.labels import Curve, Label, Pin, place
from dcplan.report.projection import WIDTH, Frame, frame_for, graticule, paths, scale_km
from dcplan.words import chips, figure, power

if TYPE_CHECKING:
    import geopandas

LARGEST_PX, LEAST_PX = 14.0, 4.5
_HOLE = 0.46
_BEND = 0.10
_THIN_PX, _THICK_PX = 1.2, 3.6


@dataclass(frozen=True)
class Zone:
    """A zone and its outline."""

    key: str
    name: str
    path: str


@dataclass(frozen=True)
class Dot:
    """A candidate that no year chose."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Mark:
    """A site in a year: place, radius, coloured arcs (colour, path), words and label."""

    number: int
    x: float
    y: float
    radius: float
    hole: float
    arcs: tuple[tuple[str, str], ...]
    words: str
    name: str
    label: Label | None
    fresh: bool


@dataclass(frozen=True)
class Wire:
    """A lit link in a year."""

    curve: Curve
    kind: str
    width: float
    words: str
    fresh: bool

    @property
    def path(self) -> str:
        """The curve as SVG."""
        ax, ay, cx, cy, bx, by = self.curve
        return f"M{ax} {ay}Q{cx} {cy} {bx} {by}"


@dataclass(frozen=True)
class Year:
    """What is drawn for a year."""

    year: int
    wires: tuple[Wire, ...]
    junctions: tuple[Dot, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Scene:
    """The whole map."""

    frame: Frame
    zones: tuple[Zone, ...]
    states: tuple[str, ...]
    graticule: tuple[str, ...]
    dots: tuple[Dot, ...]
    years: tuple[Year, ...]
    sites: tuple[Site, ...]
    colours: Mapping[str, str]
    scale: tuple[float, float]
    largest_mw: float
    speeds: tuple[tuple[float, float], ...]
    """Speed of a year's links, Tb/s, and their width, slowest first."""
    kinds: tuple[str, ...]
    """Kinds of link that the plan has."""


def radius(mw: float, largest_mw: float) -> float:
    """Radius of a site, px: its area stands for its power."""
    return round(
        max(LEAST_PX, LARGEST_PX * math.sqrt(mw / largest_mw)) if largest_mw else LEAST_PX, 1
    )


def scene_of(plan: Plan) -> Scene:
    """Lay a plan out. Raises InputError where the outlines of its grid cannot be read."""
    zones, borders = shapes(plan.library), states(plan.library)
    outlines = [rows for rows in (zones, borders) if rows is not None and len(rows)]
    found = sites(plan)
    spots = [(row.lat, row.lon) for row in plan.library.sites.itertuples()]
    spots += [(row.lat, row.lon) for row in plan.nodes.itertuples()]
    spots += [(site.lat, site.lon) for site in found]
    frame = frame_for(spots, outlines)
    colours = of_chips(facts.used_chips(plan))
    largest = max((mw for site in found for mw in site.mw.values()), default=0.0)
    rows = plan.link_rows
    return Scene(
        frame=frame,
        zones=() if zones is None else _zones(plan, frame, zones),
        states=() if borders is None else tuple(paths(frame, borders)),
        graticule=() if outlines else tuple(graticule(frame, spots)),
        dots=_dots(plan, frame, {site.key for site in found}),
        years=tuple(_year(plan, frame, y, found, colours, largest) for y in facts.years(plan)),
        sites=found,
        colours=colours,
        scale=scale_km(frame),
        largest_mw=largest,
        speeds=tuple(
            (s, _width(s, rows.tbps.max())) for s in sorted({float(t) for t in rows.tbps})
        ),
        kinds=tuple(kind for kind in ("existing", "new", "spur") if kind in set(rows.kind)),
    )


def _zones(plan: Plan, frame: Frame, outlines: geopandas.GeoDataFrame) -> tuple[Zone, ...]:
    names = plan.library.zones["name"].to_dict()
    drawn = zip(outlines.zone, paths(frame, outlines), strict=True)
    return tuple(Zone(str(key), str(names.get(key, key)), path) for key, path in drawn)


def _dots(plan: Plan, frame: Frame, chosen: set[str]) -> tuple[Dot, ...]:
    rows = plan.library.sites
    rows = rows[~rows.index.isin(chosen)]
    xy = frame.points(list(zip(rows.lat, rows.lon, strict=True)))
    return tuple(
        Dot(x, y, f"{name}, {zone}: candidate, not chosen")
        for (x, y), name, zone in zip(xy, rows["name"], rows.zone, strict=True)
    )


def _year(
    plan: Plan,
    frame: Frame,
    year: int,
    found: Sequence[Site],
    colours: Mapping[str, str],
    largest_mw: float,
) -> Year:
    here = [(n, site) for n, site in enumerate(found, 1) if year in site.mw]
    here.sort(key=lambda pair: -pair[1].mw[year])
    xy = frame.points([(site.lat, site.lon) for _, site in here])
    pins = [
        Pin(x, y, radius(site.mw[year], largest_mw), site.name)
        for (x, y), (_, site) in zip(xy, here, strict=True)
    ]
    wires, junctions = _wires(plan, frame, year)
    labels = place(pins, WIDTH, frame.height, [wire.curve for wire in wires])
    names = facts.used_chips(plan)
    marks = []
    for (number, site), pin, label in zip(here, pins, labels, strict=True):
        mix = {chip: site.mix.get(year, {}).get(chip, 0.0) for chip in colours}
        told = ", ".join(f"{names[chip][0]} {figure(mw)} MW IT" for chip, mw in mix.items() if mw)
        words = f"{site.name}, {site.where}: {power(site.mw[year])}" + (f"; {told}" if told else "")
        ring = tuple(_arcs(mix, colours, pin.radius))
        hole, fresh = round(pin.radius * _HOLE, 1), site.first_year == year
        marks.append(
            Mark(number, pin.x, pin.y, pin.radius, hole, ring, words, pin.name, label, fresh)
        )
    return Year(year, wires, junctions, tuple(marks))


def _wires(plan: Plan, frame: Frame, year: int) -> tuple[tuple[Wire, ...], tuple[Dot, ...]]:
    rows = plan.link_rows
    first = rows.groupby(["node_a", "node_b"]).year.min().to_dict()
    spots = {str(row.node): (row.lat, row.lon) for row in plan.nodes.itertuples()}
    pixels = dict(zip(spots, frame.points(list(spots.values())), strict=True))
    wires, ends = [], set[str]()
    for row in rows[rows.year == year].itertuples():
        a, b = str(row.node_a), str(row.node_b)
        ends |= {a, b}
        words = (
            f"{facts.place_name(plan, a)} – {facts.place_name(plan, b)}: {row.kind}, "
            f"{figure(row.km)} km, {figure(row.tbps)} Tb/s, {chips(row.pairs)} fibre pairs"
        )
        (ax, ay), (bx, by) = pixels[a], pixels[b]
        cx, cy = (ax + bx) / 2 + _BEND * (by - ay), (ay + by) / 2 - _BEND * (bx - ax)
        bend = (ax, ay, round(cx, 1), round(cy, 1), bx, by)
        wide = _width(row.tbps, rows.tbps.max())
        wires.append(Wire(bend, str(row.kind), wide, words, first[row.node_a, row.node_b] == year))
    own = sorted(ends - set(plan.site_rows.site_id))
    junctions = tuple(Dot(*pixels[node], facts.place_name(plan, node)) for node in own)
    return tuple(wires), junctions


def _width(tbps: float, most_tbps: float) -> float:
    share = math.sqrt(tbps / most_tbps) if most_tbps else 0.0
    return round(_THIN_PX + (_THICK_PX - _THIN_PX) * share, 2)


def _arcs(mix: Mapping[str, float], colours: Mapping[str, str], r: float) -> list[tuple[str, str]]:
    total, start, found = sum(mix.values()), 0.0, []
    for chip, mw in mix.items():
        if mw <= 0:
            continue
        end = start + mw / total
        found.append((colours[chip], _sector(start, end, r) if mw < total else _disc(r)))
        start = end
    return found


def _disc(r: float) -> str:
    """A whole disc, as two arcs: one of a whole turn would have no direction."""
    return f"M0 {-r:g}A{r:g} {r:g} 0 0 1 0 {r:g}A{r:g} {r:g} 0 0 1 0 {-r:g}z"


def _sector(start: float, end: float, r: float) -> str:
    """The sector of a disc between two turns, clockwise from the top."""
    (ax, ay), (bx, by) = (
        (r * math.sin(2 * math.pi * turn), -r * math.cos(2 * math.pi * turn))
        for turn in (start, end)
    )
    large = int(end - start > 0.5)
    return f"M0 0L{ax:.2f} {ay:.2f}A{r:g} {r:g} 0 {large} 1 {bx:.2f} {by:.2f}z"
