"""Each chapter on settings of tests/tiny that can be solved by hand.

Most start from ONE: one year, one site, one chip, no limits and no discounting. A red_old does 500
TFLOP/s at an MFU of 0.4, so a thousand of them draw 1 MW and compute 0.2 EFLOP/s; goodput is 0.8
less 0.5 % of curtailed hours, 0.796. The target of 7.96 EFLOP/s is then 10 computed: 50 kchips,
50 MW of IT, 60 MW of facility with air at alpha. Its purchases, in MUSD:

    chips     50 kchips × 20                    1000      worth 3/4 after the year
    facility  50 MW × (8 + 2)                    500      worth 19/20
    land      60 MW × 2 acres × 0.01               1.2    worth all of it
    power     60 MW × 0.3                         18      worth 39/40
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Solve = Callable[..., Any]

ONE = (
    "years=[2027]",
    "money.discount_rate=0",
    "target.training_eflops=7.96",
    "limits.power_gw=null",
    "limits.pue=null",
    "limits.capex_busd=null",
    "limits.vendor_frac=null",
    "chips.only=[red_old]",
    "power.offer=[grid]",
    "sites.forbid=[beta, gamma]",
)
CAPEX = (*ONE, "objective=capex")
MOST = (*ONE, "objective=max_flop", "target.training_eflops=0", "buyer.supply_frac=1")
"""Most training; a supply of 400 kchips never binds."""

approx = pytest.approx


def near(value: float) -> Any:
    return approx(value, rel=1e-6)


def test_money_tco_of_one_year(solve: Solve) -> None:
    """Purchases, yearly costs and residual values of a fleet of one site, undiscounted.

    **Proves** M1 to M3 and M6 (tco). Capex 1519.2. Opex: energy 60 MW × 7.008 GWh × 0.05 = 21.024,
    tax on power 0.18, chips 3 % = 30, facility 3 % = 15, staff 50 × 0.1 = 5: 71.204. Residual
    750 + 475 + 1.2 + 17.55 = 1243.75. Together 346.654.
    **Sensitivity** 1000 USD more a chip: 50 MUSD × (1 + 0.03 − 0.75) = 14 more.
    """
    found = solve(*ONE)
    assert found.decisions["money.capex_musd"][2027] == near(1519.2)
    assert found.decisions["money.opex_musd"][2027] == near(71.204)
    assert found.decisions["money.residual_musd"][None] == near(1243.75)
    assert found.objective == near(346.654)
    assert solve(*ONE, "chips.red_old.price_usd+=1000").objective == near(346.654 + 14)


def test_money_is_an_annuity(solve: Solve) -> None:
    """Present worth less residual equals the yearly payments that fall in the plan.

    **Proves** M6 with a discount rate: of a purchase over n years at 10 %, one payment falls in the
    plan, price / (1 + 1/1.1 + … + 1/1.1ⁿ⁻¹), discounted one year; of land only a year's interest.
    **Sensitivity** a base year earlier divides everything by 1.1.
    """
    rate = 1.1

    def payment(price: float, years: int) -> float:
        return price / sum(rate**-t for t in range(years))

    land = 1.2 - 1.2 / rate
    repaid = payment(1000, 4) + payment(500, 20) + land + payment(18, 40)
    by_hand = (repaid + 71.204) / rate
    discounted = solve(*ONE, "money.discount_rate=0.1").objective
    assert discounted == near(by_hand)
    earlier = solve(*ONE, "money.discount_rate=0.1", "money.base_year=2025").objective
    assert earlier == near(by_hand / rate)


def test_money_capex_limits_bind(solve: Solve) -> None:
    """What a budget buys, when nothing else is scarce.

    **Proves** M4, M5 and M6 (max_flop): 1519.2 MUSD buy 7.96 EFLOP/s, in the year or in total.
    **Sensitivity** 1 % more money buys 1 % more.
    """
    for limit in ("per_year", "total"):
        budget = f"limits.capex_busd.{limit}"
        assert solve(*MOST, f"{budget}=1.5192").objective == near(7.96)
        assert solve(*MOST, f"{budget}=1.534392").objective == near(7.96 * 1.01)


def test_sites_least_size(solve: Solve) -> None:
    """A site that must open is built at its least size and no larger.

    **Proves** S4 and H4. 40 MW with the most frugal design (PUE 1.1) are 36.3636 MW of IT: chips
    727.2727, facility 363.6364, and with air 43.6364 MW of land 0.8727 and power 13.0909.
    **Sensitivity** everything is proportional: 10 % larger, 10 % dearer.
    """
    forced = (*CAPEX, "target.training_eflops=0", "sites.force=[alpha]")
    by_hand = 400 / 11 * (20 + 10 + 1.2 * 0.32)
    assert solve(*forced).objective == near(by_hand)
    assert solve(*forced, "sites.min_mw=44").objective == near(1.1 * by_hand)
    assert solve(*CAPEX, "target.training_eflops=0").objective == approx(0, abs=1e-6)
    # as many as allowed need not open
    few = solve(*CAPEX, "target.training_eflops=0", "sites.max_sites=2", "sites.forbid=[]")
    assert few.objective == approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("limit", "it_mw"),
    [
        ("sites.max_sites=1", 150 / 1.1),
        ("sites.max_sites=2", 150 / 1.1 + 150 / 1.2),
        ("sites.max_sites=3", 150 / 1.1 + 150 / 1.2 + 120 / 1.2),
        ("sites.max_sites_per_zone=1", 150 / 1.1 + 150 / 1.2),
        ("sites.max_zones=1", 150 / 1.2 + 120 / 1.2),
    ],
)
def test_sites_counts(solve: Solve, limit: str, it_mw: float) -> None:
    """The largest sites are opened, as many as allowed, each filled with liquid cooling.

    **Proves** S2, S3, S8 and S9: alpha holds 150/1.1 MW of IT, gamma 150/1.2, beta 120/1.2; beta and gamma
    share a zone. A MW delivers 0.2 × 0.796 EFLOP/s; links of 160 Tb/s hide every exchange.
    **Sensitivity** the five limits.
    """
    found = solve(*MOST, "sites.forbid=[]", limit)
    assert found.objective == near(it_mw * 0.2 * 0.796)


def test_chips_supply(solve: Solve) -> None:
    """The better chip is bought out, the dearer one fills up.

    **Proves** C2. 25 kchips of blue (24 MUSD, 1.6 MW and 0.4 EFLOP/s a kchip) compute 10 of the 20
    EFLOP/s asked; 50 kchips of red_old the rest. 90 MW of IT: 600 + 1000 + 900 + 2.16 + 32.4.
    **Sensitivity** 1 kchip more of blue saves two of red: 24 − 40 and 0.4 MW × 10.384.
    """
    both = (*CAPEX, "chips.only=[red_old, blue]", "target.training_eflops=15.92")
    assert solve(*both).objective == near(2534.56)
    more = solve(*both, "chip_supply.blue/2027.world_chips=104000").objective
    assert more == near(2534.56 - 16 - 0.4 * 10.384)


def test_chips_vendor_share(solve: Solve) -> None:
    """A vendor's share of the compute rate.

    **Proves** C3. All of blue computes 10 EFLOP/s; red may be f of the whole, so 10 / (1 − f).
    **Sensitivity** f from 0.5 to 0.6.
    """
    both = (*ONE, "objective=max_flop", "chips.only=[red_old, blue]", "target.training_eflops=0")
    for share in (0.5, 0.6):
        found = solve(*both, f"limits.vendor_frac.Red={share}")
        assert found.objective == near(0.796 * 10 / (1 - share))


def test_chips_wear_out(solve: Solve) -> None:
    """Chips at the end of their life are bought again, into the same halls.

    **Proves** C1 and H5: two years cost one fleet of chips with a life of two, and two fleets with
    a life of one; halls, land and power are bought once.
    **Sensitivity** the life.
    """
    two = (*CAPEX, "years=[2027, 2028]")
    assert solve(*two, "chips.red_old.life_years=2").objective == near(1519.2)
    assert solve(*two, "chips.red_old.life_years=1").objective == near(2519.2)


LIQUID = 1000 + 50 * 11 + 55 * 0.32
"""Capex of ONE in liquid halls: a MUSD/MW dearer, and 55 MW of facility instead of 60."""


@pytest.mark.parametrize(
    "wish", ["limits.pue=1.15", "limits.pue_site=1.15", "chips.red_old.rack_kw=41"]
)
def test_halls_choice_of_design(solve: Solve, wish: str) -> None:
    """Frugal halls and dense halls are bought when asked for, not before.

    **Proves** H1, H3, H8 and H9: air has a PUE of 1.2 and holds 40 kW; liquid 1.1 and 140 kW.
    **Sensitivity** liquid halls 100 USD/kW dearer: 50 MW × 0.1 more.
    """
    assert solve(*CAPEX).objective == near(1519.2)
    assert solve(*CAPEX, wish).objective == near(LIQUID)
    dearer = solve(*CAPEX, wish, "cooling.liquid/cold.capex_usd_per_kw_it+=100").objective
    assert dearer == near(LIQUID + 5)


def test_halls_hold_no_denser_racks_than_they_say(solve: Solve) -> None:
    """A chip too dense for every design is not bought, even where it is the better one.

    **Proves** H8 at the densest design. In 2028 red_new costs half of red_old for the same rate; at
    200 kW a rack it fits nowhere (140 at most), so the plan is that of red_old alone.
    **Sensitivity** at 140 kW it is bought, in liquid halls: 25 kchips of 40 and 50 MW.
    """
    both = (*CAPEX, "years=[2028]", "target.training_eflops=15.92", "chips.only=[red_old, red_new]")
    only_old = solve(*both, "chips.red_new.rack_kw=200")
    assert only_old.objective == near(2 * 1519.2)
    fits = solve(*both, "chips.red_new.rack_kw=140")
    assert fits.objective == near(LIQUID)


GAS = (
    *ONE,
    "years=[2028]",
    "power.offer=[grid, gas]",
    "zones.north.headroom_025pct_mw=40",
    "zones.north.headroom_05pct_mw=40",
    "finance.gas_usd_per_mmbtu.value=6",
)


def test_power_firm_capacity_and_energy(solve: Solve) -> None:
    """Grid to the headroom, gas for the rest; energy first from the cheaper.

    **Proves** P1 to P3, P7 and P8. 60 MW: 40 of grid and 20 firm of gas, 25 MW of plate at 0.8.
    Energy 420.48 GWh: the grid gives at most 350.4 at 0.05, gas 70.08 at 0.005 + 8 × 0.006 = 0.053.
    Power: capex 12 + 25, worth 11.7 + 23.75 later, tax 0.37, fixed 25 × 0.02. With ONE's chips,
    halls and land: 1538.2 + 72.10424 − 1261.65.
    **Sensitivity** 4 MW more headroom spare 5 MW of gas: 4 × 0.3 × 0.035 − 5 × 0.08 for capacity and
    35.04 GWh × 0.003 of energy.
    """
    found = solve(*GAS)
    assert found.objective == near(348.65424)
    assert found.decisions["power.contracted_mw"]["alpha", "gas", 2028] == near(25)
    assert found.decisions["power.energy_gwh"]["alpha", "gas", 2028] == near(70.08)
    more = solve(*GAS, "zones.north.headroom_05pct_mw=44").objective
    assert more == near(348.65424 + 0.042 - 0.4 - 0.10512)


def test_power_starts_after_its_lead_time(solve: Solve) -> None:
    """A supply cannot be had before its lead time, whichever it is.

    **Proves** the earliest year of P1: with 1.5 years from 2026 the grid begins in 2028, so nothing
    runs in 2027 and the whole fleet of ONE is there in 2028.
    **Sensitivity** the lead time: with one year, 2027 trains as much.
    """
    late = (*MOST, "years=[2027, 2028]", "limits.capex_busd.total=1.5192")
    slow = solve(*late, "supply.grid.lead_years=1.5")
    assert slow.objective == near(7.96)
    assert slow.decisions["training.delivered_eflops"][2027] == approx(0, abs=1e-6)
    assert solve(*late, "supply.grid.lead_years=1").objective == near(2 * 7.96)


@pytest.mark.parametrize(
    ("limits", "it_mw"),
    [
        (("limits.power_gw=0.06",), 60 / 1.1),
        (("limits.power_gw=0.066",), 66 / 1.1),
        (("limits.zone_frac=0.5", "sites.forbid=[gamma]"), 120 / 1.1 + 120 / 1.2),
        (("limits.zone_frac=0.55", "sites.forbid=[gamma]"), 120 / 0.45 * 0.55 / 1.1 + 100),
    ],
)
def test_power_limits(solve: Solve, limits: tuple[str, ...], it_mw: float) -> None:
    """The fleet's power, and what one zone may draw of it.

    **Proves** P5 and P6. Beta draws 120 MW at most, so alpha may draw 120 f / (1 − f).
    **Sensitivity** 6 MW more of fleet; f from 0.5 to 0.55.
    """
    assert solve(*MOST, *limits).objective == near(it_mw * 0.2 * 0.796)


def test_power_option_limit(solve: Solve) -> None:
    """An option of which the fleet can have only so much.

    **Proves** P4: 40 MW of grid and 10 MW of gas at 0.8 feed 48 MW, liquid cooled.
    **Sensitivity** 5 MW more of gas feed 4 MW more.
    """
    most = (*GAS, "objective=max_flop", "target.training_eflops=0")
    for gas_mw in (10, 15):
        found = solve(*most, f"supply.gas.max_mw={gas_mw}")
        assert found.objective == near((40 + 0.8 * gas_mw) / 1.1 * 0.2 * 0.796)


TWO = (
    *CAPEX,
    "sites.forbid=[gamma]",
    "sites.force=[alpha, beta]",
    "target.training_eflops=0",
    "fibre.speeds_tbps=[40]",
)


GROWING_LINKS = (
    *("objective=capex", "money.discount_rate=0", "limits=null", "sites.forbid=[gamma]"),
    *("sites.force=[alpha, beta]", "target.training_eflops={2027: 20, 2028: 60}"),
    *("sites.max_mw=240", "fibre.speeds_tbps=[40, 160]"),
)


def test_fibre_cost_of_a_path(solve: Solve) -> None:
    """Two sites of least size and the only path between them.

    **Proves** L1 to L3 and F4 to F8, and the price of a corridor. Sites: alpha as above,
    1104.8727; beta 33.3333 MW of IT, 46.6667 MW with air: 666.6667 + 300 + 0.4667 + 12.6. At 40 Tb/s
    alpha–j1 costs 30 × 0.01 + 4 × 0.2 + 0.04, j1–j2 200 × 0.01 + 2 × 0.4 + 0.08, beta–j2, a new
    build, 60 × 0.06 + 4 × 0.2 + 0.04: 8.46 in all.
    **Sensitivity** at 100 Tb/s 10, 5 and 10 pairs: 2.4 + 4.2 + 5.7. Optics of short links 1000 USD
    dearer a Tb/s: 2 × 40 × 0.001.
    """
    sites = 400 / 11 * (20 + 10 + 1.2 * 0.32) + 666.66666667 + 300 + 0.46666667 + 12.6
    assert solve(*TWO).objective == near(sites + 8.46)
    assert solve(*TWO, "fibre.speeds_tbps=[100]").objective == near(sites + 12.3)
    dearer = solve(*TWO, "reach.short.optics_usd_per_tbps+=1000").objective
    assert dearer == near(sites + 8.46 + 0.08)


def test_links_do_not_get_slower(solve: Solve) -> None:
    """Equipment that was bought for a year is kept, though the next one asks for less.

    **Proves** L4, with a target that falls from 20 to 4. **Sensitivity** given back, equipment that 4 do not
    need would spare its tax and insurance.
    """
    falling = ("target.training_eflops={2027: 20, 2028: 4}", "sites.max_mw=60", "limits=null")
    found = solve(*falling, "fibre.speeds_tbps=[10, 40, 100]", "sites.min_mw=5").decisions[
        "links.speed"
    ]
    speed = {y: max(b for (b, t), x in found.items() if t == y and x > 0.5) for y in (2027, 2028)}
    assert speed[2028] >= speed[2027] > 0


def test_fibre_on_leased_pairs(solve: Solve) -> None:
    """Leased pairs save the cable in an existing conduit and cost rent.

    **Proves** L8, and lease in capex and opex: alpha–j1 saves 30 × 0.01 and j1–j2 200 × 0.01 of the
    8.46 above. In the tco own cables weigh 0.06 × 2.3; rent is 100 USD a pair and km: 4 × 30 and
    2 × 200 pair km, 0.052 a year.
    **Sensitivity** with at most 3 pairs to lease only j1–j2 is leased; at 300 USD a pair and km none
    is. Between beta and gamma, by j2, no existing conduit is lit, so nothing is leased.
    """
    lease = (*TWO, "fibre.lease=true")
    owned = solve(*TWO).objective
    assert solve(*lease).objective == near(owned - 2.3)
    assert solve(*lease, "finance.lease_most_pairs.value=3").objective == near(owned - 2.0)
    tco, dear = (*lease, "objective=tco"), "lease_usd_per_pair_km_year=300"
    owned = solve(*TWO, "objective=tco").objective
    assert solve(*tco).objective == near(owned - 0.138 + 0.052)
    dear_all = (f"reach.short.{dear}", f"reach.long.{dear}")
    assert solve(*tco, *dear_all).objective == near(owned)
    south = ("sites.force=[beta, gamma]", "sites.forbid=[alpha]")
    assert solve(*lease, *south).objective == near(solve(*TWO, *south).objective)


def test_own_cables_stay(solve: Solve) -> None:
    """What was laid is not given up for leased pairs, and leased pairs may give way to a cable.

    **Proves** L9 over two years: 40 Tb/s in 2027 can be leased throughout, 160 Tb/s in 2028 only on
    j1–j2 (8 pairs of 10; alpha–j1 takes 16). A lease for the first year alone costs its rent.
    **Sensitivity** with 16 pairs to lease, alpha–j1 stays leased too. Prices rise, so a cable that could be
    given up for a lease in 2028 would be laid in 2027 and sold at the higher price.
    """
    grown = (*GROWING_LINKS, "fibre.lease=true", "money.escalation.fibre=0.1")
    for most, own in ((10, 30.0), (16, 0.0)):
        found = solve(*grown, f"finance.lease_most_pairs.value={most}").plan()
        links = found.table("links")
        for y in (2027, 2028):
            kept = links[(links.year == y) & (links.kind == "existing") & (links.held == "own")]
            assert kept.km.sum() == own


def test_fibre_is_kept_up(solve: Solve) -> None:
    """What fibre costs every year and what is left of it.

    **Proves** fibre's opex and residual: of 1 MUSD of fibre 0.01 is taxed a year and 19/20 are left,
    so it weighs 0.06 in the tco; a km of it costs its upkeep.
    **Sensitivity** 0.1 MUSD/km more on the 60 km of beta's new build: 6 × 0.06. 1000 USD/km more
    upkeep on 290 km: 0.29.
    """
    tco = (*TWO, "objective=tco")
    before = solve(*tco).objective
    assert solve(*tco, "reach.short.new_usd_per_km+=100000").objective == near(before + 0.36)
    dearer = solve(*tco, "finance.fibre_maintenance_usd_per_km_year.value+=1000").objective
    assert dearer == near(before + 0.29)


def test_training_waits_for_the_exchange(solve: Solve) -> None:
    """Links too slow to hide the exchange cost what the formula says.

    **Proves** T2, T3: three full sites compute F = 361.3636 MW × 0.1592; at 1 Tb/s per EFLOP/s and
    half a step of overlap 40 Tb/s leave 1 / (0.5/F + 1/40). The chords lie at most 0.02 % under.
    **Sensitivity** twice the batch halves the exchange: 1 / (0.5/F + 0.5/40).
    """
    compute = (150 / 1.1 + 150 / 1.2 + 120 / 1.2) * 0.2 * 0.796
    three = (*MOST, "sites.forbid=[]", "fibre.speeds_tbps=[40]")
    for batch, per_speed in ((16, 1.0), (32, 0.5)):
        formula = 1 / (0.5 / compute + per_speed / 40)
        found = solve(*three, f"workload.batch_mtokens={batch}").objective
        assert formula * (1 - 2.1e-4) <= found <= formula * (1 + 1e-7)


def test_training_replicas(solve: Solve) -> None:
    """Sites that exchange every fourth step are worth less, the more there are.

    **Proves** T6 to T10: three sites count as the table's row of four, 0.8; two as 0.9.
    **Sensitivity** with 0.6 for four, two sites deliver more than three.
    """
    loose = (*MOST, "sites.forbid=[]", "workload.preset=loose")
    two = (150 / 1.1 + 150 / 1.2) * 0.2 * 0.796
    three = two + 120 / 1.2 * 0.2 * 0.796
    assert solve(*loose).objective == near(0.8 * three)
    assert solve(*loose, "replicas.4.eta_frac=0.7").objective == near(0.7 * three)
    assert solve(*loose, "replicas.4.eta_frac=0.6").objective == near(0.9 * two)
