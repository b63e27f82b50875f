"""Grid and power on settings of tests/tiny that can be solved by hand: time to power, upgrades, classes.

The figures of ONE, a fleet of one site for one year, are those at the top of test_model_proofs.py:
60 MW of facility, 420.48 GWh a year, power 60 MW × 0.3, its energy 21.024 MUSD.
"""

from __future__ import annotations

import pytest

from dcplan.errors import InputError

from .test_model_proofs import CAPEX, MOST, ONE, Solve, approx, near

BRIDGE = (
    *ONE,
    "years=[2027, 2028, 2029]",
    "power.offer=[grid, rent]",
    "power.lead_times=zone",
)
"""Zone north connects after two years, in 2028; rented engines stand in 2027."""


def test_grid_waits_for_its_zone(solve: Solve) -> None:
    """A connection stands after the zone's own wait, not that of supply.csv.

    **Proves** the earliest year of P1 by zone: north takes two years from 2026, so a fleet of 7.96
    runs in 2028 alone.
    **Sensitivity** with a wait of one year, or with supply.csv's 0, it runs in both years.
    """
    two = (*MOST, "years=[2027, 2028]", "limits.capex_busd.total=1.5192")
    zoned = (*two, "power.lead_times=zone")
    late = solve(*zoned)
    assert late.objective == near(7.96)
    assert late.decisions["training.delivered_eflops"][2027] == approx(0, abs=1e-6)
    assert solve(*zoned, "zones.north.large_load_years=1").objective == near(2 * 7.96)
    assert solve(*two).objective == near(2 * 7.96)


def test_power_bridge_is_ended(solve: Solve) -> None:
    """Rented engines carry the load until the connection stands, then their contract ends.

    **Proves** P1 with an end, P9 and P10. 75 MW of engines at 0.8 carry 60 MW in 2027: capex 3.75 of
    which nothing is left, rent and tax 22.5375, energy 420.48 × 0.037 = 15.55776. Against a connection
    in all three years that spares its energy and tax of 2027, 21.204, and the connection, a year
    younger, is worth 18 / 40 more at the end. Kept on, the engines would cost 22.5375 a year more and
    save 420.48 × 0.013 = 5.46624 on energy.
    **Sensitivity** rent 10 USD/kW dearer: 0.75, once. At 20 USD/kW they stay, burn gas and keep 17 of
    20 years' worth, 3.1875; the connection is never made, which spares 18 − 17.1 + 2 × 0.18.
    """
    grid_only = solve(*BRIDGE, "power.offer=[grid]", "power.lead_times=supply").objective
    found = solve(*BRIDGE)
    bridge = 3.75 + 22.5375 + 15.55776 - 21.204 - 0.45
    assert found.objective == near(grid_only + bridge)
    assert found.decisions["power.contracted_mw"]["alpha", "rent", 2027] == near(75)
    assert found.decisions["power.contracted_mw"]["alpha", "rent", 2028] == approx(0, abs=1e-6)
    dearer = solve(*BRIDGE, "supply.rent.fixed_usd_per_kw_year+=10").objective
    assert dearer == near(grid_only + bridge + 0.75)
    stays = solve(*BRIDGE, "supply.rent.fixed_usd_per_kw_year=20")
    assert stays.decisions["power.contracted_mw"]["alpha", "rent", 2029] == near(75)
    by_hand = bridge - 21 - 3.1875 + 2 * (1.5375 - 5.46624) - 1.26
    assert stays.objective == near(grid_only + by_hand)


def test_power_contracts_are_worth_their_own_age(solve: Solve) -> None:
    """Engines signed in two years keep what each is worth, whether or not they may end.

    **Proves** P9. 75 MW of 2027 and 37.5 of 2028 are kept to the end of 2029; at a rent of 20 USD/kW they
    may not end, at 22 they may and do not, and cost 2 a kW more: 2 × (75 + 112.5 + 112.5) kUSD.
    **Sensitivity** more kept of 2028 than was signed, each a year younger: 37.5 × 0.05 / 20 less.
    """
    target = "target.training_eflops={2027: 7.96, 2028: 11.94, 2029: 11.94}"
    grown = (*BRIDGE[:-2], "power.offer=[rent, gas]", "supply.gas.capex_usd_per_kw=20000", target)
    stays, may_end = (solve(*grown, f"supply.rent.fixed_usd_per_kw_year={usd}") for usd in (20, 22))
    assert (stays.case.power.endable, may_end.case.power.endable) == ((), (("alpha", "rent"),))
    assert may_end.objective == near(stays.objective + 0.6)


def test_power_ends_only_where_it_can_pay(solve: Solve) -> None:
    """Plant whose residual value is above all that it still costs is never given up.

    **Proves** which offers have kept_mw: gas of 1000 USD/kW keeps 18/20 of it, against 30 a year.
    **Sensitivity** at 500 a year it may end; alone at its site, or for another objective, not.
    """
    gas = (*ONE, "years=[2028, 2029]", "power.offer=[grid, gas]")
    assert solve(*gas).case.power.endable == ()
    dear = "supply.gas.fixed_usd_per_kw_year=1000"
    assert solve(*gas, dear).case.power.endable == (("alpha", "gas"),)
    assert solve(*gas, dear, "power.offer=[gas]").case.power.endable == ()
    assert solve(*gas, dear, "objective=capex").case.power.endable == ()


def test_grid_upgrades_in_tiers(solve: Solve) -> None:
    """Beyond the headroom, the cheaper tier is bought out before the dearer one.

    **Proves** G2, G3 and P3 with upgrades, and what they cost. 60 MW with 40 of headroom: 10 MW at 0.2
    and 10 at 0.5 MUSD, 7 in all, taxed 1 % and worth 39/40 after the year.
    **Sensitivity** 2 MW more in the first tier spare 2 × 0.3. In 2027 the second does not stand yet.
    """
    room = ("years=[2028]", "zones.north.headroom_025pct_mw=40", "zones.north.headroom_05pct_mw=40")
    tight = (*CAPEX, *room, "power.upgrades=true")
    assert solve(*tight).objective == near(1519.2 + 7)
    assert solve(*ONE, *tight[-4:]).objective == near(346.654 + 7 * (1 + 0.01 - 0.975))
    assert solve(*tight, "upgrades.north/1.extra_mw=12").objective == near(1519.2 + 6.4)
    most = solve(*MOST, *room, "power.upgrades=true", "years=[2027]")
    assert most.objective == near(50 / 1.1 * 0.2 * 0.796)


def test_grid_upgrades_are_kept(solve: Solve) -> None:
    """An upgrade is bought once and carries load in every later year.

    **Proves** G2: two years with 10 MW of the first tier pay 10 × 0.2 once.
    **Sensitivity** without upgrades there is no such plan of 50 MW.
    """
    two = (
        *(*CAPEX, "years=[2027, 2028]", "target.training_eflops=7.2", "power.upgrades=true"),
        *("zones.north.headroom_025pct_mw=40", "zones.north.headroom_05pct_mw=44.2714"),
    )
    found = solve(*two, "limits.pue=1.11")
    it_mw = 7.2 / 0.1592
    over = it_mw * 1.1 - 44.2714
    by_hand = it_mw * (20 + 11 + 1.1 * 0.32) + over * 0.2
    assert found.objective == near(by_hand)
    assert found.decisions["grid.upgraded_mw"][1, "north", 2028] == near(over)


def test_grid_upgrades_are_not_sold(solve: Solve) -> None:
    """An upgrade that nobody needs is not bought to be given back when prices have risen.

    **Proves** G2: with room for all and power 10 % dearer a year, upgrades change nothing. Half of the
    fleet is bought in 2027 with the whole connection, 18 at 1.1, the other half in 2028.
    **Sensitivity** bought at 1.1 and given back at 1.21 in a year in which more is bought, the 10 MW
    at 0.2 of the first tier would bring 0.22.
    """
    half = "target.training_eflops={2027: 3.98, 2028: 7.96}"
    rising = (*CAPEX, "years=[2027, 2028]", half, "money.escalation.power=0.1")
    assert solve(*rising).objective == near(1519.2 + 0.1 * 18)
    assert solve(*rising, "power.upgrades=true").objective == near(1519.2 + 0.1 * 18)


@pytest.mark.parametrize(
    ("setting", "room_1pct", "mw", "frac"),
    [
        ("sites.max_mw=150", 200, 150, 0.995),
        ("sites.max_mw=100", 200, 100, 0.9975),
        ("zones.north.headroom_05pct_mw=100.2", 100.5, 100, 0.9975),
        ("zones.north.headroom_05pct_mw=100.3", 100.5, 100.3, 0.995),
        ("zones.north.headroom_05pct_mw=100.3", 101, 101, 0.99),
    ],
)
def test_grid_class_is_chosen(
    solve: Solve, setting: str, room_1pct: float, mw: float, frac: float
) -> None:
    """A class is accepted where its room is worth more than its hours.

    **Proves** G1, T13 and T14: north takes 100 MW at 0.25 % of hours and 150 at 0.5 %.
    **Sensitivity** the class turns where 0.5 % gives 0.2506 % more room than 0.25 %.
    """
    room = f"zones.north.headroom_1pct_mw={room_1pct}"
    found = solve(*MOST, "limits.curtailment=choose", room, setting)
    assert found.objective == near(mw / 1.1 * 0.2 * 0.8 * frac)


def test_power_from_two_zones(solve: Solve) -> None:
    """A campus at a border connects to both grids, each within its own headroom.

    **Proves** P3 by feeding zone. Beta draws 70 MW with air, 40 from south at 0.27 and 30 from north
    at 0.36: chips 1000, halls 450, land 0.7. In the tco north's energy, 0.05 against 0.06, is used to
    the full 30 × 8.76 GWh.
    **Sensitivity** the second connection 100 USD/kW dearer: 30 × 0.09. With 25 MW in north there is
    no room for air: liquid halls, 60 MW, 495 and 0.6.
    """
    border = (
        *("sites.forbid=[alpha, gamma]", "power.offer=[grid, grid_2]"),
        *("zones.south.headroom_025pct_mw=40", "zones.south.headroom_05pct_mw=40"),
        *("zones.north.headroom_025pct_mw=20", "zones.north.headroom_05pct_mw=30"),
    )
    found = solve(*CAPEX, *border)
    assert found.objective == near(1000 + 450 + 0.7 + 40 * 0.27 + 30 * 0.36)
    assert found.decisions["power.contracted_mw"]["beta", "grid_2", 2027] == near(30)
    energy = solve(*ONE, *border).decisions["power.energy_gwh"]
    assert energy["beta", "grid_2", 2027] == near(30 * 8.76)
    dearer = solve(*CAPEX, *border, "supply.grid_2.capex_usd_per_kw+=100").objective
    assert dearer == near(found.objective + 2.7)
    liquid = solve(*CAPEX, *border, "zones.north.headroom_05pct_mw=25").objective
    assert liquid == near(1000 + 495 + 0.6 + 40 * 0.27 + 20 * 0.36)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (("power.lead_times=zone", "power.offer=[gas]"), "does not name grid"),
        (("power.upgrades=true", "power.offer=[gas]"), "does not name grid"),
        (("limits.curtailment=choose", "power.offer=[gas]"), "does not name grid"),
        (("power.offer=[grid_2, gas]",), "offer grid as well"),
        (("power.offer=[grid, grid_2]", "limits.curtailment=choose"), "hours of both"),
        (("power.offer=[grid, grid_2]", "sites.forbid=[beta]"), "only at sites with a zone_2"),
        (("power.lead_times=zone", "sites.forbid=[alpha]"), "no zone of the sites has"),
        (("power.upgrades=true", "upgrades.south/1.lead_years=3", "sites.forbid=[alpha]"), "no upgrade"),
        (("power.lead_times=zone", "power.offer=[grid]", "zones.north.large_load_years=3",
          "zones.south.large_load_years=4"), "2029 at the earliest"),
        (("sites.beta.zone_2=south",), "its zone already"),
        (("upgrades.north/2.usd_per_kw=100",), "at least 200"),
    ],
)  # fmt: skip
def test_what_cannot_have_an_effect_is_refused(
    solve: Solve, settings: tuple[str, ...], message: str
) -> None:
    """**Proves** that no such option is silent. **Sensitivity** the setting named."""
    with pytest.raises(InputError, match=message):
        solve(*settings)
