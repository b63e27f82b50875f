"""Limits on debt, emissions and water beside what a plan takes up, and one more of each."""

from __future__ import annotations

from collections.abc import Iterator

from dcplan.ask.units import Unit, rows_felt, sized
from dcplan.case import Case
from dcplan.plan import Plan
from dcplan.report.limit import Limit
from dcplan.units import MUSD_PER_BUSD

Found = Iterator[tuple[Limit, Unit]]


def footprint_limits(plan: Plan, case: Case) -> Found:
    """Every such limit of the scenario with its unit."""
    rows = plan.summary.set_index("year")
    for y, most in case.money.debt_limit_musd.items():
        limit = Limit("debt", "", y, float(rows.debt_busd[y]), most / MUSD_PER_BUSD, "1e9 USD")
        yield limit, _unit(limit, f"limits.debt_busd.{y}", "money.debt_of_year", 1.0, "BUSD", 1e3)
    emitted = rows.carbon_kt + rows.embodied_kt
    for y, most in case.carbon.limit_kt.items():
        limit = Limit("emissions", "", y, float(emitted[y]), most, "kt CO2")
        path = f"limits.carbon_kt.per_year.{y}"
        yield limit, _unit(limit, path, "carbon.carbon_of_year", 100.0, "kt")
    if (total := case.carbon.total_limit_kt) is not None:
        limit = Limit("emissions in total", "", None, float(emitted.sum()), total, "kt CO2")
        yield limit, _unit(limit, "limits.carbon_kt.total", "carbon.carbon_in_total", 100.0, "kt")
    for y, most in case.carbon.water_limit_ml.items():
        limit = Limit("water", "", y, float(rows.water_ml[y]), most, "ML")
        path = f"limits.water_ml.per_year.{y}"
        yield limit, _unit(limit, path, "carbon.water_of_fleet", 100.0, "ML")


def _unit(
    limit: Limit, path: str, row: str, wanted: float, unit: str, per_unit: float = 1.0
) -> Unit:
    more = sized(wanted, limit.limit)
    felt = rows_felt([(row, limit.year)], more * per_unit)
    return Unit(f"{path}+={more:g}", f"+{more:g} {unit}", felt=felt)
