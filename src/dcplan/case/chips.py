"""Which chips may be bought, in which year, at what price, draw and delivered rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dcplan.errors import Problem, suggest
from dcplan.library import Library
from dcplan.scenario import Scenario
from dcplan.units import CHIPS_PER_KCHIP, eflops_per_kchip, musd_per_kchip, mw_per_kchip

NEVER_SOLD = "not sold in any year of the plan"
NEEDED = ("it_w", "price_usd", "rack_kw")


@dataclass(frozen=True)
class Chips:
    """Offered chips; `a` is a chip, amounts are thousand chips (kchips)."""

    chips: tuple[str, ...]
    buyable: tuple[tuple[str, int], ...]
    """(chip, year) in which it can be bought."""
    standing: tuple[tuple[str, int], ...]
    """(chip, year) in which some may stand: bought by then and within its life."""
    supply_kchips: Mapping[tuple[str, int], float]
    mw_per_kchip: Mapping[str, float]
    musd_per_kchip: Mapping[str, float]
    eflops_per_kchip: Mapping[str, float]
    """Peak at the workload's precision times MFU; goodput is the training chapter's."""
    rack_kw: Mapping[str, float]
    life_years: Mapping[str, int]
    vendor: Mapping[str, str]
    vendor_frac: Mapping[str, float]
    maintenance_frac: float
    not_offered: Mapping[str, str]
    """Chip to the reason why this scenario does not offer it."""

    def bought_in_life(self, chip: str, year: int) -> tuple[int, ...]:
        """Years of purchase whose chips still stand in `year`."""
        first = year - self.life_years[chip] + 1
        return tuple(y for a, y in self.buyable if a == chip and first <= y <= year)


def build(scenario: Scenario, library: Library, precision: str, problems: list[Problem]) -> Chips:
    """Select the offered chips; a chip that the scenario names but that cannot be offered is a problem."""
    reasons = {
        str(chip): _why_not(scenario, str(chip), row, precision)
        for chip, row in library.chips.iterrows()
    }
    problems += _named_but_refused(scenario, reasons)
    rows = library.chips.loc[[chip for chip, why in reasons.items() if not why]]
    supply = {
        (chip, year): kchips
        for chip, row in rows.iterrows()
        for year in scenario.years
        if (kchips := _supply_kchips(scenario, library, str(chip), row, year)) > 0
    }
    sold = {chip for chip, _ in supply}
    for chip in rows.index.difference(list(sold)):
        reasons[chip] = NEVER_SOLD
    named = scenario.chips.only or ()
    problems += [
        Problem("chips.only", f"names '{chip}', which is {NEVER_SOLD}")
        for chip in named
        if chip in rows.index and chip not in sold
    ]
    rows = rows.loc[[chip for chip in rows.index if chip in sold]]
    life = {str(chip): int(row.life_years) for chip, row in rows.iterrows()}
    vendors = rows.vendor.astype(str).to_dict()
    for vendor in set(scenario.limits.vendor_frac) - set(library.chips.vendor):
        problems.append(
            Problem(f"limits.vendor_frac.{vendor}", "is not a vendor of any chip in the library")
        )
    return Chips(
        chips=tuple(rows.index),
        buyable=tuple(supply),
        standing=tuple(
            (chip, year)
            for chip in rows.index
            for year in scenario.years
            if any(c == chip and y <= year < y + life[chip] for c, y in supply)
        ),
        supply_kchips=supply,
        mw_per_kchip={str(c): mw_per_kchip(r.it_w) for c, r in rows.iterrows()},
        musd_per_kchip={str(c): musd_per_kchip(r.price_usd) for c, r in rows.iterrows()},
        eflops_per_kchip={
            str(c): eflops_per_kchip(_delivered_tflops(r, precision)) for c, r in rows.iterrows()
        },
        rack_kw=rows.rack_kw.astype(float).to_dict(),
        life_years=life,
        vendor=vendors,
        vendor_frac=dict(scenario.limits.vendor_frac),
        maintenance_frac=float(library.finance.at["chip_maintenance_frac", "value"]),
        not_offered={str(chip): why for chip, why in reasons.items() if why},
    )


def _delivered_tflops(row: pd.Series, precision: str) -> float:
    """Peak times MFU at `precision`; work stated in FP8 may always run in BF16."""
    rates = [row.bf16_tflops * row.mfu_bf16_frac]
    if precision == "fp8":
        rates.append(row.fp8_tflops * row.mfu_fp8_frac)
    known = [float(rate) for rate in rates if not math.isnan(rate)]
    return max(known, default=math.nan)


def _why_not(scenario: Scenario, chip: str, row: pd.Series, precision: str) -> str:
    missing = [column for column in NEEDED if math.isnan(row[column])]
    if math.isnan(_delivered_tflops(row, precision)):
        missing.append(f"{precision}_tflops and mfu_{precision}_frac")
    rules = {
        f"its channel '{row.channel}' is not one of buyer.channels": row.channel
        not in scenario.buyer.channels,
        "it is a projected generation: name it in chips.projected to offer it": bool(row.projected)
        and chip not in scenario.chips.projected,
        "left out by chips.only": scenario.chips.only is not None
        and chip not in {*scenario.chips.only, *scenario.chips.projected},
        "ruled out by chips.forbid": chip in scenario.chips.forbid,
        "it is not a training chip": not row.trains,
        f"its maker has published no {', '.join(missing)}: give them under overrides.chips.{chip}": bool(
            missing
        ),
        "it has no earliest_year": math.isnan(row.earliest_year),
    }
    return next((why for why, holds in rules.items() if holds), "")


def _named_but_refused(scenario: Scenario, reasons: Mapping[str, str]) -> list[Problem]:
    named = [
        *((chip, "chips.only") for chip in scenario.chips.only or ()),
        *((chip, "chips.projected") for chip in scenario.chips.projected),
    ]
    unknown = [
        Problem(
            where, f"names '{chip}', which is not a chip of the library{suggest(chip, reasons)}"
        )
        for chip, where in [*named, *((chip, "chips.forbid") for chip in scenario.chips.forbid)]
        if chip not in reasons
    ]
    refused = [
        Problem(where, f"names '{chip}', which cannot be offered: {reasons[chip]}")
        for chip, where in named
        if reasons.get(chip)
    ]
    return unknown + refused


def _supply_kchips(
    scenario: Scenario, library: Library, chip: str, row: pd.Series, year: int
) -> float:
    if year < row.earliest_year or (chip, year) not in library.chip_supply.index:
        return 0.0
    world = float(library.chip_supply.at[(chip, year), "world_chips"])
    return world * scenario.buyer.supply_frac / CHIPS_PER_KCHIP
