"""Charts: their data beside the plan's tables, and the SVG that a page takes in."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from dcplan.errors import InputError
from dcplan.plan import Plan
from dcplan.report import groups
from dcplan.report.colours import DARK, LIGHT, of_chips
from dcplan.report.facts import used_chips
from dcplan.words import item
from tiny_plans import Solved

pytest.importorskip("altair")
pytest.importorskip("vl_convert")

from dcplan.report.charts import CHARTS, MOST_SITES, svg

NAMES = ("power", "training", "capex", "opex", "chips", "costs", "sites")
FACTOR = {
    "MW": 1.0,
    "GW": 1e3,
    "EFLOP/s": 1.0,
    "$ M": 1.0,
    "$ B": 1e3,
    "thousand chips": 1e3,
    "million chips": 1e6,
}


def layers(plan: Plan, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = CHARTS[name](plan).to_dict()["layer"]
    return found


def sums(plan: Plan, name: str) -> Mapping[str, float]:
    """The length of each bar, in the unit of the plan's tables."""
    bars = layers(plan, name)[0]
    axis = "x" if bars["encoding"]["y"]["field"] == "bar" else "y"
    factor = FACTOR[bars["encoding"][axis]["title"]]
    rows = pd.DataFrame(bars["data"]["values"])
    return (rows.groupby("bar").value.sum() * factor).to_dict()


def ticks(plan: Plan, name: str) -> Mapping[str, float]:
    found = [layer for layer in layers(plan, name) if layer["mark"]["type"] == "tick"]
    return {row["bar"]: row["value"] for layer in found for row in layer["data"]["values"]}


def by(rows: pd.DataFrame, key: str, value: str) -> Mapping[str, float]:
    found = rows.groupby(rows[key].astype(str))[value].sum()
    return found[found != 0].to_dict()


def of(plan: Plan, kind: str) -> pd.DataFrame:
    return plan.money[plan.money.kind == kind]


def named(money: pd.DataFrame) -> pd.DataFrame:
    """What is spent, with the words for its items."""
    spent = money[money.kind != "residual"]
    return spent.assign(item=[*map(item, spent["item"])])


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("power", lambda plan: by(plan.summary, "year", "facility_mw")),
        ("training", lambda plan: by(plan.summary, "year", "delivered_eflops")),
        ("capex", lambda plan: by(of(plan, "capex"), "year", "musd")),
        ("opex", lambda plan: by(of(plan, "opex"), "year", "musd")),
        ("chips", lambda plan: by(plan.chips, "year", "running")),
        ("costs", lambda plan: by(named(plan.money), "item", "musd")),
        ("sites", lambda plan: by(plan.site_rows.query("year == 2028"), "name", "facility_mw")),
    ],
)
def test_bars_are_the_sums_of_the_tables(
    tiny_plan: Plan, name: str, truth: Callable[[Plan], Mapping[str, float]]
) -> None:
    """Proves that no row is lost or counted twice, and that units are converted once."""
    assert sums(tiny_plan, name) == pytest.approx(truth(tiny_plan))


def test_money_is_that_of_the_summary(tiny_plan: Plan) -> None:
    """Proves it by another table than the one that is drawn."""
    for name in ("capex", "opex"):
        told = by(tiny_plan.summary, "year", f"{name}_busd")
        assert sums(tiny_plan, name) == pytest.approx({year: v * 1e3 for year, v in told.items()})


def test_limits_stand_where_the_scenario_puts_them(tiny_plan: Plan) -> None:
    assert ticks(tiny_plan, "power") == {"2027": 150, "2028": 320}
    assert ticks(tiny_plan, "training") == {"2027": 20, "2028": 60}
    assert ticks(tiny_plan, "capex") == {"2027": 9, "2028": 9}
    assert set(ticks(tiny_plan, "sites").values()) <= {150.0, 120.0}
    assert not ticks(tiny_plan, "opex")


def test_a_limit_far_off_is_told_and_not_drawn(tiny_plan: Plan) -> None:
    wish = tiny_plan.scenario
    far = wish.limits.model_copy(update={"power_gw": 50.0})
    plan = replace(tiny_plan, scenario=wish.model_copy(update={"limits": far}))
    assert not ticks(plan, "power")
    assert "50 GW, too far off" in str(CHARTS["power"](plan).to_dict()["title"])


def test_vendors_are_all_named_and_colours_are_those_of_the_map(tiny_plan: Plan) -> None:
    found = used_chips(tiny_plan)
    colours = of_chips(found)
    told = groups.by_chip(tiny_plan)
    assert {key for group in told for key in group.keys} == set(found)
    for vendor in {vendor for _, vendor in found.values()}:
        assert any(vendor in group.name for group in told)
    assert all(group.colour == colours[str(group.keys[0])] for group in told)


def crowd(plan: Plan, count: int, vendors: int) -> Plan:
    """The plan with more chips: `count` kinds of `vendors` makers, the first the largest."""
    first = plan.chips[plan.chips.running > 0].iloc[[0]]
    rows = [
        first.assign(
            chip=f"c{n}", vendor=f"V{n % vendors}", running=1e4 / (n + 1), it_mw=9 / (n + 1)
        )
        for n in range(count)
    ]
    return replace(plan, chips=pd.concat(rows, ignore_index=True))


@pytest.mark.parametrize(("count", "vendors"), [(7, 3), (13, 3), (20, 7), (30, 12)])
def test_many_chips_become_seven_groups_that_hold_all(
    tiny_plan: Plan, count: int, vendors: int
) -> None:
    plan = crowd(tiny_plan, count, vendors)
    told = groups.by_chip(plan)
    assert len(told) <= groups.MOST
    held = [key for group in told for key in group.keys]
    assert sorted(held) == sorted(f"c{n}" for n in range(count))
    assert sum(sums(plan, "chips").values()) == pytest.approx(plan.chips.running.sum())
    if vendors <= groups.MOST:
        assert all(
            any(f"V{n}" in g.name or f"c{n}" in g.keys for g in told) for n in range(vendors)
        )
    counted = [re.match(r"(\d+) ", group.name) for group in told if len(group.keys) > 1]
    assert [int(m[1]) for m in counted if m] == [len(g.keys) for g in told if len(g.keys) > 1]


def test_many_zones_and_sites(tiny_plan: Plan) -> None:
    """Proves that what is put together or left out is said, with its number."""
    zone, site = tiny_plan.zones.tail(1), tiny_plan.site_rows.query("year == 2028").head(1)
    zones = [zone.assign(zone=f"Z{n}", name="Elm", facility_mw=99.0 - n) for n in range(12)]
    sites = [site.assign(site_id=f"s{n}", name="Oak", facility_mw=90.0 - n) for n in range(50)]
    plan = replace(
        tiny_plan,
        zones=pd.concat(zones, ignore_index=True),
        site_rows=pd.concat(sites, ignore_index=True),
    )
    names = [group.name for group in groups.by_zone(plan)]
    assert names == [*(f"Elm (Z{n})" for n in range(6)), "6 other zones"]
    assert sum(sums(plan, "power").values()) == pytest.approx(sum(99.0 - n for n in range(12)))
    spec = CHARTS["sites"](plan).to_dict()
    left = sum(90 - n for n in range(MOST_SITES, 50))
    assert spec["title"]["subtitle"][0].startswith("50 sites")
    assert f"the 30 others have {left / 1e3:g} GW" in spec["title"]["subtitle"][0]


def empty(plan: Plan) -> Plan:
    tables = {name: getattr(plan, name) for name in ("site_rows", "chips", "power", "link_rows")}
    zero = plan.summary.assign(facility_mw=0.0, delivered_eflops=0.0)
    return replace(
        plan,
        **{name: rows.iloc[:0] for name, rows in tables.items()},
        summary=zero,
        zones=plan.zones.assign(facility_mw=0.0),
        money=plan.money.assign(musd=0.0),
    )


def one_year(solve: Callable[..., Solved]) -> Plan:
    return solve(
        "years=[2027]", "target.training_eflops=20", "limits.power_gw=0.15", "power.offer=[grid]"
    ).plan()


@pytest.mark.parametrize("name", NAMES)
def test_every_shape_of_plan_is_drawn(
    tiny_plan: Plan, solve: Callable[..., Solved], name: str
) -> None:
    for plan in (tiny_plan, empty(tiny_plan), one_year(solve)):
        text = svg(CHARTS[name](plan))
        assert "NaN" not in text
        assert "undefined" not in text


def test_the_seven_charts_are_there() -> None:
    assert tuple(CHARTS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_text(hostile_plan: Plan, name: str) -> None:
    """Proves that a name arrives in the spec as it is, and in the SVG never as markup."""
    zones = hostile_plan.zones.assign(name=hostile_plan.zones.zone.map("</svg><b>{}".format))
    chart = CHARTS[name](replace(hostile_plan, zones=zones))
    text = svg(chart)
    root = ElementTree.fromstring(text)
    assert {part.tag.rpartition("}")[2] for part in root.iter()} <= {
        *("svg", "g", "path", "text", "rect", "line", "defs", "clipPath", "tspan"),
    }
    assert not [k for part in root.iter() for k in part.attrib if k.startswith("on")]
    words = [part.get("aria-label", "") for part in root.iter()]
    if name in ("chips", "sites"):
        assert any("<script>alert(1)</script> & ]]> {{7*7}} {#x#} 東京 Київ" in w for w in words)
    if name == "power":
        assert any(word.startswith("</svg><b>") for word in words)


@pytest.mark.parametrize("name", NAMES)
def test_svg_asks_for_nothing_and_takes_the_colours_of_the_page(tiny_plan: Plan, name: str) -> None:
    text = svg(CHARTS[name](tiny_plan))
    assert "href" not in text
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert svg(CHARTS[name](tiny_plan)) == text
    used = set(re.findall(r"var\(--([\w-]+),", text))
    assert {"ink", "soft"} <= used <= set(LIGHT) & set(DARK)
    for part in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text"):
        assert part.get("fill", "").startswith("var(--")
        assert part.get("font-family") == "inherit"


def test_ids_differ_between_charts(tiny_plan: Plan) -> None:
    ids = [
        key for name in NAMES for key in re.findall(r'\sid="([^"]*)"', svg(CHARTS[name](tiny_plan)))
    ]
    assert len(ids) == len(set(ids))


def test_without_the_extra_one_line_says_what_to_install(
    tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dcplan.report

    monkeypatch.delitem(sys.modules, "dcplan.report.charting", raising=False)
    monkeypatch.delattr(dcplan.report, "charting", raising=False)
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(InputError, match=r"pip install 'dcplan\[report\]'"):
        CHARTS["power"](tiny_plan)


def test_charts_fit_their_card_in_both_modes(
    tiny_plan: Plan, tmp_path: Path, look: Callable[..., Any]
) -> None:
    """Proves in Chromium that no text leaves its chart, and that text follows the colour mode."""
    cards = "".join(f"<div>{svg(CHARTS[name](tiny_plan))}</div>" for name in NAMES)
    modes = "".join(
        f"@media (prefers-color-scheme: {mode}) {{ :root {{ --ink: {ink}; }} }}"
        for mode, ink in (("light", LIGHT["ink"]), ("dark", DARK["ink"]))
    )
    path = tmp_path / "charts.html"
    path.write_text(
        "<!doctype html><meta charset=utf-8><meta http-equiv='Content-Security-Policy' "
        f"content=\"default-src 'none'; style-src 'unsafe-inline'\"><style>{modes}"
        "body { font: 14px Arial, sans-serif; }</style>" + cards,
        encoding="utf-8",
    )
    colours = set()
    for mode in ("light", "dark"):
        page = look(path, 520, color_scheme=mode)
        colours.add(
            page.evaluate("getComputedStyle(document.querySelector('.role-title-text text')).fill")
        )
        out = page.evaluate(
            """[...document.querySelectorAll('text')].filter((t) => {
              const a = t.getBoundingClientRect(), b = t.ownerSVGElement.getBoundingClientRect();
              return a.width && (a.left < b.left - 1 || a.right > b.right + 1 || a.bottom > b.bottom + 1);
            }).map((t) => t.textContent)"""
        )
        assert not out
    assert len(colours) == 2
