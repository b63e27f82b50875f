"""A fleet that stands, on settings of tests/tiny that can be solved by hand.

Of tests/tiny/fleet, ONE takes over alpha alone: air halls of 50 MW (IT), a grid connection of 60 MW, 20
kchips of red_old (0.2 EFLOP/s and 1 MW a kchip) of 2025, and 10 kchips of house (1 EFLOP/s and 1 MW a
kchip, for 12000 USD each) of 2026, which this buyer could not buy. Both live four years. Goodput is
0.796. On the conduits alpha–j1 and j1–j2 stand a cable and equipment of 40 and 100 Tb/s:

    alpha–j1   30 km   0.3 + 4 × 0.2 + 0.04      1.14 MUSD
    j1–j2     200 km   2 + 5 × 0.4 + 0.2         4.2 MUSD
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dcplan.audit
from dcplan import case as cases
from dcplan import scenario
from dcplan.errors import InputError
from dcplan.plan import digest_of, load, save

Solve = Callable[..., Any]
TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"

FLEET = (
    "existing=./fleet",
    "years=[2027]",
    "money.discount_rate=0",
    "limits=null",
    "chips.only=[red_old]",
    "power.offer=[grid]",
)
ONE = (*FLEET, "sites.existing=[alpha]", "sites.forbid=[beta, gamma]")
MOST = (*ONE, "objective=max_flop", "target.training_eflops=0", "buyer.supply_frac=1")
NO_ROOM = ("zones.north.headroom_05pct_mw=0", "zones.north.headroom_025pct_mw=0")


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-6)


def test_what_stands_is_kept_up_and_not_paid_again(solve: Solve) -> None:
    """House alone meets the target: no capex, no residual value, upkeep of all that stands.

    **Proves** S7, H11 and C11 and the constants of M2. 10 MW of IT draw 12 MW: energy 4.2048. Tax on
    power 0.18, chips 3 % of 20 × 20 + 10 × 12 = 15.6, halls 3 % of 500 = 15, staff 5, fibre 1 % of 5.34
    and 230 km × 0.00025 = 0.1109.
    **Sensitivity** house dearer by 1000 USD: 10 MUSD × 0.03 more.
    """
    tco = (*ONE, "target.training_eflops=7.96")
    found = solve(*tco)
    assert found.decisions["money.capex_musd"][2027] == pytest.approx(0, abs=1e-6)
    assert found.decisions["money.residual_musd"][None] == pytest.approx(0, abs=1e-6)
    assert found.objective == near(4.2048 + 0.18 + 15.6 + 15 + 5 + 0.1109)
    dearer = solve(*tco, "fleet_chips.alpha/house/2026.paid_usd=13000").objective
    assert dearer == near(found.objective + 0.3)


def test_only_growth_is_bought(solve: Solve) -> None:
    """20 computed: 14 of what stands, 6 of 30 kchips more, in 10 MW of halls and 12 of grid more.

    **Proves** C11, H5, H11 and P1 with what stood: 600 + 100 + 0.24 + 3.6 MUSD.
    **Sensitivity** 10 MW more of halls and 12 of grid that stand spare those.
    """
    capex = (*ONE, "objective=capex", "target.training_eflops=15.92")
    assert solve(*capex).objective == near(703.84)
    larger = ("fleet_sites.alpha.built_it_mw=60", "fleet_power.alpha/grid.contracted_mw=72")
    assert solve(*capex, *larger).objective == near(600)


YEARLY = {
    **{"energy": 4.2048, "power": 0.18, "chips": 15.6, "facility": 15, "staff": 5},
    **{"fibre": 0.1109, "land": 0},
}


@pytest.mark.parametrize("item", YEARLY)
def test_upkeep_of_what_stands_rises(solve: Solve, item: str) -> None:
    """The costs of test_what_stands_is_kept_up_and_not_paid_again, two years at rising prices.

    **Proves** the prices of M on what stood: 2027 and 2028 cost 1.1 and 1.21 times the base year.
    **Sensitivity** each item by itself; the price of land changes nothing.
    """
    two = (*ONE, "target.training_eflops=7.96", "years=[2027, 2028]")
    found = solve(*two, f"money.escalation.{item}=0.1")
    assert found.objective == near(2 * sum(YEARLY.values()) + YEARLY[item] * (1.1 + 1.21 - 2))
    assert dcplan.audit.audit(found.plan()).passed


def test_growth_is_bought_at_rising_prices_and_owed_alone(solve: Solve) -> None:
    """What is added of test_only_growth_is_bought costs a tenth more a year from the base year.

    **Proves** that rises, rates by class and debt (M3, M8) bear on growth alone: after a payment, 3/4 of
    the chips' 600 are owed, 19/20 of the halls' 100, 39/40 of the grid's 3.6 and the land's 0.24.
    **Sensitivity** what stands alone owes nothing at any rate.
    """
    rises = "money.escalation={chips: 0.1, facility: 0.1, land: 0.1, power: 0.1, fibre: 0.1}"
    dear = (
        *ONE,
        rises,
        "target.training_eflops=15.92",
        "limits.debt_busd=1",
        "money.debt_frac=0.5",
    )
    plan = solve(*dear, "objective=capex").plan()
    assert plan.summary.capex_busd.item() == near(1.1 * 703.84 / 1e3)
    owed = 600 * 3 / 4 + 100 * 19 / 20 + 3.6 * 39 / 40 + 0.24
    assert plan.summary.debt_busd.item() == near(0.5 * 1.1 * owed / 1e3)
    assert dcplan.audit.audit(plan).passed
    idle = (*ONE, "target.training_eflops=7.96", "money.debt_frac=1", "limits.debt_busd=0.001")
    found = solve(*idle, "money.wacc={chips: 0.2, facility: 0.2, power: 0.2}")
    assert found.objective == near(sum(YEARLY.values()))
    assert found.plan().summary.debt_busd.item() == pytest.approx(0, abs=1e-9)


def test_old_chips_go_at_the_end_of_their_life(solve: Solve) -> None:
    """14 computed: free in 2028, the last year of red_old of 2025; 20 kchips anew for 2029.

    **Proves** the years of C11. **Sensitivity** bought a year later they live through 2029.
    """
    both = (*ONE, "objective=capex", "years=[2028, 2029]", "target.training_eflops=11.144")
    assert solve(*both).objective == near(400)
    assert solve(*both, "chips.red_old.life_years=5").objective == pytest.approx(0, abs=1e-6)


def test_what_stands_takes_up_no_headroom(solve: Solve) -> None:
    """No headroom: 60 MW of grid that stands feed 50 MW of IT, 10 house and 40 red_old.

    **Proves** P3 and the largest load of a site. **Sensitivity** 12 MW of headroom carry 10 more.
    """
    assert solve(*MOST, *NO_ROOM).objective == near((10 + 8) * 0.796)
    more = solve(*MOST, "zones.north.headroom_05pct_mw=12", NO_ROOM[1])
    assert more.objective == near((10 + 10) * 0.796)


def test_limits_below_what_stands(solve: Solve) -> None:
    """A fleet limit of 6 MW idles all but 5 kchips of house; a site limit of 50 MW only stops growth.

    **Proves** that H4 asks nothing of a site that stands, and H3 and H10 at its size.
    **Sensitivity** both limits; a new site of so little power could not open.
    """
    assert solve(*MOST, "limits.power_gw=0.006").objective == near(5 * 0.796)
    small = solve(*MOST, "sites.max_mw=50")
    assert small.objective == near((10 + 8) * 0.796)
    assert dcplan.audit.audit(small.plan()).passed


def test_a_contract_that_stood_may_end(solve: Solve) -> None:
    """Beta's rented engines cost 20 × 0.3 a year and a tax of 0.009: nothing needs them.

    **Proves** P1 where what stood may end, at no loss of residual value. Halls 30 × 9.9 × 0.03, staff 3,
    chips 10 × 24 × 0.03, grid 20 × 0.27 × 0.01, fibre 0.042 + 0.05: the link at alpha is another's.
    **Sensitivity** for least capex they stay: ending them saves none.
    """
    beta = (*FLEET, "sites.existing=[beta]", "sites.forbid=[alpha, gamma]", "target=null")
    idle = ("target.training_eflops=0",)
    found = solve(*beta, *idle)
    assert found.objective == near(8.91 + 3 + 7.2 + 0.054 + 0.092)
    rows = found.plan().power.set_index("supply")
    assert rows.ended_mw["rent"] == near(20)
    kept = solve(*beta, *idle, "objective=capex").decisions
    assert kept["power.contracted_mw"]["beta", "rent", 2027] == near(20)


def test_energy_of_a_contract_that_stood_is_paid_for(solve: Solve) -> None:
    """Beta's engines without a yearly cost of their own, of whose energy half must be paid for.

    **Proves** P11 on what stood: for least capex they stay, with 20 × 0.9 × 8.76 / 2 GWh unused.
    **Sensitivity** for least cost of all they end, though nothing else of them costs anything.
    """
    beta = (*FLEET, "sites.existing=[beta]", "sites.forbid=[alpha, gamma]", "target=null")
    take = (*beta, "target.training_eflops=0", "supply.rent.min_take_frac=0.5")
    free = (*take, "supply.rent.fixed_usd_per_kw_year=0", "supply.rent.capex_usd_per_kw=0")
    kept = solve(*free, "objective=capex").plan()
    rows = kept.power.set_index("supply")
    assert rows.unused_gwh["rent"] == near(20 * 0.9 * 8.76 / 2)
    assert dcplan.audit.audit(kept).passed
    ended = solve(*free).plan().power.set_index("supply")
    assert ended.ended_mw["rent"] == near(20)
    assert ended.unused_gwh["rent"] == 0


@pytest.mark.parametrize(("speed", "musd"), [(40, 4.44), (160, 6.96 + 2.52 + 1.32)])
def test_fibre_that_stands_counts_towards_a_link(solve: Solve, speed: int, musd: float) -> None:
    """Both sites stand and must be joined: beta–j2 is new, the rest is lit or raised.

    **Proves** the price of L2's corridors less what stands, never below 0. At 160 Tb/s alpha–j1 is
    0.3 + 3.2 + 0.16 = 3.66, of which 1.14 stands; j1–j2 5.52, of which 4.2.
    **Sensitivity** the speed.
    """
    both = (*FLEET, "sites.forbid=[gamma]", "target.training_eflops=0", "objective=capex")
    found = solve(*both, f"fibre.speeds_tbps=[{speed}]")
    assert found.objective == near(musd)
    assert dcplan.audit.audit(found.plan()).passed


def test_without_a_fleet_no_row_is_written(tiny_case: Callable[..., cases.Case]) -> None:
    """**Proves** that the option adds nothing where it is not used. **Sensitivity** any new row."""
    from dcplan import model

    m = model.build(tiny_case())
    assert m.chips.component("kept") is None
    assert not len(m.sites.stands)
    assert not len(m.halls.standing_halls)
    assert not len(m.halls.houses_old)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (("existing=memphis",), "existing: is 'memphis'; it must be a name that ships (us-2026)"),
        (("existing=./grid",), "fleet_sites.csv: is missing"),
        (("existing=us-2026",), "has a site 'colossus_1_tn' that library.sites has not"),
        (
            ("sites.existing=[alfa]",),
            "sites.existing: names 'alfa', which is not a site of the exi",
        ),
        (("sites.forbid=[beta]",), "sites.forbid: names 'beta', which stands already"),
        (("sites.force=[beta]",), "sites.force: names 'beta', which stands already; it is open"),
        (("sites.max_sites=1",), "sites.max_sites: is 1; 2 sites stand already or are forced"),
        (
            ("sites.max_sites_per_zone=1", "sites.gamma.zone=south", "sites.alpha.zone=south"),
            "sites.max_sites_per_zone: is 1; 2 sites stand already in south",
        ),
        (("limits.pue_site=1.19",), "limits.pue_site: is 1.19; the halls at 'alpha' have 1.2"),
        (
            ("years=[2026, 2027]", "target.training_eflops=0", "limits=null"),
            "alpha/house/2026: was bought in 2026; the plan starts in 2026",
        ),
        (("chips.house.rack_kw=41",), "has racks of 41 kW; air at 'alpha' holds 40"),
        (("chips.house.trains=no",), "alpha/house/2026: is not a training chip"),
        (("fleet_sites.alpha.cooling=lake",), "has 'lake', which cooling.csv has not for cold"),
        (("supply.rent.max_mw=10",), "fleet_power.csv rent: stands with 20 MW; supply.csv has max"),
        (("supply.rent.zone=north",), "beta/rent: is in south; this supply is had only in north"),
        (("fibre.max_link_km=150",), "fleet_links.csv j1/j2: is no row of corridors.csv, or is lo"),
        (
            ("fibre.topology=survivable",),
            "has 'alpha' and 'beta', which no candidate corridors join",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_fleet_that_does_not_fit_is_refused(settings: tuple[str, ...], line: str) -> None:
    """**Proves** that each contradiction is told in a line. **Sensitivity** one setting each."""
    with pytest.raises(InputError) as caught:
        wish = scenario.read(TINY, ("existing=./fleet", *settings))
        cases.build(wish, cases.read_library(wish))
    assert line in str(caught.value)


def test_sites_of_no_fleet_are_refused() -> None:
    """**Proves** that a choice among what does not stand is told. **Sensitivity** the fleet."""
    with pytest.raises(InputError, match="has no effect without a fleet"):
        scenario.read(TINY, ("sites.existing=[alpha]",))


def test_a_plan_folder_holds_its_fleet(solve: Solve, tmp_path: Path) -> None:
    """**Proves** that a saved plan can be read, audited and built again. **Sensitivity** a file less."""
    plan = solve("existing=./fleet").plan()
    save(plan, tmp_path / "plan")
    again = load(tmp_path / "plan")
    assert digest_of(again.scenario) == digest_of(plan.scenario)
    assert dcplan.audit.audit(again).passed
    inputs = scenario.read(tmp_path / "plan" / "inputs" / "scenario.yaml")
    assert cases.build(inputs, cases.read_library(inputs)).sites.stood == ("alpha", "beta")
