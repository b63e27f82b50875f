"""From a scenario to its library: names, paths and overrides, in the words of their fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcplan import scenario
from dcplan.case.inputs import read_library
from dcplan.errors import InputError

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"


def test_overrides_replace_and_change() -> None:
    settings = ["chips.blue.price_usd*=0.5", "finance.load_factor_frac.value=0.7"]
    library = read_library(scenario.read(TINY, settings))
    assert library.chips.at["blue", "price_usd"] == 12000
    assert library.finance.at["load_factor_frac", "value"] == 0.7


def test_every_missing_folder_is_named_by_its_field() -> None:
    wish = scenario.read(TINY, ["library.grid=uss", "library.sites=./nowhere"])
    with pytest.raises(InputError) as caught:
        read_library(wish)
    fields = [problem.where for problem in caught.value.problems]
    assert fields == ["library.grid", "library.sites"]


def test_every_wrong_override_is_named() -> None:
    settings = [
        *(
            "chips.blu.price_usd=1",
            "chips.blue.prize_usd*=2",
            "supply.grid.variable_usd_per_mwh*=2",
        ),
        "cooling.air/cold.pue=0.5",
    ]
    with pytest.raises(InputError) as caught:
        read_library(scenario.read(TINY, settings))
    text = str(caught.value)
    assert "overrides.chips.blu: is not a row" in text
    assert "overrides.chips.blue.prize_usd: is not a column" in text
    assert 'overrides.supply.grid.variable_usd_per_mwh: is "*2.0", but the library has no' in text
    assert "overrides.cooling.air/cold.pue: is 0.5; it must be at least 1" in text
