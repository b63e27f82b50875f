"""Carbon and water: emissions and litres added up once more, held against limits."""

from __future__ import annotations

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts
from dcplan.audit.halls import it_load_mw
from dcplan.scenario import yearly

HOURS = 365 * 24


def check(facts: Facts, checks: Checks) -> None:
    """Embodied carbon and water row by row, then the fleet's, then every limit on them."""
    for (s, a, y), row in facts.chips.items():
        kt = _chips_t(facts, s, a, y) / 1e3
        checks.equal("chips.embodied", f"{s} {a} {y}", row["embodied_kt"], kt, "kt")
    for (s, y), row in facts.sites.items():
        kt = _halls_t(facts, s, y) / 1e3
        checks.equal("halls.embodied", f"{s} {y}", row["embodied_kt"], kt, "kt")
        checks.equal("halls.water", f"{s} {y}", row["water_ml"], _water_ml(facts, s, y), "ML")
    for y in facts.years:
        said = facts.summary[y]
        checks.equal("summary.embodied_kt", str(y), said["embodied_kt"], _made_kt(facts, y), "kt")
        checks.equal("summary.water_ml", str(y), said["water_ml"], _fleet_ml(facts, y), "ML")
    _check_carbon(facts, checks)
    _check_water(facts, checks)


def emitted_kt(facts: Facts, year: int) -> float:
    """All emissions that count in a year: of energy, and of making what is bought if asked for."""
    burnt = sum(row["carbon_kt"] for (_, _, y), row in facts.power.items() if y == year)
    return float(burnt + _made_kt(facts, year))


def _made_kt(facts: Facts, year: int) -> float:
    chips = sum(_chips_t(facts, s, a, y) for s, a, y in facts.chips if y == year)
    return (chips + sum(_halls_t(facts, s, y) for s, y in facts.sites if y == year)) / 1e3


def _chips_t(facts: Facts, site: str, chip: str, year: int) -> float:
    """Tonnes embodied in the chips bought."""
    added = facts.chips[site, chip, year]["added"]
    if not facts.scenario.carbon.embodied or not added:
        return 0.0
    return float(added * facts.chip(chip)["embodied_kg"] / 1e3)


def _halls_t(facts: Facts, site: str, year: int) -> float:
    """Tonnes embodied in the halls built."""
    if not facts.scenario.carbon.embodied:
        return 0.0
    old = facts.old_halls_mw(site)
    grown_kw = facts.grown(facts.sites, (site, year), "built_it_mw", old) * 1e3
    return grown_kw * facts.finance("facility_embodied_kg_per_kw_it") / 1e3


def _water_ml(facts: Facts, site: str, year: int) -> float:
    """Litres per kWh times the kWh of the chips, in millions."""
    kwh = it_load_mw(facts, site, year) * 1e3 * facts.finance("load_factor_frac") * HOURS
    return float(kwh * facts.cooling(site, year)["wue_l_per_kwh"] / 1e6)


def _fleet_ml(facts: Facts, year: int) -> float:
    return sum(_water_ml(facts, s, year) for s in facts.open_sites(year))


def _check_carbon(facts: Facts, checks: Checks) -> None:
    limit = facts.scenario.limits.carbon_kt
    emitted = {y: emitted_kt(facts, y) for y in facts.years}
    for y, most in yearly(limit.per_year, facts.years).items():
        checks.at_most("carbon.year", str(y), emitted[y], most, "kt")
    if limit.total is not None:
        checks.at_most("carbon.total", "", sum(emitted.values()), limit.total, "kt")


def _check_water(facts: Facts, checks: Checks) -> None:
    limit = facts.scenario.limits.water_ml
    for y, most in yearly(limit.per_year, facts.years).items():
        checks.at_most("water.year", str(y), _fleet_ml(facts, y), most, "ML")
    for s, y in facts.sites:
        taken = _water_ml(facts, s, y)
        for named, key in ((limit.sites, s), (limit.climates, facts.place(s)["climate"])):
            if key in named:
                checks.at_most("water.site", f"{s} {y}", taken, named[key], "ML")
