"""From scenario and library to a case: numbers by hand, choices left out, and faults named."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from dcplan.case import Case, build, quick_bounds, shortfalls
from dcplan.case.training import Training
from dcplan.errors import InputError

approx = pytest.approx
TinyCase = Callable[..., Case]


def test_bounds_by_hand(tiny_case: TinyCase) -> None:
    """What power and chips imply in 2028: 320 MW of fleet, red_new at 0.4 EFLOP/s per MW.

    **Proves** every bound. Alpha is limited by 150 MW, beta by its own 120. The best MW delivers
    0.796 × 0.4 / 1.1: the target of 60 takes 207.29 MW, two sites of at least 150. Supply in 2028:
    two years of red_old and blue (50 + 75 kchips above 100), one of red_new.
    **Sensitivity** each is one factor of the product written here.
    """
    bounds = tiny_case().bounds
    assert bounds.largest_mw == {
        **{(s, 2027): mw for s, mw in (("alpha", 150), ("beta", 120), ("gamma", 150))},
        **{(s, 2028): mw for s, mw in (("alpha", 150), ("beta", 120), ("gamma", 150))},
    }
    per_mw = 0.796 * 0.4 / 1.1
    assert bounds.power_eflops[2028] == approx(320 * per_mw)
    assert bounds.least_mw[2028] == approx(60 / per_mw)
    assert (bounds.most_sites[2027], bounds.most_sites[2028]) == (3, 3)
    assert bounds.fewest_sites[2028] == 2
    assert bounds.supply_eflops[2028] == approx(0.796 * (200 * 0.2 + 75 * 0.4 + 100 * 0.8))
    assert bounds.speeds_tbps == {2027: (0.0, 40.0, 100.0), 2028: (100.0, 160.0)}


def test_speeds_that_are_left_out(tiny_case: TinyCase) -> None:
    """**Proves** that no useful speed is dropped: too slow even for the largest fleet, or faster than
    the largest fleet of this or any earlier year can use.

    **Sensitivity** 92.6 EFLOP/s of compute in 2028 hide their exchange at 185 Tb/s, so 200 is the
    last of use; 60 delivered by it take 1 / (1/60 − 0.5/92.6) = 88.8 Tb/s, so 80 is too slow.
    """
    speeds = tiny_case("fibre.speeds_tbps=[80, 90, 180, 200, 400]").bounds.speeds_tbps[2028]
    assert speeds == (90.0, 180.0, 200.0)


@pytest.mark.parametrize(("target", "alone"), [(40, True), (50, False)])
def test_a_lone_site_only_where_it_is_enough(tiny_case: TinyCase, target: int, alone: bool) -> None:
    """**Proves** when a lone site is a choice: 150 MW deliver 43.4. **Sensitivity** 40 and 50."""
    case = tiny_case(f"target.training_eflops.2028={target}")
    assert (0.0 in case.bounds.speeds_tbps[2028]) is alone


@pytest.mark.parametrize(
    ("curtailment", "north_mw", "goodput"),
    [("0.25pct", 100, 0.8 * 0.9975), ("0.5pct", 150, 0.8 * 0.995), ("1pct", 200, 0.8 * 0.99)],
)
def test_curtailment(
    tiny_case: TinyCase, curtailment: str, north_mw: float, goodput: float
) -> None:
    """**Proves** that more curtailment gives headroom and takes hours. **Sensitivity** each class."""
    case = tiny_case(f"limits.curtailment={curtailment}")
    assert case.grid.headroom_mw["north"] == north_mw
    assert case.training.goodput_frac == approx(goodput)


def test_what_the_grids_in_reach_can_feed(tiny_case: TinyCase) -> None:
    """**Proves** the largest load by grid: beta has 60 MW of its zone and 30 of the other, alpha waits.

    **Sensitivity** 20 MW of upgrades in beta's zone; engines from 2027 let alpha reach its size.
    """
    settings = (
        *("limits=null", "power.offer=[grid, grid_2]", "power.lead_times=zone"),
        *("zones.south.headroom_025pct_mw=60", "zones.south.headroom_05pct_mw=60"),
        *("zones.north.headroom_025pct_mw=30", "zones.north.headroom_05pct_mw=30"),
    )
    largest = tiny_case(*settings).bounds.largest_mw
    assert (largest["alpha", 2027], largest["alpha", 2028]) == (0, 30)
    assert (largest["beta", 2027], largest["beta", 2028]) == (60, 90)
    upgraded = tiny_case(*settings, "power.upgrades=true").bounds.largest_mw
    assert (upgraded["beta", 2027], upgraded["beta", 2028]) == (80, 120)
    bridged = tiny_case(*settings, "power.offer=[grid, rent]").bounds.largest_mw
    assert bridged["alpha", 2027] == 150


def test_chips_that_are_not_offered(tiny_case: TinyCase) -> None:
    """**Proves** the reason of each chip left out. **Sensitivity** a channel, a year, a wish."""
    case = tiny_case(
        *("years=[2027]", "target.training_eflops=5", "limits=null"),
        *("chips.forbid=[blue]", "power.offer=[grid]"),
    )
    assert case.chips.chips == ("red_old",)
    reasons = case.chips.not_offered
    assert "channel 'google'" in reasons["house"]
    assert reasons["red_new"] == "not sold in any year of the plan"
    assert "chips.forbid" in reasons["blue"]


def test_precision_takes_the_better_rate(tiny_case: TinyCase) -> None:
    """**Proves** that FP8 work may run in BF16, not the reverse. **Sensitivity** the workload's."""
    assert tiny_case().chips.eflops_per_kchip == {"red_old": 0.2, "red_new": 0.8, "blue": 0.4}
    bf16 = tiny_case("workload.precision=bf16").chips.eflops_per_kchip
    assert bf16 == {"red_old": 0.2, "red_new": 0.4, "blue": 0.4}


def test_designs_that_others_beat(tiny_case: TinyCase) -> None:
    """**Proves** that only beaten designs are dropped. **Sensitivity** liquid at the price of air."""
    assert tiny_case().halls.at_site["alpha"] == ("air", "liquid")
    cheap = tiny_case("cooling.liquid/cold.capex_usd_per_kw_it=2000").halls.at_site
    assert (cheap["alpha"], cheap["beta"]) == (("liquid",), ("air", "liquid"))


def test_corridors(tiny_case: TinyCase) -> None:
    """**Proves** classes by length, whole pairs, and routes for a site that no corridor reaches.

    **Sensitivity** 100 km is short, 101 long; 41 Tb/s need a fifth pair of 10; without beta its own
    corridor goes, and with it the junction's last neighbour stays.
    """
    case = tiny_case("corridors.alpha/j1.km=100", "corridors.beta/j2.km=101")
    kinds = case.fibre.reach_class
    assert (kinds["alpha", "j1"], kinds["beta", "j2"]) == ("short", "long")
    assert set(case.fibre.corridors) == {
        *(("alpha", "j1"), ("beta", "j2"), ("gamma", "j1"), ("gamma", "j2"), ("j1", "j2")),
    }
    pairs = tiny_case("fibre.speeds_tbps=[40, 41, 160]").fibre.pairs
    assert [pairs[("alpha", "j1"), b] for b in (40.0, 41.0, 160.0)] == [4, 5, 16]
    without = tiny_case("sites.forbid=[beta]", "target.training_eflops.2028=40").fibre
    assert ("beta", "j2") not in without.corridors
    assert ("j1", "j2") in without.corridors
    assert ("gamma", "j1") not in tiny_case("fibre.max_link_km=250").fibre.corridors


@pytest.mark.parametrize("steps", [1, 4, 50])
def test_chords_stay_on_the_safe_side(steps: int) -> None:
    """**Proves** that the chords of T3 lie under the formula by at most 0.02 %.

    **Sensitivity** at 400 ratios of speed to that of full overlap, from 1 % to 100 %.
    """
    run = Training("fp8", {}, 1.0, 0.5, steps, min(1.5, steps) * 0.5, ())
    pairs, full = run.chords(0.01), run.full_overlap_tbps(1000.0)
    for i in range(4, 401):
        speed = full * i / 400
        promised = min(1000.0, *(alpha * 1000.0 + beta * speed for alpha, beta in pairs))
        exact = run.delivered_eflops(1000.0, speed)
        assert exact * (1 - 2.1e-4) <= promised <= exact * (1 + 1e-9)


def test_residual_is_what_is_left_to_pay(tiny_case: TinyCase) -> None:
    """**Proves** residual values: of n equal payments, those after 2028. **Sensitivity** land."""
    money = tiny_case().money
    paid = 1 + 1 / 1.1
    all_four = paid + 1 / 1.21 + 1 / 1.331
    assert money.residual_frac("chips", 2027, 4) == approx((all_four - paid) / all_four * 1.21)
    assert money.residual_frac("chips", 2027, 2) == 0
    assert money.residual_frac("land", 2028, None) == 1
    assert money.end_discount == approx(1.1**-3)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (("workload.preset=stepp",), "workload.preset: is 'stepp'"),
        (("sites.force=[alfa]",), "sites.force: names 'alfa', which is not a site of the library"),
        (
            ("power.offer=[grid]", "sites={min_mw: 151, max_mw: 160, force: [alpha]}"),
            "sites.force, alpha: can",
        ),
        (("power.offer=[gird]",), "'gird', which is not in supply.csv; did you mean 'grid'?"),
        (("supply.gas.lead_years=3",), "names 'gas', which stands in 2029 at the earliest"),
        (("chips.only=[house]",), "names 'house', which cannot be offered: its channel 'google'"),
        (("limits.vendor_frac={Rad: 0.5}",), "limits.vendor_frac.Rad: is not a vendor"),
        (("limits.pue_site=1.05",), "limits.pue_site: is 1.05; no cooling design reaches it"),
        (("fibre.max_link_km=20",), "no corridor of at most 20 km touches any site"),
        (
            ("finance.fibre_life_years.value=1",),
            "finance fibre_life_years: is 1; it must be at least",
        ),
        (
            ("sites.force=[alpha, beta, gamma]", "limits.power_gw=0.1"),
            "limits.power_gw: is 0.1 in 2028",
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else value[-1],
)
def test_what_does_not_fit_is_named(
    tiny_case: TinyCase, settings: tuple[str, ...], words: str
) -> None:
    """**Proves** that a wish the library cannot meet is an error in field words.

    **Sensitivity** each case has one such wish, and its message names field and value.
    """
    with pytest.raises(InputError) as caught:
        tiny_case(*settings)
    assert words in str(caught.value)


def test_all_faults_at_once(tiny_case: TinyCase) -> None:
    """**Proves** that faults are collected. **Sensitivity** three wishes, three lines."""
    with pytest.raises(InputError) as caught:
        tiny_case("sites.forbid=[zeta]", "power.offer=[grid, sun]", "chips.forbid=[green]")
    assert len(caught.value.problems) == 3


def test_quick_bounds_tell_each_year(tiny_case: TinyCase) -> None:
    """**Proves** the lines of `dcplan check`. **Sensitivity** 320 MW × 0.28945 in 2028."""
    lines = quick_bounds(tiny_case())
    assert [line[:5] for line in lines] == ["2027:", "2028:"]
    assert f"power alone carries at most {math.floor(320 * 0.796 * 0.4 / 1.1 + 0.5)} " in lines[1]
    assert "links at 100 or 160 Tb/s" in lines[1]


PICKY = (
    *("chips.only=[red_new]", "limits=null", "limits.pue_site=1.15"),
    "target.training_eflops={2027: 0, 2028: 5}",
)


def test_a_site_without_halls_is_left_out(tiny_case: TinyCase) -> None:
    """No design of the hot climate keeps 1.15, and in 2027 there is no chip to house there."""
    case = tiny_case(*PICKY)
    assert case.sites.sites == ("alpha",)
    assert case.grid.zones == ("north",)
    assert "limits.pue_site" in case.sites.left_out["beta"]
    assert not shortfalls(case)
    with pytest.raises(InputError, match=r"sites\.force: names 'beta', which cannot be used"):
        tiny_case(*PICKY, "sites.force=[beta]")


def test_no_capex_limit_falls_short_of_nothing(tiny_case: TinyCase) -> None:
    """Before a chip is on sale an unlimited budget buys none, and that is not the budget's fault."""
    lines = shortfalls(tiny_case(*PICKY, "target.training_eflops=5"))
    assert [line.split(":")[1].strip() for line in lines] == ["chips"]


def test_a_supply_table_without_grid_is_told(tiny_case: TinyCase) -> None:
    case = tiny_case()
    wish = tiny_case("limits.curtailment=choose", "power.offer=[grid]").scenario
    bare = replace(case.library, supply=case.library.supply.drop(index=["grid", "grid_2"]))
    with pytest.raises(InputError, match="'grid', which is not in supply"):
        build(wish, bare)
