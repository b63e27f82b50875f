"""Chips: whether they may be bought, in time and in that number, and what of them runs."""

from __future__ import annotations

import math

from dcplan.audit.buying import bought, in_lots
from dcplan.audit.check import Checks
from dcplan.audit.facts import TINY, Facts


def check(facts: Facts, checks: Checks) -> None:
    """Offered, in time, within supply; standing re-added; running within it; vendor shares."""
    for (s, a, y), row in facts.chips.items():
        where, chip = f"{s} {a} {y}", facts.chip(a)
        stood = _stood(facts, s, a, y)
        checks.equal("chips.stood", where, row["stood"], stood, "chips")
        if row["added"] > TINY or not any((s, a) == old[:2] for old in facts.old_chips()):
            checks.holds("chips.offered", where, _is_offered(facts, a))
        checks.holds("chips.vendor", where, row["vendor"] == chip["vendor"])
        if row["added"] > TINY:
            checks.at_most("chips.earliest_year", where, chip["earliest_year"], y, "years")
        if row["running"] > TINY:
            checks.holds("chips.at_open_site", where, s in facts.open_sites(y))
        checks.at_most("chips.running", where, row["running"], row["standing"], "chips")
        it_mw = row["running"] * facts.watts(a) / 1e6
        checks.equal("chips.it_load", where, row["it_mw"], it_mw, "MW")
    kinds = {(s, a) for s, a, _ in facts.chips} | {old[:2] for old in facts.old_chips()}
    for s, a in sorted(kinds):
        for y in facts.years:
            said = facts.chips[s, a, y]["standing"] if (s, a, y) in facts.chips else 0.0
            stands = _standing(facts, s, a, y)
            checks.equal("chips.standing", f"{s} {a} {y}", said, stands, "chips")
    _check_supply(facts, checks)
    _check_vendors(facts, checks)


def _is_offered(facts: Facts, chip: str) -> bool:
    row, wish = facts.chip(chip), facts.scenario.chips
    known = not any(math.isnan(row[c]) for c in ("it_w", "price_usd", "rack_kw", "earliest_year"))
    return (
        row["channel"] in facts.scenario.buyer.channels
        and bool(row["trains"])
        and (not row["projected"] or chip in wish.projected)
        and (wish.only is None or chip in (*wish.only, *wish.projected))
        and chip not in wish.forbid
        and (wish.networks is None or row["network"] in wish.networks)
        and known
        and not math.isnan(facts.usable_flops(chip))
    )


def _standing(facts: Facts, site: str, chip: str, year: int) -> float:
    """There before or bought by `year`, and not past their life of whole years."""
    life = math.floor(facts.chip(chip)["life_years"])
    bought = (
        facts.chips[site, chip, y]["added"]
        for y in facts.years
        if (site, chip, y) in facts.chips and y <= year < y + life
    )
    return float(sum(bought)) + _stood(facts, site, chip, year)


def _stood(facts: Facts, site: str, chip: str, year: int) -> float:
    """Chips that were there before the first year and are not past their life."""
    life = math.floor(facts.chip(chip)["life_years"])
    old = [
        row["chips"]
        for s, a, y, row in facts.old_chips()
        if (s, a) == (site, chip) and year < y + life
    ]
    return float(sum(old))


def _check_supply(facts: Facts, checks: Checks) -> None:
    for a, y in sorted({(a, y) for _, a, y in facts.chips}):
        world = facts.raw["chip_supply"].get((a, y), {"world_chips": 0.0})["world_chips"]
        most = world * facts.scenario.buyer.supply_frac + in_lots(facts, a, y)
        checks.at_most("chips.supply", f"{a} {y}", bought(facts, a, y), most, "chips")


def _check_vendors(facts: Facts, checks: Checks) -> None:
    for vendor, share in facts.scenario.limits.vendor_frac.items():
        for y in facts.years:
            rates = {
                (s, a): row["running"] * facts.usable_flops(a) / 1e18
                for (s, a, t), row in facts.chips.items()
                if t == y
            }
            fleet = sum(rates.values())
            own = sum(r for (_, a), r in rates.items() if facts.chip(a)["vendor"] == vendor)
            checks.at_most(
                "chips.vendor_share", f"{vendor} {y}", own, share * fleet, "EFLOP/s", fleet
            )
