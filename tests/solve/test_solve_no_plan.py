"""Targets out of reach: the message names what is short, and by how much.

One site, one year and red_old alone, as in the chapter proofs: 7.96 EFLOP/s take 50 MW of IT.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import dcplan.solve
from dcplan import case as cases
from dcplan.errors import NoPlan

ONE = (
    *("years=[2027]", "money.discount_rate=0", "target.training_eflops=7.96", "limits=null"),
    *("chips.only=[red_old]", "power.offer=[grid]", "sites.forbid=[beta, gamma]"),
)
NEW_IS_SCARCE = (
    *(*ONE, "years=[2028]", "target.training_eflops=15.92", "chips.only=[red_old, red_new]"),
    "chip_supply.red_new/2028.world_chips=40000",
)
TWO = ("sites.forbid=[gamma]", "sites.force=[alpha, beta]")
STANDS = ("existing=./fleet", "sites.existing=[alpha]")
FULL = (*ONE, *TWO, "sites.max_mw=60", "target.training_eflops=14.328")


def message(case: cases.Case) -> str:
    with pytest.raises(NoPlan) as caught:
        dcplan.solve.solve(case)
    assert caught.value.exit_code == 3
    return str(caught.value)


@pytest.mark.parametrize(
    ("settings", "short", "frac"),
    [
        # 40 MW / 1.1 × 0.2 × 0.796 of 7.96
        (("limits.power_gw=0.04",), "2027: power: ", 1 - 40 / 1.1 / 50),
        # 40 kchips for sale of 50
        (("buyer.supply_frac=0.1",), "2027: chips: ", 0.2),
        # 1000 MUSD of the 1500 that chips and halls cost
        (("limits.capex_busd.total=1",), "2027: capex: ", 1 / 3),
        # 1 Tb/s for the 15.92 EFLOP/s of all chips: 1 / (0.5/15.92 + 1)
        ((*TWO, "fibre.speeds_tbps=[1]"), "2027: fibre: ", 1 - 1 / (0.5 / 15.92 + 1) / 7.96),
        # house of the fleet computes 1 EFLOP/s on each of 5 MW
        ((*STANDS, "limits.power_gw=0.006"), "2027: power: ", 0.5),
        # what stands computes 14 of 20, and nothing may be spent
        (
            (*STANDS, "limits.capex_busd.total=0", "target.training_eflops=15.92"),
            "2027: capex: ",
            0.3,
        ),
    ],
    ids=["power", "chips", "capex", "fibre", "power of a fleet", "capex beside a fleet"],
)
def test_one_thing_short(
    tiny_case: Callable[..., cases.Case], settings: tuple[str, ...], short: str, frac: float
) -> None:
    """**Proves** that one scarce thing is named, alone, with the share by which it falls short.

    **Sensitivity** each amount is worked out beside its case; naming another line fails.
    """
    lines = message(tiny_case(*ONE, *settings)).splitlines()[1:]
    assert len(lines) == 1
    assert lines[0].startswith(short)
    assert f"({100 * frac:.1f} % short)" in lines[0]


def test_pue_short(tiny_case: Callable[..., cases.Case]) -> None:
    """**Proves** that a PUE no hall reaches is named with the best there is. **Sensitivity** both."""
    lines = message(tiny_case(*ONE, "limits.pue=1.05")).splitlines()[1:]
    assert lines == ["2027: PUE: the best hall at the best place has 1.1; the limit is 1.05"]
    assert dcplan.solve.solve(tiny_case(*ONE, "limits.pue=1.1")).status == "optimal"


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        # alpha holds 54.545 of 90 MW of IT at 1.1, beta the rest at 1.2: 102.545 MW, not 100.8
        ((*FULL, "limits.pue=1.12"), "limits.pue: at least 1.745 MW of overhead more (2027)"),
        # the fleet of the proofs owes 1243.75 MUSD at the end of the year, 995 of them borrowed
        (
            (*ONE, "limits.debt_busd=0.9", "money.debt_frac=0.8"),
            "limits.debt_busd: at least 0.095 BUSD more (2027)",
        ),
        # the most frugal halls draw 385.44 GWh at 0.3 kt/GWh: 115.632 kt
        (
            (*ONE, "limits.carbon_kt.total=115"),
            "limits.carbon_kt: at least 0.632 kt of CO2 more (in total)",
        ),
        # 50 MW of IT in the liquid halls of beta take 175.2 ML
        (
            (*ONE, "sites.forbid=[alpha, gamma]", "limits.water_ml.sites={beta: 170}"),
            "limits.water_ml: at least 5.2 ML more (2027)",
        ),
        # the cheapest fleet costs 1519.2 MUSD
        (
            (*ONE, "limits.capex_busd.per_year=1.51"),
            "limits.capex_busd: at least 0.0092 BUSD more (2027)",
        ),
        # 10 kchips of red_new compute 8 of 20 EFLOP/s in 20 MW, red_old the rest in 60: 88 MW
        (
            (*NEW_IS_SCARCE, "limits.power_gw=0.08"),
            "limits.power_gw: at least 0.008 GW more (2028)",
        ),
        # 80 / 1.1 MW of IT: x of red_new with 0.4 x + 0.2 (72.73 − x) = 20; 13.636 kchips of 10
        (
            (*NEW_IS_SCARCE, "limits.power_gw=0.08"),
            "supply of chips: at least 3.636 thousand chips more (2028)",
        ),
    ],
    ids=["pue", "debt", "carbon", "water", "capex", "power", "chips"],
)
def test_limits_that_conflict(
    tiny_case: Callable[..., cases.Case], settings: tuple[str, ...], line: str
) -> None:
    """**Proves** that a limit which would do if loosened alone is named with the least amount.

    **Sensitivity** each amount is worked out beside its case; solving with that much more succeeds
    (`test_the_amount_named_is_enough`).
    """
    assert line in [text.strip() for text in message(tiny_case(*settings)).splitlines()]


@pytest.mark.parametrize(
    "settings",
    [
        (*FULL, "limits.pue=1.1394"),
        (*ONE, "limits.capex_busd.per_year=1.5193"),
        (*NEW_IS_SCARCE, "limits.power_gw=0.0881"),
        (
            *(*NEW_IS_SCARCE, "limits.power_gw=0.08"),
            "chip_supply.red_new/2028.world_chips=54600",
        ),
    ],
    ids=["pue", "capex", "power", "chips"],
)
def test_the_amount_named_is_enough(
    tiny_case: Callable[..., cases.Case], settings: tuple[str, ...]
) -> None:
    """**Proves** that loosening by the amount named, and little more, gives a plan."""
    assert dcplan.solve.solve(tiny_case(*settings)).status == "optimal"


def test_least_sizes_are_part_of_the_reason(tiny_case: Callable[..., cases.Case]) -> None:
    """70 MW take two sites of at most 60, and two sites draw 40 each.

    **Proves** that S6 and H4 reach the explanation: 1 MW is missing. **Sensitivity** 80 MW do.
    """
    pair = (*ONE, "sites.forbid=[gamma]", "target.training_eflops=10.13", "sites.max_mw=60")
    text = message(tiny_case(*pair, "limits.power_gw=0.079"))
    assert "limits.power_gw: at least 0.001 GW more (2027)" in text
    assert dcplan.solve.solve(tiny_case(*pair, "limits.power_gw=0.08")).status == "optimal"


def test_no_whole_plan(tiny_case: Callable[..., cases.Case]) -> None:
    """A PUE of 1.15 takes liquid halls, 1567.6 MUSD in all; half air, half liquid takes 1543.4.

    **Proves** the message when only fractions of a design meet the limits.
    **Sensitivity** 1.5677 BUSD are enough, 1.5430 too little even for fractions.
    """
    frugal = (*ONE, "limits.pue=1.15")
    assert "no whole plan" in message(tiny_case(*frugal, "limits.capex_busd.total=1.555"))
    assert "limits.capex_busd" in message(tiny_case(*frugal, "limits.capex_busd.total=1.543"))
    enough = tiny_case(*frugal, "limits.capex_busd.total=1.5677")
    assert dcplan.solve.solve(enough).status == "optimal"
