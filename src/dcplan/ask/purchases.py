"""One more of the limits on how chips are bought."""

from __future__ import annotations

from dcplan.ask.unit import Unit, rows_felt, sized
from dcplan.case import Case
from dcplan.report.limit import Limit
from dcplan.solve.prices import Prices, Row
from dcplan.units import CHIPS_PER_KCHIP
from dcplan.words import figure


def supply(case: Case, limit: Limit) -> Unit:
    """More of a chip in a year: the world sells so much more that the buyer gets it."""
    chips = sized(1000.0, limit.limit)
    world = chips / case.scenario.buyer.supply_frac
    row: Row = ("chips.supply", (limit.where, limit.year))
    return Unit(
        f"chip_supply.{limit.where}/{limit.year}.world_chips+={world:.10g}",
        f"+{figure(chips)} chips",
        felt=rows_felt([row], chips / CHIPS_PER_KCHIP),
    )


def wafers(case: Case, limit: Limit) -> Unit | None:
    """More wafers of a packaging in a year, likewise."""
    if (share := case.scenario.buyer.wafer_frac) is None:
        return None
    more = sized(1000.0, limit.limit)
    row: Row = ("chips.wafers", (limit.where, limit.year))
    return Unit(
        f"wafers.{limit.where}/{limit.year}.world_wafers+={more / share:.10g}",
        f"+{figure(more)} wafers",
        felt=rows_felt([row], more / CHIPS_PER_KCHIP),
    )


def vendor(case: Case, limit: Limit) -> Unit:
    """A larger share of the rate for a vendor, in every year."""

    def felt(found: Prices) -> float:
        rate = dict.fromkeys(case.years, 0.0)
        for (_, a, y), kchips in found.value["chips.running"].items():
            rate[y] += case.chips.eflops_per_kchip[a] * kchips
        return _share_felt(found, "chips.vendor_share", limit.where, rate)

    return Unit(f"limits.vendor_frac.{limit.where}+=0.01", "+0.01", felt=felt)


def vendor_capex(case: Case, limit: Limit) -> Unit:
    """A larger share of what is paid for chips for a vendor, in every year."""
    return Unit(
        f"limits.vendor_capex_frac.{limit.where}+=0.01",
        "+0.01",
        felt=lambda found: _share_felt(
            found, "chips.vendor_capex", limit.where, _paid_musd(case, found)
        ),
    )


def _paid_musd(case: Case, found: Prices) -> dict[int, float]:
    """What all chips of a year cost; those of a signed lot at its price."""
    chips, paid = case.chips, dict.fromkeys(case.years, 0.0)
    for (_, a, y), kchips in found.value["chips.added"].items():
        paid[y] += chips.musd_per_kchip[a, y] * kchips
    for key, lot in chips.lots.items():
        dearer = lot.musd_per_kchip - chips.musd_per_kchip[lot.chip, key[0]]
        paid[key[0]] += dearer * lot.kchips * found.value["chips.signed"][key]
    return paid


def _share_felt(found: Prices, row: str, vendor: str, whole: dict[int, float]) -> float:
    """What a hundredth more of the whole of every year does."""
    return 0.01 * sum(of * found.dual.get((row, (vendor, y)), 0.0) for y, of in whole.items())
