"""What rules on buying do to one site of tests/tiny that can be solved by hand.

The fleet of test_model_proofs.py: a target of 7.96 EFLOP/s is 50 kchips of red_old at 20 MUSD and
1 MW a kchip; every MW of IT costs 10.384 MUSD of halls, land and grid; 1519.2 MUSD in all. With BOTH,
15.92 EFLOP/s are 25 kchips of blue (all its supply; 24 MUSD, 1.6 MW, twice the rate) and 50 of
red_old: 2534.56. A kchip of blue less takes two of red_old more: 40 − 24 + 0.4 × 10.384 = 20.1536.
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
BOTH = (*CAPEX, "chips.only=[red_old, blue]", "target.training_eflops=15.92")
LESS_BLUE = 20.1536
MW = 10.384


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-6)


def lot(chip: str, chips: float, usd: float, **more: object) -> str:
    words = "".join(f", {key}: {value}" for key, value in more.items())
    return f"commitments=[{{name: x, chip: {chip}, year: 2027, lot_chips: {chips}, price_usd: {usd}{words}}}]"


def test_whole_pods(solve: Solve) -> None:
    """Pods are bought whole, and what is left over stands idle.

    **Proves** C6. 50 kchips are 7.14 pods of 7,000: eight pods, six kchips of 20 MUSD more, while
    halls and power stay. As the whole system of 72 needs 694.4, 695 are bought.
    **Sensitivity** pods of 5,000 fit: nothing more.
    """
    pods = (*CAPEX, "chips.whole_pods=[red_old]")
    found = solve(*pods, "chips.red_old.pod_chips=7000")
    assert found.objective == near(1519.2 + 120)
    assert found.decisions["chips.pods"]["alpha", "red_old", 2027] == near(8)
    assert solve(*pods, "chips.red_old.pod_chips=72").objective == near(1519.2 + 0.8)
    assert solve(*pods, "chips.red_old.pod_chips=5000").objective == near(1519.2)
    everything = (*CAPEX, "chips.whole_pods=all", "chips.red_old.pod_chips=7000")
    assert solve(*everything).objective == near(1519.2 + 120)


def test_network_draws_and_costs(solve: Solve) -> None:
    """The network's share comes on top of the bare system.

    **Proves** C1's load and the price with network_w and network_usd: at 100 W and 1000 USD a chip
    50 kchips cost 50 MUSD more and draw 5 MW more.
    **Sensitivity** another network at half of both: half of it.
    """
    with_it = (*CAPEX, "chips.red_old.network_usd=1000", "chips.red_old.network_w=100")
    assert solve(*with_it).objective == near(1519.2 + 50 + 5 * MW)
    half = (*CAPEX, "chips.red_old.network_usd=500", "chips.red_old.network_w=50")
    assert solve(*half).objective == near(1519.2 + 25 + 2.5 * MW)


def test_networks_choose_chips(solve: Solve) -> None:
    """**Proves** that chips.networks leaves the rest out. **Sensitivity** the network that blue has."""
    wired = (
        *BOTH,
        "chips.only=null",
        "chips.blue.network=ethernet_clos",
        "chips.red_old.network=infiniband_clos",
    )
    assert solve(*wired).objective == near(2534.56)
    both = "chips.networks=[ethernet_clos, infiniband_clos]"
    assert solve(*wired, both).objective == near(2534.56)
    one = solve(*wired, "chips.networks=[infiniband_clos]")
    assert one.objective == near(2 * 1519.2)


def test_failed_domains_are_out_until_mended(solve: Solve) -> None:
    """Chips that fail together take their rate along while they are mended.

    **Proves** the rate under chips.repair_hours: 10 failures per million chip hours in domains of
    100 chips are one in 1000 hours; 100 hours to mend leave 1/1.1, so 10 % more of everything.
    **Sensitivity** domains of 50 chips: 5 % more.
    """
    mended = (*CAPEX, "chips.repair_hours=100", "chips.red_old.failures_per_mhour=10")
    assert solve(*mended, "chips.red_old.domain_chips=100").objective == near(1519.2 * 1.1)
    assert solve(*mended, "chips.red_old.domain_chips=50").objective == near(1519.2 * 1.05)


def test_wafers_are_shared(solve: Solve) -> None:
    """Chips of one packaging share its wafers.

    **Proves** C5. Half of 40,000 wafers at one blue each are 20 kchips, five less than the supply.
    When red_old shares it at a hundred chips a wafer, b + r / 100 = 20 and 0.4 b + 0.2 r = 20.
    **Sensitivity** two blue a wafer: nothing binds.
    """
    wafers = (*BOTH, "buyer.wafer_frac=0.5", "chips.blue.packaging=plate")
    assert solve(*wafers, "chips.blue.per_wafer=1").objective == near(2534.56 + 5 * LESS_BLUE)
    assert solve(*wafers, "chips.blue.per_wafer=2").objective == near(2534.56)
    shared = ("chips.red_old.packaging=plate", "chips.red_old.per_wafer=100")
    blue = (20 - 1) / (1 - 0.02)
    found = solve(*wafers, "chips.blue.per_wafer=1", *shared)
    assert found.objective == near(2534.56 + (25 - blue) * LESS_BLUE)


def test_vendor_share_of_capex(solve: Solve) -> None:
    """A vendor's share of what chips cost in a year.

    **Proves** C4. Blue may be 30 % of the bill: 24 b = 0.3 (24 b + 20 r) with 0.4 b + 0.2 r = 20,
    so b = 20.8333. A lot of blue at another price counts at that: 10 kchips at 48 are 240 more.
    **Sensitivity** 40 % binds nothing; 24 × 25 of 1600 are 37.5 %.
    """
    assert solve(*BOTH, "limits.vendor_capex_frac.Blue=0.4").objective == near(2534.56)
    found = solve(*BOTH, "limits.vendor_capex_frac.Blue=0.3")
    assert found.objective == near(2534.56 + (25 - 125 / 6) * LESS_BLUE)
    dear = lot("blue", 10000, 48000, mandatory="true")
    found = solve(*BOTH, "limits.vendor_capex_frac.Blue=0.3", dear)
    # 24 b + 240 = 0.3 (24 b + 240 + 20 r), 0.4 b + 0.2 r = 20
    blue = (0.3 * (240 + 2000) - 240) / (24 - 0.3 * (24 - 40))
    assert found.objective == near(2534.56 + 240 + (25 - blue) * LESS_BLUE)


def test_kinds_of_chip_at_a_site(solve: Solve) -> None:
    """One kind a site: all red_old, or as much blue as there is and no more.

    **Proves** C7 and C8: with one kind alpha is all red_old, 100 kchips for twice ONE.
    **Sensitivity** two kinds bind nothing.
    """
    assert solve(*BOTH, "sites.max_chip_types=1").objective == near(2 * 1519.2)
    assert solve(*BOTH, "sites.max_chip_types=2").objective == near(2534.56)


def test_lots(solve: Solve) -> None:
    """A lot is taken when it is cheap, or when it must be, at its own price.

    **Proves** C2, C9, C10 and the money of lots. 10 kchips of red_old at 15 in place of 20: 50 less.
    At 25 it is left, or 50 more where it must be signed; in the tco they weigh 1 + 0.03 − 0.75.
    **Sensitivity** a lot of 60 kchips at 25 is more than anyone needs: 10 kchips stand idle.
    """
    assert solve(*CAPEX, lot("red_old", 10000, 15000)).objective == near(1519.2 - 50)
    assert solve(*CAPEX, lot("red_old", 10000, 25000)).objective == near(1519.2)
    due = lot("red_old", 10000, 25000, mandatory="true")
    assert solve(*CAPEX, due).objective == near(1519.2 + 50)
    assert solve(*ONE, due).objective == near(346.654 + 50 * 0.28)
    large = lot("red_old", 60000, 25000, mandatory="true")
    assert solve(*CAPEX, large).objective == near(1519.2 + 500)


def test_lots_come_beside_the_market(solve: Solve) -> None:
    """A lot counts neither against the buyer's supply nor against its wafers.

    **Proves** the lots in C2 and C5: one kchip of blue more than the supply, at 25 in place of 24.
    With wafers for 20 kchips the lot makes it 21.
    **Sensitivity** the lot's size: two kchips save twice as much.
    """
    for chips in (1000, 2000):
        found = solve(*BOTH, lot("blue", chips, 25000))
        assert found.objective == near(2534.56 - chips / 1000 * (LESS_BLUE - 1))
    wafers = ("buyer.wafer_frac=0.5", "chips.blue.packaging=plate", "chips.blue.per_wafer=1")
    found = solve(*BOTH, *wafers, lot("blue", 1000, 25000))
    assert found.objective == near(2534.56 + 4 * LESS_BLUE + 1)


def test_idle_chips_of_a_lot_stand_at_an_open_site(solve: Solve) -> None:
    """A lot of ten thousand more than run: all 60 kchips stand where the 50 run.

    **Proves** C12: the plan's own tables, which know open sites alone, hold the whole lot.
    **Sensitivity** the price of what stands idle.
    """
    due = lot("red_old", 60_000, 20_000, mandatory=True)
    free = (*CAPEX, "sites.forbid=[]", due)
    found = solve(*free)
    assert found.plan().chips.added.sum() == near(60_000)
    assert solve(*CAPEX, due).objective == near(1519.2 + 10 * 20)


def test_prices_by_year(solve: Solve) -> None:
    """A chip costs what it costs in the year of purchase, for as long as it stands.

    **Proves** price_{a,y} in capex, upkeep and residual. At 30 in 2027, 500 more, or 140 in the tco.
    Chips of one year's life are bought twice: 1000 in 2027 and, at half the price, 500 in 2028.
    **Sensitivity** a price in another year changes nothing.
    """
    dear = "chip_prices.red_old/2027.price_usd=30000"
    assert solve(*CAPEX, dear).objective == near(1519.2 + 500)
    assert solve(*ONE, dear).objective == near(346.654 + 500 * 0.28)
    assert solve(*CAPEX, "chip_prices.red_old/2029.price_usd=1").objective == near(1519.2)
    twice = (*CAPEX, "years=[2027, 2028]", "chips.red_old.life_years=1")
    half = solve(*twice, "chip_prices.red_old/2028.price_usd=10000")
    assert half.objective == near(1519.2 + 500)


def test_channels(solve: Solve) -> None:
    """A channel admits its owner's chips.

    **Proves** buyer.channels: house does 1 EFLOP/s a kchip, five times red_old, at half its price
    and the same power; five times the target costs 500 less.
    **Sensitivity** its price: 50 kchips × 1.
    """
    inside = (*CAPEX, "chips.only=null", "buyer.channels=[merchant, google]")
    five = (*inside, "target.training_eflops=39.8")
    assert solve(*five).objective == near(1519.2 - 500)
    assert solve(*five, "chips.house.price_usd+=1000").objective == near(1519.2 - 450)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (("buyer.channels=[merchant, gogle]",), r"no channel of any chip .* mean 'google'"),
        (("chips.networks=[tin_cans]",), r"no network of any chip"),
        (("limits.vendor_capex_frac.Rde=0.5",), r"is not a vendor of any chip"),
        (("chips.whole_pods=[blue]",), r"has no pod_chips"),
        (("chips.whole_pods=[red_old]", lot("red_old", 1000, 1)), r"has no pod_chips"),
        (("chips.whole_pods=all",), r"published no pod_chips"),
        (("chips.repair_hours=5",), r"published no domain_chips, failures_per_mhour"),
        (("buyer.wafer_frac=0.1",), r"limits nothing: no chip on offer has a packaging"),
        ((lot("house", 1000, 1),), r"commitments, x: names 'house', which cannot be offered"),
        ((lot("red_new", 1000, 1),), r"is in 2027; red_new can run from 2028 on"),
        (
            ("chips.whole_pods=all", "chips.red_old.pod_chips=72", lot("red_old", 1000, 1)),
            r"has 1,000 chips; red_old is bought in whole pods of 72",
        ),
    ],
)
def test_what_cannot_have_an_effect_is_refused(
    tiny_case: Callable[..., Any], settings: tuple[str, ...], message: str
) -> None:
    """**Proves** that no wish is silently dropped. **Sensitivity** each wish in turn."""
    with pytest.raises(InputError, match=message):
        tiny_case(*settings)
