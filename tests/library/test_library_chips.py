"""Columns that a library may leave out, tables that a scenario may add rows to, and packaging."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcplan.errors import InputError
from dcplan.library import Library, cite, override, read

TINY = Path(__file__).parents[1] / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Library:
    return read(TINY / "models", TINY / "grid", TINY / "sites")


def test_a_column_left_out_is_blank_everywhere(tiny: Library) -> None:
    """**Proves** that an older chips.csv is read. **Sensitivity** a blank number is not zero."""
    assert "pod_chips" not in (TINY / "models" / "chips.csv").read_text(encoding="utf-8")
    assert tiny.chips[["pod_chips", "network_w", "per_wafer"]].isna().all(axis=None)
    assert set(tiny.chips["network"]) == {""}
    given = override(tiny, {"chips": {"blue": {"pod_chips": 8, "network": "ethernet_clos"}}})
    assert given.chips.at["blue", "pod_chips"] == 8
    assert cite(given, "chips", "blue", "network").confidence == "scenario"


def test_a_scenario_adds_rows_to_an_open_table(tiny: Library) -> None:
    """**Proves** that prices by year need no file. **Sensitivity** a closed table refuses the row."""
    given = override(tiny, {"chip_prices": {"blue/2028": {"price_usd": 7.0}}})
    assert given.chip_prices["price_usd"].to_dict() == {("blue", 2028): 7.0}
    assert tiny.chip_prices.empty
    with pytest.raises(InputError, match=r"chip_supply.blue/2031: is not a row"):
        override(tiny, {"chip_supply": {"blue/2031": {"world_chips": 5}}})


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "message"),
    [
        ("chip_prices", "blu/2028", "price_usd", 7, r"blu/2028.chip: is 'blu'; .* mean 'blue'"),
        ("chip_prices", "blue", "price_usd", 7, r"is not a row; it must be a chip/year"),
        ("chip_prices", "blue/28", "price_usd", 7, r"is not a row; it must be a chip/year"),
        ("chip_prices", "blue/2028", "price_usd", -7, r"is -7; it must be at least 0"),
        ("chips", "blue", "network", "tin", r"must be one of infiniband_clos, ethernet_clos"),
        ("chips", "blue", "per_wafer", 3, r"per_wafer: is given; give the packaging too"),
        ("chips", "blue", "packaging", "plate", r"packaging: is given; give per_wafer too"),
    ],
)
def test_what_does_not_fit_is_refused(
    tiny: Library, table: str, row: str, column: str, value: float | str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        override(tiny, {table: {row: {column: value}}})


def test_a_packaging_needs_its_wafers(tiny: Library) -> None:
    wish: dict[str, float | str] = {"packaging": "plat", "per_wafer": 3}
    with pytest.raises(
        InputError, match=r"must be a packaging of wafers.csv; did you mean 'plate'"
    ):
        override(tiny, {"chips": {"blue": wish}})


def test_network_and_server_make_the_system() -> None:
    """The shipped split adds up to the figures of the system.

    **Proves** that network_w and network_usd were taken out of it_w and price_usd, not added.
    **Sensitivity** 72 GB200 with their network: 3.4 MUSD, and 2,090 W each.
    """
    root = Path(__file__).parents[2]
    base = read(root / "models" / "base", root / "data" / "grids" / "us", root / "data/sites/us")
    whole = {"gb200_nvl72": (2090, 47200), "h100_sxm": (1472, 49200), "vr200_nvl72": (3325, 119000)}
    for chip, (watts, usd) in whole.items():
        row = base.chips.loc[chip]
        assert row["it_w"] + row["network_w"] == watts
        assert row["price_usd"] + row["network_usd"] == usd
