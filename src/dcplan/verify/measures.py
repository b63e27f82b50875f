"""Figures of a plan in the forms in which others publish theirs; all of the last plan year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dcplan.case import Case
from dcplan.plan import Plan
from dcplan.units import CHIPS_PER_KCHIP, MUSD_PER_BUSD, MW_PER_GW

_STEP_SHARE = 6e-3
"""EFLOP of one step by 1e9 active parameters and 1e6 tokens: six FLOP each."""


@dataclass(frozen=True)
class Measure:
    """What is read off a plan, and its unit."""

    unit: str
    read: Callable[[Plan, Case], float]


def _last(plan: Plan, column: str) -> float:
    return float(plan.summary[column].iloc[-1])


def _capex_musd(plan: Plan, *items: str) -> float:
    """Of all years; of some items, else of all."""
    rows = plan.money[plan.money.kind == "capex"]
    return float((rows[rows["item"].isin(items)] if items else rows).musd.sum())


def _running(plan: Plan) -> float:
    rows = plan.chips[plan.chips.year == plan.summary.year.iloc[-1]]
    return float(rows.running.sum())


def _building_musd(plan: Plan) -> float:
    return _capex_musd(plan, "facility", "land", "power")


def _step_eflop(case: Case) -> float:
    """EFLOP of one step: 6 for each active parameter and token."""
    own = case.scenario.workload.model_dump(exclude_none=True)
    row = {**case.library.workloads.loc[case.scenario.workload.preset].to_dict(), **own}
    return float(row["active_params_b"] * row["batch_mtokens"]) * _STEP_SHARE


def _exchange_s(plan: Plan, case: Case) -> float:
    """Bits of one exchange by the speed of the links, as the rate formula has it."""
    bits_tb = case.training.c1_tbps_per_eflops * _step_eflop(case)
    return bits_tb / _last(plan, "fibre_tbps")


def _route_usd_per_km(plan: Plan, case: Case) -> float:
    return _capex_musd(plan, "fibre") * 1e6 / _last(plan, "fibre_km")


MEASURES: Mapping[str, Measure] = {
    "capex_busd": Measure("1e9 USD", lambda p, c: _capex_musd(p) / MUSD_PER_BUSD),
    "chips_busd": Measure("1e9 USD", lambda p, c: _capex_musd(p, "chips") / MUSD_PER_BUSD),
    "building_busd": Measure("1e9 USD", lambda p, c: _building_musd(p) / MUSD_PER_BUSD),
    "capex_busd_per_it_gw": Measure(
        "1e9 USD/GW IT", lambda p, c: _capex_musd(p) / _last(p, "it_mw")
    ),
    "capex_busd_per_facility_gw": Measure(
        "1e9 USD/GW", lambda p, c: _capex_musd(p) / _last(p, "facility_mw")
    ),
    "year_busd_per_it_gw": Measure(
        "1e9 USD/GW IT/y",
        lambda p, c: _last(p, "year_busd") / _last(p, "it_mw") * MW_PER_GW,
    ),
    "facility_mw": Measure("MW", lambda p, c: _last(p, "facility_mw")),
    "kchips": Measure("1000 chips", lambda p, c: _running(p) / CHIPS_PER_KCHIP),
    "kchips_per_facility_gw": Measure(
        "1000 chips/GW", lambda p, c: _running(p) / _last(p, "facility_mw")
    ),
    "usd_per_chip_hour": Measure("USD/chip-hour", lambda p, c: _last(p, "usd_per_chip_hour")),
    "tflops_per_chip": Measure(
        "TFLOP/s", lambda p, c: _last(p, "delivered_eflops") * 1e6 / _running(p)
    ),
    "overhead_frac": Measure("MW/MW IT", lambda p, c: _last(p, "pue") - 1),
    "fibre_km": Measure("km", lambda p, c: _last(p, "fibre_km")),
    "exchange_s": Measure("s", _exchange_s),
    "route_usd_per_km": Measure("USD/km", _route_usd_per_km),
}
