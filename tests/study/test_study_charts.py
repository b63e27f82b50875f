"""The charts of studies: numbers as they are, points that can be told apart, choices that are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcplan.report.charts import svg
from dcplan.study import barred, draw
from dcplan.study.kinds.chosen import often
from study.desk import THREE, solve, write


def points(values: list[float], *series: str) -> list[draw.Point]:
    """A point of each series at each value."""
    return [
        draw.Point(x, 106.0 + x / 1e4, name, f"{name} at {x}") for name in series for x in values
    ]


@pytest.mark.parametrize("values", [[48.4, 75.0, 100.0, 150.0], [40.0, 450.0, 22650.0]])
def test_values_are_written_as_they_are(values: list[float]) -> None:
    """**Proves** that no axis rounds 450 to 500. **Sensitivity** numbers spread by their powers, too."""
    made = svg(draw.lines("t", "l", "x", "y", points(values, "a")))
    for value in values:
        assert f">{value:,.12g}<" in made


def test_a_number_too_near_the_next_is_left_to_the_scale() -> None:
    """**Proves** that 0.1 and 0.125 of 1 are not written over one another."""
    assert ">0.125<" not in svg(draw.lines("t", "l", "x", "y", points([0.1, 0.125, 1.0], "a")))


def test_what_lies_beneath_is_larger() -> None:
    """**Proves** that points in one place can be told apart, and that one series has points at all."""
    sizes = draw.lines("t", "l", "x", "y", points([1.0, 2.0], "a", "b", "c")).to_dict()["layer"][1]
    areas = sizes["encoding"]["size"]["scale"]["range"]
    assert areas == sorted(areas, reverse=True) and len(set(areas)) == 3
    alone = draw.lines("t", "l", "x", "y", points([1.0, 2.0], "a")).to_dict()["layer"][1]
    assert alone["encoding"]["size"]["value"] > 0


def test_a_long_line_is_broken_between_its_parts() -> None:
    """**Proves** that what is lost is told whole, in lines that fit."""
    parts = ["16 plans, each within 0.2 % of its best", "no plan at" + " 0.9 with merchant" * 4]
    made = draw.lines("t", "; ".join(parts), "x", "y", points([1.0], "a")).to_dict()
    assert made["title"]["subtitle"] == [f"{parts[0]};", parts[1]]


def test_choices_are_counted() -> None:
    """**Proves** order, shares and colours: what is in all, what is in some, and how many are left out."""
    names = [("alpha", "beta"), ("alpha",), ("alpha", *(f"s{n}" for n in range(40)))]
    made = often("t", "l", names, 3)().to_dict()
    rows = next(iter(made["datasets"].values()))
    assert [(row["row"], row["end"], row["part"]) for row in rows[:2]] == [
        ("alpha", 3.0, "in every plan"),
        ("beta", 1.0, "in some"),
    ]
    assert len(rows) == draw.MOST_ROWS
    assert made["title"]["subtitle"] == ["l; 12 more in fewer of them"]


def test_a_sweep_tells_what_its_plans_have_in_common(tmp_path: Path) -> None:
    """**Proves** a chart of choices where they change, none where they do not."""
    apart = {"sites.force": ["[alpha]", "[beta]"]}
    state = solve(write(tmp_path, {"sweep": apart}, THREE), tmp_path / "o")
    titles = [chart().to_dict()["title"]["text"] for chart in state.story.charts]
    assert titles[-1] == "How often each choice is made"
    alike = {"chips.red_old.price_usd*": [1, 1.01]}
    state = solve(write(tmp_path, {"sweep": alike}), tmp_path / "p")
    assert len(state.story.charts) == 1


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (8.0, 12.0, ("1", "2")),
        (10.0, 10.0, ("", "1 and 2")),
        (10.3, 10.1, ("1 and 2", "")),
        (12.0, 10.1, ("1", "2")),
    ],
)
def test_two_labels_never_stand_on_each_other(
    low: float, high: float, labels: tuple[str, str]
) -> None:
    """**Proves** that ends near each other on one side share a label. **Sensitivity** which of them has it."""
    both = [
        draw.Bar("row", p, 10.0, x, "", n) for p, x, n in (("low", low, "1"), ("high", high, "2"))
    ]
    found = barred.apart(both, 2.0)
    assert (found[0].label, found[1].label) == labels
    assert [bar.end for bar in found] == [low, high]
