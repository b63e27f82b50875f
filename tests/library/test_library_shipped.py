"""What ships reads without a problem, and says of every number where it comes from."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from dcplan.library import FINANCE_ITEMS, TABLES, Library, locate, names, read, shapes, states
from dcplan.library.figures import addresses
from dcplan.library.sheet import key_text
from dcplan.library.sources import source_ids

COMBINATIONS = list(itertools.product(names("models"), names("grid"), names("sites")))


@pytest.fixture(scope="module", params=COMBINATIONS, ids="-".join)
def shipped(request: pytest.FixtureRequest) -> Library:
    models, grid, sites = request.param
    here = Path()
    return read(
        locate("models", models, here), locate("grid", grid, here), locate("sites", sites, here)
    )


def test_every_number_has_a_confidence_and_a_source(shipped: Library) -> None:
    lines = shipped.figures.to_dict("index")
    listed = set(zip(shipped.sources["folder"], shipped.sources.index, strict=True))
    bare, unexplained = [], []
    for name, table in TABLES.items():
        rows = shipped.table(name).select_dtypes("number")
        for column, key in ((c, key) for c in rows for key in rows[c].dropna().index):
            at = (name, key_text(key), str(column))
            line = next((lines[a] for a in addresses(*at) if a in lines), None)
            ids = source_ids(str(line["sources"])) if line else []
            if line is None or not {(table.folder, source) for source in ids} <= listed:
                bare.append(at)
            elif line["confidence"] == "own estimate" and not line["note"]:
                unexplained.append(at)
    assert not bare
    assert not unexplained


def test_a_range_holds_the_figure_it_is_for(shipped: Library) -> None:
    outside = []
    for address, line in shipped.figures.iterrows():
        assert isinstance(address, tuple)
        name, row, column = address
        if "*" in row or column == "*":
            continue
        rows = shipped.table(name)
        value = dict(zip(map(key_text, rows.index), rows[column], strict=True))[row]
        if line["low"] > value or line["high"] < value:
            outside.append((name, row, column, value))
    assert not outside


def test_finance_has_the_units_of_the_schema(shipped: Library) -> None:
    assert shipped.finance["unit"].to_dict() == {item.name: item.unit for item in FINANCE_ITEMS}


def test_the_outlines_are_those_of_the_zones(shipped: Library) -> None:
    zones, outlines = shapes(shipped), states(shipped)
    assert zones is not None and set(zones["zone"]) == set(shipped.zones.index)
    assert zones.geometry.is_valid.all() and zones.crs.to_epsg() == 4326
    assert outlines is not None and set(shipped.sites["state"]) <= set(outlines["state"])


def test_sites_stand_in_their_zone(shipped: Library) -> None:
    """A swapped or mistyped coordinate would put a site far from the outline of its zone."""
    import geopandas

    zones = shapes(shipped)
    assert zones is not None
    places = geopandas.points_from_xy(shipped.sites["lon"], shipped.sites["lat"], crs=4326)
    own = zones.set_index("zone").geometry.reindex(shipped.sites["zone"])
    far = own.to_crs(5070).distance(
        geopandas.GeoSeries(places.to_crs(5070), index=own.index), align=False
    )
    assert far.max() < 60_000, shipped.sites.index[(far > 60_000).to_numpy()].tolist()
