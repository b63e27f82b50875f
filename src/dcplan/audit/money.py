"""Money: every purchase and yearly cost priced once more from the library, then the objective."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dcplan.audit import objective
from dcplan.audit.buying import paid_usd
from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts, Row, blank_as
from dcplan.audit.footprint import emitted_kt
from dcplan.audit.links import bought_link_musd, old_upkeep_musd
from dcplan.audit.prices import (
    connection_musd_per_mw,
    contract_musd,
    energy_musd,
    hall_musd_per_mw,
    owning_frac,
    upgrade_musd_per_mw,
)
from dcplan.audit.repayment import owed, payment, worth_left
from dcplan.scenario import yearly

CAPEX = ("chips", "facility", "land", "power", "fibre")
OPEX = ("chips", "facility", "staff", "power", "energy", "fibre", "carbon")
ITEMS = {"capex": CAPEX, "opex": OPEX, "residual": CAPEX}
Key = tuple[Any, ...]
"""Key of a row of the plan; the year comes last."""


def check(facts: Facts, checks: Checks) -> None:
    """Prices row by row, sums by item and year, capex limits, the objective and its bound."""
    known = {(kind, i) for kind, items in ITEMS.items() for i in items}
    checks.holds("money.items", "money.csv", {key[1:] for key in facts.money} <= known)
    spent: dict[tuple[str, int], float] = defaultdict(float)
    left: dict[str, float] = defaultdict(float)
    told: dict[tuple[str, Key], float] = defaultdict(float)
    for item, table, key, musd, life in _purchases(facts):
        spent[item, key[-1]] += musd
        left[item] += musd * worth_left(facts, item, key[-1], life)
        told[table, key] += musd
    left["power"] -= _forfeited(facts)
    rows: dict[str, Mapping[Any, Row]] = {
        "sites": facts.sites,
        "chips": facts.chips,
        "power": facts.power,
        "links": facts.links,
        "upgrades": facts.upgrades,
    }
    for (table, key), musd in told.items():
        said, where = rows[table][key]["capex_musd"], " ".join(map(str, key))
        checks.equal(f"{table}.capex", where, said, musd, "MUSD")
    yearly_cost: dict[tuple[str, int], float] = defaultdict(float)
    for item, y, musd in _yearly(facts):
        yearly_cost[item, y] += musd
    for y in facts.years:
        for item in CAPEX:
            said = facts.money.get((y, "capex", item), 0.0)
            checks.equal("money.capex", f"{item} {y}", said, spent[item, y], "MUSD")
        for item in OPEX:
            said = facts.money.get((y, "opex", item), 0.0)
            checks.equal("money.opex", f"{item} {y}", said, yearly_cost[item, y], "MUSD")
    for item in CAPEX:
        said = facts.money.get((facts.years[-1], "residual", item), 0.0)
        checks.equal("money.residual", item, said, left[item], "MUSD")
    capex = {y: sum(spent[item, y] for item in CAPEX) for y in facts.years}
    opex = {y: sum(yearly_cost[item, y] for item in OPEX) for y in facts.years}
    _check_limits(facts, checks, capex)
    objective.check(facts, checks, capex, opex, sum(left.values()))


def _purchases(facts: Facts) -> Iterator[tuple[str, str, Key, float, float | None]]:
    """Yield (item, table, key of row, MUSD, life in years; None for ever) of all that is bought."""
    for (s, a, y), row in facts.chips.items():
        price = row["added"] * paid_usd(facts, a, y) / 1e6
        life = math.floor(facts.chip(a)["life_years"])
        yield "chips", "chips", (s, a, y), price, life
    for s, y in facts.sites:
        grown = facts.grown(facts.sites, (s, y), "built_it_mw", facts.old_halls_mw(s))
        facility = grown * hall_musd_per_mw(facts, s, y) * facts.rise("facility", y)
        yield "facility", "sites", (s, y), facility, facts.finance("facility_life_years")
        acres = grown * facts.cooling(s, y)["pue"] * facts.finance("land_acres_per_mw")
        land = acres * facts.place(s)["land_usd_per_acre"] / 1e6 * facts.rise("land", y)
        yield "land", "sites", (s, y), land, None
    for s, g, y in facts.power:
        old = facts.old_contract_mw(s, g)
        signed = max(0.0, facts.grown(facts.power, (s, g, y), "contracted_mw", old))
        price = signed * connection_musd_per_mw(facts, s, g) * facts.rise("power", y)
        yield "power", "power", (s, g, y), price, facts.supply(g)["life_years"]
    for (z, t, y), row in facts.upgrades.items():
        more = facts.upgrades.get((z, t, y - 1))
        bought = row["upgraded_mw"] - (more["upgraded_mw"] if more else 0.0)
        price = bought * upgrade_musd_per_mw(facts, z, t) * facts.rise("power", y)
        yield "power", "upgrades", (z, t, y), price, facts.supply("grid")["life_years"]
    for a, b, y in facts.links:
        before = facts.links.get((a, b, y - 1))
        standing = bought_link_musd(facts, (a, b), facts.links[a, b, y])
        price = standing - (bought_link_musd(facts, (a, b), before) if before else 0.0)
        price *= facts.rise("fibre", y)
        yield "fibre", "links", (a, b, y), price, facts.finance("fibre_life_years")


def _yearly(facts: Facts) -> Iterator[tuple[str, int, float]]:
    tax = owning_frac(facts)
    for (_, a, bought), row in facts.chips.items():
        worth = row["added"] * paid_usd(facts, a, bought) / 1e6
        gone = bought + math.floor(facts.chip(a)["life_years"])
        for y in facts.years:
            if bought <= y < gone:
                upkeep = worth * (facts.finance("chip_maintenance_frac") + tax)
                yield "chips", y, upkeep * facts.rise("chips", y, bought)
    upkeep = facts.finance("chip_maintenance_frac") + tax
    for _, a, bought, row in facts.old_chips():
        kind = facts.chip(a)
        listed = kind["price_usd"] + blank_as(kind["network_usd"], 0.0)
        worth = row["chips"] * blank_as(row["paid_usd"], listed) / 1e6
        for y in facts.years:
            if y < bought + math.floor(kind["life_years"]):
                yield "chips", y, worth * upkeep * facts.rise("chips", y)
    for (s, y), row in facts.sites.items():
        built = row["built_it_mw"]
        upkeep = facts.finance("facility_maintenance_frac") + tax
        worth = built * hall_musd_per_mw(facts, s, y) * facts.rise("facility", y)
        yield "facility", y, worth * upkeep
        people = built / 100 * facts.finance("staff_fte_per_100mw")
        pay = facts.finance("staff_usd_per_fte_year") * facts.rise("staff", y)
        yield "staff", y, people * pay / 1e6
    for s, g, y in facts.power:
        yield "power", y, contract_musd(facts, s, g, y)
        yield "energy", y, energy_musd(facts, s, g, y)
    for (z, t, y), row in facts.upgrades.items():
        worth = row["upgraded_mw"] * upgrade_musd_per_mw(facts, z, t) * facts.rise("power", y)
        yield "power", y, worth * tax
    for y, usd_per_t in yearly(facts.scenario.money.carbon_usd_per_t, facts.years).items():
        yield "carbon", y, emitted_kt(facts, y) * 1e3 * usd_per_t / 1e6
    per_km = facts.finance("fibre_maintenance_usd_per_km_year") / 1e6
    old_links = facts.old_links()
    for y in facts.years:
        yield "fibre", y, old_upkeep_musd(facts) * facts.rise("fibre", y)
    for (a, b, y), row in facts.links.items():
        upkeep = 0.0 if (min(a, b), max(a, b)) in old_links else row["km"] * per_km
        rent = facts.raw["reach"][row["reach_class"]]["lease_usd_per_pair_km_year"] / 1e6
        rented = row["pairs"] * row["km"] * rent if row["held"] == "leased" else 0.0
        cost = upkeep + bought_link_musd(facts, (a, b), row) * tax + rented
        yield "fibre", y, cost * facts.rise("fibre", y)


def _forfeited(facts: Facts) -> float:
    """Worth after the last year of contracts that ended by then; the oldest end first."""
    lost = 0.0
    for s, g in {key[:2] for key in facts.power}:
        queue: list[tuple[int, float]] = [(facts.years[0] - 1, facts.old_contract_mw(s, g))]
        for y in facts.years:
            held = facts.power[s, g, y]["contracted_mw"] if (s, g, y) in facts.power else 0.0
            queue.append((y, max(0.0, held - sum(mw for _, mw in queue))))
            over = sum(mw for _, mw in queue) - held
            while over > 1e-6:
                signed, mw = queue.pop(0)
                gone = min(mw, over)
                if gone < mw:
                    queue.insert(0, (signed, mw - gone))
                # what stood before the first year has no worth in the plan that could be lost
                price = gone * connection_musd_per_mw(facts, s, g) * (signed in facts.years)
                life = facts.supply(g)["life_years"]
                left = owed(facts, "power", signed, life, facts.years[-1])
                lost += price * facts.rise("power", signed) * left
                over -= gone
    return lost


def year_musd(facts: Facts) -> Mapping[int, float]:
    """Cost of every year: payments on purchases within their life, and yearly costs."""
    cost = dict.fromkeys(facts.years, 0.0)
    for _, y, musd in _yearly(facts):
        cost[y] += musd
    for item, _, key, musd, life in _purchases(facts):
        for y in facts.years:
            if key[-1] <= y and (life is None or y < key[-1] + life):
                cost[y] += musd * payment(facts, item, life)
    return cost


def debt_musd(facts: Facts, year: int) -> float:
    """Debt at the end of a year; 0 where nothing is borrowed."""
    share = facts.scenario.money.debt_frac or 0.0
    return share * sum(
        musd * owed(facts, item, key[-1], life, year)
        for item, _, key, musd, life in _purchases(facts)
        if key[-1] <= year
    )


def _check_limits(facts: Facts, checks: Checks, capex: Mapping[int, float]) -> None:
    for y, busd in yearly(facts.scenario.limits.debt_busd, facts.years).items():
        checks.at_most("money.debt", str(y), debt_musd(facts, y), busd * 1e3, "MUSD")
    limit = facts.scenario.limits.capex_busd
    if limit is None:
        return
    for y, busd in yearly(limit.per_year, facts.years).items():
        checks.at_most("money.capex_year", str(y), capex[y], busd * 1e3, "MUSD")
    if limit.total is not None:
        checks.at_most("money.capex_total", "", sum(capex.values()), limit.total * 1e3, "MUSD")
