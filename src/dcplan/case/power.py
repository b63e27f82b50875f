"""Power: what each supply option costs and carries, and how much each zone can still connect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dcplan.case.sites import Sites
from dcplan.errors import Problem, suggest
from dcplan.library import Library
from dcplan.scenario import Scenario, yearly
from dcplan.units import HOURS_PER_YEAR, KG_PER_KT, MW_PER_GW, MWH_PER_GWH, musd_per_mw

GRID = "grid"
CURTAILMENT = {
    "0.25pct": ("headroom_025pct_mw", 0.0025),
    "0.5pct": ("headroom_05pct_mw", 0.005),
    "1pct": ("headroom_1pct_mw", 0.01),
}


@dataclass(frozen=True)
class Power:
    """Supply options `g` at sites `s`; capacity in MW, energy in GWh a year."""

    offers: tuple[tuple[str, str], ...]
    """(site, supply)"""
    offer_years: tuple[tuple[str, str, int], ...]
    """(site, supply, year) from the option's earliest year on."""
    at_site: Mapping[str, tuple[str, ...]]
    firm_frac: Mapping[str, float]
    capacity_factor_frac: Mapping[str, float]
    capex_musd_per_mw: Mapping[tuple[str, str], float]
    fixed_musd_per_mw: Mapping[str, float]
    energy_musd_per_gwh: Mapping[tuple[str, str], float]
    carbon_kt_per_gwh: Mapping[tuple[str, str], float]
    life_years: Mapping[str, float]
    fleet_mw: Mapping[str, float]
    """Most MW of an option in the whole fleet, where it has such a limit."""
    headroom_mw: Mapping[str, float]
    curtailed_frac: float
    fleet_limit_mw: Mapping[int, float]
    zone_frac: float | None
    load_factor_frac: float

    def gwh_per_mw(self) -> float:
        """Energy of 1 MW of facility load in a year, GWh."""
        return self.load_factor_frac * HOURS_PER_YEAR / MWH_PER_GWH


def build(scenario: Scenario, library: Library, sites: Sites, problems: list[Problem]) -> Power:
    """Read the offered supply options; an option without a row, or never in time, is a problem."""
    table, base = library.supply, scenario.money.base_year
    unknown = [g for g in scenario.power.offer if g not in table.index]
    problems += [
        Problem("power.offer", f"names '{g}', which is not in supply.csv{suggest(g, table.index)}")
        for g in unknown
    ]
    rows = table.loc[[g for g in scenario.power.offer if g not in unknown]]
    first_year = {str(g): base + math.ceil(r.lead_years) for g, r in rows.iterrows()}
    problems += [
        Problem(
            "power.offer", f"names '{g}', which stands in {year} at the earliest, after the plan"
        )
        for g, year in first_year.items()
        if year > scenario.years[-1]
    ]
    offers = tuple(
        (s, str(g))
        for s in sites.sites
        for g, r in rows.iterrows()
        if r.zone in ("", sites.zone[s])
    )
    nowhere = sorted({str(g) for g in rows.index} - {g for _, g in offers})
    problems += [
        Problem(
            "power.offer", f"names '{g}', offered only in zone {rows.at[g, 'zone']}: no site there"
        )
        for g in nowhere
    ]
    zones = library.zones
    column, curtailed = CURTAILMENT[scenario.limits.curtailment]
    gas = float(library.finance.at["gas_usd_per_mmbtu", "value"])

    def usd_per_mwh(s: str, g: str) -> float:
        own = float(rows.at[g, "variable_usd_per_mwh"])
        price = float(zones.at[sites.zone[s], "energy_usd_per_mwh"]) if math.isnan(own) else own
        return price + float(rows.at[g, "heat_rate_mmbtu_per_mwh"]) * gas

    def kg_per_mwh(s: str, g: str) -> float:
        own = float(rows.at[g, "co2_kg_per_mwh"])
        return float(zones.at[sites.zone[s], "co2_kg_per_mwh"]) if math.isnan(own) else own

    return Power(
        offers=offers,
        offer_years=tuple(
            (s, g, y) for s, g in offers for y in scenario.years if y >= first_year[g]
        ),
        at_site={s: tuple(g for t, g in offers if t == s) for s in sites.sites},
        firm_frac=rows.firm_frac.astype(float).to_dict(),
        capacity_factor_frac=rows.capacity_factor_frac.astype(float).to_dict(),
        capex_musd_per_mw={
            (s, g): musd_per_mw(rows.at[g, "capex_usd_per_kw"]) * sites.construction_factor[s]
            for s, g in offers
        },
        fixed_musd_per_mw={
            str(g): musd_per_mw(r.fixed_usd_per_kw_year) for g, r in rows.iterrows()
        },
        energy_musd_per_gwh={(s, g): usd_per_mwh(s, g) * MWH_PER_GWH / 1e6 for s, g in offers},
        carbon_kt_per_gwh={(s, g): kg_per_mwh(s, g) * MWH_PER_GWH / KG_PER_KT for s, g in offers},
        life_years=rows.life_years.astype(float).to_dict(),
        fleet_mw={str(g): float(mw) for g, mw in rows.max_mw.items() if not math.isnan(mw)},
        headroom_mw={z: float(zones.at[z, column]) for z in sites.zones},
        curtailed_frac=curtailed,
        fleet_limit_mw={
            y: gw * MW_PER_GW for y, gw in yearly(scenario.limits.power_gw, scenario.years).items()
        },
        zone_frac=scenario.limits.zone_frac,
        load_factor_frac=float(library.finance.at["load_factor_frac", "value"]),
    )
