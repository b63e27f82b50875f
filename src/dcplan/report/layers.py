"""A plan as layers for GIS, with the map's colours where the format has a place for them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from shapely import orient_polygons

from dcplan.library import shapes
from dcplan.plan import Plan
from dcplan.plan.layers import write_layers
from dcplan.report import facts
from dcplan.report.cards import sites
from dcplan.report.colours import LIGHT, of_chips
from dcplan.report.glyphs import LARGEST_PX, radius
from dcplan.report.render import KINDS, render
from dcplan.report.styles import styles
from dcplan.words import figure, power

_DIGITS = 5
_EARTH_SCALE = 1.4


def write_gpkg(plan: Plan, path: Path, shade: str) -> None:
    """Write sites, links and zones, a row a year, with a default style each for QGIS."""
    write_layers(plan, path)
    measure = _measure(plan, shade)
    largest = float(plan.site_rows.facility_mw.max()) if len(plan.site_rows) else 0.0
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(_STYLE_TABLE)
        known = {row[0] for row in file.execute("SELECT table_name FROM gpkg_contents")}
        for layer, qml in styles(measure, largest, facts.years(plan)[-1]).items():
            if layer in known:
                file.execute(_STYLE_ROW, (layer, layer, qml))
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '2000-01-01T00:00:00.000Z')"
        )


def write_geojson(plan: Plan, path: Path, shade: str) -> None:
    """Write one collection (RFC 7946), colours as simplestyle properties, the last year's state.

    Every feature tells its `layer`: zones, links or sites.
    """
    features = [*_zones(plan, shade), *_links(plan), *_sites(plan)]
    data = {"type": "FeatureCollection", "name": plan.scenario.name, "features": features}
    path.write_text(json.dumps(data, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def write_kml(plan: Plan, path: Path, shade: str) -> None:
    """Write folders of zones, links, sites and candidates; each opens in the year it is built."""
    measure = _measure(plan, shade)
    largest = float(plan.site_rows.facility_mw.max()) if len(plan.site_rows) else 0.0
    zones = [_kml_zone(feature, measure) for feature in _zones(plan, shade)]
    links = [_kml_link(feature) for feature in _links(plan)]
    marks = [_kml_site(feature, largest) for feature in _sites(plan)]
    chosen = set(plan.site_rows.site_id)
    dots = [
        _place(str(row.name), "candidate, not chosen", "dot", _point([row.lon, row.lat]))
        for key, row in zip(
            plan.library.sites.index, plan.library.sites.itertuples(index=False), strict=True
        )
        if key not in chosen
    ]
    folders = {"Zones": zones, "Fibre": links, "Sites": marks, "Candidates": dots}
    text = render(
        "map.kml.j2",
        title=plan.scenario.name,
        line=facts.line(plan),
        kinds=[(kind, _kml_colour(LIGHT["fibre"])) for kind in KINDS],
        shades=[_kml_colour(LIGHT[f"b{n}"], "b0") for n in range(6)],
        folders=[{"name": name, "places": places} for name, places in folders.items()],
    )
    path.write_text(text, encoding="utf-8")


def _measure(plan: Plan, shade: str) -> facts.Measure:
    return next(measure for measure in facts.measures(plan) if measure.key == shade)


def _zones(plan: Plan, shade: str) -> list[dict[str, Any]]:
    outlines = shapes(plan.library)
    if outlines is None:
        return []
    names, measures = plan.library.zones["name"].to_dict(), facts.measures(plan)
    found = []
    # RFC 7946 and KML want outer rings counter-clockwise.
    drawn = orient_polygons(outlines.geometry.array)
    for key, shape in zip(outlines.zone, drawn, strict=True):
        values = {m.key: m.values[key][-1] for m in measures if key in m.values}
        told = {m.title: m.words(values[m.key]) for m in measures if m.key in values}
        measure = next(m for m in measures if m.key == shade)
        step = measure.shade(values[shade]) if shade in values else None
        colour = LIGHT["land" if step is None else f"b{step}"]
        style = {"fill": colour, "fill-opacity": 0.7, "stroke": LIGHT["border"], "stroke-width": 1}
        about = {"layer": "zones", "zone": key, "name": str(names.get(key, key)), **told, **style}
        found.append(_feature(about | {"shade": step}, shape.__geo_interface__))
    return found


def _links(plan: Plan) -> list[dict[str, Any]]:
    found = []
    rows = plan.links
    for (a, b), part in rows.groupby(["node_a", "node_b"], sort=True):
        now = part.iloc[-1]
        about = {
            "layer": "links",
            "name": f"{facts.place_name(plan, str(a))} – {facts.place_name(plan, str(b))}",
            "node_a": str(a),
            "node_b": str(b),
            "kind": str(now.kind),
            "reach_class": str(now.reach_class),
            "from_year": int(part.year.min()),
            "km": float(now.km),
            "tbps": float(now.tbps),
            "pairs": int(now.pairs),
            "capex_musd": float(part.capex_musd.sum()),
            "stroke": LIGHT["fibre"],
            "stroke-width": 3,
        }
        found.append(_feature(about, now.geometry.__geo_interface__))
    return found


def _sites(plan: Plan) -> list[dict[str, Any]]:
    colours, names = of_chips(facts.used_chips(plan)), facts.used_chips(plan)
    found = []
    for site in sites(plan):
        last = max(site.mw)
        mix = site.mix.get(last, {})
        most = max(mix, key=lambda chip: mix[chip], default="")
        about = {
            "layer": "sites",
            "site_id": site.key,
            "name": site.name,
            "where": site.where,
            "zone": site.zone,
            "from_year": site.first_year,
            "year": last,
            "facility_mw": site.mw[last],
            "chips": ", ".join(f"{names[chip][0]} {figure(mw)} MW" for chip, mw in mix.items()),
            "marker-color": colours.get(most, LIGHT["dot"]),
        }
        found.append(_feature(about, {"type": "Point", "coordinates": [site.lon, site.lat]}))
    return found


def _feature(about: dict[str, Any], shape: Any) -> dict[str, Any]:
    rounded = {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])}
    return {"type": "Feature", "properties": about, "geometry": rounded}


def _rounded(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return round(float(value), _DIGITS)


def _kml_zone(feature: dict[str, Any], measure: facts.Measure) -> dict[str, Any]:
    about, shape = feature["properties"], feature["geometry"]
    many = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    areas = "".join(_polygon(rings) for rings in many)
    step = about["shade"]
    words = f"{measure.title}: {about.get(measure.title, 'not known')}"
    style = "b0" if step is None else f"b{step}"
    return _place(about["name"], words, style, f"<MultiGeometry>{areas}</MultiGeometry>")


def _kml_link(feature: dict[str, Any]) -> dict[str, Any]:
    about = feature["properties"]
    words = f"{KINDS[about['kind']]}, {figure(about['km'])} km, {figure(about['tbps'])} Tb/s"
    spots = _coordinates(feature["geometry"]["coordinates"])
    line = f"<LineString><tessellate>1</tessellate>{spots}</LineString>"
    return _place(about["name"], words, about["kind"], line) | {"since": about["from_year"]}


def _kml_site(feature: dict[str, Any], largest_mw: float) -> dict[str, Any]:
    about = feature["properties"]
    scale = _EARTH_SCALE * radius(about["facility_mw"], largest_mw) / LARGEST_PX
    words = f"{power(about['facility_mw'])} in {about['year']}; {about['chips']}"
    place = _place(about["name"], words, "site", _point(feature["geometry"]["coordinates"]))
    colour = _kml_colour(about["marker-color"])
    return place | {"since": about["from_year"], "scale": round(scale, 2), "colour": colour}


def _place(name: str, words: str, style: str, shape: str) -> dict[str, Any]:
    return {
        "name": name,
        "words": words,
        "style": style,
        "shape": shape,
        "since": None,
        "scale": None,
        "colour": "",
    }


def _point(spot: list[float]) -> str:
    return f"<Point>{_coordinates([spot])}</Point>"


def _polygon(rings: list[list[list[float]]]) -> str:
    ends = ["outerBoundaryIs", *["innerBoundaryIs"] * (len(rings) - 1)]
    parts = (
        f"<{end}><LinearRing>{_coordinates(ring)}</LinearRing></{end}>"
        for end, ring in zip(ends, rings, strict=True)
    )
    return f"<Polygon>{''.join(parts)}</Polygon>"


def _coordinates(spots: list[list[float]]) -> str:
    return f"<coordinates>{' '.join(f'{lon},{lat}' for lon, lat, *_ in spots)}</coordinates>"


def _kml_colour(colour: str, opacity: str = "ff") -> str:
    """KML writes opacity, blue, green, red."""
    return f"{opacity}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


_STYLE_TABLE = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME)"""
_STYLE_ROW = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
    "styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
    "VALUES ('', '', ?, 'geom', ?, ?, '', 1, 'as on the map', '', '', '2000-01-01T00:00:00.000Z')"
)
