"""Plans held against one another: nothing invented, nothing lost, and the same from either side."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Page

from dcplan import Plan as ApiPlan
from dcplan import compare as compare_api
from dcplan.errors import InputError
from dcplan.plan import Plan
from dcplan.report.compare import FRAMES, Comparison, compare, write_comparison
from dcplan.report.compare.page import bars
from dcplan.report.compare.record import CHANGES
from dcplan.report.compare.sheets import bridge, overview, sheets
from tiny_plans import Solved


@pytest.fixture(scope="module")
def other(solve: Callable[..., Solved]) -> Plan:
    """The tiny fleet with less to train, a lower share of one vendor and cheaper chips."""
    return solve(
        "limits.vendor_frac.Red=0.8",
        "chips.red_new.price_usd*=0.8",
        "target.training_eflops.2028=45",
    ).plan()


def altered(plan: Plan, **fields: Any) -> Plan:
    """A plan whose scenario differs in fields of blocks, such as money={"base_year": 2027}."""
    blocks = {
        name: getattr(plan.scenario, name).model_copy(update=value)
        if isinstance(value, dict)
        else value
        for name, value in fields.items()
    }
    return replace(plan, scenario=plan.scenario.model_copy(update=blocks))


def text_of(found: Comparison, letter: str = "B") -> str:
    return repr(sheets(found, letter))


def test_a_plan_differs_in_nothing_from_itself(tiny_plan: Plan, tmp_path: Path) -> None:
    """Proves that no rounding, order or tolerance makes a difference."""
    found = compare([tiny_plan, tiny_plan])
    assert found.same("B") and found.verdict("B") == "No difference between A and B."
    assert all(getattr(found, name).empty for name in CHANGES)
    assert not found.headline.difference.any() and found.notes["B"] == ()
    assert sheets(found, "B") == [] and overview(found) == []
    write_comparison(found, tmp_path / "same.html")
    assert "No difference" in (tmp_path / "same.html").read_text(encoding="utf-8")


def test_the_bridge_is_the_difference(tiny_plan: Plan, other: Plan) -> None:
    """Proves that the items add up to the objectives' difference, and so do the years."""
    found = compare([tiny_plan, other])
    gain = other.objective - tiny_plan.objective
    assert gain and math.fsum(found.bridge.difference) == pytest.approx(gain, rel=1e-14, abs=0)
    solver = found.bridge[found.bridge.kind == "rounding"].difference
    assert abs(solver.sum()) < 1e-6 * abs(tiny_plan.objective)
    assert math.fsum(found.money.difference_present_musd) == pytest.approx(gain, rel=1e-5)
    # By hand: chips of 2027 are discounted by a year from the base year 2026, at 10 %.
    for plan, column in ((tiny_plan, "baseline"), (other, "value")):
        rows = plan.money[(plan.money.kind == "capex") & (plan.money["item"] == "chips")]
        by_hand = sum(
            musd / 1.1 ** (y - 2026) for y, musd in zip(rows.year, rows.musd, strict=True)
        )
        told = found.bridge[(found.bridge.kind == "capex") & (found.bridge["item"] == "chips")]
        assert told[column].item() == pytest.approx(by_hand)


@pytest.mark.parametrize("goal", ["capex", "max_flop"])
def test_the_bridge_of_other_goals(solve: Callable[..., Solved], goal: str) -> None:
    a, b = (solve(f"objective={goal}", f"limits.pue={pue}").plan() for pue in (1.3, 1.2))
    found = compare([a, b])
    gain = b.objective - a.objective
    assert math.fsum(found.bridge.difference) == pytest.approx(gain, rel=1e-12, abs=1e-8)
    kinds = {"capex": {"capex"}, "max_flop": {"delivered"}}[goal]
    assert set(found.bridge.kind) <= {*kinds, "rounding"}
    if abs(gain) > 1e-8:  # below that it is the solver's rounding
        unit = "EFLOP/s" if goal == "max_flop" else "MUSD"
        assert bridge(found, "B").title.endswith(unit)


def test_from_the_other_side_it_is_the_opposite(tiny_plan: Plan, other: Plan) -> None:
    """Proves that no table prefers one of two plans."""
    there, back = compare([tiny_plan, other]), compare([other, tiny_plan])
    for name in ("headline", "sites", "links", "chips", "power", "money", "bridge"):
        one, two = getattr(there, name), getattr(back, name)
        assert len(one) == len(two)
        for column in one:
            if str(column).startswith("difference"):
                assert sorted(one[column]) == pytest.approx(sorted(-two[column]))
    swapped = {"in": "out", "out": "in", "larger": "smaller", "smaller": "larger"}
    for name in ("sites", "links"):
        seen = [swapped.get(change, "") for change in getattr(there, name).change]
        assert seen == [c if c in swapped else "" for c in getattr(back, name).change]
    (one,), (two,) = there.proof.itertuples(), back.proof.itertuples()
    assert (one.low, one.high) == pytest.approx((-two.high, -two.low))


def test_sites_in_out_resized_moved_and_cooled(tiny_plan: Plan) -> None:
    """Proves each kind of change on a plan made by hand."""
    rows = tiny_plan.site_rows
    names = list(dict.fromkeys(rows.site_id))
    assert len(names) >= 2 and set(rows.year) == {2027, 2028}
    gone = replace(tiny_plan, site_rows=rows[rows.site_id != names[0]])
    assert list(compare([tiny_plan, gone]).sites.change) == ["out"]
    assert list(compare([gone, tiny_plan]).sites.change) == ["in"]
    doubled = rows.assign(facility_mw=rows.facility_mw.where(rows.site_id != names[1], 2e3))
    (grown,) = compare([tiny_plan, replace(tiny_plan, site_rows=doubled)]).sites.itertuples()
    last = rows[(rows.site_id == names[1]) & (rows.year == 2028)].facility_mw.item()
    assert (grown.change, grown.year, grown.difference_mw) == ("larger", 2028, 2e3 - last)
    early = rows[rows.site_id.isin(set(rows[rows.year == 2027].site_id))].site_id.iloc[0]
    late = replace(tiny_plan, site_rows=rows[(rows.site_id != early) | (rows.year == 2028)])
    (moved,) = compare([tiny_plan, late]).sites.itertuples()
    assert (moved.change, moved.baseline_from_year, moved.from_year) == ("later", 2027, 2028)
    iced = rows.assign(cooling=rows.cooling.where(rows.site_id != names[1], "ice"))
    found = compare([tiny_plan, replace(tiny_plan, site_rows=iced)])
    assert list(found.sites.change) == ["cooled otherwise"] and "ice, was" in text_of(found)


def test_links_in_out_faster_and_rerouted(tiny_plan: Plan) -> None:
    rows = tiny_plan.link_rows
    ends = next(iter(zip(rows.node_a, rows.node_b, strict=True)))
    mine = (rows.node_a == ends[0]) & (rows.node_b == ends[1])
    dark = replace(tiny_plan, link_rows=rows[~mine])
    (gone,) = compare([tiny_plan, dark]).links.itertuples()
    assert (gone.change, {gone.node_a, gone.node_b}) == ("out", set(ends))
    assert list(compare([dark, tiny_plan]).links.change) == ["in"]
    fast = rows.assign(tbps=rows.tbps.where(~mine, 1e4), kind=rows.kind.where(~mine, "spur"))
    (link,) = compare([tiny_plan, replace(tiny_plan, link_rows=fast)]).links.itertuples()
    assert (link.change, link.tbps, link.kind) == ("faster, other route", 1e4, "spur")
    turned = rows.assign(node_a=rows.node_b, node_b=rows.node_a)
    assert compare([tiny_plan, replace(tiny_plan, link_rows=turned)]).links.empty


def test_what_was_asked_differently(tiny_plan: Plan, other: Plan) -> None:
    """Proves that fields and figures are told by the path that --set takes, overrides once."""
    told = compare([tiny_plan, other]).inputs.set_index("path")
    assert told.loc["target.training_eflops.2028", ["baseline", "value"]].tolist() == [60, 45]
    assert told.at["limits.vendor_frac.Red", "value"] == 0.8
    price = told.loc["chips.red_new.price_usd"]
    assert price.value == pytest.approx(0.8 * price.baseline) and price.unit == "USD"
    assert len(told) == 3


def test_rows_of_a_library_that_only_one_has(tiny_plan: Plan) -> None:
    fewer = replace(tiny_plan.library, sites=tiny_plan.library.sites.iloc[1:])
    (row,) = compare([tiny_plan, replace(tiny_plan, library=fewer)]).inputs.itertuples()
    assert (row.path, row.baseline) == (f"sites.{tiny_plan.library.sites.index[0]}", "a row")
    assert pd.isna(row.value)


@pytest.mark.parametrize(
    ("gain", "gap", "words"),
    [
        (50.0, 0.0, "B is dearer than A by $50 M (5%), and both are proven best."),
        (50.0, 10.0, "B is dearer than A by $50 M (5%): at least $40 M, at most $60 M given"),
        (-50.0, 10.0, "B is cheaper than A by $50 M (5%): at least $40 M, at most $60 M given"),
        (5.0, 10.0, "within the two plans' gaps: the best plans may differ by anything from −$5 M"),
        (5.0, math.inf, "proved no bound"),
    ],
)
def test_what_is_proven(tiny_plan: Plan, gain: float, gap: float, words: str) -> None:
    """Proves the range: B's bound less A's cost, to B's cost less A's bound."""
    a = replace(tiny_plan, objective=1000.0, bound=1000.0 - gap)
    b = replace(tiny_plan, objective=1000.0 + gain, bound=1000.0 + gain - gap)
    found = compare([a, b])
    assert words in found.verdict("B")
    assert [bar.name for bar in bars(found, "B")] == ["A", "all else", "B", "B − A"]
    (row,) = found.proof.itertuples()
    assert (row.low, row.high) == (gain - gap, gain + gap)


def test_plans_over_other_years(tiny_plan: Plan) -> None:
    """Proves that only the years in common are compared, and that this is said."""
    short = altered(tiny_plan, years=(2028,))
    tables = {"site_rows", "link_rows", "chips", "power", "zones", "money", "summary"}
    cut = {name: getattr(short, name).query("year == 2028") for name in tables}
    found = compare([tiny_plan, replace(short, **cut)])
    assert found.years["B"] == (2028,) and found.bridge.empty and found.proof.empty
    assert set(found.headline.years) == {"2028"} and not found.headline.difference.any()
    assert "only 2028 is compared" in found.notes["B"][0]
    assert "cannot be compared" in found.verdict("B")


def test_plans_without_a_year_in_common(tiny_plan: Plan, tmp_path: Path) -> None:
    moved = {
        name: getattr(tiny_plan, name).assign(year=lambda rows: rows.year + 10)
        for name in ("site_rows", "link_rows", "chips", "power", "zones", "money", "summary")
    }
    found = compare([tiny_plan, replace(tiny_plan, **moved)])
    assert "no year is in common" in found.notes["B"][0] and found.headline.empty
    write_comparison(found, tmp_path / "page.html")
    assert "2037: not a year of this plan" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_notes_on_rates_goals_and_rejected_plans(tiny_plan: Plan) -> None:
    plan = altered(tiny_plan, money={"discount_rate": 0.05})
    notes = compare([tiny_plan, replace(plan, objective_name="capex", status="rejected")]).notes
    said = " ".join(notes["B"])
    for words in ("A discounts at 0.1 a year, B at 0.05", "least capex", "B was rejected"):
        assert words in said


def test_dollars_of_other_years_are_refused(tiny_plan: Plan) -> None:
    later = altered(tiny_plan, money={"base_year": 2027})
    with pytest.raises(
        InputError, match=r"late: counts money in dollars of 2027, but base in .*=2026"
    ):
        compare([tiny_plan, later], ["base", "late"])


def test_one_plan_is_refused(tiny_plan: Plan) -> None:
    with pytest.raises(InputError, match="is given 1; it takes 2 to 26 plans"):
        compare([tiny_plan])


def test_three_plans_each_against_the_first(tiny_plan: Plan, other: Plan) -> None:
    found = compare([tiny_plan, other, tiny_plan])
    assert found.others == ("B", "C") and found.same("C") and not found.same("B")
    (table,) = overview(found)
    assert table.heads[2:] == ("A", "B", "C")
    assert all(row[2] == row[4] for row in table.rows)


def test_from_python(tiny_plan: Plan, other: Plan, tmp_path: Path) -> None:
    found = compare_api(ApiPlan(tiny_plan), ApiPlan(other), names=["<b>one", "two"])
    assert {name: list(getattr(found, name)) for name in FRAMES} == {
        name: list(columns) for name, columns in FRAMES.items()
    }
    assert "&lt;b&gt;one" in found._repr_html_() and "two" in repr(found)
    assert found.report(tmp_path / "x.html").is_file()
    with pytest.raises(InputError, match="must end in"):
        found.report(tmp_path / "x.png")
    with pytest.raises(InputError, match="cannot be written"):
        found.report(tmp_path / "missing" / "x.html")


@pytest.fixture(scope="module")
def pages(
    tiny_plan: Plan, hostile_plan: Plan, other: Plan, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The page of the tiny plan, another one, and one with hostile names."""
    path = tmp_path_factory.mktemp("compare") / "compare.html"
    name = hostile_plan.scenario.name
    write_comparison(compare([tiny_plan, other, hostile_plan], ["one", "two", name]), path)
    return path


def test_equal_plans_give_equal_bytes(tiny_plan: Plan, other: Plan, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_comparison(compare([tiny_plan, other]), tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_no_name_gets_out_of_its_place(pages: Path, hostile_plan: Plan) -> None:
    text = pages.read_text(encoding="utf-8")
    assert "<script>alert" not in text and "{{" not in text.replace("{{7*7}}", "")
    assert text.count("<script") == 2 and "default-src 'none'" in text


@pytest.mark.parametrize("width", [390, 1024, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_within_the_screen(
    look: Callable[..., Page],
    barriers: Callable[[Page], object],
    pages: Path,
    width: int,
    scheme: str,
) -> None:
    """Proves it at three widths and both schemes; `look` fails on any request or error."""
    page = look(pages, width, color_scheme=scheme)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_slider_and_shade_move_all_maps(look: Callable[..., Page], pages: Path) -> None:
    page = look(pages)
    assert page.locator(".map").count() == 3
    page.locator("#year").fill("0")
    assert page.locator("#now").inner_text() == "2027"
    assert (
        page.locator(".map .year:not(.off)").evaluate_all(
            "groups => groups.map(group => group.dataset.year)"
        )
        == ["0"] * 3
    )
    boxes = page.locator(".map").evaluate_all("maps => maps.map(m => m.getAttribute('viewBox'))")
    assert len(set(boxes)) == 1
    before = page.locator(".map .zone").evaluate_all("zones => zones.map(z => z.className.baseVal)")
    page.locator("#shade").select_option("2")
    after = page.locator(".map .zone").evaluate_all("zones => zones.map(z => z.className.baseVal)")
    assert before != after and len(set(map(tuple, zip(after[0::2], after[1::2], strict=True)))) == 1


def test_a_mark_leads_to_its_row_by_keyboard(look: Callable[..., Page], pages: Path) -> None:
    page = look(pages)
    mark = page.locator("a.tag:visible").first
    mark.focus()
    page.keyboard.press("Enter")
    target = page.evaluate("location.hash")
    assert target.startswith("#site-B-") and page.locator("tr:target").count() == 1
