"""Which limits a plan runs into: those with less than half a percent to spare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dcplan.scenario import yearly
from dcplan.units import CHIPS_PER_KCHIP

if TYPE_CHECKING:
    from dcplan.api import Plan
    from dcplan.case import Case

SPARE_FRAC = 0.005


def binding(case: Case, plan: Plan) -> list[str]:
    """Limits that the plan runs into, in words, each with its years or places."""
    return [line for line in (*_by_year(case, plan), *_places(case, plan)) if line]


def _by_year(case: Case, plan: Plan) -> Iterator[str]:
    rows = plan.summary.set_index("year")
    limits, years = case.scenario.limits, case.years
    yield _line(
        "power",
        (y for y, mw in case.power.fleet_limit_mw.items() if _full(rows.facility_mw[y], mw)),
    )
    # What a PUE limit leaves to use is the overhead above 1.
    pue = {y: limit - 1 for y, limit in case.halls.pue_limit.items()}
    yield _line("PUE", (y for y, limit in pue.items() if _full(rows.pue[y] - 1, limit)))
    aims = case.training.target_eflops
    yield _line(
        "target", (y for y in years if aims.get(y) and _full(aims[y], rows.delivered_eflops[y]))
    )
    per_year = yearly(limits.capex_busd.per_year if limits.capex_busd else None, years)
    yield _line("capex", (y for y, busd in per_year.items() if _full(rows.capex_busd[y], busd)))
    total = case.money.capex_total_limit_musd
    if total is not None and _full(rows.capex_busd.sum() * 1e3, total):
        yield "capex in total"
    bought = plan.table("chips").groupby(["chip", "year"]).added.sum()
    for chip in case.chips.chips:
        supply = {y: case.chips.supply_kchips.get((chip, y), 0.0) * CHIPS_PER_KCHIP for y in years}
        full = (y for y in years if supply[y] and _full(bought.get((chip, y), 0.0), supply[y]))
        yield _line(f"supply of {chip}", full)


def _places(case: Case, plan: Plan) -> Iterator[str]:
    zones, last = plan.table("zones"), case.years[-1]
    now = zones[zones.year == last].set_index("zone")
    room = now.headroom_mw + now.upgraded_mw
    full = [str(z) for z, mw in now.contracted_mw.items() if _full(mw, room[z])]
    yield _names("headroom", full)
    if case.power.zone_frac is not None:
        most = case.power.zone_frac * now.facility_mw.sum()
        yield _names("zone share", [str(z) for z, mw in now.facility_mw.items() if _full(mw, most)])
    sites = plan.table("sites")
    there = sites[sites.year == last].set_index("site_id")
    size = [
        s
        for s, row in there.iterrows()
        if _full(row.built_it_mw * row.pue, case.sites.max_mw[str(s)])
    ]
    if size:
        yield f"largest size of {len(size)} site{'' if len(size) == 1 else 's'}"
    if case.sites.max_sites is not None and len(there) >= case.sites.max_sites:
        yield "number of sites"


def _full(used: float, limit: float) -> bool:
    return limit > 0 and used >= limit * (1 - SPARE_FRAC)


def _line(name: str, years: Iterable[int]) -> str:
    told = ", ".join(map(str, years))
    return f"{name} {told}" if told else ""


def _names(name: str, names: list[str]) -> str:
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"{name} in {', '.join(names[:6])}{more}" if names else ""
