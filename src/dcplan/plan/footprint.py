"""What a fleet emits and the water it takes, by place and year."""

from __future__ import annotations

from dcplan.case import Case
from dcplan.plan.fleet import Fleet
from dcplan.units import CHIPS_PER_KCHIP


def it_mw(case: Case, fleet: Fleet, site: str, year: int) -> float:
    """IT load of the running chips, MW."""
    return sum(
        case.chips.mw_per_kchip[a] * count / CHIPS_PER_KCHIP
        for (s, a, y), count in fleet.running.items()
        if (s, y) == (site, year)
    )


def water_ml(case: Case, fleet: Fleet, site: str, year: int) -> float:
    """Water for cooling a site in a year, ML."""
    energy_gwh = it_mw(case, fleet, site, year) * case.power.gwh_per_mw()
    return case.halls.wue_l_per_kwh[site, fleet.design[site, year]] * energy_gwh


def chips_kt(case: Case, fleet: Fleet, site: str, chip: str, year: int) -> float:
    """Embodied in the chips bought, kt; 0 where it is not counted."""
    bought = fleet.added.get((site, chip, year), 0.0)
    return case.carbon.chip_kt_per_kchip.get(chip, 0.0) * bought / CHIPS_PER_KCHIP


def halls_kt(case: Case, fleet: Fleet, site: str, year: int) -> float:
    """Embodied in the halls built, kt; 0 where it is not counted."""
    return case.carbon.hall_kt_per_mw * fleet.grown_mw(site, year)


def operational_kt(case: Case, fleet: Fleet, year: int) -> float:
    """Emissions of the energy taken, kt."""
    return sum(
        case.power.carbon_kt_per_gwh[s, g] * gwh
        for (s, g, y), gwh in fleet.energy_gwh.items()
        if y == year
    )


def embodied_kt(case: Case, fleet: Fleet, year: int) -> float:
    """Embodied in all that was bought in a year, kt."""
    chips = sum(chips_kt(case, fleet, s, a, y) for s, a, y in fleet.added if y == year)
    return chips + sum(halls_kt(case, fleet, s, y) for s, y in fleet.design if y == year)
