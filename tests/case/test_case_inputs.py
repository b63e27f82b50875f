"""Figures replaced by pattern: which rows `*` means, and what comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcplan.case import read_library
from dcplan.errors import InputError
from dcplan.library import Library
from dcplan.scenario import read

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"


def library(*settings: str) -> Library:
    return read_library(read(TINY, settings))


def test_a_pattern_changes_every_row_that_fits() -> None:
    """**Proves** one part of a key, all of it, and that other rows stay."""
    found = library("cooling.liquid/*.pue=1.3", "cooling.*/cold.capex_usd_per_kw_it*=0.5").cooling
    assert found.pue.to_dict() == {
        ("air", "cold"): 1.2,
        ("air", "hot"): 1.4,
        ("liquid", "cold"): 1.3,
        ("liquid", "hot"): 1.3,
    }
    assert list(found.capex_usd_per_kw_it) == [1000, 2000, 1500, 3000]
    assert set(library("chips.*.life_years=6").chips.life_years) == {6}


def test_a_pattern_and_a_name() -> None:
    """**Proves** that a change of all finds what a row by name says, in any order of the file, and that
    a value for all leaves it alone. **Sensitivity** red_old costs 20000 in the file."""
    name, change = "chips.red_old.price_usd=30000", "chips.*.price_usd*=0.5"
    for settings in ((name, change), (change, name)):
        assert library(*settings).chips.price_usd[["red_old", "blue"]].tolist() == [15000, 12000]
    filled = library(name, "chips.*.price_usd=1").chips.price_usd
    assert filled[["red_old", "blue"]].tolist() == [30000, 1]


def test_a_pattern_passes_over_what_is_not_published() -> None:
    """**Proves** that a factor needs no figure in every row."""
    assert library("chips.*.embodied_kg*=2").chips.embodied_kg["red_old"] == 400
    assert library("chips.*.embodied_kg*=2").chips.embodied_kg.isna()["house"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("cooling.water/*.pue=1.3", r"cooling.water/\*: is not a row"),
        ("cooling.*.prue=1.3", r"prue: is not a column; .* 'pue'"),
        ("cooling.*.pue=0.9", r"is 0.9; it must be at least 1"),
        ("cooling.*/*/*.pue=1.3", r"is not a row"),
    ],
)
def test_a_pattern_that_means_nothing_is_refused(setting: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        library(setting)
