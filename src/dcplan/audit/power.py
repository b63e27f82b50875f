"""Power: contracts on offer, kept and firm; energy in balance; limits of zone and fleet."""

from __future__ import annotations

import math

from dcplan.audit.check import Checks
from dcplan.audit.facts import CURTAILMENT, TINY, Facts, Row
from dcplan.audit.halls import facility_load_mw, fleet_mw
from dcplan.scenario import yearly

GRIDS = ("grid", "grid_2")
HOURS = 365 * 24


def check(facts: Facts, checks: Checks) -> None:
    """Every contract, every site and year, every zone, every option, the fleet."""
    for (s, g, y), row in facts.power.items():
        where, supply = f"{s} {g} {y}", facts.supply(g)
        stood = facts.old_contract_mw(s, g)
        checks.equal("power.stood", where, row["stood_mw"], stood, "MW")
        checks.holds("power.zone", where, row["zone"] == facts.feeding(s, g))
        signed = facts.grown(facts.power, (s, g, y), "contracted_mw", stood)
        if signed > TINY or (row["contracted_mw"] > TINY and not stood):
            offered = _is_offered(facts, s, g)
            checks.holds("power.offered", where, offered)
            if offered:
                first = facts.scenario.money.base_year + math.ceil(_lead_years(facts, s, g))
                checks.at_most("power.lead_time", where, first, y, "years")
        _check_end(facts, checks, (s, g, y), row)
        most = row["contracted_mw"] * supply["capacity_factor_frac"] * HOURS / 1e3
        checks.at_most("power.capacity_factor", where, row["energy_gwh"], most, "GWh")
        carbon = row["energy_gwh"] * _kg_per_mwh(facts, s, g) * 1e3 / 1e6
        checks.equal("power.carbon", where, row["carbon_kt"], carbon, "kt")
    for s, y in sorted({*facts.sites, *((s, y) for s, _, y in facts.power)}):
        _check_site(facts, checks, s, y)
    _check_standing(facts, checks)
    _check_zones(facts, checks)
    _check_upgrades(facts, checks)
    _check_fleet(facts, checks)


def _check_end(facts: Facts, checks: Checks, key: tuple[str, str, int], row: Row) -> None:
    """What is contracted falls by what ended, and grid connections never end."""
    s, g, y = key
    before = facts.power.get((s, g, y - 1), {"contracted_mw": 0.0})["contracted_mw"]
    if y == facts.years[0]:
        before = facts.old_contract_mw(s, g)
    fallen = max(0.0, before - row["contracted_mw"])
    scale = max(before, 1.0)
    checks.equal("power.ended", f"{s} {g} {y}", row["ended_mw"], fallen, "MW", scale)
    later = facts.power.get((s, g, y + 1))
    most = 0.0 if g in GRIDS else math.inf
    ends = row["contracted_mw"] - (later["contracted_mw"] if later else 0.0)
    if y < facts.years[-1] and (g in GRIDS or later is None):
        # a row is due in the year of the end, so that none is lost without a word
        most = most if later else 0.0
        checks.at_most("power.contracts_stay", f"{s} {g} {y}", ends, most, "MW", scale)


def _check_standing(facts: Facts, checks: Checks) -> None:
    """A contract that stood is told in the first year; of the grid it is there, whole."""
    first = facts.years[0]
    for s, g in facts.old_contracts():
        row = facts.power.get((s, g, first))
        checks.holds("power.existing", f"{s} {g} {first}", row is not None)
        least = facts.old_contract_mw(s, g) if g in GRIDS else 0.0
        held = row["contracted_mw"] if row else 0.0
        checks.at_most("power.existing_grid", f"{s} {g} {first}", least, held, "MW")


def _is_offered(facts: Facts, site: str, supply: str) -> bool:
    only_in = facts.supply(supply)["zone"]
    offered = supply in facts.scenario.power.offer and bool(facts.feeding(site, supply))
    return offered and only_in in ("", facts.place(site)["zone"])


def _lead_years(facts: Facts, site: str, supply: str) -> float:
    """Of the zone for a grid connection, where the scenario says so and the zone tells it."""
    own = facts.raw["zones"][facts.feeding(site, supply)]["large_load_years"]
    by_zone = facts.scenario.power.lead_times == "zone" and supply in GRIDS
    return float(own if by_zone and not math.isnan(own) else facts.supply(supply)["lead_years"])


def _kg_per_mwh(facts: Facts, site: str, supply: str) -> float:
    own = facts.supply(supply)["co2_kg_per_mwh"]
    grid = facts.raw["zones"][facts.feeding(site, supply)]
    return float(grid["co2_kg_per_mwh"] if math.isnan(own) else own)


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
    share = facts.scenario.limits.zone_frac
    for z in facts.raw["zones"]:
        for y in facts.years:
            where, fleet = f"{z} {y}", fleet_mw(facts, y)
            taken = sum(
                row["contracted_mw"]
                for (s, g, t), row in facts.power.items()
                if g in GRIDS and t == y and facts.feeding(s, g) == z
            )
            here = [s for s in facts.open_sites(y) if facts.place(s)["zone"] == z]
            load = sum(facility_load_mw(facts, s, y) for s in here)
            if share is not None:
                checks.at_most("power.zone_share", where, load, share * fleet, "MW", fleet)
            said = facts.zones.get((z, y))
            checks.holds("zones.complete", where, said is not None or not (here or taken > TINY))
            if said is not None:
                _check_zone(facts, checks, z, y, taken, load)


def _check_zone(
    facts: Facts, checks: Checks, zone: str, year: int, taken: float, load: float
) -> None:
    """Connections within headroom and upgrades; one class a zone; its row re-added."""
    where, said = f"{zone} {year}", facts.zones[zone, year]
    wish, class_ = facts.scenario.limits.curtailment, said["curtailment"]
    allowed = tuple(CURTAILMENT) if wish == "choose" else (wish,)
    same = facts.zones.get((zone, facts.years[-1]), said)["curtailment"] == class_
    checks.holds("zones.curtailment", where, class_ in allowed and same)
    room = float(facts.raw["zones"][zone][facts.curtailment(zone)[0]])
    more = sum(
        row["upgraded_mw"] for (z, _, y), row in facts.upgrades.items() if (z, y) == (zone, year)
    )
    stood = sum(
        facts.old_contract_mw(s, g)
        for s, g in facts.old_contracts()
        if g in GRIDS and facts.feeding(s, g) == zone
    )
    checks.at_most("power.headroom", where, taken, room + more + stood, "MW")
    for name, value in (
        ("headroom_mw", room),
        ("upgraded_mw", more),
        ("contracted_mw", taken),
        ("facility_mw", load),
        ("left_mw", room + more + stood - taken),
        ("stood_mw", stood),
    ):
        checks.equal(f"zones.{name}", where, said[name], value, "MW", room)


def _check_upgrades(facts: Facts, checks: Checks) -> None:
    """Tiers that the library has, in time, within their size, kept once bought."""
    for (z, t, y), row in facts.upgrades.items():
        where, tier = f"{z} {t} {y}", facts.raw["upgrades"].get((z, t))
        checks.holds("upgrades.offered", where, tier is not None and facts.scenario.power.upgrades)
        if tier is not None:
            first = facts.scenario.money.base_year + math.ceil(tier["lead_years"])
            checks.at_most("upgrades.lead_time", where, first, y, "years")
            checks.at_most("upgrades.size", where, row["upgraded_mw"], tier["extra_mw"], "MW")
        later = facts.upgrades.get((z, t, y + 1))
        if y < facts.years[-1]:
            after = later["upgraded_mw"] if later else 0.0
            checks.at_most("upgrades.stay", where, row["upgraded_mw"], after, "MW")


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
