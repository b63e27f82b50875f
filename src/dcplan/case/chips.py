"""Which chips may be bought, in which year, at what price, draw and delivered rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dcplan.case import lots as rules
from dcplan.case import offers
from dcplan.case.existing import Existing
from dcplan.case.lots import Lot
from dcplan.case.money import Money
from dcplan.errors import Problem
from dcplan.library import Library
from dcplan.scenario import Scenario
from dcplan.units import CHIPS_PER_KCHIP, eflops_per_kchip, mw_per_kchip

NEVER_SOLD = "not sold in any year of the plan"


@dataclass(frozen=True)
class Chips:
    """Chips on offer and standing; `a` is a chip, amounts are thousand chips (kchips)."""

    chips: tuple[str, ...]
    """Kinds that can be bought, then other kinds that stand."""
    buyable: tuple[tuple[str, int], ...]
    """(chip, year) in which it can be bought."""
    standing: tuple[tuple[str, int], ...]
    """(chip, year) in which some that were bought in the plan may stand, within their life."""
    stood_kchips: Mapping[tuple[str, str, int], float]
    """(site, chip, year): what stood there before the first year and is within its life."""
    stood_musd: Mapping[int, float]
    """What those of a year once cost; upkeep rises from the base year on, as the price of chips."""
    supply_kchips: Mapping[tuple[str, int], float]
    """What the buyer can get of a chip in a year, lots apart."""
    lots: Mapping[tuple[int, str], Lot]
    """By year and name."""
    mw_per_kchip: Mapping[str, float]
    """With the network."""
    musd_per_kchip: Mapping[tuple[str, int], float]
    """By chip and year of purchase, with the network."""
    eflops_per_kchip: Mapping[str, float]
    """Peak times MFU times the share in service; goodput is the training chapter's."""
    rack_kw: Mapping[str, float]
    life_years: Mapping[str, int]
    pod_kchips: Mapping[str, float]
    """Size of a pod of each chip that is bought in whole ones."""
    packaging: Mapping[str, str]
    per_wafer: Mapping[str, float]
    wafer_limit_kwafers: Mapping[tuple[str, int], float]
    """By packaging and year; empty where wafers are not shared."""
    max_types: int | None
    """Most kinds of chip at a site; None where that limits nothing."""
    vendor: Mapping[str, str]
    vendor_frac: Mapping[str, float]
    vendor_capex_frac: Mapping[str, float]
    maintenance_frac: float
    not_offered: Mapping[str, str]
    """Chip to the reason why this scenario does not offer it."""

    @property
    def sold(self) -> tuple[str, ...]:
        """Kinds that can be bought."""
        return tuple(dict.fromkeys(a for a, _ in self.buyable))

    @property
    def present(self) -> frozenset[tuple[str, int]]:
        """(chip, year) in which some may stand, bought in the plan or before."""
        return frozenset({*self.standing, *((a, y) for _, a, y in self.stood_kchips)})

    def bought_in_life(self, chip: str, year: int) -> tuple[int, ...]:
        """Years of purchase whose chips still stand in `year`."""
        first = year - self.life_years[chip] + 1
        return tuple(y for a, y in self.buyable if a == chip and first <= y <= year)

    def lots_of(self, chip: str, year: int) -> dict[tuple[int, str], Lot]:
        """Lots of a chip that are delivered in `year`."""
        return {key: lot for key, lot in self.lots.items() if (lot.chip, key[0]) == (chip, year)}

    def most_kchips(self, chip: str, year: int) -> float:
        """All that can be bought of a chip in `year`, every lot signed."""
        lots = sum(lot.kchips for lot in self.lots_of(chip, year).values())
        return self.supply_kchips.get((chip, year), 0.0) + lots

    def least_musd_per_kchip(self, chip: str, year: int) -> float:
        """Least price of a chip in any year up to `year`, by the list or by a lot; inf before."""
        prices = [p for (a, y), p in self.musd_per_kchip.items() if a == chip and y <= year]
        lots = [lot for (y, _), lot in self.lots.items() if lot.chip == chip and y <= year]
        return min([*prices, *(lot.musd_per_kchip for lot in lots)], default=math.inf)


def build(
    scenario: Scenario,
    library: Library,
    money: Money,
    precision: str,
    stands: Existing,
    problems: list[Problem],
) -> Chips:
    """Select the offered chips; one that the scenario names but cannot be offered is a problem."""
    reasons = offers.why_not(scenario, library, precision)
    problems += offers.refused(scenario, library, reasons)
    rows = library.chips.loc[[chip for chip, why in reasons.items() if not why]]
    lots = rules.lots(scenario, rows, problems)
    supply = _supply(scenario, library, rows, {(lot.chip, y) for (y, _), lot in lots.items()})
    sold = {chip for chip, _ in supply}
    for chip in rows.index.difference(list(sold)):
        reasons[chip] = NEVER_SOLD
    problems += [
        Problem("chips.only", f"names '{chip}', which is {NEVER_SOLD}")
        for chip in scenario.chips.only or ()
        if chip in rows.index and chip not in sold
    ]
    rows = rows.loc[[chip for chip in rows.index if chip in sold]]
    packaging = rows.packaging[rows.packaging != ""].astype(str).to_dict()
    pods = rules.pods(scenario, rows, lots, problems)
    wafers = rules.wafers(scenario, library, packaging, supply, problems)
    most = scenario.sites.max_chip_types
    old = [chip for chip in stands.kinds if chip not in rows.index]
    kinds = library.chips.loc[[*rows.index, *old]]
    return Chips(
        **_figures(scenario, library, money, kinds, supply, precision, stands),
        lots=lots,
        pod_kchips=pods,
        packaging=packaging,
        per_wafer={a: float(rows.per_wafer[a]) for a in packaging},
        wafer_limit_kwafers=wafers,
        max_types=most if most is not None and most < len(rows) else None,
        vendor_frac=dict(scenario.limits.vendor_frac),
        vendor_capex_frac=dict(scenario.limits.vendor_capex_frac),
        maintenance_frac=float(library.finance.at["chip_maintenance_frac", "value"]),
        not_offered={str(chip): why for chip, why in reasons.items() if why},
    )


def _figures(
    scenario: Scenario,
    library: Library,
    money: Money,
    rows: pd.DataFrame,
    supply: Mapping[tuple[str, int], float],
    precision: str,
    stands: Existing,
) -> dict[str, Any]:
    """What the tables say of the chips on sale and standing, in the model's units."""
    life = {str(chip): int(row.life_years) for chip, row in rows.iterrows()}
    repair_hours = scenario.chips.repair_hours
    left = {
        (*key, y): kchips
        for key, kchips in stands.kchips.items()
        for y in scenario.years
        if y < key[2] + life[key[1]]
    }
    stood: dict[tuple[str, str, int], float] = {}
    for (s, a, _, y), kchips in left.items():
        stood[s, a, y] = stood.get((s, a, y), 0.0) + kchips
    return {
        "chips": tuple(rows.index),
        "buyable": tuple(supply),
        "standing": tuple(
            (chip, year)
            for chip in rows.index
            for year in scenario.years
            if any(c == chip and y <= year < y + life[chip] for c, y in supply)
        ),
        "stood_kchips": stood,
        "stood_musd": {
            y: sum(stands.paid_musd[key[:3]] for key in left if key[3] == y)
            for y in scenario.years
            if any(key[3] == y for key in left)
        },
        "supply_kchips": supply,
        "mw_per_kchip": {
            str(c): mw_per_kchip(r.it_w + offers.known(r.network_w)) for c, r in rows.iterrows()
        },
        "musd_per_kchip": {(a, y): offers.musd(library, money, a, y) for a, y in supply},
        "eflops_per_kchip": {
            str(c): eflops_per_kchip(offers.delivered_tflops(r, precision, repair_hours))
            for c, r in rows.iterrows()
        },
        "rack_kw": rows.rack_kw.astype(float).to_dict(),
        "life_years": life,
        "vendor": rows.vendor.astype(str).to_dict(),
    }


def _supply(
    scenario: Scenario, library: Library, rows: pd.DataFrame, in_lots: set[tuple[str, int]]
) -> dict[tuple[str, int], float]:
    """Where a chip is sold, by the market or in a lot: what the market sells, kchips."""
    supply = {
        (str(chip), year): _supply_kchips(scenario, library, str(chip), row, year)
        for chip, row in rows.iterrows()
        for year in scenario.years
    }
    return {key: kchips for key, kchips in supply.items() if kchips > 0 or key in in_lots}


def _supply_kchips(
    scenario: Scenario, library: Library, chip: str, row: pd.Series, year: int
) -> float:
    if year < row.earliest_year or (chip, year) not in library.chip_supply.index:
        return 0.0
    world = float(library.chip_supply.at[(chip, year), "world_chips"])
    return world * scenario.buyer.supply_frac / CHIPS_PER_KCHIP
