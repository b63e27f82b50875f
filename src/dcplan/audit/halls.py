"""Halls: one cooling design a site, racks it can hold, room for the load, and PUE."""

from __future__ import annotations

from dcplan.audit.check import Checks
from dcplan.audit.facts import TINY, Facts
from dcplan.scenario import yearly


def check(facts: Facts, checks: Checks) -> None:
    """Design kept and able; halls never shrink; IT load re-added; facility load = IT x PUE."""
    for (s, y), row in facts.sites.items():
        where, pue = f"{s} {y}", facts.cooling(s, y)["pue"]
        next_year = facts.sites.get((s, y + 1), row)
        checks.holds("halls.cooling_kept", where, next_year["cooling"] == row["cooling"])
        checks.at_most("halls.stay", where, row["built_it_mw"], next_year["built_it_mw"], "MW")
        checks.equal("halls.pue", where, row["pue"], pue, "facility MW per IT MW")
        if (most := facts.scenario.limits.pue_site) is not None:
            checks.at_most("halls.pue_site", where, pue, most, "facility MW per IT MW")
        it_mw = it_load_mw(facts, s, y)
        checks.equal("halls.it_load", where, row["it_mw"], it_mw, "MW")
        checks.at_most("halls.room", where, it_mw, row["built_it_mw"], "MW")
        checks.equal("halls.facility_load", where, row["facility_mw"], it_mw * pue, "MW")
    for (s, a, y), row in facts.chips.items():
        if row["running"] > TINY and (s, y) in facts.sites:
            dense, able = facts.chip(a)["rack_kw"], facts.cooling(s, y)["max_rack_kw"]
            checks.at_most("halls.racks", f"{s} {a} {y}", dense, able, "kW")
    for y, limit in yearly(facts.scenario.limits.pue, facts.years).items():
        it_mw = sum(it_load_mw(facts, s, y) for s in facts.open_sites(y))
        checks.at_most("halls.pue_fleet", str(y), fleet_mw(facts, y), limit * it_mw, "MW")


def it_load_mw(facts: Facts, site: str, year: int) -> float:
    """Running chips times their watts, MW."""
    watts = sum(
        row["running"] * facts.watts(a)
        for (s, a, y), row in facts.chips.items()
        if (s, y) == (site, year)
    )
    return float(watts / 1e6)


def facility_load_mw(facts: Facts, site: str, year: int) -> float:
    """IT load times PUE, MW."""
    return float(it_load_mw(facts, site, year) * facts.cooling(site, year)["pue"])


def fleet_mw(facts: Facts, year: int) -> float:
    """Facility load of all open sites, MW."""
    return sum(facility_load_mw(facts, s, year) for s in facts.open_sites(year))
