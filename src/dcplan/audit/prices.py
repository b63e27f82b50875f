"""Prices of the library in MUSD: halls, connections, upgrades, routes, contracts and energy."""

from __future__ import annotations

import math

from dcplan.audit.facts import Facts, Row, blank_as


def hall_musd_per_mw(facts: Facts, site: str, year: int) -> float:
    """Halls and plant at a site, by IT MW."""
    plant = facts.cooling(site, year)["capex_usd_per_kw_it"]
    usd_per_kw = (facts.finance("facility_usd_per_kw_it") + plant) * facts.place(site)[
        "construction_factor"
    ]
    return float(usd_per_kw * 1e3 / 1e6)


def connection_musd_per_mw(facts: Facts, site: str, supply: str) -> float:
    """What a supply costs to build or connect at a site, by MW."""
    usd_per_kw = facts.supply(supply)["capex_usd_per_kw"] * facts.place(site)["construction_factor"]
    return float(usd_per_kw * 1e3 / 1e6)


def upgrade_musd_per_mw(facts: Facts, zone: str, tier: int) -> float:
    """A tier of network upgrades, by MW."""
    return float(facts.raw["upgrades"][zone, tier]["usd_per_kw"] * 1e3 / 1e6)


def _usd_per_mwh(facts: Facts, site: str, supply: str) -> float:
    row = facts.supply(supply)
    own = row["variable_usd_per_mwh"]
    grid = facts.raw["zones"][facts.feeding(site, supply)]
    price = own
    if math.isnan(own):  # of the zone's price, what is billed by contracted power is not by energy
        full_hours = facts.finance("load_factor_frac") * 8760
        price = grid["energy_usd_per_mwh"] - row["fixed_usd_per_kw_year"] * 1e3 / full_hours
    return float(price + row["heat_rate_mmbtu_per_mwh"] * facts.finance("gas_usd_per_mmbtu"))


def link_musd(facts: Facts, link: Row) -> float:
    """Price of a route, if owned, and its equipment as new."""
    reach = facts.raw["reach"][link["reach_class"]]
    route = reach["new_usd_per_km"] + reach["hut_usd_per_km"]
    if link["kind"] == "existing":
        route = reach["duct_usd_per_km"] if link["held"] == "own" else 0.0
    pair = reach["pair_usd"] + reach["pair_usd_per_km"] * link["km"]
    optics = reach["optics_usd_per_tbps"] * link["tbps"]
    return float((link["km"] * route + link["pairs"] * pair + optics) / 1e6)


def contract_musd(facts: Facts, site: str, supply: str, year: int) -> float:
    """Fixed cost, tax and insurance of one row of power.csv, MUSD."""
    fixed = facts.supply(supply)["fixed_usd_per_kw_year"] * 1e3 / 1e6
    taxed = connection_musd_per_mw(facts, site, supply) * owning_frac(facts)
    held = facts.power[site, supply, year]["contracted_mw"] * facts.rise("power", year)
    return float(held * (fixed + taxed))


def energy_musd(facts: Facts, site: str, supply: str, year: int) -> float:
    """Energy and fuel of one row of power.csv, MUSD, and what is paid for without being taken."""
    taken = facts.power[site, supply, year]["energy_gwh"]
    gwh = taken + unused_gwh(facts, site, supply, year)
    usd = _usd_per_mwh(facts, site, supply) * facts.rise("energy", year)
    return float(gwh * 1e3 * usd / 1e6)


def unused_gwh(facts: Facts, site: str, supply: str, year: int) -> float:
    """Energy that a contract is paid for in a year and that is not taken."""
    row, of = facts.power[site, supply, year], facts.supply(supply)
    most = row["contracted_mw"] * of["capacity_factor_frac"] * 8.76
    return float(max(0.0, most * blank_as(of["min_take_frac"], 0.0) - row["energy_gwh"]))


def owning_frac(facts: Facts) -> float:
    """Yearly tax and insurance of a thing by its price."""
    return facts.finance("property_tax_frac") + facts.finance("insurance_frac")
