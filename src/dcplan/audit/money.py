"""Money: every purchase and yearly cost priced once more from the library, then the objective."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dcplan.audit.buying import paid_usd
from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts, Row
from dcplan.audit.footprint import emitted_kt
from dcplan.audit.prices import (
    connection_musd_per_mw,
    contract_musd,
    energy_musd,
    hall_musd_per_mw,
    link_musd,
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
    _check_objective(facts, checks, capex, opex, sum(left.values()))


def _purchases(facts: Facts) -> Iterator[tuple[str, str, Key, float, float | None]]:
    """Yield (item, table, key of row, MUSD, life in years; None for ever) of all that is bought."""
    for (s, a, y), row in facts.chips.items():
        price = row["added"] * paid_usd(facts, a, y) / 1e6
        life = math.floor(facts.chip(a)["life_years"])
        yield "chips", "chips", (s, a, y), price, life
    for s, y in facts.sites:
        grown = facts.grown(facts.sites, (s, y), "built_it_mw")
        facility = grown * hall_musd_per_mw(facts, s, y) * facts.rise("facility", y)
        yield "facility", "sites", (s, y), facility, facts.finance("facility_life_years")
        acres = grown * facts.cooling(s, y)["pue"] * facts.finance("land_acres_per_mw")
        land = acres * facts.place(s)["land_usd_per_acre"] / 1e6 * facts.rise("land", y)
        yield "land", "sites", (s, y), land, None
    for s, g, y in facts.power:
        signed = max(0.0, facts.grown(facts.power, (s, g, y), "contracted_mw"))
        price = signed * connection_musd_per_mw(facts, s, g) * facts.rise("power", y)
        yield "power", "power", (s, g, y), price, facts.supply(g)["life_years"]
    for (z, t, y), row in facts.upgrades.items():
        more = facts.upgrades.get((z, t, y - 1))
        bought = row["upgraded_mw"] - (more["upgraded_mw"] if more else 0.0)
        price = bought * upgrade_musd_per_mw(facts, z, t) * facts.rise("power", y)
        yield "power", "upgrades", (z, t, y), price, facts.supply("grid")["life_years"]
    for a, b, y in facts.links:
        standing = link_musd(facts, facts.links[a, b, y])
        before = facts.links.get((a, b, y - 1))
        price = standing - (link_musd(facts, before) if before else 0.0)
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
    for (_, _, y), row in facts.links.items():
        upkeep = row["km"] * facts.finance("fibre_maintenance_usd_per_km_year") / 1e6
        rent = facts.raw["reach"][row["reach_class"]]["lease_usd_per_pair_km_year"] / 1e6
        rented = row["pairs"] * row["km"] * rent if row["held"] == "leased" else 0.0
        cost = upkeep + link_musd(facts, row) * tax + rented
        yield "fibre", y, cost * facts.rise("fibre", y)


def _forfeited(facts: Facts) -> float:
    """Worth after the last year of contracts that ended by then; the oldest end first."""
    lost = 0.0
    for s, g in {key[:2] for key in facts.power}:
        queue: list[tuple[int, float]] = []
        for y in facts.years:
            held = facts.power[s, g, y]["contracted_mw"] if (s, g, y) in facts.power else 0.0
            queue.append((y, max(0.0, held - sum(mw for _, mw in queue))))
            over = sum(mw for _, mw in queue) - held
            while over > 1e-6:
                signed, mw = queue.pop(0)
                gone = min(mw, over)
                if gone < mw:
                    queue.insert(0, (signed, mw - gone))
                price = gone * connection_musd_per_mw(facts, s, g) * facts.rise("power", signed)
                life = facts.supply(g)["life_years"]
                lost += price * owed(facts, "power", signed, life, facts.years[-1])
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


def _check_objective(
    facts: Facts, checks: Checks, capex: Mapping[int, float], opex: Mapping[int, float], left: float
) -> None:
    plan, money = facts.plan, facts.scenario.money
    goal, unit = facts.scenario.objective, "MUSD"

    def worth(year: int) -> float:
        return float((1 + money.discount_rate) ** (money.base_year - year))

    gross = sum(worth(y) * (capex[y] + opex[y]) for y in facts.years)
    if goal == "tco":
        value = gross - worth(facts.years[-1] + 1) * left
    elif goal == "capex":
        value = gross = sum(capex.values())
    elif goal == "carbon":
        value = gross = sum(emitted_kt(facts, y) for y in facts.years)
        unit = "kt"
    else:
        value = gross = sum(facts.summary[y]["delivered_eflops"] for y in facts.years)
        unit = "EFLOP/s"
    checks.holds("objective.name", goal, plan.objective_name == goal)
    checks.equal("objective.value", goal, plan.objective, value, unit, gross)
    best, worst = (
        (plan.objective, plan.bound) if goal == "max_flop" else (plan.bound, plan.objective)
    )
    checks.at_most("objective.bound", goal, best, worst, unit)
    if math.isfinite(plan.bound) and plan.objective:
        gap = abs(plan.objective - plan.bound) / abs(plan.objective)
        checks.equal("objective.gap", goal, plan.gap, gap, "fraction")
    if plan.status == "optimal":
        checks.at_most("objective.optimal", goal, plan.gap, facts.scenario.solver.gap, "fraction")
