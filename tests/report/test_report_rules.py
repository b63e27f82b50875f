"""Limits on emissions, water, losses, buying and contracts, each on a small plan where it binds."""

from __future__ import annotations

import pytest

from dcplan.report.limits import binds, limits
from tiny_plans import solve_tiny

ONE = (
    *("years=[2027]", "money.discount_rate=0", "target.training_eflops=7.96", "limits=null"),
    *("chips.only=[red_old]", "power.offer=[grid]", "sites.min_mw=20", "objective=capex"),
)
MOST = (*ONE, "objective=max_flop", "target={}", "buyer.supply_frac=1")
KINDS = (*ONE, "chips.only=[red_old, blue]", "target.training_eflops=12")
LOT = (
    "commitments=[{name: x, chip: red_old, year: 2027, lot_chips: 60000, price_usd: 20000,"
    " mandatory: true}]"
)
WAFERS = ("chips.red_old.packaging=plate", "chips.red_old.per_wafer=10", "buyer.wafer_frac=0.1")
TAKES = (*ONE, "years=[2028]", "objective=tco", "power.offer=[gas]", "supply.gas.min_take_frac=0.9")


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ((*MOST, "limits.carbon_kt.per_year=100"), "emissions"),
        ((*MOST, "limits.carbon_kt.total=100"), "emissions in total"),
        ((*MOST, "sites.forbid=[alpha]", "limits.water_ml.per_year=100"), "water"),
        (
            (*MOST, "sites.forbid=[alpha, gamma]", "limits.water_ml.climates.hot=100"),
            "water of beta",
        ),
        (
            (*MOST, "resilience={lose: zone, keep_frac: 0.4}"),
            "kept after a loss of south",
        ),
        (
            (*KINDS, "limits.vendor_capex_frac.Blue=0.2"),
            "vendor's part of purchases of Blue",
        ),
        ((*MOST, *WAFERS), "wafers of plate"),
        ((*ONE, LOT), "lots of red_old"),
        ((*ONE, "sites.max_chip_types=1", "chips.only=[red_old, blue]"), "kinds of chip of beta"),
        ((*ONE, "target={training_flop: 2e26, by: 2027}"), "total target"),
        ((*MOST, "limits.debt_busd=0.8", "money.debt_frac=0.5"), "debt"),
        (TAKES, "take or pay of beta"),
        ((*MOST, "sites.forbid=[gamma]", "fibre.max_path_km=290"), "path length"),
    ],
)
def test_a_limit_binds(settings: tuple[str, ...], line: str) -> None:
    plan = solve_tiny(*settings).plan()
    told = [limit for limit in limits(plan) if limit.spare_frac < -1e-6]
    assert not told
    assert line in binds(plan)


def test_a_lot_leaves_the_market_alone() -> None:
    plan = solve_tiny(*ONE, "buyer.supply_frac=0.1", LOT).plan()
    (supply,) = (limit for limit in limits(plan) if limit.name == "supply")
    assert supply.used == pytest.approx(0.0, abs=1e-6)
    assert supply.limit == 40_000.0
