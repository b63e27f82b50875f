"""Totals, goodput and workloads on settings of tests/tiny that can be solved by hand.

ONE, CAPEX and MOST are those of the other proofs: a thousand red_old cost 30.384 MUSD with halls, land
and power, and deliver 0.2 × 0.796 EFLOP/s; 50 thousand deliver 7.96.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Solve = Callable[..., Any]

ONE = (
    *("years=[2027]", "money.discount_rate=0", "target.training_eflops=7.96"),
    *("limits.power_gw=null", "limits.pue=null", "limits.capex_busd=null"),
    *("limits.vendor_frac=null", "chips.only=[red_old]", "power.offer=[grid]"),
    *("sites.forbid=[beta, gamma]", "sites.min_mw=1"),
)
CAPEX = (*ONE, "objective=capex")
MOST = (*ONE, "objective=max_flop", "target.training_eflops=0", "buyer.supply_frac=1")
THREE = (*MOST, "sites.forbid=[]")
FLOP = 1e18 * 365 * 24 * 3600
"""Of 1 EFLOP/s kept up for a year."""
PER_KCHIP = 30.384
ALL_KCHIPS = 150 / 1.1 + 150 / 1.2 + 120 / 1.2

approx = pytest.approx


def near(value: float) -> Any:
    return approx(value, rel=1e-6)


def total(eflops_years: float, by: int) -> tuple[str, ...]:
    flop = f"target.training_flop={eflops_years * FLOP!r}"
    return ("target.training_eflops=null", flop, f"target.by={by}")


def test_total_by_a_date(solve: Solve) -> None:
    """A fleet that stands longer delivers as much with fewer chips.

    **Proves** T15: 15.92 EFLOP/s-years are one year of 100 kchips or two of 50.
    **Sensitivity** the date; a rate beside the total: 11.94 in 2028 takes 75 kchips, and 25 of them
    in 2027 deliver the other 3.98.
    """
    two = (*CAPEX, "years=[2027, 2028]")
    assert solve(*two, *total(15.92, 2027)).objective == near(100 * PER_KCHIP)
    late = solve(*two, *total(15.92, 2028))
    assert late.objective == near(50 * PER_KCHIP)
    assert late.plan().summary.cumulated_flop.iloc[-1] == near(15.92 * FLOP)
    both = solve(*two, *total(15.92, 2028), "target.training_eflops={2027: 0, 2028: 11.94}")
    assert both.objective == near(75 * PER_KCHIP)
    assert both.decisions["training.delivered_eflops"][2027] == near(3.98)


@pytest.mark.parametrize(("wanted", "year"), [(7.9, 1), (8.0, 2), (23.8, 2), (23.9, 3)])
def test_earliest_year(solve: Solve, wanted: float, year: int) -> None:
    """The first year in which a budget has delivered the total.

    **Proves** T16 and M6 (earliest): 1519.2 MUSD a year buy 50 kchips each, so 7.96 are delivered by
    the end of 2027 and 7.96 + 15.92 by that of 2028.
    **Sensitivity** a total on either side of both.
    """
    wish = (*ONE, "objective=earliest", "years=[2027, 2028, 2029]", *total(wanted, 2029))
    assert solve(*wish, "limits.capex_busd.per_year=1.5192").objective == near(year)


def test_goodput_of_chips_in_step(solve: Solve) -> None:
    """One chip more than a row knows is worth the next row.

    **Proves** D1, D2, D6 to D8 and T1 without its goodput: up to 10 kchips keep 0.9, up to 50 0.8, up
    to 200 0.6. 50 kchips at 0.8 deliver 7.96, as with the preset's 0.8.
    **Sensitivity** 1 % more takes 50.5 × 0.8 / 0.6 kchips; 10 at 0.9 deliver 1.791. The preset's own
    goodput no longer counts.
    """
    table = (*CAPEX, "workload.recovery=restart_1min")
    assert solve(*table).objective == near(50 * PER_KCHIP)
    more = solve(*table, "target.training_eflops=8.0396").objective
    assert more == near(50.5 * 0.8 / 0.6 * PER_KCHIP)
    # a better chip that nobody buys leaves the count as it is
    dear = ("chips.only=[red_old, blue]", "chips.blue.price_usd=10000000")
    assert solve(*table, "target.training_eflops=8.0396", *dear).objective == near(more)
    few = solve(*table, "target.training_eflops=1.791", "workloads.step.goodput_frac=0.1")
    assert few.objective == near(10 * PER_KCHIP)
    assert few.plan().summary.domain_chips[0] == near(10_000)


@pytest.mark.parametrize(("last_row", "fleet", "by_site"), [(0.6, 120.0, 0.48), (0.3, 60.0, 0.0)])
def test_goodput_by_domain(solve: Solve, last_row: float, fleet: float, by_site: float) -> None:
    """In step all chips are one domain; as replicas every site is.

    **Proves** D2 to D5: in step no more than the last row's 200 kchips run. As replicas three full
    sites run, each within that row, at 0.8 for their number.
    **Sensitivity** with 0.3 in the last row, three sites of 50 kchips at 0.8 are better.
    """
    wish = (*THREE, "workload.recovery=restart_1min")
    wish = (*wish, f"goodput.200000.restart_1min_frac={last_row}")
    assert solve(*wish).objective == near(fleet * 0.2 * 0.995)
    replicas = max(by_site * ALL_KCHIPS, 3 * 50 * 0.8 * 0.8)
    found = solve(*wish, "workload.preset=loose")
    assert found.objective == near(replicas * 0.2 * 0.995)


def test_precision(solve: Solve) -> None:
    """A chip does twice as much in the narrower format, if it knows it.

    **Proves** the peak and MFU of the workload's precision: red_new does 0.8 EFLOP/s a kchip in FP8 and
    0.4 in BF16. 10 computed take 12.5 kchips: 500, 25 MW of liquid halls 275, 27.5 MW × 0.32.
    **Sensitivity** in BF16 twice of all; red_old has no FP8 and stays as it is.
    """
    new = (*CAPEX, "years=[2028]", "chips.only=[red_new]")
    assert solve(*new).objective == near(783.8)
    assert solve(*new, "workload.precision=bf16").objective == near(2 * 783.8)
    assert solve(*CAPEX, "workload.precision=bf16").objective == near(50 * PER_KCHIP)


@pytest.mark.parametrize(
    ("workload", "steps", "overlap", "bits"),
    [((), 1, 0.5, 1.0), (("workload.sync_every_steps=4",), 4, 0.5, 1.0)]
    + [
        (("workload.sync_every_steps=4", "workload.overlap_steps=3", *bits), 4, 3.0, size)
        for bits, size in (((), 1.0), (("workload.bits_per_param=4",), 0.25))
    ],
    ids=["synchronous", "hierarchical", "streaming", "streaming in 4 bit"],
)
def test_workloads_wait_less(
    solve: Solve, workload: tuple[str, ...], steps: int, overlap: float, bits: float
) -> None:
    """Each way to exchange less, or later, over links of 10 Tb/s.

    **Proves** T2 and T3 for H, φ and the bits of a parameter: three full sites compute F; a round of H
    steps takes H − φ of its time and what the exchange needs, 1 Tb/s per EFLOP/s and step, or H of it
    where φ hides the exchange. Replicas count in full here.
    **Sensitivity** the four workloads, each faster than the one before.
    """
    whole = (f"replicas.{n}.eta_frac=1" for n in (2, 4))
    compute = ALL_KCHIPS * 0.2 * 0.796
    share = overlap / steps
    formula = min(compute, 1 / ((1 - share) / compute + bits / (10 * steps)))
    all_open = (*THREE, "sites.force=[alpha, beta, gamma]")
    found = solve(*all_open, "fibre.speeds_tbps=[10]", *whole, *workload).objective
    assert formula * (1 - 2.1e-4) <= found <= formula * (1 + 1e-7)
