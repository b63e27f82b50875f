"""Which chips a scenario may buy at all, and why not the others."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from dcplan.case.money import Money
from dcplan.errors import Problem, suggest
from dcplan.library import Library
from dcplan.scenario import Scenario
from dcplan.units import musd_per_kchip

NEEDED = ("it_w", "price_usd", "rack_kw")


def why_not(scenario: Scenario, library: Library, precision: str) -> dict[str, str]:
    """Chip to the reason why this scenario does not offer it, '' where it does."""
    return {
        str(chip): _why_not(scenario, str(chip), row, precision)
        for chip, row in library.chips.iterrows()
    }


def delivered_tflops(row: pd.Series, precision: str, repair_hours: float | None) -> float:
    """Peak times MFU at `precision`, times the share of chips in service; NaN where not published.

    Work stated in FP8 may always run in BF16. Chips that fail together stand still until they are
    mended: of a mean time M between two failures of a domain, M / (M + repair) is left.
    """
    rates = [row.bf16_tflops * row.mfu_bf16_frac]
    if precision == "fp8":
        rates.append(row.fp8_tflops * row.mfu_fp8_frac)
    known = [float(rate) for rate in rates if not math.isnan(rate)]
    failed = 0.0
    if repair_hours is not None:
        failed = repair_hours * row.domain_chips * row.failures_per_mhour / 1e6
    return max(known, default=math.nan) / (1 + failed)


def musd(library: Library, money: Money, chip: str, year: int) -> float:
    """List price of a thousand chips with their network; one stated for its year does not rise."""
    row, paths = library.chips.loc[chip], library.chip_prices
    rise = money.price_factor("chips", year)
    stated = (chip, year) in paths.index
    price = paths.price_usd[chip, year] if stated else row.price_usd * rise
    return musd_per_kchip(price + known(row.network_usd) * rise)


def known(value: float) -> float:
    """A figure that stands beside another one; blank is nothing on top."""
    return 0.0 if math.isnan(value) else float(value)


def _why_not(scenario: Scenario, chip: str, row: pd.Series, precision: str) -> str:
    wish = scenario.chips
    missing = [column for column in _needed(scenario) if math.isnan(row[column])]
    if math.isnan(delivered_tflops(row, precision, None)):
        missing.append(f"{precision}_tflops and mfu_{precision}_frac")
    rules = {
        f"its channel '{row.channel}' is not one of buyer.channels": row.channel
        not in scenario.buyer.channels,
        "it is a projected generation: name it in chips.projected to offer it": bool(row.projected)
        and chip not in wish.projected,
        "left out by chips.only": wish.only is not None
        and chip not in {*wish.only, *wish.projected},
        "ruled out by chips.forbid": chip in wish.forbid,
        f"its network '{row.network or 'unknown'}' is not one of chips.networks": wish.networks
        is not None
        and row.network not in wish.networks,
        "it is not a training chip": not row.trains,
        f"its maker has published no {', '.join(missing)}: give them under overrides.chips.{chip}": bool(
            missing
        ),
        "it has no earliest_year": math.isnan(row.earliest_year),
    }
    return next((why for why, holds in rules.items() if holds), "")


def _needed(scenario: Scenario) -> list[str]:
    """Columns without which a chip cannot be offered; some only for what the scenario asks."""
    needed = list(NEEDED)
    if scenario.chips.whole_pods == "all":
        needed.append("pod_chips")
    if scenario.chips.repair_hours is not None:
        needed += ["domain_chips", "failures_per_mhour"]
    return needed


def refused(scenario: Scenario, library: Library, reasons: Mapping[str, str]) -> list[Problem]:
    """Names of the scenario that mean no chip, channel, network or vendor, or one not offered."""
    pods = () if scenario.chips.whole_pods == "all" else scenario.chips.whole_pods
    wanted = [
        *((chip, "chips.only") for chip in scenario.chips.only or ()),
        *((chip, "chips.projected") for chip in scenario.chips.projected),
        *((chip, "chips.whole_pods") for chip in pods),
        *((lot.chip, f"commitments, {lot.name}") for lot in scenario.commitments),
    ]
    unknown = [
        Problem(
            where, f"names '{chip}', which is not a chip of the library{suggest(chip, reasons)}"
        )
        for chip, where in [*wanted, *((chip, "chips.forbid") for chip in scenario.chips.forbid)]
        if chip not in reasons
    ]
    not_offered = [
        Problem(where, f"names '{chip}', which cannot be offered: {reasons[chip]}")
        for chip, where in wanted
        if reasons.get(chip)
    ]
    return [*unknown, *not_offered, *_of_no_chip(scenario, library)]


def _of_no_chip(scenario: Scenario, library: Library) -> list[Problem]:
    """Words that no row of chips.csv has: a choice by them would silently do nothing."""
    limits = scenario.limits
    lists = {
        ("buyer.channels", "channel"): scenario.buyer.channels,
        ("chips.networks", "network"): scenario.chips.networks or (),
    }
    shares = {
        "limits.vendor_frac": limits.vendor_frac,
        "limits.vendor_capex_frac": limits.vendor_capex_frac,
    }
    known = {column: set(library.chips[column]) - {""} for _, column in lists}
    vendors = set(library.chips.vendor)
    return [
        *(
            Problem(
                where,
                f"names '{name}', which is no {column} of any chip in the library"
                f"{suggest(name, known[column])}",
            )
            for (where, column), names in lists.items()
            for name in names
            if name not in known[column]
        ),
        *(
            Problem(f"{where}.{name}", "is not a vendor of any chip in the library")
            for where, names in shares.items()
            for name in names
            if name not in vendors
        ),
    ]
