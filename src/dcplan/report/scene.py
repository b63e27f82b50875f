"""A map ready to be drawn: everything in pixels and words, nothing in degrees or data frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcplan.library import shapes, states
from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.cards import Site, sites
from dcplan.report.colours import of_chips
from dcplan.report.glyphs import arcs, radius, width
from dcplan.report.labels import Curve, Label, Pin, place
from dcplan.report.projection import WIDTH, Frame, Point, frame_for, graticule, paths, scale_km
from dcplan.words import chips, figure, power

if TYPE_CHECKING:
    import geopandas

_HOLE = 0.46
_BEND = 0.10


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


@dataclass(frozen=True)
class Setting:
    """What maps that are looked at together share."""

    frame: Frame
    colours: Mapping[str, str]
    """By chip."""
    largest_mw: float
    fastest_tbps: float


def setting_of(*plans: Plan) -> Setting:
    """One frame, one scale and one set of colours for some plans. Raises as `scene_of`."""
    spots = [spot for plan in plans for spot in _spots(plan)]
    outlines = [rows for plan in plans for rows in _outlines(plan) if rows is not None]
    chips = dict.fromkeys(chip for plan in plans for chip in facts.used_chips(plan))
    return Setting(
        frame=frame_for(spots, outlines),
        colours=of_chips(chips),
        largest_mw=max((float(mw) for p in plans for mw in p.site_rows.facility_mw), default=0.0),
        fastest_tbps=max((float(tbps) for p in plans for tbps in p.link_rows.tbps), default=0.0),
    )


def scene_of(plan: Plan, setting: Setting | None = None) -> Scene:
    """Lay a plan out, alone or in a setting that it shares with others.

    Raises InputError where the outlines of its grid cannot be read.
    """
    with_others = setting or setting_of(plan)
    frame, fastest = with_others.frame, with_others.fastest_tbps
    zones, borders = _outlines(plan)
    bare = zones is None and borders is None
    found, speeds = sites(plan), sorted({float(tbps) for tbps in plan.link_rows.tbps})
    kinds = set(plan.link_rows.kind)
    return Scene(
        frame=frame,
        zones=() if zones is None else _zones(plan, frame, zones),
        states=() if borders is None else tuple(paths(frame, borders)),
        graticule=tuple(graticule(frame, _spots(plan))) if bare else (),
        dots=_dots(plan, frame, {site.key for site in found}),
        years=tuple(_year(plan, with_others, y, found) for y in facts.years(plan)),
        sites=found,
        colours=with_others.colours,
        scale=scale_km(frame),
        largest_mw=with_others.largest_mw,
        speeds=tuple((tbps, width(tbps, fastest)) for tbps in speeds),
        kinds=tuple(kind for kind in ("existing", "new", "spur") if kind in kinds),
    )


def _spots(plan: Plan) -> list[Point]:
    """Candidates, ends of links and sites, as (lat, lon)."""
    tables = (plan.library.sites, plan.nodes, plan.site_rows)
    return [
        (float(lat), float(lon))
        for rows in tables
        for lat, lon in zip(rows.lat, rows.lon, strict=True)
    ]


def _outlines(plan: Plan) -> list[geopandas.GeoDataFrame | None]:
    """Zones and states; None where there are none to draw."""
    found = (shapes(plan.library), states(plan.library))
    return [rows if rows is not None and len(rows) else None for rows in found]


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


def _year(plan: Plan, setting: Setting, year: int, found: Sequence[Site]) -> Year:
    frame, colours = setting.frame, setting.colours
    here = [(n, site) for n, site in enumerate(found, 1) if year in site.mw]
    here.sort(key=lambda pair: -pair[1].mw[year])
    xy = frame.points([(site.lat, site.lon) for _, site in here])
    pins = [
        Pin(x, y, radius(site.mw[year], setting.largest_mw), site.name)
        for (x, y), (_, site) in zip(xy, here, strict=True)
    ]
    wires, junctions = _wires(plan, setting, year)
    labels = place(pins, WIDTH, frame.height, [wire.curve for wire in wires])
    names = facts.used_chips(plan)
    marks = []
    for (number, site), pin, label in zip(here, pins, labels, strict=True):
        mix = {chip: site.mix.get(year, {}).get(chip, 0.0) for chip in colours}
        told = ", ".join(f"{names[chip][0]} {figure(mw)} MW IT" for chip, mw in mix.items() if mw)
        words = f"{site.name}, {site.where}: {power(site.mw[year])}" + (f"; {told}" if told else "")
        ring = tuple(arcs(mix, colours, pin.radius))
        hole, fresh = round(pin.radius * _HOLE, 1), site.first_year == year
        marks.append(
            Mark(number, pin.x, pin.y, pin.radius, hole, ring, words, pin.name, label, fresh)
        )
    return Year(year, wires, junctions, tuple(marks))


def _wires(plan: Plan, setting: Setting, year: int) -> tuple[tuple[Wire, ...], tuple[Dot, ...]]:
    rows = plan.link_rows
    first = rows.groupby(["node_a", "node_b"]).year.min().to_dict()
    spots = {str(row.node): (row.lat, row.lon) for row in plan.nodes.itertuples()}
    pixels = dict(zip(spots, setting.frame.points(list(spots.values())), strict=True))
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
        wide = width(row.tbps, setting.fastest_tbps)
        wires.append(Wire(bend, str(row.kind), wide, words, first[row.node_a, row.node_b] == year))
    own = sorted(ends - set(plan.site_rows.site_id))
    junctions = tuple(Dot(*pixels[node], facts.place_name(plan, node)) for node in own)
    return tuple(wires), junctions
