"""What lots add to the chips that a year brings, to their price, and to what a site may want."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case


def in_lots(b: pyo.Block, case: Case, chip: str, year: int) -> Any:
    """Chips of the signed lots, kchips; 0 where there are none."""
    lots = case.chips.lots_of(chip, year).items()
    return sum(lot.kchips * b.signed[key] for key, lot in lots)


def paid_musd(b: pyo.Block, case: Case, chip: str, year: int) -> Any:
    """What a chip's purchases of a year cost, MUSD."""
    price = case.chips.musd_per_kchip[chip, year]
    bought = quicksum(b.added[s, chip, year] for s in case.sites.sites)
    lots = case.chips.lots_of(chip, year).items()
    dearer = sum((lot.musd_per_kchip - price) * lot.kchips * b.signed[key] for key, lot in lots)
    return price * bought + dearer


def most_at_site(case: Case, site: str, chip: str, year: int) -> float:
    """Most that a plan may want of a chip at a site in a year, kchips."""
    chips, most = case.chips, case.chips.most_kchips(chip, year)
    if chips.vendor_capex_frac or any(lot.chip == chip for lot in chips.lots.values()):
        return most  # some may be bought to stand idle
    frugal = min(case.halls.pue[site, k] for k in case.halls.at_site[site])
    it_mw = max(case.bounds.largest_mw[site, y] for y in case.years) / frugal
    return min(most, it_mw / chips.mw_per_kchip[chip] + chips.pod_kchips.get(chip, 0.0))
