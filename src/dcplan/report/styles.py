"""Styles that QGIS applies by itself when it opens the GeoPackage (QML, as QGIS 3 writes it)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from dcplan.report.colours import LIGHT
from dcplan.report.facts import Measure
from dcplan.report.glyphs import LARGEST_PX

_MM_PER_PX = 25.4 / 96
_DASHES = {"existing": "solid", "new": "dash", "spur": "dot"}
_FIELDS = {
    "headroom": '"left_mw"',
    "share": '100 * "contracted_mw" / ("headroom_mw" + "upgraded_mw")',
}


def styles(measure: Measure, largest_mw: float, last_year: int) -> Mapping[str, str]:
    """Return a style for each layer: sites by power, links by kind, zones by the measure.

    A layer holds a row a year; the style draws those of the last. Price and carbon are no columns
    of the layer zones, so for those the zones get one plain shade.
    """
    only = f'"year" = {last_year}'
    size = f'{2 * LARGEST_PX * _MM_PER_PX:.2f} * sqrt("facility_mw" / {max(largest_mw, 1e-9):.6g})'
    marker = {"name": "circle", "color": "#E69F00", "outline_color": LIGHT["halo"]}
    kinds = [
        (f"{only} AND \"kind\" = '{kind}'", kind, _line(dash)) for kind, dash in _DASHES.items()
    ]
    return {
        "sites": _rules(
            [(only, "sites", _symbol("marker", "SimpleMarker", marker, size))], '"facility_mw"'
        ),
        "links": _rules(kinds),
        "zones": _rules(_zone_rules(measure, only)),
    }


def _zone_rules(measure: Measure, only: str) -> list[tuple[str, str, str]]:
    field = _FIELDS.get(measure.key)
    if field is None:
        return [(only, "zones", _fill(LIGHT["b1"]))]
    ends = ["", *(f"{cut:g}" for cut in measure.breaks), ""]
    rules = []
    for number, (low, high) in enumerate(pairwise(ends)):
        tests = [only] + [f"{field} > {low}"] * bool(low) + [f"{field} <= {high}"] * bool(high)
        label = f"{measure.title}, {measure.unit}: {low or '…'} – {high or '…'}"
        rules.append((" AND ".join(tests), label, _fill(LIGHT[f"b{number}"])))
    return rules


def _fill(colour: str) -> str:
    return _symbol("fill", "SimpleFill", {"color": colour, "outline_color": LIGHT["border"]})


def _line(dash: str) -> str:
    look = {"line_color": LIGHT["fibre"], "line_width": "0.7", "line_style": dash}
    return _symbol("line", "SimpleLine", look)


def _symbol(kind: str, layer: str, look: Mapping[str, str], size: str = "") -> str:
    options = "".join(
        f'<Option type="QString" name={quoteattr(name)} value={quoteattr(value)}/>'
        for name, value in look.items()
    )
    sized = (
        '<data_defined_properties><Option type="Map">'
        '<Option type="QString" name="name" value=""/><Option type="Map" name="properties">'
        '<Option type="Map" name="size"><Option type="bool" name="active" value="true"/>'
        f'<Option type="QString" name="expression" value={quoteattr(size)}/>'
        '<Option type="int" name="type" value="3"/></Option></Option>'
        '<Option type="QString" name="type" value="collection"/></Option>'
        "</data_defined_properties>"
    )
    return (
        f'<symbol type="{kind}" name="%d" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{options}</Option>{sized if size else ""}</layer></symbol>'
    )


def _rules(rules: list[tuple[str, str, str]], largest_first: str = "") -> str:
    """A rule-based renderer: (filter, label, symbol) each; drawn in order of a field if named."""
    order = (
        f'<orderby><orderByClause asc="0" nullsFirst="0">{escape(largest_first)}'
        "</orderByClause></orderby>"
    )
    listed = "".join(
        f'<rule key="r{n}" symbol="{n}" filter={quoteattr(test)} label={quoteattr(label)}/>'
        for n, (test, label, _) in enumerate(rules)
    )
    drawn = "".join(
        symbol.replace('name="%d"', f'name="{n}"', 1) for n, (*_, symbol) in enumerate(rules)
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">\n'
        '<qgis version="3.22.0" styleCategories="Symbology">'
        '<renderer-v2 type="RuleRenderer" symbollevels="0" forceraster="0" '
        f'enableorderby="{int(bool(largest_first))}"><rules key="root">{listed}</rules>'
        f"<symbols>{drawn}</symbols>{order if largest_first else ''}</renderer-v2></qgis>"
    )
