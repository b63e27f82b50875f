"""Rules on how chips are bought: take-or-pay lots, whole systems, wafers that chips share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dcplan.errors import Problem
from dcplan.library import Library
from dcplan.scenario import Scenario
from dcplan.units import CHIPS_PER_KCHIP, musd_per_kchip


@dataclass(frozen=True)
class Lot:
    """A take-or-pay lot, bought whole or not at all."""

    chip: str
    kchips: float
    musd_per_kchip: float
    mandatory: bool


def lots(
    scenario: Scenario, rows: pd.DataFrame, problems: list[Problem]
) -> dict[tuple[int, str], Lot]:
    """The scenario's lots by year and name; one before its chip can run is a problem."""
    lots = {}
    for wish in scenario.commitments:
        if wish.chip not in rows.index:
            continue  # told among the names that are not offered
        earliest = int(rows.earliest_year[wish.chip])
        if wish.year < earliest:
            what = f"is in {wish.year}; {wish.chip} can run from {earliest} on (earliest_year)"
            problems.append(Problem(f"commitments, {wish.name}", what))
        kchips, price = wish.lot_chips / CHIPS_PER_KCHIP, musd_per_kchip(wish.price_usd)
        lots[wish.year, wish.name] = Lot(wish.chip, kchips, price, wish.mandatory)
    return lots


def pods(
    scenario: Scenario,
    rows: pd.DataFrame,
    lots: Mapping[tuple[int, str], Lot],
    problems: list[Problem],
) -> dict[str, float]:
    """Size of a pod, in kchips, of each chip bought in whole ones; lots must be whole too."""
    wish = scenario.chips.whole_pods
    named = [str(a) for a in rows.index if wish == "all" or a in wish]
    for a in named:
        if math.isnan(rows.pod_chips[a]):
            what = f"names '{a}', which has no pod_chips: give it under overrides.chips.{a}"
            problems.append(Problem("chips.whole_pods", what))
    sizes = {a: float(rows.pod_chips[a]) for a in named}
    pods = {a: size / CHIPS_PER_KCHIP for a, size in sizes.items() if not math.isnan(size)}
    for (_, name), lot in lots.items():
        count = lot.kchips / pods.get(lot.chip, lot.kchips)
        if abs(count - round(count)) > 1e-9 * count:
            what = f"has {lot.kchips * CHIPS_PER_KCHIP:,.15g} chips; {lot.chip} is bought in whole pods"
            problems.append(
                Problem(f"commitments, {name}", f"{what} of {rows.pod_chips[lot.chip]:g}")
            )
    return pods


def wafers(
    scenario: Scenario,
    library: Library,
    packaging: Mapping[str, str],
    supply: Mapping[tuple[str, int], float],
    problems: list[Problem],
) -> dict[tuple[str, int], float]:
    """The buyer's share of each packaging in each year in which it can be bought packaged."""
    share = scenario.buyer.wafer_frac
    if share is None:
        return {}
    needed = sorted({(packaging[a], y) for a, y in supply if a in packaging})
    known = library.wafers.world_wafers
    if not needed:
        what = "limits nothing: no chip on offer has a packaging in chips.csv"
        problems.append(Problem("buyer.wafer_frac", what))
    problems += [
        Problem("buyer.wafer_frac", f"needs a row {p}/{y} in wafers.csv")
        for p, y in needed
        if (p, y) not in known.index
    ]
    kept = [key for key in needed if key in known.index]
    return {key: float(known[key]) * share / CHIPS_PER_KCHIP for key in kept}
