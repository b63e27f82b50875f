"""A figure is cited by its most specific line, and a scenario may replace it within bounds."""

# ruff: noqa: E501 - a case reads best on one line

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from dcplan.errors import InputError
from dcplan.library import cite, override, read, shapes


@pytest.mark.parametrize(
    ("row", "column", "note"),
    [("one", "price_usd", "cell"), ("one", "it_w", "row"), ("two", "price_usd", "column"), ("two", "it_w", "table")],
)  # fmt: skip
def test_the_most_specific_line_speaks(
    folders: dict[str, Path], row: str, column: str, note: str
) -> None:
    assert cite(read(**folders), "chips", row, column).note == note


def test_cite_gives_value_range_and_source(folders: dict[str, Path]) -> None:
    library = read(**folders)
    price = cite(library, "chips", "one", "price_usd")
    assert (price.value, price.unit, price.low, price.high) == (30000.0, "USD", 25000.0, 35000.0)
    assert price.confidence == "measured"
    assert [(source.title, source.licence) for source in price.sources] == [("Paper", "CC0")]
    assert cite(library, "chips", "two", "price_usd").value is None
    assert cite(library, "cooling", "air/cold", "pue").note == "second key"
    assert cite(library, "cooling", "air/marine", "pue").sources == ()
    assert cite(library, "finance", "gas_usd_per_mmbtu", "value").unit == "USD/MMBtu"


def test_cite_refuses_what_is_not_there(folders: dict[str, Path]) -> None:
    with pytest.raises(InputError, match=r"^chips\.ones: is not a row; .* did you mean 'one'\?$"):
        cite(read(**folders), "chips", "ones", "price_usd")


def test_override_changes_the_value_and_its_confidence(folders: dict[str, Path]) -> None:
    library = read(**folders)
    changed = override(
        library,
        {
            "chips": {"one": {"price_usd": 32000, "projected": "yes"}},
            "chip_supply": {"one/2026": {"world_chips": 5}},
        },
    )
    assert changed.chips.at["one", "price_usd"] == 32000
    assert bool(changed.chips.at["one", "projected"]) is True
    assert changed.chip_supply.at[("one", 2026), "world_chips"] == 5
    assert list(changed.chips.dtypes) == list(library.chips.dtypes)
    assert library.chips.at["one", "price_usd"] == 30000
    figure = cite(changed, "chips", "one", "price_usd")
    assert (figure.value, figure.confidence, figure.sources) == (32000.0, "scenario", ())
    assert cite(changed, "chips", "one", "it_w").confidence == "datasheet"
    assert cite(override(changed, {}), "chips", "one", "price_usd") == figure


@pytest.mark.parametrize(
    ("address", "value", "line"),
    [
        ("chisp.one.price_usd", 1, "overrides.chisp: is not a table; .* did you mean 'chips'"),
        ("chips.ones.price_usd", 1, "overrides.chips.ones: is not a row; .* did you mean 'one'"),
        ("chips.one.prise_usd", 1, "overrides.chips.one.prise_usd: is not a column; .* 'price_usd'"),
        ("chips.one.chip", "x", "overrides.chips.one.chip: is not a column"),
        ("chips.one.price_usd", -1, "overrides.chips.one.price_usd: is -1; it must be at least 0"),
        ("chips.one.price_usd", math.nan, "overrides.chips.one.price_usd: is 'nan'; it must be a number"),
        ("finance.route_factor.value", 0.5, "overrides.finance.route_factor.value: is 0.5; it must be at least 1"),
        ("sites.a.zone", "y", "overrides.sites.a.zone: is 'y'; it must be a zone of zones.csv"),
    ],
)  # fmt: skip
def test_an_override_is_held_against_the_schema(
    folders: dict[str, Path], address: str, value: float | str, line: str
) -> None:
    table, row, column = address.split(".")
    with pytest.raises(InputError, match=f"^{line}"):
        override(read(**folders), {table: {row: {column: value}}})


def test_outlines_without_their_zone_are_refused(folders: dict[str, Path]) -> None:
    library = read(**folders)
    path = folders["grid"] / "zones.geojson"
    point = {"type": "Point", "coordinates": [-99, 32]}
    for name, fault in (("zone", None), ("name", "property 'zone'"), (None, "is not a GeoJSON")):
        feature = {"type": "Feature", "properties": {name: "z"}, "geometry": point}
        path.write_text(json.dumps({"features": [feature]}) if name else "[]")
        if fault is None:
            found = shapes(library)
            assert found is not None and list(found["zone"]) == ["z"]
        else:
            with pytest.raises(InputError, match=f"^grid/zones.geojson: .*{fault}"):
                shapes(library)
