"""Rates, rising prices, debt and contracts by hand, on the fleet of one site of test_model_proofs.py.

Undiscounted, its cost of one year, 346.654 MUSD, is by item

    chips     1000 × (1 + 0.03 − 3/4)      280      upkeep, tax and insurance 3 %, life 4 years
    facility   500 × (1 + 0.03 − 19/20)     40      3 %, 20 years
    land       1.2 × (1 − 1)                 0      never wears out
    power       18 × (1 + 0.01 − 39/40)      0.63   tax and insurance, 40 years
    energy     420.48 GWh × 0.05            21.024
    staff                                    5
"""

from __future__ import annotations

import pytest

from dcplan.errors import InputError

from .test_model_proofs import CAPEX, MOST, ONE, Solve, near
from .test_power_proofs import BRIDGE

ALL = 346.654
ITEMS = {
    **{"chips": 280, "facility": 40, "land": 0, "power": 0.63, "energy": 21.024, "staff": 5},
    "fibre": 0,
}


def worth(rate: float, years: float) -> float:
    """Of yearly payments of 1, the first at once."""
    return sum((1 + rate) ** -t for t in range(int(years)))


@pytest.mark.parametrize("item", ITEMS)
def test_prices_rise(solve: Solve, item: str) -> None:
    """A rise of an item makes its purchase, its upkeep and what is left of it dearer alike.

    **Proves** the prices of M: 2027 is one year from the base year, so 10 % is 10 % of the item.
    **Sensitivity** two years from it, 21 %.
    """
    rises = f"money.escalation.{item}=0.1"
    assert solve(*ONE, rises).objective == near(ALL + 0.1 * ITEMS[item])
    longer = solve(*ONE, rises, "money.base_year=2025").objective
    assert longer == near(ALL + 0.21 * ITEMS[item])


def test_prices_rise_by_the_year(solve: Solve) -> None:
    """Each year has its own price, and what was bought is kept up at the price of the year.

    **Proves** the years of M's prices: over 2027 and 2028 energy costs 1.1 and 1.21 times what it
    did, halls bought in 2027 cost 1.1 and are kept up at 1.1 and 1.21 times 15, with 18 of 20 left.
    **Sensitivity** falling, chips for 2028 alone cost 0.81 of their price and not 0.9.
    """
    two = (*ONE, "years=[2027, 2028]")
    flat = solve(*two).objective
    energy = solve(*two, "money.escalation.energy=0.1").objective
    assert energy == near(flat + 21.024 * (1.1 + 1.21 - 2))
    halls = solve(*two, "money.escalation.facility=0.1").objective
    assert halls == near(flat + 0.1 * 500 * (1 - 18 / 20) + 15 * (1.1 + 1.21 - 2))
    later = (*CAPEX, "years=[2027, 2028]", "target.training_eflops={2027: 0, 2028: 7.96}")
    assert solve(*later, "money.escalation.chips=-0.1").objective == near(1519.2 - 190)


def test_a_price_of_its_year_stands(solve: Solve) -> None:
    """A price path is what is paid in its year, whatever chips do.

    **Proves** the exception of M's prices, and that upkeep starts from what was paid.
    **Sensitivity** without the path, 10 % of the chips' 280.
    """
    rises = (*ONE, "money.escalation.chips=0.1")
    assert solve(*rises, "chip_prices.red_old/2027.price_usd=20000").objective == near(ALL)
    assert solve(*rises).objective == near(ALL + 28)


def test_purchases_are_repaid_at_their_own_rate(solve: Solve) -> None:
    """Each class is repaid at its rate, and what falls in the plan is discounted at the plan's.

    **Proves** M3 with rates by class at a discount rate of 10 %: of chips at 20 % one payment of
    1000 / (1 + 1/1.2 + … ), of halls at 5 %, of the connection at 15 %, of land a year's interest
    at 25 %, paid at once: 1.2 × 0.25 / 1.25.
    **Sensitivity** all at 10 %, the annuities of the discount rate.
    """
    discounted = (*ONE, "money.discount_rate=0.1")
    rates = "money.wacc={chips: 0.2, facility: 0.05, power: 0.15, land: 0.25}"
    paid = 1000 / worth(0.2, 4) + 500 / worth(0.05, 20) + 18 / worth(0.15, 40) + 1.2 * 0.2
    assert solve(*discounted, rates).objective == near((paid + 71.204) / 1.1)
    same = "money.wacc={chips: 0.1, facility: 0.1, power: 0.1, land: 0.1}"
    assert solve(*discounted, same).objective == near(solve(*discounted).objective)


def test_a_residual_value_may_be_less_than_nothing(solve: Solve) -> None:
    """What is worn out at the end has cost its price and the interest.

    **Proves** M3 where chips are used up within the plan, and the sign of residual_musd: lives of two
    years, all but land repaid in 2027 and 2028; chips at 45 %: 2000 / (1 + 1/1.45) = 1183.673.
    **Sensitivity** without the rate, 183.673 less.
    """
    lives = ("chips.red_old.life_years=2", "supply.grid.life_years=2")
    two = (*ONE, "years=[2027, 2028]", *lives, "finance.facility_life_years.value=2")
    dear = solve(*two, "money.wacc.chips=0.45")
    more = 2000 / (1 + 1 / 1.45) - 1000
    assert dear.decisions["money.residual_musd"][None] == near(1.2 - more)
    assert dear.objective == near(solve(*two).objective + more)


def test_a_contract_that_ends_is_paid_off(solve: Solve) -> None:
    """Engines that are given up cost their payments until the end, and then all that is still owed.

    **Proves** P9 and P10 with a rate of their class, at 25 %. Engines of 3.75 are paid 3 times of 20,
    then the rest is owed; the connection, 18, twice of 40. Undiscounted, they cost 3.75 and 0.9.
    **Sensitivity** with no rate of its own.
    """
    a = worth(0.25, 20)
    engines = 3.75 * (3 / a + worth(0.25, 17) / a)
    more = engines - 3.75 + 36 / worth(0.25, 40) - 0.9
    dear = solve(*BRIDGE, "money.wacc.power=0.25")
    assert dear.decisions["power.contracted_mw"]["alpha", "rent", 2028] == pytest.approx(
        0, abs=1e-6
    )
    assert dear.objective == near(solve(*BRIDGE).objective + more)


def test_debt_limit_binds(solve: Solve) -> None:
    """What a limit on debt lets the fleet buy.

    **Proves** M8. After the payments of 2027 a fleet of 7.96 EFLOP/s owes 3/4 of its chips, 19/20 of
    its halls, 39/40 of its connection and all of its land: 1243.75 MUSD, of which 0.8 are borrowed.
    **Sensitivity** half the share carries twice the fleet; chips repaid at 25 % owe
    (1 − 0.8³) / (1 − 0.8⁴) of 1000.
    """
    limited = (*MOST, "limits.debt_busd=0.995")
    assert solve(*limited, "money.debt_frac=0.8").objective == near(7.96)
    assert solve(*limited, "money.debt_frac=0.4").objective == near(2 * 7.96)
    owed = 1243.75 - 750 + 1000 * (1 - 0.8**3) / (1 - 0.8**4)
    dear = solve(*limited, "money.debt_frac=0.8", "money.wacc.chips=0.25").objective
    assert dear == near(7.96 * 1243.75 / owed)


def test_debt_is_paid_down(solve: Solve) -> None:
    """A year later a payment more is made, so a limit on that year alone allows more.

    **Proves** M8 by year: at the end of 2028 a fleet bought in 2027 owes 500 + 450 + 1.2 + 17.1.
    **Sensitivity** the same limit on 2027.
    """
    two = (*MOST, "years=[2027, 2028]", "money.debt_frac=1")
    late = solve(*two, "limits.debt_busd={2028: 0.9683}").objective
    early = solve(*two, "limits.debt_busd={2027: 1.24375, 2028: 0.9683}").objective
    assert early == near(2 * 7.96)
    assert late > early


def test_land_staff_tax_and_insurance_are_paid(solve: Solve) -> None:
    """Land by the acre, staff by the MW, tax and insurance by the price of what stands.

    **Proves** the posts of H, C and P to M1 and M2, land apart from tax: 60 MW × 2 acres × 0.01 = 1.2;
    50 MW / 100 × 50 × 0.2 = 5; 0.6 % and 0.4 % of 1518.
    **Sensitivity** each twice as much.
    """
    assert solve(*CAPEX, "sites.alpha.land_usd_per_acre*=2").objective == near(1519.2 + 1.2)
    assert solve(*CAPEX, "finance.land_acres_per_mw.value*=2").objective == near(1519.2 + 1.2)
    for item, musd in (
        ("staff_fte_per_100mw", 5),
        ("staff_usd_per_fte_year", 5),
        ("property_tax_frac", 0.006 * 1518),
        ("insurance_frac", 0.004 * 1518),
    ):
        assert solve(*ONE, f"finance.{item}.value*=2").objective == near(ALL + musd)


def test_take_or_pay(solve: Solve) -> None:
    """Energy that is contracted and not needed is paid for.

    **Proves** P11. 75 MW of engines at 0.8 carry 60 MW; they could give 75 × 0.9 × 8.76 = 591.3 GWh,
    of which 80 % are 473.04, 52.56 more than the 420.48 that the load takes, at 0.037.
    **Sensitivity** 70 %, 413.91 GWh, is less than is taken and costs nothing.
    """
    rented = (*ONE, "power.offer=[rent]")
    free = solve(*rented).objective
    assert solve(*rented, "supply.rent.min_take_frac=0.8").objective == near(free + 52.56 * 0.037)
    assert solve(*rented, "supply.rent.min_take_frac=0.7").objective == near(free)


def test_a_charge_by_power_is_part_of_the_price(solve: Solve) -> None:
    """A connection in full use costs the zone's price; one that stands idle pays the charge.

    **Proves** the energy price of P: 70.08 USD/kW a year are 10 USD/MWh over 0.8 × 8760 h. In 2028
    half of 60 MW are not used any more: 30 × 0.07008.
    **Sensitivity** twice the charge; more than the zone's price is refused.
    """
    charge = "supply.grid.fixed_usd_per_kw_year"
    assert solve(*ONE, f"{charge}=70.08").objective == near(ALL)
    half = (*ONE, "years=[2027, 2028]", "target.training_eflops={2027: 7.96, 2028: 3.98}")
    half = (*half, "sites.min_mw=20")
    flat = solve(*half).objective
    assert solve(*half, f"{charge}=70.08").objective == near(flat + 30 * 0.07008)
    assert solve(*half, f"{charge}=140.16").objective == near(flat + 60 * 0.07008)
    with pytest.raises(InputError, match="more than the whole price of energy in some zone"):
        solve(*ONE, f"{charge}=400")


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("money.wacc={chips: 0.2, facility: 0.05, power: 0.15, fibre: 0.03, land: 0.12}",),
        ("money.escalation={chips: -0.1, facility: 0.03, energy: 0.05}", "money.wacc.chips=0"),
        ("money.discount_rate=0", "money.wacc={land: 0.05, chips: 0.1}", "power.offer=[grid]"),
    ],
    ids=" ".join,
)
def test_cost_of_the_years_is_the_total_cost(solve: Solve, settings: tuple[str, ...]) -> None:
    """The yearly costs of the summary, discounted, are the objective: nothing is left to add.

    **Proves** M3 and M6 (tco) against payments by year, on a fleet that grows over two years.
    **Sensitivity** any share of a price that payments and residual value do not both count.
    """
    found = solve(*settings)
    summary, money = found.plan().summary, found.case.scenario.money
    years = zip(summary.year, summary.year_busd, strict=True)
    total = sum(1e3 * busd * (1 + money.discount_rate) ** (2026 - y) for y, busd in years)
    assert total == near(found.objective)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (("money.debt_frac=0.5",), "has no effect without limits.debt_busd"),
        (("limits.debt_busd=5",), "needs money.debt_frac"),
        (("years=[2026]", "money.escalation.land=0.1"), "the base year is the only plan year"),
        (("money.escalation.carbon=0.1",), "is not a known field"),
        (
            (*BRIDGE, "money.escalation.power=-0.4"),
            "an older contract of rent is worth more than a newer one",
        ),
    ],
)
def test_what_cannot_work_is_refused(solve: Solve, settings: tuple[str, ...], words: str) -> None:
    """**Proves** that a field is refused where it would do nothing, or wrong. **Sensitivity** each."""
    with pytest.raises(InputError, match=words):
        solve(*settings)
