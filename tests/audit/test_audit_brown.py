"""Plans that take a fleet over, held against the fleet's own tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dcplan.audit import audit

Solve = Callable[..., Any]
FLEET = ("existing=./fleet",)
GOOD: list[tuple[str, ...]] = [
    FLEET,
    (*FLEET, "objective=max_flop"),
    (*FLEET, "objective=carbon", "carbon.embodied=true", "money.carbon_usd_per_t=50"),
    (*FLEET, "fibre.lease=true", "limits.curtailment=choose", "power.upgrades=true"),
    (*FLEET, "sites.existing=[beta]", "limits.water_ml.climates={hot: 180}"),
    (*FLEET, "limits.power_gw=0.03", "target.training_eflops=2", "money.discount_rate=0"),
]


@pytest.mark.parametrize("settings", GOOD, ids=" ".join)
def test_a_plan_with_a_fleet_passes(solve: Solve, settings: tuple[str, ...]) -> None:
    """**Proves** that case, model, plan and audit agree. **Sensitivity** any one of them."""
    assert audit(solve(*settings).plan()).failures == ()


@pytest.mark.parametrize(
    ("broken", "table", "column", "where", "value"),
    [
        ("sites.existing_open", "sites", "cooling", {"site_id": "alpha"}, "liquid"),
        ("sites.existing_halls", "sites", "built_it_mw", {"site_id": "alpha"}, 49.0),
        ("sites.stood", "sites", "stood_it_mw", {"site_id": "beta"}, 0.0),
        ("chips.stood", "chips", "stood", {"chip": "house"}, 9e3),
        ("chips.standing", "chips", "standing", {"chip": "house"}, 11e3),
        ("chips.running", "chips", "running", {"chip": "house"}, 11e3),
        ("chips.offered", "chips", "added", {"chip": "house"}, 1e3),
        ("power.stood", "power", "stood_mw", {"site_id": "alpha"}, 0.0),
        ("power.existing_grid", "power", "contracted_mw", {"site_id": "alpha"}, 59.0),
        ("power.ended", "power", "ended_mw", {"supply": "rent"}, 0.0),
        ("zones.stood_mw", "zones", "stood_mw", {"zone": "north"}, 0.0),
        ("fibre.stood", "links", "stood_tbps", {"node_a": "alpha"}, 0.0),
        ("links.capex", "links", "capex_musd", {"node_a": "alpha", "year": 2028}, 3.66),
        ("sites.capex", "sites", "capex_musd", {"site_id": "alpha", "year": 2027}, 500.0),
    ],
)
def test_a_broken_promise_is_found(
    solve: Solve, broken: str, table: str, column: str, where: dict[str, Any], value: Any
) -> None:
    """**Proves** that each figure of the fleet is held against its tables. **Sensitivity** each one."""
    plan = solve(*FLEET).plan()
    rows = plan.table(table).copy()
    rows.loc[rows[list(where)].eq(list(where.values())).all(axis=1), column] = value
    field = {"sites": "site_rows", "links": "link_rows"}.get(table, table)
    assert broken in {check.name for check in audit(replace(plan, **{field: rows})).failures}


@pytest.mark.parametrize(
    ("table", "broken"), [("sites", "sites.existing_open"), ("power", "power.existing")]
)
def test_what_stands_must_be_told(solve: Solve, table: str, broken: str) -> None:
    """**Proves** that a row left out is missed. **Sensitivity** the rows of alpha in 2027."""
    plan = solve(*FLEET).plan()
    rows = plan.table(table)
    kept = rows[~((rows.site_id == "alpha") & (rows.year == 2027))]
    field = {"sites": "site_rows"}.get(table, table)
    assert broken in {check.name for check in audit(replace(plan, **{field: kept})).failures}
