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
        left[item] += musd * _worth_left(facts, key[-1], life)
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
        facility = grown * _hall_musd_per_mw(facts, s, y)
        yield "facility", "sites", (s, y), facility, facts.finance("facility_life_years")
        acres = grown * facts.cooling(s, y)["pue"] * facts.finance("land_acres_per_mw")
        land = acres * facts.place(s)["land_usd_per_acre"] / 1e6
        yield "land", "sites", (s, y), land, None
    for s, g, y in facts.power:
        old = facts.old_contract_mw(s, g)
        signed = max(0.0, facts.grown(facts.power, (s, g, y), "contracted_mw", old))
        price = signed * _connection_musd_per_mw(facts, s, g)
        yield "power", "power", (s, g, y), price, facts.supply(g)["life_years"]
    for (z, t, y), row in facts.upgrades.items():
        more = facts.upgrades.get((z, t, y - 1))
        bought = row["upgraded_mw"] - (more["upgraded_mw"] if more else 0.0)
        price = bought * _upgrade_musd_per_mw(facts, z, t)
        yield "power", "upgrades", (z, t, y), price, facts.supply("grid")["life_years"]
    for a, b, y in facts.links:
        before = facts.links.get((a, b, y - 1))
        standing = bought_link_musd(facts, (a, b), facts.links[a, b, y])
        price = standing - (bought_link_musd(facts, (a, b), before) if before else 0.0)
        yield "fibre", "links", (a, b, y), price, facts.finance("fibre_life_years")


def _yearly(facts: Facts) -> Iterator[tuple[str, int, float]]:
    tax = facts.finance("tax_insurance_frac")
    for (_, a, bought), row in facts.chips.items():
        worth = row["added"] * paid_usd(facts, a, bought) / 1e6
        gone = bought + math.floor(facts.chip(a)["life_years"])
        for y in facts.years:
            if bought <= y < gone:
                yield "chips", y, worth * (facts.finance("chip_maintenance_frac") + tax)
    upkeep = facts.finance("chip_maintenance_frac") + tax
    for _, a, bought, row in facts.old_chips():
        kind = facts.chip(a)
        listed = kind["price_usd"] + blank_as(kind["network_usd"], 0.0)
        usd = blank_as(row["paid_usd"], listed)
        for y in facts.years:
            if y < bought + math.floor(facts.chip(a)["life_years"]):
                yield "chips", y, row["chips"] * usd / 1e6 * upkeep
    for (s, y), row in facts.sites.items():
        built = row["built_it_mw"]
        upkeep = facts.finance("facility_maintenance_frac") + tax
        yield "facility", y, built * _hall_musd_per_mw(facts, s, y) * upkeep
        people = built / 100 * facts.finance("staff_fte_per_100mw")
        yield "staff", y, people * facts.finance("staff_usd_per_fte_year") / 1e6
    for s, g, y in facts.power:
        yield "power", y, contract_musd(facts, s, g, y)
        yield "energy", y, energy_musd(facts, s, g, y)
    for (z, t, y), row in facts.upgrades.items():
        yield "power", y, row["upgraded_mw"] * _upgrade_musd_per_mw(facts, z, t) * tax
    for y, usd_per_t in yearly(facts.scenario.money.carbon_usd_per_t, facts.years).items():
        yield "carbon", y, emitted_kt(facts, y) * 1e3 * usd_per_t / 1e6
    per_km = facts.finance("fibre_maintenance_usd_per_km_year") / 1e6
    old_links = facts.old_links()
    for y in facts.years:
        yield "fibre", y, old_upkeep_musd(facts)
    for (a, b, y), row in facts.links.items():
        upkeep = 0.0 if (min(a, b), max(a, b)) in old_links else row["km"] * per_km
        rent = facts.raw["reach"][row["reach_class"]]["lease_usd_per_pair_km_year"] / 1e6
        rented = row["pairs"] * row["km"] * rent if row["held"] == "leased" else 0.0
        yield "fibre", y, upkeep + bought_link_musd(facts, (a, b), row) * tax + rented


def contract_musd(facts: Facts, site: str, supply: str, year: int) -> float:
    """Fixed cost, tax and insurance of one row of power.csv, MUSD."""
    fixed = facts.supply(supply)["fixed_usd_per_kw_year"] * 1e3 / 1e6
    tax = facts.finance("tax_insurance_frac")
    taxed = _connection_musd_per_mw(facts, site, supply) * tax
    return float(facts.power[site, supply, year]["contracted_mw"] * (fixed + taxed))


def energy_musd(facts: Facts, site: str, supply: str, year: int) -> float:
    """Energy and fuel of one row of power.csv, MUSD."""
    mwh = facts.power[site, supply, year]["energy_gwh"] * 1e3
    return float(mwh * _usd_per_mwh(facts, site, supply) / 1e6)


def _hall_musd_per_mw(facts: Facts, site: str, year: int) -> float:
    plant = facts.cooling(site, year)["capex_usd_per_kw_it"]
    usd_per_kw = (facts.finance("facility_usd_per_kw_it") + plant) * facts.place(site)[
        "construction_factor"
    ]
    return float(usd_per_kw * 1e3 / 1e6)


def _connection_musd_per_mw(facts: Facts, site: str, supply: str) -> float:
    usd_per_kw = facts.supply(supply)["capex_usd_per_kw"] * facts.place(site)["construction_factor"]
    return float(usd_per_kw * 1e3 / 1e6)


def _upgrade_musd_per_mw(facts: Facts, zone: str, tier: int) -> float:
    return float(facts.raw["upgrades"][zone, tier]["usd_per_kw"] * 1e3 / 1e6)


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
                price = gone * _connection_musd_per_mw(facts, s, g) * (signed in facts.years)
                lost += price * _worth_left(facts, signed, facts.supply(g)["life_years"])
                over -= gone
    return lost


def _usd_per_mwh(facts: Facts, site: str, supply: str) -> float:
    row = facts.supply(supply)
    own = row["variable_usd_per_mwh"]
    grid = facts.raw["zones"][facts.feeding(site, supply)]
    price = grid["energy_usd_per_mwh"] if math.isnan(own) else own
    return float(price + row["heat_rate_mmbtu_per_mwh"] * facts.finance("gas_usd_per_mmbtu"))


def _worth_left(facts: Facts, year: int, life: float | None) -> float:
    """Share of a price still to be repaid at the end, in equal payments at the start of each year.

    With v = 1/(1 + rate), n payments are worth (1 − v^n)/(1 − v) of one.
    """
    if life is None:
        return 1.0
    left = max(0.0, life - (facts.years[-1] + 1 - year))
    rate = facts.scenario.money.discount_rate
    if rate == 0:
        return left / life
    v = 1 / (1 + rate)
    return float((1 - v**left) / (1 - v**life))


def _check_limits(facts: Facts, checks: Checks, capex: Mapping[int, float]) -> None:
    limit = facts.scenario.limits.capex_busd
    if limit is None:
        return
    for y, busd in yearly(limit.per_year, facts.years).items():
        checks.at_most("money.capex_year", str(y), capex[y], busd * 1e3, "MUSD")
    if limit.total is not None:
        checks.at_most("money.capex_total", "", sum(capex.values()), limit.total * 1e3, "MUSD")
