"""The chapters of resilience, carbon and water on settings of tests/tiny that can be solved by hand.

ONE is that of the other proofs: 50 kchips of red_old at alpha, 50 MW of IT. Air halls draw 60 MW and
420.48 GWh a year, liquid ones 55 MW and 385.44 GWh; the grid of the north emits 0.3 kt per GWh. Beta
is hot: its air halls take 1.5 L for each kWh of IT, its liquid ones 0.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dcplan.errors import InputError

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
CARBON = (*ONE, "objective=carbon")
MOST = (*ONE, "objective=max_flop", "target.training_eflops=0", "buyer.supply_frac=1")
AT_BETA = (*CAPEX, "sites.forbid=[alpha, gamma]")
PER_MW = 0.2 * 0.796
AIR, LIQUID = 1519.2, 1567.6
AIR_TCO, LIQUID_TCO = 346.654, 348.8495


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-6)


def test_carbon_least(solve: Solve) -> None:
    """Least emissions take the more frugal halls.

    **Proves** K1 and M6 (carbon): 385.44 GWh × 0.3.
    **Sensitivity** 10 kg/MWh more: 3.8544 kt.
    """
    assert solve(*CARBON).objective == near(115.632)
    assert solve(*CARBON, "zones.north.co2_kg_per_mwh+=10").objective == near(119.4864)


@pytest.mark.parametrize("limit", ["per_year", "total"])
def test_carbon_limits_bind(solve: Solve, limit: str) -> None:
    """Air halls emit 126.144 kt; with less allowed the dearer liquid ones are built.

    **Proves** K2 and K3. **Sensitivity** a limit below and one above what air emits.
    """
    assert solve(*CAPEX, f"limits.carbon_kt.{limit}=126.2").objective == near(AIR)
    assert solve(*CAPEX, f"limits.carbon_kt.{limit}=126.1").objective == near(LIQUID)


def test_carbon_limits_move_the_energy(solve: Solve) -> None:
    """Grid and gas at one site: energy shifts to the cleaner one until the limit is met.

    **Proves** K1 by supply. In 2028 a GWh of gas costs 0.053 MUSD and emits 0.2 kt, one of the grid
    0.05 and 0.3; with 123.14 kt allowed of 126.144, 30.04 GWh must move. Liquid halls are too dear.
    **Sensitivity** 1 kt less: 10 GWh more.
    """
    mixed = (
        *(*ONE, "years=[2028]", "power.offer=[grid, gas]", "supply.gas.co2_kg_per_mwh=200"),
        *("finance.gas_usd_per_mmbtu.value=6", "cooling.liquid/cold.capex_usd_per_kw_it=9000"),
    )
    for limit, moved in ((123.14, 30.04), (122.14, 40.04)):
        found = solve(*mixed, f"limits.carbon_kt.total={limit}")
        assert found.decisions["power.energy_gwh"]["alpha", "gas", 2028] == near(moved)


def test_carbon_has_a_price(solve: Solve) -> None:
    """The price of emissions is a yearly cost, and a high one pays for better halls.

    **Proves** the item carbon of M2: at 100 USD/t air's 126.144 kt cost 12.6144 MUSD.
    **Sensitivity** at 300 USD/t the 10.512 kt that liquid halls save are worth 3.1536, more than the
    2.1955 that these cost.
    """
    cheap = solve(*ONE, "money.carbon_usd_per_t=100")
    assert cheap.objective == near(AIR_TCO + 12.6144)
    dear = solve(*ONE, "money.carbon_usd_per_t={2027: 300}")
    assert dear.objective == near(LIQUID_TCO + 34.6896)


def test_carbon_embodied(solve: Solve) -> None:
    """Making the chips and halls, where the scenario counts it.

    **Proves** the embodied part of K1: 50 kchips of 200 kg, 50 MW of halls at 1,000 kg/kW.
    **Sensitivity** 100 kg more a chip: 5 kt; 100 kg more a kW: 5 kt. Not counted: no effect.
    """
    whole = (*CARBON, "carbon.embodied=true")
    assert solve(*whole).objective == near(115.632 + 10 + 50)
    assert solve(*whole, "chips.red_old.embodied_kg+=100").objective == near(180.632)
    hall = "finance.facility_embodied_kg_per_kw_it.value+=100"
    assert solve(*whole, hall).objective == near(180.632)
    assert solve(*CARBON, hall).objective == near(115.632)


def test_carbon_of_a_chip_must_be_known(solve: Solve) -> None:
    """**Proves** that a blank is no zero. **Sensitivity** a figure given in its place."""
    house = (*CARBON, "buyer.channels=[google]", "chips.only=[house]", "carbon.embodied=true")
    with pytest.raises(InputError, match=r"overrides\.chips\.house\.embodied_kg"):
        solve(*house)
    assert solve(*house, "chips.house.embodied_kg=300").objective > 0


LIMITS = ("per_year", "sites.beta", "climates.hot")


@pytest.mark.parametrize("limit", LIMITS)
def test_water_limits_choose_the_design(solve: Solve, limit: str) -> None:
    """Air halls at beta take 525.6 ML a year, liquid ones 175.2.

    **Proves** K4 and K5. Beta builds at 0.9: air 1000 + 450 + 0.7 + 18.9, liquid 1000 + 495 + 0.6 +
    16.2. **Sensitivity** a limit below and one above what air takes.
    """
    field, _, name = limit.partition(".")

    def most(ml: float) -> str:
        return f"limits.water_ml.{field}=" + (f"{{{name}: {ml}}}" if name else f"{ml}")

    assert solve(*AT_BETA, most(526)).objective == near(1469.6)
    assert solve(*AT_BETA, most(525)).objective == near(1511.8)


@pytest.mark.parametrize("limit", LIMITS)
def test_water_limits_the_load(solve: Solve, limit: str) -> None:
    """What 175.2 ML let run.

    **Proves** the litres of K4 and K5: 50 MW of liquid cooled IT. **Sensitivity** 10 % more.
    """
    field, _, name = limit.partition(".")
    for ml, it_mw in ((175.2, 50), (192.72, 55)):
        value = f"{{{name}: {ml}}}" if name else f"{ml}"
        wish = (*MOST, "sites.forbid=[alpha, gamma]", f"limits.water_ml.{field}={value}")
        assert solve(*wish).objective == near(it_mw * PER_MW)


def test_water_keeps_a_design_that_is_worse_in_all_else(solve: Solve) -> None:
    """A design that only saves water is on offer where water is limited.

    **Proves** that no design is dropped for being beaten in cost alone: liquid at the PUE and density
    of air is 45 dearer. **Sensitivity** without the limit air is built.
    """
    worse = (*AT_BETA, "cooling.liquid/hot.pue=1.4", "cooling.liquid/hot.max_rack_kw=40")
    assert solve(*worse).objective == near(1469.6)
    assert solve(*worse, "limits.water_ml.per_year=200").objective == near(1514.6)


@pytest.mark.parametrize(
    ("lose", "keep", "it_mw"),
    [
        ("site", 0.5, 150 / 1.1 + 150 / 1.2 + 120 / 1.2),
        ("site", 0.65, 100 / 0.3),
        ("zone", 0.5, 2 * 150 / 1.1),
        ("zone", 0.4, 150 / 1.1 / 0.4),
    ],
)
def test_resilience_keeps_a_share(solve: Solve, lose: str, keep: float, it_mw: float) -> None:
    """No site, or zone, may hold more than 1 − κ of the fleet.

    **Proves** R1, T11 and T12. Alpha holds 136.4 MW of IT, gamma 125, beta 100: at κ = 0.65 the first
    two may hold 0.35 each, beta has the other 0.3. Beta and gamma are one zone, alpha the other.
    **Sensitivity** κ and what is lost.
    """
    rule = (f"resilience.lose={lose}", f"resilience.keep_frac={keep}")
    assert solve(*MOST, "sites.forbid=[]", *rule).objective == near(it_mw * PER_MW)


def test_resilience_spreads_a_fleet(solve: Solve) -> None:
    """A fleet that one site could hold stands at two, and pays for the fibre between.

    **Proves** R2 and that the years are told apart: two sites of 25 MW of IT, the cheaper beta and
    alpha, joined at 40 Tb/s for 8.46 (as in the fibre chapter's proof).
    **Sensitivity** a rule for another year alone, which leaves the lone site.
    """
    both = (*CAPEX, "sites.forbid=[gamma]", "sites.min_mw=20", "fibre.speeds_tbps=[40]")
    rule = ("years=[2027, 2028]", "target.training_eflops={2027: 7.96, 2028: 7.96}")
    alpha = 25 * (10 + 1.2 * 0.32)
    beta = 25 * 9 + 35 * 0.01 + 35 * 0.27
    late = solve(*both, *rule, "resilience.lose=site", "resilience.keep_frac={2028: 0.5}")
    assert late.objective == near(1000 + alpha + beta + 8.46)
    one = solve(*both, "resilience.lose=site", "resilience.keep_frac={2027: 0.5}")
    assert one.objective == near(1000 + alpha + beta + 8.46)
    assert solve(*both).objective == near(1469.6)


def test_resilience_refuses_what_no_spread_can_keep(solve: Solve) -> None:
    """**Proves** the refusal: 0.55 takes three zones of two. **Sensitivity** 0.5 is accepted."""
    zones = (*MOST, "sites.forbid=[]", "resilience.lose=zone")
    with pytest.raises(InputError, match="takes 3 zones"):
        solve(*zones, "resilience.keep_frac=0.55")
    assert solve(*zones, "resilience.keep_frac=0.5").objective > 0


def test_resilience_is_safe_where_exchange_is_slow(solve: Solve) -> None:
    """What is left of a run slowed by its links, by the formula.

    **Proves** the safe side of R1: the rest delivers at least κ of the whole, and more than its share
    of the compute, since it waits less. **Sensitivity** at full speed it is κ itself.
    """
    rule = ("resilience.lose=site", "resilience.keep_frac=0.65")
    for speed, waits in ((40, True), (160, False)):
        found = solve(*MOST, "sites.forbid=[]", *rule, f"fibre.speeds_tbps=[{speed}]")
        run, whole = found.case.training, found.decisions["training.compute_eflops"][2027]
        rest = whole - max(found.decisions["training.site_eflops"].values())
        left = run.delivered_eflops(rest, speed) / run.delivered_eflops(whole, speed)
        assert left > 0.7 if waits else left == near(0.65)
