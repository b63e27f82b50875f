"""One more of the limits on debt, emissions, water and what a loss must leave."""

from __future__ import annotations

from dcplan.ask.unit import Unit, rows_felt, sized
from dcplan.case import Case
from dcplan.report.limit import Limit
from dcplan.solve.prices import Prices, Row
from dcplan.units import MUSD_PER_BUSD


def debt(case: Case, limit: Limit) -> Unit:
    """More debt at the end of a year."""
    busd = sized(1.0, limit.limit)
    felt = rows_felt([("money.debt_of_year", limit.year)], busd * MUSD_PER_BUSD)
    return Unit(f"limits.debt_busd.{limit.year}+={busd:g}", f"+{busd:g} BUSD", felt=felt)


def emissions(case: Case, limit: Limit) -> Unit:
    """More emissions in a year."""
    row: Row = ("carbon.carbon_of_year", limit.year)
    return _more(limit, f"limits.carbon_kt.per_year.{limit.year}", "kt", [row])


def emissions_in_total(case: Case, limit: Limit) -> Unit:
    """More emissions in all years together."""
    return _more(limit, "limits.carbon_kt.total", "kt", [("carbon.carbon_in_total", None)])


def water(case: Case, limit: Limit) -> Unit:
    """More water for the fleet in a year."""
    row: Row = ("carbon.water_of_fleet", limit.year)
    return _more(limit, f"limits.water_ml.per_year.{limit.year}", "ML", [row])


def water_of_site(case: Case, limit: Limit) -> Unit:
    """More water for a site, or for every site of its climate where that is what limits it."""
    wish, site = case.scenario.limits.water_ml, limit.where
    climate = case.sites.climate[site]
    if wish.sites.get(site) == limit.limit:
        path, here = f"limits.water_ml.sites.{site}", [site]
    else:
        path = f"limits.water_ml.climates.{climate}"
        known = case.carbon.site_water_limit_ml.items()
        here = [s for s, ml in known if case.sites.climate[s] == climate and ml == limit.limit]
    rows: list[Row] = [("carbon.water_of_site", (s, y)) for s in here for y in case.years]
    return _more(limit, path, "ML", rows)


def kept(case: Case, limit: Limit) -> Unit:
    """Less that every loss must leave, in a year."""
    y = limit.year
    less = sized(0.01, limit.limit)
    whole = "gross_eflops" if case.training.goodput_steps else "compute_eflops"

    def felt(found: Prices) -> float:
        dual = found.dual
        duals = (
            dual.get(("resilience.rest_after_loss", (u, y)), 0.0) for u in case.resilience.units
        )
        return less * found.value[f"training.{whole}"][y] * sum(duals)

    return Unit(f"resilience.keep_frac.{y}-={less:g}", f"−{less:g}", felt=felt)


def _more(limit: Limit, path: str, unit: str, rows: list[Row]) -> Unit:
    more = sized(100.0, limit.limit)
    return Unit(f"{path}+={more:g}", f"+{more:g} {unit}", felt=rows_felt(rows, more))
