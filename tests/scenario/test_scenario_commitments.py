"""Lots of chips as a scenario states them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcplan.errors import InputError
from dcplan.scenario import dump, parse, read, resolved
from dcplan.scenario.text import load_file

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"
LOT = "{name: x, chip: blue, year: 2027, lot_chips: 100, price_usd: 5}"


def test_a_lot_survives_writing(tmp_path: Path) -> None:
    """**Proves** that lists of blocks are written and read. **Sensitivity** every field of a lot."""
    wish = read(TINY, (f"commitments=[{LOT}]", "chips.whole_pods=all"))
    assert parse(resolved(wish)) == wish
    again = tmp_path / "again.yaml"
    again.write_text(dump(wish), encoding="utf-8")
    assert read(again, ()).commitments == wish.commitments
    assert not wish.commitments[0].mandatory
    assert not load_file(again).faults


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (f"commitments=[{LOT}, {LOT}]", r"item 2.name: is \"x\", as is one before"),
        (f"commitments=[{LOT.replace('2027', '2031')}]", r"is 2031; it must be a plan year"),
        ("commitments=[{name: x, chip: blue}]", r"item 1.year: is missing; give it a value"),
        (f"commitments=[{LOT[:-1]}, lots_chips: 3}}]", r"is not a known field; did you mean"),
        (f"commitments=[{LOT.replace('100', '0')}]", r"lot_chips: is 0; it must be greater than 0"),
        ("commitments=3", r"must be a list"),
        ("chips.whole_pods=some", r"is \"some\"; it must be all"),
    ],
)
def test_a_lot_that_cannot_be_is_refused(setting: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(TINY, (setting,))


def test_a_lot_is_set_by_its_name() -> None:
    """**Proves** that a path goes by the name of a block in a list, and that a wrong one is told."""
    lots = f"commitments=[{LOT}, {LOT.replace('name: x', 'name: second lot')}]"
    found = read(TINY, (lots, "commitments.second lot.price_usd*=3", "commitments.x.year=2028"))
    assert [(lot.price_usd, lot.year) for lot in found.commitments] == [(5, 2028), (15, 2027)]
    with pytest.raises(InputError, match=r"names \"secnd lot\", .* did you mean 'second lot'"):
        read(TINY, (lots, "commitments.secnd lot.price_usd=3"))
    with pytest.raises(InputError, match=r"is not a known field; did you mean 'price_usd'"):
        read(TINY, (lots, "commitments.x.prise_usd=3"))
    with pytest.raises(InputError, match=r"item 1.price_usd: is -1"):
        read(TINY, (lots, "commitments.x.price_usd=-1"))
