"""Limits beside what a plan takes up, on plans made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from dcplan.plan import Plan
from dcplan.report.limit import Limit
from dcplan.report.limits import binds, close, limits, span
from tiny_plans import Solved, solve_tiny


def found(plan: Plan) -> dict[tuple[str, str, int | None], Limit]:
    every = limits(plan)
    by_key = {(limit.name, limit.where, limit.year): limit for limit in every}
    assert len(by_key) == len(every)
    return by_key


def with_limits(plan: Plan, **changes: Any) -> Plan:
    """The plan under other limits of its scenario, `block__field=value`."""
    scenario = plan.scenario
    for path, value in changes.items():
        block, field = path.split("__")
        part = getattr(scenario, block).model_copy(update={field: value})
        scenario = scenario.model_copy(update={block: part})
    return replace(plan, scenario=scenario)


def fleet(plan: Plan, **columns: list[float]) -> Plan:
    """The plan with other figures in its summary, one a year."""
    return replace(plan, summary=plan.summary.assign(**columns))


def test_every_limit_of_the_scenario_is_there(tiny_plan: Plan) -> None:
    supply = tiny_plan.library.supply.copy()
    supply.loc["gas", "max_mw"] = 500.0
    plan = replace(tiny_plan, library=replace(tiny_plan.library, supply=supply))
    plan = with_limits(
        plan,
        limits__zone_frac=0.9,
        limits__pue_site=1.4,
        sites__max_sites=3,
        sites__max_sites_per_zone=2,
        sites__max_zones=3,
    )
    names = {(limit.name, bool(limit.where)) for limit in limits(plan)}
    assert names == {
        ("power", False),
        ("PUE", False),
        ("PUE", True),
        ("target", False),
        ("capex", False),
        ("capex in total", False),
        ("number of sites", False),
        ("number of zones", False),
        ("sites", True),
        ("supply", True),
        ("vendor share", True),
        ("zone share", True),
        ("headroom", True),
        ("contracts", True),
        ("largest size", True),
        ("least size", True),
        ("link speed", False),
        ("link length", True),
    }


def test_what_is_not_limited_is_not_told(tiny_plan: Plan) -> None:
    names = {limit.name for limit in limits(tiny_plan)}
    assert not names & {"zone share", "number of sites", "sites", "contracts"}


def test_a_solved_plan_keeps_every_limit(solve: Any) -> None:
    solved: Solved = solve()
    assert all(limit.spare_frac >= -1e-6 for limit in limits(solved.plan()))


def test_used_and_limit_in_their_unit(tiny_plan: Plan) -> None:
    rows = tiny_plan.summary.set_index("year")
    by_key = found(tiny_plan)
    power = by_key["power", "", 2028]
    assert (power.used, power.limit, power.unit) == (rows.facility_mw[2028], 320.0, "MW")
    total = by_key["capex in total", "", None]
    assert total.used == pytest.approx(rows.capex_busd.sum())
    assert (total.limit, total.unit) == (12.0, "1e9 USD")
    # A quarter of the 400,000 that the world can buy.
    assert by_key["supply", "red_new", 2028].limit == 100_000.0
    # beta's own 120 MW are below the 150 of the scenario.
    sizes = {w: x.limit for (n, w, _), x in by_key.items() if n == "largest size"}
    assert sizes == {w: 120.0 if w == "beta" else 150.0 for w in sizes}


def test_spare_is_counted_from_one_for_a_pue_and_upwards_for_a_floor() -> None:
    assert Limit("PUE", "", 2027, 1.05, 1.1, "ratio", base=1.0).spare_frac == pytest.approx(0.5)
    assert Limit("target", "", 2027, 11.0, 10.0, "EFLOP/s", floor=True).spare_frac > 0
    assert Limit("power", "", 2027, 11.0, 10.0, "MW").spare_frac == pytest.approx(-0.1)
    assert Limit("vendor share", "Red", 2027, 0.0, 0.0, "fraction").spare_frac == 0.0


@pytest.mark.parametrize(
    ("used", "told", "near"),
    [
        ([149.9, 319.5], "power 2027–2028", None),
        ([149.9, 100.0], "power 2027", None),
        ([140.0, 310.0], None, "power 2028"),
        ([100.0, 200.0], None, None),
        ([100.0, 330.0], "power 2028", None),
    ],
)
def test_power_binds(
    tiny_plan: Plan, used: list[float], told: str | None, near: str | None
) -> None:
    plan = fleet(tiny_plan, facility_mw=used)
    for lines, wanted in ((binds(plan), told), (close(plan), near)):
        assert [line for line in lines if line.startswith("power")] == ([wanted] if wanted else [])


def test_a_single_year_is_not_told() -> None:
    settings = ("years=[2028]", "target.training_eflops=60", "limits.power_gw=0.32")
    plan = solve_tiny(*settings).plan()
    assert "target" in binds(plan)


def test_many_places_are_counted_and_the_largest_named(tiny_plan: Plan) -> None:
    row = tiny_plan.zones.iloc[0]
    zones = [f"z{n}" for n in range(5)]
    rows = pd.DataFrame(
        [
            {**row, "zone": z, "year": y, "facility_mw": 50.0 + n}
            for n, z in enumerate(zones)
            for y in (2027, 2028)
        ]
    )
    plan = with_limits(replace(tiny_plan, zones=rows), limits__zone_frac=0.1)
    plan = fleet(plan, facility_mw=[400.0, 100.0])
    shares = [line for line in binds(plan) if line.startswith("zone share")]
    assert shares == ["zone share of 5 zones (z4, z3, …) 2027–2028"]


def test_few_places_are_named_with_their_years(tiny_plan: Plan) -> None:
    bought = {"red_old": (2027, 100_000.0), "red_new": (2028, 100_000.0)}
    head = tiny_plan.chips.iloc[0]
    rows = pd.DataFrame(
        [{**head, "chip": a, "year": y, "added": count} for a, (y, count) in bought.items()]
    )
    lines = binds(replace(tiny_plan, chips=rows))
    assert [line for line in lines if line.startswith("supply")] == [
        "supply of red_old 2027, red_new 2028"
    ]


def test_a_vendor_with_its_whole_share(tiny_plan: Plan) -> None:
    plan = replace(
        with_limits(tiny_plan, limits__vendor_frac={"Red": 1.0}),
        chips=tiny_plan.chips.assign(vendor="Red"),
    )
    assert [line for line in binds(plan) if line.startswith("vendor")] == [
        "vendor share of Red 2027–2028"
    ]


def test_zones_without_room_for_the_grid_are_left_out(tiny_plan: Plan) -> None:
    closed = tiny_plan.library.zones.assign(headroom_05pct_mw=0.0)
    plan = replace(tiny_plan, library=replace(tiny_plan.library, zones=closed))
    assert not [limit for limit in limits(plan) if limit.name == "headroom"]


def test_an_empty_year_has_no_pue(tiny_plan: Plan) -> None:
    plan = fleet(tiny_plan, pue=[float("nan"), 1.2])
    assert ("PUE", "", 2027) not in found(plan)
    assert ("PUE", "", 2028) in found(plan)


def test_years_as_ranges() -> None:
    assert span([2027]) == "2027"
    assert span([]) == ""
    assert span([2030, 2027, 2028, 2030, 2032]) == "2027–2028, 2030, 2032"
