"""The summary and the rows that people read first, added up once more."""

from __future__ import annotations

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts
from dcplan.audit.halls import fleet_mw, it_load_mw
from dcplan.audit.money import debt_musd, year_musd
from dcplan.audit.prices import contract_musd, energy_musd, unused_gwh


def check(facts: Facts, checks: Checks) -> None:
    """Every column of the summary; the rates are the training chapter's."""
    for s, g, y in facts.power:
        said = facts.power[s, g, y]["opex_musd"]
        cost = contract_musd(facts, s, g, y) + energy_musd(facts, s, g, y)
        checks.equal("power.opex", f"{s} {g} {y}", said, cost, "MUSD")
        said, unused = facts.power[s, g, y]["unused_gwh"], unused_gwh(facts, s, g, y)
        checks.equal("power.unused", f"{s} {g} {y}", said, unused, "GWh")
    cost_of = year_musd(facts)
    for y in facts.years:
        said, links = facts.summary[y], [r for (_, _, t), r in facts.links.items() if t == y]
        chips = [r for (_, _, t), r in facts.chips.items() if t == y]
        power = [r for (_, _, t), r in facts.power.items() if t == y]
        it_mw = sum(it_load_mw(facts, s, y) for s in facts.open_sites(y))
        sums = {
            "sites": (len(facts.open_sites(y)), "sites"),
            "it_mw": (it_mw, "MW"),
            "facility_mw": (fleet_mw(facts, y), "MW"),
            "chips": (sum(row["standing"] for row in chips), "chips"),
            "capex_busd": (_money(facts, y, "capex"), "BUSD"),
            "opex_busd": (_money(facts, y, "opex"), "BUSD"),
            "carbon_kt": (sum(row["carbon_kt"] for row in power), "kt"),
            "fibre_km": (sum(row["km"] for row in links), "km"),
            "fibre_tbps": (max((row["tbps"] for row in links), default=0.0), "Tb/s"),
        }
        if it_mw > 0:
            sums["pue"] = (fleet_mw(facts, y) / it_mw, "facility MW per IT MW")
        _check_unit_costs(facts, checks, y, cost_of[y])
        for column, (value, unit) in sums.items():
            checks.equal(f"summary.{column}", str(y), said[column], value, unit)


def _check_unit_costs(facts: Facts, checks: Checks, year: int, musd: float) -> None:
    """Cost of the year in all, by rate and by hour of running chips; the debt at its end."""
    said = facts.summary[year]
    hours = sum(r["running"] for (_, _, y), r in facts.chips.items() if y == year) * 365 * 24
    units = {"year_busd": (musd / 1e3, "BUSD")}
    if said["delivered_eflops"]:
        units["musd_per_eflops_year"] = (musd / said["delivered_eflops"], "MUSD per EFLOP/s-year")
    if hours:
        units["usd_per_chip_hour"] = (musd * 1e6 / hours, "USD per chip-hour")
    if facts.scenario.money.debt_frac:
        units["debt_busd"] = (debt_musd(facts, year) / 1e3, "BUSD")
    for column, (value, unit) in units.items():
        checks.equal(f"summary.{column}", str(year), said[column], value, unit)


def _money(facts: Facts, year: int, kind: str) -> float:
    return sum(musd for (y, k, _), musd in facts.money.items() if (y, k) == (year, kind)) / 1e3
