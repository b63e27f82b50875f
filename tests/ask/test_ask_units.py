"""One more of every limit: that its setting is one, and that the duals are felt as a search feels them."""

from __future__ import annotations

import pytest

from asked import ONE, tiny
from dcplan.ask import explain_worth
from dcplan.ask.change import changed

MOST = (*ONE, "objective=max_flop", "target={}", "buyer.supply_frac=1", "solver.gap=1e-7")
OPEN = (*MOST, "sites.forbid=[gamma]")
KINDS = (*ONE, "objective=capex", "chips.only=[red_old, blue]", "target.training_eflops=12")
WAFERS = ("chips.red_old.packaging=plate", "chips.red_old.per_wafer=10", "buyer.wafer_frac=0.1")
LOT = (
    "commitments=[{name: x, chip: red_old, year: 2027, lot_chips: 20000, price_usd: 15000,"
    " mandatory: true}]"
)
AT_BETA = (*MOST, "sites.forbid=[alpha, gamma]", "sites.min_mw=20")
LOSS = ("sites.forbid=[]", "resilience={lose: zone, keep_frac: 0.4}", "sites.min_mw=20")


@pytest.mark.parametrize(
    ("settings", "name", "setting"),
    [
        ((*MOST, "limits.carbon_kt.per_year=100"), "emissions", "carbon_kt.per_year.2027+=10"),
        ((*MOST, "limits.carbon_kt.total=100"), "emissions in total", "carbon_kt.total+=10"),
        ((*AT_BETA, "limits.water_ml.per_year=100"), "water", "water_ml.per_year.2027+=10"),
        ((*AT_BETA, "limits.water_ml.sites.beta=100"), "water", "water_ml.sites.beta+=10"),
        ((*AT_BETA, "limits.water_ml.climates.hot=100"), "water", "water_ml.climates.hot+=10"),
        ((*OPEN, *LOSS), "kept after a loss", "resilience.keep_frac.2027-=0.01"),
        (
            (*KINDS, "limits.vendor_capex_frac.Blue=0.2"),
            "vendor's part of purchases",
            "vendor_capex_frac.Blue+=0.01",
        ),
        (
            (*KINDS, "limits.vendor_capex_frac.Blue=0.2", LOT),
            "vendor's part of purchases",
            "vendor_capex_frac.Blue+=0.01",
        ),
        ((*MOST, *WAFERS), "wafers", "wafers.plate/2027.world_wafers+=10000"),
    ],
)
def test_one_more(settings: tuple[str, ...], name: str, setting: str) -> None:
    """**Proves** the rows that feel a limit, their unit and sign. **Sensitivity** a search with one more.

    Duals hold for a little more, and something else may bind before the whole unit is used.
    """
    found = explain_worth(tiny(*settings).solve())
    row = next(row for row in found if row.limits[0].name == name)
    assert row.binds and row.unit is not None and row.unit.setting.endswith(setting)
    assert row.fixed is not None and row.exact is not None and row.exact.known, row.note
    assert row.exact.value == pytest.approx(row.fixed, rel=0.05)


@pytest.mark.parametrize(
    ("settings", "name", "setting"),
    [
        ((*KINDS, "sites.max_chip_types=1"), "kinds of chip", "sites.max_chip_types+=1"),
        ((*OPEN, "fibre.max_path_km=290"), "path length", "fibre.max_path_km+=50"),
        ((*OPEN, "fibre.max_link_km=200"), "link length", "fibre.max_link_km+=50"),
        ((*OPEN, "limits.pue_site=1.2"), "PUE", "limits.pue_site+=0.01"),
        ((*OPEN, "fibre.speeds_tbps=[40]"), "link speed", "fibre.speeds_tbps=[40, 80]"),
    ],
)
def test_what_no_row_stands_for(settings: tuple[str, ...], name: str, setting: str) -> None:
    """**Proves** that a limit which shapes the model has its setting, and no value by duals."""
    plan = tiny(*settings).solve()
    row = next(row for row in explain_worth(plan, quick=True) if row.limits[0].name == name)
    assert row.unit is not None and row.unit.setting == setting and row.fixed is None
    changed(plan.record.scenario, plan.record.library, [setting])


@pytest.mark.parametrize(
    ("room_1pct", "setting"),
    [
        (200, "zones.north.headroom_1pct_mw+=10"),
        (150.2, "zones.north.headroom_05pct_mw+=0.2"),
        (150, None),
    ],
)
def test_headroom_of_the_class_chosen(room_1pct: float, setting: str | None) -> None:
    """**Proves** that more headroom is that of the class chosen, no more than the next class has, or why not.

    **Sensitivity** 200 MW at 1 % is chosen; 150.2 is not worth its hours against 150 at 0.5 %.
    """
    most = (*MOST, "limits.curtailment=choose", "sites.max_mw=400")
    plan = tiny(*most, f"zones.north.headroom_1pct_mw={room_1pct}").solve()
    row = next(r for r in explain_worth(plan) if r.limits[0].name == "headroom")
    if setting is None:
        assert row.unit is None and "the class of more hours cut" in row.note
        return
    assert row.unit is not None and row.unit.setting == setting
    assert row.exact is not None and row.exact.value > 0
