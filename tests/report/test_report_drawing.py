"""Projection, labels, rings, shades and colours."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import box

from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.colours import CHIP_COLOURS, DARK, LIGHT, of_chips
from dcplan.report.figure import wrapped
from dcplan.report.labels import Pin, place, text_width
from dcplan.report.projection import WIDTH, frame_for, paths, scale_km
from dcplan.report.scene import scene_of

PLACES = {
    "united states": ((-120, 30, -80, 45), "EPSG:5070"),
    "europe": ((-5, 42, 20, 60), None),
    "south": ((110, -40, 155, -12), None),
    "date line": ((175, -45, 179.5, -35), None),
}


@pytest.mark.parametrize("name", PLACES)
def test_areas_are_true(name: str) -> None:
    edges, code = PLACES[name]
    west, south, east, north = edges
    small = [box(west, south, west + 1, south + 1), box(east - 1, north - 1, east, north)]
    rows = geopandas.GeoDataFrame(geometry=[box(*edges), *small], crs=4326)
    frame = frame_for([], [rows])
    if code:
        assert frame.crs.to_string() == code
    geod = Geod(ellps="WGS84")
    for shape in small:
        true_m2 = abs(geod.geometry_area_perimeter(shape.segmentize(0.01))[0])
        drawn = geopandas.GeoSeries([shape.segmentize(0.01)], crs=4326).to_crs(frame.crs).area[0]
        assert drawn == pytest.approx(true_m2, rel=2e-3)


def test_everything_is_inside_the_frame() -> None:
    points = [(-18.0, 178.5), (-17.0, -179.0), (-16.5, 179.9)]
    frame = frame_for(points, [])
    assert all(0 <= x <= WIDTH and 0 <= y <= frame.height for x, y in frame.points(points))
    assert frame.metres_per_px * WIDTH < 500_000
    km, px = scale_km(frame)
    assert px == pytest.approx(km * 1000 / frame.metres_per_px, abs=0.1)


def test_one_place_alone_has_a_map() -> None:
    frame = frame_for([(35.0, 139.0)], [])
    ((x, y),) = frame.points([(35.0, 139.0)])
    assert (x, y) == (pytest.approx(WIDTH / 2, abs=1), pytest.approx(frame.height / 2, abs=1))


def test_neighbours_keep_their_shared_border() -> None:
    rows = geopandas.GeoDataFrame(geometry=[box(0, 0, 5, 5), box(5, 0, 10, 5)], crs=4326)
    frame = frame_for([], [rows])
    one, two = (re.findall(r"M([\d.]+) ", path) for path in paths(frame, rows))
    assert one and two


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
pins = st.lists(
    st.builds(Pin, st.floats(0, 1160), st.floats(0, 700), st.floats(5, 17), names), max_size=25
)


@given(pins)
def test_labels_lie_apart_and_inside(found: list[Pin]) -> None:
    boxes = []
    for pin, label in zip(found, place(found, 1160, 700), strict=True):
        if label is None:
            continue
        long = text_width(label.text)
        left = pin.x + label.dx - {"start": 0, "middle": long / 2, "end": long}[label.anchor]
        top = pin.y + label.dy - 10
        boxes.append((left, top, left + long, top + 13))
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 1.9 and top >= 1.9 and right <= 1158.1 and bottom <= 700
        for other in boxes[number + 1 :]:
            apart = right <= other[0] + 0.2 or other[2] <= left + 0.2
            assert apart or bottom <= other[1] + 0.8 or other[3] <= top + 0.8


def test_the_largest_site_is_named_first() -> None:
    crowd = [Pin(500, 300, 12, "large"), *(Pin(500, 300, 5, f"small {n}") for n in range(30))]
    placed = place(crowd, 1160, 700)
    assert placed[0] is not None
    assert placed.count(None) > 15


def test_names_keep_off_the_links() -> None:
    pin, link = Pin(500, 300, 10, "Colossus 1"), (500.0, 300.0, 560.0, 300.0, 620.0, 300.0)
    free, kept = place([pin], 1160, 700), place([pin], 1160, 700, [link])
    assert free[0] is not None and free[0].anchor == "start"
    assert kept[0] is not None and kept[0].anchor == "end"
    net = [(400.0, y, 500.0, y, 600.0, y) for y in range(240, 361, 8)]
    assert place([pin], 1160, 700, net) == [None]


def test_a_ring_of_one_chip_is_drawn_whole(tiny_plan: Plan) -> None:
    one = tiny_plan.chips[tiny_plan.chips.site_id == "alpha"].groupby("year").head(1)
    marks = scene_of(replace(tiny_plan, chips=one)).years[0].marks
    ((_, path),) = next(mark.arcs for mark in marks if mark.arcs)
    assert path.count("A") == 2


def test_shades_tell_the_value() -> None:
    measure = facts.Measure("x", "X", "MW", {}, (10.0, 20.0))
    found = [measure.shade(value) for value in (0.0, 10.0, 10.1, 20.0, 99.0, float("nan"))]
    assert found == [0, 0, 1, 1, 2, None]


def test_headroom_left_falls_by_what_is_contracted(tiny_plan: Plan) -> None:
    left = facts.measures(tiny_plan)[0].values
    for row in tiny_plan.zones.itertuples():
        place_of = facts.years(tiny_plan).index(row.year)
        assert left[row.zone][place_of] == pytest.approx(row.left_mw)


def test_wrapped_lines_fit_and_say_when_cut() -> None:
    lines = wrapped("word " * 2000, 12, 3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert wrapped("x" * 3000, 12, 3)[0].endswith("…")
    assert wrapped("", 12, 3) == [""]


def test_colours_differ_and_text_can_be_read() -> None:
    many = of_chips(f"chip {n}" for n in range(3 * len(CHIP_COLOURS)))
    assert len(set(many.values())) == len(many)
    for mode in (LIGHT, DARK):
        for text, ground in (("ink", "page"), ("ink", "card"), ("soft", "page"), ("soft", "card")):
            assert contrast(mode[text], mode[ground]) >= 4.5
        for badge in ("good", "fair", "bad"):
            assert contrast(mode[badge], mode[f"{badge}-back"]) >= 4.5
    assert set(LIGHT) == set(DARK)


def contrast(one: str, two: str) -> float:
    """Of WCAG 2."""
    low, high = sorted(_luminance(colour) for colour in (one, two))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
