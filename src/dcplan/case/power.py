"""Power: what each supply option costs and carries, where it is offered and from when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dcplan.case import contracts, grid
from dcplan.case.grid import GRID_2, GRIDS
from dcplan.case.money import Money
from dcplan.case.sites import Sites
from dcplan.errors import Problem, suggest
from dcplan.library import Library
from dcplan.scenario import Scenario, yearly
from dcplan.units import HOURS_PER_YEAR, KG_PER_KT, MW_PER_GW, MWH_PER_GWH, musd_per_mw

Offer = tuple[str, str]
"""(site, supply)"""


@dataclass(frozen=True)
class Power:
    """Supply options `g` at sites `s`; capacity in MW, energy in GWh a year."""

    offers: tuple[Offer, ...]
    """On offer, or standing before the first year."""
    offer_years: tuple[tuple[str, str, int], ...]
    """(site, supply, year) in which it can be signed: from the option's earliest year on."""
    stand_years: tuple[tuple[str, str, int], ...]
    """(site, supply, year) in which it can stand."""
    stood_mw: Mapping[Offer, float]
    """Contracted before the first year."""
    at_site: Mapping[str, tuple[str, ...]]
    feed: Mapping[Offer, str]
    """Zone whose grid a grid connection is to; on-site plant and contracts have none."""
    endable: tuple[Offer, ...]
    """Offers whose contracts may end before the plan does, where that can save money."""
    firm_frac: Mapping[str, float]
    capacity_factor_frac: Mapping[str, float]
    capex_musd_per_mw: Mapping[tuple[str, str], float]
    fixed_musd_per_mw: Mapping[str, float]
    energy_musd_per_gwh: Mapping[tuple[str, str], float]
    carbon_kt_per_gwh: Mapping[tuple[str, str], float]
    life_years: Mapping[str, float]
    fleet_mw: Mapping[str, float]
    """Most MW of an option in the whole fleet, where it has such a limit."""
    take_gwh_per_mw: Mapping[str, float]
    """Energy a year that 1 MW of an option is paid for, taken or not, where it has such a contract."""
    fleet_limit_mw: Mapping[int, float]
    zone_frac: float | None
    load_factor_frac: float

    def standing(self, site: str, year: int) -> tuple[str, ...]:
        """Options that a site can have in a year."""
        return self._by_site_year.get((site, year), ())

    @cached_property
    def signable(self) -> frozenset[tuple[str, str, int]]:
        """`offer_years` as a set."""
        return frozenset(self.offer_years)

    @cached_property
    def _by_site_year(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        found: dict[tuple[str, int], tuple[str, ...]] = {}
        for s, g, y in self.stand_years:
            found[s, y] = (*found.get((s, y), ()), g)
        return found

    def stood_from_mw(self, zone: str) -> float:
        """Grid connections to a zone that stood before the first year."""
        return sum(mw for offer, mw in self.stood_mw.items() if self.feed.get(offer) == zone)

    def gwh_per_mw(self) -> float:
        """Energy of 1 MW of facility load in a year, GWh."""
        return self.load_factor_frac * HOURS_PER_YEAR / MWH_PER_GWH


def build(
    scenario: Scenario,
    library: Library,
    sites: Sites,
    money: Money,
    stood_mw: Mapping[Offer, float],
    problems: list[Problem],
) -> Power:
    """Read the offered supply options; an option without a row, or never in time, is a problem."""
    table = library.supply
    unknown = [g for g in scenario.power.offer if g not in table.index]
    problems += [
        Problem("power.offer", f"names '{g}', which is not in supply.csv{suggest(g, table.index)}")
        for g in unknown
    ]
    on_offer = [g for g in scenario.power.offer if g not in unknown]
    rows = table.loc[list(dict.fromkeys([*on_offer, *(g for _, g in stood_mw)]))]
    offers = tuple(
        (s, str(g))
        for s in sites.sites
        for g, r in rows.iterrows()
        if (s, g) in stood_mw or (g in on_offer and _offered(str(g), r, s, sites))
    )
    zone = {(s, g): sites.zone_2[s] if g == GRID_2 else sites.zone[s] for s, g in offers}
    first = {
        o: y for o, y in _first_years(scenario, library, rows, zone).items() if o[1] in on_offer
    }
    problems += _never_had(scenario, rows.loc[on_offer], first)
    capex = {
        (s, g): musd_per_mw(rows.at[g, "capex_usd_per_kw"]) * sites.construction_factor[s]
        for s, g in offers
    }
    fixed = {str(g): musd_per_mw(r.fixed_usd_per_kw_year) for g, r in rows.iterrows()}
    load_factor = float(library.finance.at["load_factor_frac", "value"])
    life = rows.life_years.astype(float).to_dict()
    at_site = {s: tuple(g for t, g in offers if t == s) for s in sites.sites}
    energy = _energy_musd_per_gwh(library, rows, zone, load_factor, problems)
    take = {
        str(g): r.min_take_frac * r.capacity_factor_frac * HOURS_PER_YEAR / MWH_PER_GWH
        for g, r in rows.iterrows()
        if r.min_take_frac > 0
    }
    terms = {
        o: contracts.Terms(
            first=first.get(o, math.inf),
            stood=o in stood_mw,
            alone=len(at_site[o[0]]) == 1,
            price_musd=capex[o],
            yearly_musd=fixed[o[1]] + capex[o] * money.tax_insurance_frac,
            energy_musd=take.get(o[1], 0.0) * energy[o],
            life_years=life[o[1]],
        )
        for o in offers
        if o[1] not in GRIDS
    }
    endable = contracts.endable(scenario.years, money, terms, problems)
    return Power(
        offers=offers,
        offer_years=tuple(
            (s, g, y) for s, g in offers for y in scenario.years if y >= first.get((s, g), math.inf)
        ),
        stand_years=tuple(
            (s, g, y)
            for s, g in offers
            for y in scenario.years
            if (s, g) in stood_mw or y >= first[s, g]
        ),
        stood_mw=stood_mw,
        at_site=at_site,
        feed={offer: zone[offer] for offer in offers if offer[1] in GRIDS},
        endable=endable,
        firm_frac=rows.firm_frac.astype(float).to_dict(),
        capacity_factor_frac=rows.capacity_factor_frac.astype(float).to_dict(),
        capex_musd_per_mw=capex,
        fixed_musd_per_mw=fixed,
        energy_musd_per_gwh=energy,
        carbon_kt_per_gwh=_carbon_kt_per_gwh(library, rows, zone),
        life_years=life,
        fleet_mw={str(g): float(mw) for g, mw in rows.max_mw.items() if not math.isnan(mw)},
        take_gwh_per_mw=take,
        fleet_limit_mw={
            y: gw * MW_PER_GW for y, gw in yearly(scenario.limits.power_gw, scenario.years).items()
        },
        zone_frac=scenario.limits.zone_frac,
        load_factor_frac=load_factor,
    )


def _offered(supply: str, row: pd.Series, site: str, sites: Sites) -> bool:
    """Whether an option is had at a site; a second grid only where a second zone is in reach."""
    if supply == GRID_2 and site not in sites.zone_2:
        return False
    return row.zone in ("", sites.zone[site])


def _first_years(
    scenario: Scenario, library: Library, rows: pd.DataFrame, zone: Mapping[Offer, str]
) -> dict[Offer, int]:
    """First year in which an offer can stand; part of a year counts as a whole one."""
    base = scenario.money.base_year

    def years(supply: str, of: str) -> float:
        own = float(rows.at[supply, "lead_years"])
        return grid.lead_years(scenario, library, of, own) if supply in GRIDS else own

    return {(s, g): base + math.ceil(years(g, z)) for (s, g), z in zone.items()}


def _never_had(scenario: Scenario, rows: pd.DataFrame, first: Mapping[Offer, int]) -> list[Problem]:
    """Options without a site, or too late at every one."""
    problems = []
    for g, row in rows.iterrows():
        years = [y for (_, h), y in first.items() if h == g]
        if years and min(years) > scenario.years[-1]:
            what = f"names '{g}', which stands in {min(years)} at the earliest, after the plan"
            problems.append(Problem("power.offer", what))
        elif not years:
            place = f"only in zone {row.zone}" if row.zone else "only at sites with a zone_2"
            problems.append(Problem("power.offer", f"names '{g}', offered {place}: no site there"))
    return problems


def _energy_musd_per_gwh(
    library: Library,
    rows: pd.DataFrame,
    zone: Mapping[Offer, str],
    load_factor: float,
    problems: list[Problem],
) -> dict[Offer, float]:
    """Price of energy with its fuel.

    A zone's price, which stands in where the option has none of its own, is all that is paid for a
    connection in full use, by the energy. What is charged by contracted power is part of it, spread
    over the energy of the load factor, and is left out here.
    """
    gas = float(library.finance.at["gas_usd_per_mmbtu", "value"])
    least: dict[str, float] = {}

    def usd_per_mwh(supply: str, of: str) -> float:
        price = float(rows.at[supply, "variable_usd_per_mwh"])
        if math.isnan(price):
            fixed = float(rows.at[supply, "fixed_usd_per_kw_year"])
            whole = float(library.zones.at[of, "energy_usd_per_mwh"])
            price = whole - fixed * 1e3 / (load_factor * HOURS_PER_YEAR)
            least[supply] = min(price, least.get(supply, math.inf))
        return price + float(rows.at[supply, "heat_rate_mmbtu_per_mwh"]) * gas

    found = {(s, g): usd_per_mwh(g, z) * MWH_PER_GWH / 1e6 for (s, g), z in zone.items()}
    problems += [
        Problem(
            f"supply.{g} fixed_usd_per_kw_year",
            f"is {-usd:.4g} USD/MWh more than the whole price of energy in some zone; lower it",
        )
        for g, usd in least.items()
        if usd < 0
    ]
    return found


def _carbon_kt_per_gwh(
    library: Library, rows: pd.DataFrame, zone: Mapping[Offer, str]
) -> dict[Offer, float]:
    """Emissions of energy; the zone's mean where the option has none of its own."""

    def kg_per_mwh(supply: str, of: str) -> float:
        own = float(rows.at[supply, "co2_kg_per_mwh"])
        return float(library.zones.at[of, "co2_kg_per_mwh"]) if math.isnan(own) else own

    return {(s, g): kg_per_mwh(g, z) * MWH_PER_GWH / KG_PER_KT for (s, g), z in zone.items()}
