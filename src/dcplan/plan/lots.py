"""What was bought in lots and in whole systems."""

from __future__ import annotations

from dcplan.case import Case
from dcplan.plan.fleet import Fleet
from dcplan.units import CHIPS_PER_KCHIP

Row = tuple[float | int | bool | str, ...]


def lot_rows(case: Case, fleet: Fleet) -> list[Row]:
    """Rows of the table commitments, one a lot of the scenario."""
    rows: list[Row] = []
    for (y, name), lot in case.chips.lots.items():
        signed = (y, name) in fleet.signed
        capex = lot.kchips * lot.musd_per_kchip if signed else 0.0
        usd = lot.musd_per_kchip * CHIPS_PER_KCHIP
        chips = lot.kchips * CHIPS_PER_KCHIP
        rows.append((name, lot.chip, y, lot.mandatory, signed, chips, usd, capex))
    return rows


def pods(case: Case, fleet: Fleet, site: str, chip: str, year: int) -> float:
    """Whole systems bought; 0 where the scenario does not ask for whole ones."""
    size = case.chips.pod_kchips.get(chip)
    count = fleet.added.get((site, chip, year), 0.0) / CHIPS_PER_KCHIP
    return round(count / size) if size else 0.0
