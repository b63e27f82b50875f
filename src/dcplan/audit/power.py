"""Power: contracts on offer, kept and firm; energy in balance; limits of zone and fleet."""

from __future__ import annotations

import math

from dcplan.audit.check import Checks
from dcplan.audit.facts import CURTAILMENT, TINY, Facts
from dcplan.audit.halls import facility_load_mw, fleet_mw
from dcplan.scenario import yearly

GRID = "grid"
HOURS = 365 * 24


def check(facts: Facts, checks: Checks) -> None:
    """Every contract, every site and year, every zone, every option, the fleet."""
    for (s, g, y), row in facts.power.items():
        where, supply = f"{s} {g} {y}", facts.supply(g)
        if row["contracted_mw"] > TINY:
            checks.holds("power.offered", where, _is_offered(facts, s, g))
            first = facts.scenario.money.base_year + math.ceil(supply["lead_years"])
            checks.at_most("power.lead_time", where, first, y, "years")
        later = facts.power[s, g, y + 1]["contracted_mw"] if (s, g, y + 1) in facts.power else 0.0
        if y < facts.years[-1]:
            checks.at_most("power.contracts_stay", where, row["contracted_mw"], later, "MW")
        most = row["contracted_mw"] * supply["capacity_factor_frac"] * HOURS / 1e3
        checks.at_most("power.capacity_factor", where, row["energy_gwh"], most, "GWh")
        carbon = row["energy_gwh"] * _kg_per_mwh(facts, s, g) * 1e3 / 1e6
        checks.equal("power.carbon", where, row["carbon_kt"], carbon, "kt")
    for s, y in sorted({*facts.sites, *((s, y) for s, _, y in facts.power)}):
        _check_site(facts, checks, s, y)
    _check_zones(facts, checks)
    _check_fleet(facts, checks)


def _is_offered(facts: Facts, site: str, supply: str) -> bool:
    only_in = facts.supply(supply)["zone"]
    offered = supply in facts.scenario.power.offer
    return offered and only_in in ("", facts.place(site)["zone"])


def _kg_per_mwh(facts: Facts, site: str, supply: str) -> float:
    own = facts.supply(supply)["co2_kg_per_mwh"]
    return float(facts.zone(site)["co2_kg_per_mwh"] if math.isnan(own) else own)


def _check_site(facts: Facts, checks: Checks, site: str, year: int) -> None:
    """Firm contracts carry the facility load, and energy is what that load takes in a year."""
    load = facility_load_mw(facts, site, year) if (site, year) in facts.sites else 0.0
    rows = [(g, row) for (s, g, y), row in facts.power.items() if (s, y) == (site, year)]
    firm = sum(row["contracted_mw"] * facts.supply(g)["firm_frac"] for g, row in rows)
    checks.at_most("power.firm", f"{site} {year}", load, firm, "MW")
    taken = sum(row["energy_gwh"] for _, row in rows)
    used = load * facts.finance("load_factor_frac") * HOURS / 1e3
    checks.equal("power.energy", f"{site} {year}", taken, used, "GWh")


def _check_zones(facts: Facts, checks: Checks) -> None:
    column = CURTAILMENT[facts.scenario.limits.curtailment][0]
    share = facts.scenario.limits.zone_frac
    for z, row_of_zone in facts.raw["zones"].items():
        room = float(row_of_zone[column])
        for y in facts.years:
            where, fleet = f"{z} {y}", fleet_mw(facts, y)
            taken = sum(
                row["contracted_mw"]
                for (s, g, t), row in facts.power.items()
                if (g, t) == (GRID, y) and facts.place(s)["zone"] == z
            )
            here = [s for s in facts.open_sites(y) if facts.place(s)["zone"] == z]
            load = sum(facility_load_mw(facts, s, y) for s in here)
            checks.at_most("power.headroom", where, taken, room, "MW")
            if share is not None:
                checks.at_most("power.zone_share", where, load, share * fleet, "MW", fleet)
            said = facts.zones.get((z, y))
            checks.holds("zones.complete", where, said is not None or not (here or taken > TINY))
            for name, value in (
                ("headroom_mw", room),
                ("contracted_mw", taken),
                ("facility_mw", load),
                ("left_mw", room - taken),
            ):
                if said is not None:
                    checks.equal(f"zones.{name}", where, said[name], value, "MW", room)


def _check_fleet(facts: Facts, checks: Checks) -> None:
    for y, limit_gw in yearly(facts.scenario.limits.power_gw, facts.years).items():
        checks.at_most("power.fleet_limit", str(y), fleet_mw(facts, y), limit_gw * 1e3, "MW")
    for g, y in sorted({(g, y) for _, g, y in facts.power}):
        most = facts.supply(g)["max_mw"]
        if not math.isnan(most):
            taken = sum(
                r["contracted_mw"] for (_, h, t), r in facts.power.items() if (h, t) == (g, y)
            )
            checks.at_most("power.option_limit", f"{g} {y}", taken, most, "MW")
