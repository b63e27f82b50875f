"""The summary and the rows that people read first, added up once more."""

from __future__ import annotations

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts
from dcplan.audit.halls import fleet_mw, it_load_mw
from dcplan.audit.money import contract_musd, energy_musd


def check(facts: Facts, checks: Checks) -> None:
    """Every column of the summary; the rates are the training chapter's."""
    for s, g, y in facts.power:
        said = facts.power[s, g, y]["opex_musd"]
        cost = contract_musd(facts, s, g, y) + energy_musd(facts, s, g, y)
        checks.equal("power.opex", f"{s} {g} {y}", said, cost, "MUSD")
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
        for column, (value, unit) in sums.items():
            checks.equal(f"summary.{column}", str(y), said[column], value, unit)


def _money(facts: Facts, year: int, kind: str) -> float:
    return sum(musd for (y, k, _), musd in facts.money.items() if (y, k) == (year, kind)) / 1e3
