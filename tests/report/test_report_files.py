"""Figures and layers: read back from the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import pyogrio
import pytest
from typer.testing import CliRunner

from dcplan.cli import app
from dcplan.errors import InputError
from dcplan.plan import Plan, load, save
from dcplan.report import FORMATS, MEASURES, write_map

KML = "{http://www.opengis.net/kml/2.2}"
Draw = Callable[[str], Path]


@pytest.fixture
def draw(hostile_plan: Plan, tmp_path: Path) -> Draw:
    def write(end: str) -> Path:
        write_map(hostile_plan, tmp_path / f"map{end}")
        return tmp_path / f"map{end}"

    return write


@pytest.mark.parametrize("shade", MEASURES)
def test_the_figure_is_whole_for_every_measure(
    hostile_plan: Plan, tmp_path: Path, shade: str
) -> None:
    path = tmp_path / "map.svg"
    write_map(hostile_plan, path, shade)
    root = ElementTree.parse(path).getroot()
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    title = " ".join(text for text in texts[:3])
    assert title.startswith("=1+1, \"A\" 'b' <script>")
    assert "var(" not in path.read_text(encoding="utf-8")
    assert any(text.endswith("km") for text in texts)
    assert any("Sources: " in text for text in texts)


@pytest.mark.parametrize(("end", "magic"), [(".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_pictures_without_a_browser(draw: Draw, end: str, magic: bytes) -> None:
    pytest.importorskip("vl_convert")
    assert draw(end).read_bytes().startswith(magic)


def test_geopackage_holds_rows_and_styles(hostile_plan: Plan, draw: Draw) -> None:
    path = draw(".gpkg")
    sites = geopandas.read_file(path, layer="sites")
    assert sites.crs.to_epsg() == 4326
    assert list(sites["name"]) == list(hostile_plan.site_rows["name"])
    assert len(geopandas.read_file(path, layer="links")) == len(hostile_plan.link_rows)
    assert len(geopandas.read_file(path, layer="zones")) == len(hostile_plan.zones)
    with closing(sqlite3.connect(path)) as file:
        styled = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert set(styled) == {"sites", "links", "zones"}
    for qml in styled.values():
        root = ElementTree.fromstring(qml)
        drawn = {symbol.get("name") for symbol in root.iter("symbol")}
        assert {rule.get("symbol") for rule in root.iter("rule")} == drawn


def test_small_sites_are_drawn_over_large_ones(draw: Draw) -> None:
    with closing(sqlite3.connect(draw(".gpkg"))) as file:
        styled = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    orders = {
        layer: [clause.text for clause in ElementTree.fromstring(qml).iter("orderByClause")]
        for layer, qml in styled.items()
    }
    assert orders == {"sites": ['"facility_mw"'], "links": [], "zones": []}


def test_style_filters_choose_the_rows_of_the_last_year(hostile_plan: Plan, draw: Draw) -> None:
    last = int(hostile_plan.summary.year.iloc[-1])
    with closing(sqlite3.connect(draw(".gpkg"))) as file:
        for layer, qml in list(file.execute("SELECT f_table_name, styleQML FROM layer_styles")):
            tests = [rule.get("filter") for rule in ElementTree.fromstring(qml).iter("rule")]
            every = f'SELECT count(*) FROM "{layer}" WHERE "year" = {last}'
            (wanted,) = file.execute(every).fetchone()
            counts = (
                file.execute(f'SELECT count(*) FROM "{layer}" WHERE {test}').fetchone()[0]
                for test in tests
            )
            assert sum(counts) == wanted


def test_geojson_is_read_back(hostile_plan: Plan, draw: Draw) -> None:
    data = json.loads(draw(".geojson").read_text(encoding="utf-8"))
    by_layer: dict[str, list[dict[str, object]]] = {}
    for feature in data["features"]:
        by_layer.setdefault(feature["properties"]["layer"], []).append(feature)
    named = {feature["properties"]["name"] for feature in by_layer["sites"]}
    assert named == set(hostile_plan.site_rows["name"])
    assert len(by_layer["zones"]) == len(hostile_plan.library.zones)
    assert len(by_layer["links"]) == len(hostile_plan.link_rows.groupby(["node_a", "node_b"]))
    assert geopandas.read_file(draw(".geojson")).geometry.is_valid.all()


def test_kml_is_read_back(hostile_plan: Plan, draw: Draw) -> None:
    root = ElementTree.parse(draw(".kml")).getroot()
    folders = {
        folder.findtext(f"{KML}name"): [
            p.findtext(f"{KML}name") for p in folder.iter(f"{KML}Placemark")
        ]
        for folder in root.iter(f"{KML}Folder")
    }
    assert set(folders["Sites"]) == set(hostile_plan.site_rows["name"])
    assert len(folders["Zones"]) == len(hostile_plan.library.zones)
    chosen = set(hostile_plan.site_rows.site_id)
    assert len(folders["Candidates"]) == len(hostile_plan.library.sites) - len(chosen)
    styles = {f"#{style.get('id')}" for style in root.iter(f"{KML}Style")}
    used = {element.text for element in root.iter(f"{KML}styleUrl")}
    assert used <= styles
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_kml_is_read_by_gdal_and_in_the_order_of_its_schema(hostile_plan: Plan, draw: Draw) -> None:
    path = draw(".kml")
    layers = {name: geopandas.read_file(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    assert set(layers) == {"Zones", "Fibre", "Sites", "Candidates"}
    assert all(rows.geometry.is_valid.all() for rows in layers.values())
    true = {row.site_id: (row.lon, row.lat) for row in hostile_plan.site_rows.itertuples()}
    drawn = {(round(p.x, 4), round(p.y, 4)) for p in layers["Sites"].geometry}
    assert drawn == {(round(lon, 4), round(lat, 4)) for lon, lat in true.values()}
    order = [
        "name",
        "description",
        "TimeSpan",
        "styleUrl",
        "Style",
        "Point",
        "LineString",
        "MultiGeometry",
    ]
    for place in ElementTree.parse(path).getroot().iter(f"{KML}Placemark"):
        places = [order.index(child.tag.removeprefix(KML)) for child in place]
        assert places == sorted(places)


def test_what_cannot_be_written_is_told_and_leaves_nothing(tiny_plan: Plan, tmp_path: Path) -> None:
    for path, words in (
        (tmp_path / "map.jpg", "a map must end in .html"),
        (tmp_path / "absent" / "map.html", "cannot be written"),
    ):
        with pytest.raises(InputError, match=words):
            write_map(tiny_plan, path)
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_map(tiny_plan, tmp_path / "folder.html")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]


def test_the_command_writes_beside_the_plan(tiny_plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    save(tiny_plan, folder)
    for arguments, name in (([], "map.html"), (["-o", str(folder / "a.svg")], "a.svg")):
        result = CliRunner().invoke(app, ["map", str(folder), *arguments])
        assert (result.exit_code, result.stdout) == (0, "")
        assert (folder / name).stat().st_size > 1000
    save(tiny_plan, folder)
    assert (folder / "map.html").exists()
    assert load(folder).status == "optimal"


def test_the_command_offers_every_measure_and_format() -> None:
    help_text = CliRunner().invoke(app, ["map", "--help"], env={"COLUMNS": "200"}).stdout
    assert all(measure in help_text for measure in MEASURES)
    assert all(end in help_text for end in FORMATS)
