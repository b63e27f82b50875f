"""Sites: where they are, that they stay, how many there are and how large."""

from __future__ import annotations

import math

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts


def check(facts: Facts, checks: Checks) -> None:
    """Zone and place as in the library; open for good; forced, forbidden, counts and sizes."""
    wish, last = facts.scenario.sites, facts.years[-1]
    for (s, y), row in facts.sites.items():
        here = facts.place(s)
        same = all(row[column] == here[column] for column in ("zone", "state", "name"))
        near = all(abs(row[column] - here[column]) < 1e-6 for column in ("lat", "lon"))
        checks.holds("sites.place", f"{s} {y}", same and near)
        stays = y == last or (s, y + 1) in facts.sites
        checks.holds("sites.stay_open", f"{s} {y}", bool(row["open"]) and stays)
        checks.holds("sites.forbidden", s, s not in wish.forbid)
        _check_size(facts, checks, s, y)
    for s in facts.old_sites():
        for y in facts.years:
            said = facts.sites.get((s, y), {"cooling": ""})["cooling"]
            kept = said == facts.raw["fleet_sites"][s]["cooling"]
            checks.holds("sites.existing_open", f"{s} {y}", kept)
    for s in wish.force:
        checks.holds("sites.forced", s, s in facts.open_sites(last))
    for y in facts.years:
        here_now = facts.open_sites(y)
        if wish.max_sites is not None:
            checks.at_most("sites.count", str(y), len(here_now), wish.max_sites, "sites")
        if wish.max_zones is not None:
            served = {facts.place(s)["zone"] for s in here_now}
            checks.at_most("sites.zones", str(y), len(served), wish.max_zones, "zones")
        if wish.max_sites_per_zone is not None:
            zones = [facts.place(s)["zone"] for s in here_now]
            for z in set(zones):
                most = wish.max_sites_per_zone
                checks.at_most("sites.per_zone", f"{z} {y}", zones.count(z), most, "sites")


def _check_size(facts: Facts, checks: Checks, site: str, year: int) -> None:
    """Facility MW of the halls, from the raw PUE, between the scenario's and the place's limits."""
    wish, own = facts.scenario.sites, facts.place(site)["max_mw"]
    size = facts.sites[site, year]["built_it_mw"] * facts.cooling(site, year)["pue"]
    most = wish.max_mw if math.isnan(own) else min(wish.max_mw, own)
    stood = facts.old_halls_mw(site)
    most = max(most, stood * facts.cooling(site, year)["pue"])
    checks.at_most("sites.largest", f"{site} {year}", size, most, "MW")
    said = facts.sites[site, year]["stood_it_mw"]
    checks.equal("sites.stood", f"{site} {year}", said, stood, "MW")
    if facts.stands(site) is None:
        checks.at_most("sites.least", f"{site} {year}", wish.min_mw, size, "MW")
    else:
        built = facts.sites[site, year]["built_it_mw"]
        checks.at_most("sites.existing_halls", f"{site} {year}", stood, built, "MW")
