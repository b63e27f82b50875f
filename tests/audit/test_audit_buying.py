"""The rules on buying, held against plans that keep them and plans that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dcplan.audit import audit
from dcplan.plan import Plan
from dcplan.scenario import parse, resolved

Solve = Callable[..., Any]

LOTS = (
    "commitments=["
    "{name: x, chip: red_new, year: 2028, lot_chips: 20000, price_usd: 30000},"
    "{name: y, chip: blue, year: 2027, lot_chips: 10000, price_usd: 30000, mandatory: true}]"
)
RULES = (
    LOTS,
    "chips.whole_pods=[red_new, blue]",
    "chips.red_new.pod_chips=100",
    "chips.blue.pod_chips=1000",
    "chips.red_new.network_w=100",
    "chips.red_new.network_usd=500",
    "chip_prices.red_new/2028.price_usd=35000",
    "buyer.wafer_frac=1",
    "chips.red_new.packaging=plate",
    "chips.red_new.per_wafer=2",
    "limits.vendor_capex_frac.Red=0.9",
    "sites.max_chip_types=3",
)
PODS = (
    "chips.whole_pods=all",
    "chips.red_old.pod_chips=8",
    "chips.red_new.pod_chips=72",
    "chips.blue.pod_chips=8",
)
GOOD: list[tuple[str, ...]] = [
    RULES,
    PODS,
    (*RULES, "objective=max_flop"),
    ("sites.max_chip_types=1", "limits.vendor_capex_frac.Red=0.9"),
    (
        "chips.repair_hours=24",
        *(f"chips.{a}.domain_chips=72" for a in ("red_old", "red_new", "blue")),
        *(f"chips.{a}.failures_per_mhour=19.7" for a in ("red_old", "red_new", "blue")),
    ),
]


@pytest.mark.parametrize("settings", GOOD)
def test_a_plan_under_the_rules_passes(solve: Solve, settings: tuple[str, ...]) -> None:
    """**Proves** that case, model, plan and audit agree. **Sensitivity** any one of them."""
    assert audit(solve(*settings).plan()).failures == ()


def wish(**changes: Any) -> Callable[[Plan], Plan]:
    """Make the scenario of a plan ask for something else."""

    def change(plan: Plan) -> Plan:
        data = resolved(plan.scenario)
        for path, value in changes.items():
            block, name = path.split("__")
            data[block] = {**data[block], name: value}
        return replace(plan, scenario=parse(data))

    return change


def lot(place: int, **changes: Any) -> Callable[[Plan], Plan]:
    """Change a lot of the scenario."""

    def change(plan: Plan) -> Plan:
        data = resolved(plan.scenario)
        data["commitments"][place] |= changes
        return replace(plan, scenario=parse(data))

    return change


def cell(table: str, column: str, value: Any) -> Callable[[Plan], Plan]:
    """Set a column of a table."""

    def change(plan: Plan) -> Plan:
        return replace(plan, **{table: plan.table(table).assign(**{column: value})})

    return change


BROKEN: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("chips.whole_pods", wish(chips__whole_pods=["red_old", "blue", "red_new"])),
    ("chips.pods", cell("chips", "pods", 1.0)),
    ("chips.wafers", wish(buyer__wafer_frac=0.01)),
    ("chips.vendor_capex", wish(limits__vendor_capex_frac={"Red": 0.3})),
    ("chips.offered", wish(chips__networks=["ethernet_clos"])),
    ("sites.chip_types", wish(sites__max_chip_types=1)),
    ("lots.known", cell("commitments", "name", ["z", "y"])),
    ("lots.chip", cell("commitments", "chip", "red_old")),
    ("lots.size", lot(0, lot_chips=21000)),
    ("lots.price", lot(1, price_usd=31000)),
    ("lots.capex", cell("commitments", "capex_musd", 1.0)),
    ("lots.mandatory", cell("commitments", "signed", False)),
    ("lots.taken", lot(1, lot_chips=1e6)),
    ("chips.capex", lot(1, price_usd=31000)),
]


@pytest.mark.parametrize(("name", "spoil"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_broken_rule_fails_by_name(
    solve: Solve, name: str, spoil: Callable[[Plan], Plan]
) -> None:
    """**Proves** that each rule is checked. **Sensitivity** the one change."""
    plan = solve(*RULES).plan()
    if name == "chips.whole_pods":
        chips = plan.library.chips.copy()
        chips.loc["red_old", "pod_chips"] = 7777
        plan = replace(plan, library=replace(plan.library, chips=chips))
    assert name in {check.name for check in audit(spoil(plan)).failures}
