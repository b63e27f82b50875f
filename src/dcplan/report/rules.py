"""Limits on emissions, water, what a loss leaves, how chips are bought and what must be taken."""

from __future__ import annotations

from collections.abc import Iterator

from dcplan.case import Case
from dcplan.plan import Plan
from dcplan.report.limit import Limit
from dcplan.units import CHIPS_PER_KCHIP

_FEW_CHIPS = 1e-6


def fleet(plan: Plan, case: Case) -> Iterator[Limit]:
    """Limits of the whole fleet on emissions and water."""
    rows, carbon = plan.summary.set_index("year"), case.carbon
    emitted = rows.carbon_kt + rows.embodied_kt
    for y, most in carbon.limit_kt.items():
        yield Limit("emissions", "", y, float(emitted[y]), most, "kt CO2")
    if (total := carbon.total_limit_kt) is not None:
        yield Limit("emissions in total", "", None, float(emitted.sum()), total, "kt CO2")
    for y, most in carbon.water_limit_ml.items():
        yield Limit("water", "", y, float(rows.water_ml[y]), most, "ML")


def places(plan: Plan, case: Case) -> Iterator[Limit]:
    """Limits of single sites, zones, chips, vendors and packagings."""
    yield from _water(plan, case)
    yield from _losses(plan, case)
    yield from _vendors(plan, case)
    yield from _wafers(plan, case)
    yield from _lots(plan)
    yield from _kinds(plan, case)
    yield from _takes(plan, case)


def in_lots(plan: Plan, chip: str, year: int) -> float:
    """Chips of the lots that are signed."""
    rows = plan.commitments
    taken = rows[(rows.chip == chip) & (rows.year == year) & rows.signed.astype(bool)]
    return float(taken.lot_chips.sum())


def _water(plan: Plan, case: Case) -> Iterator[Limit]:
    limits = case.carbon.site_water_limit_ml
    for row in plan.site_rows.itertuples():
        site = str(row.site_id)
        if site in limits:
            yield Limit("water", site, int(row.year), float(row.water_ml), limits[site], "ML")


def _losses(plan: Plan, case: Case) -> Iterator[Limit]:
    """What each loss leaves of the compute; a site's part of the rate is by its compute."""
    rows = plan.site_rows
    for y, least in case.resilience.keep_frac.items():
        rate = rows[rows.year == y].set_index("site_id").delivered_eflops
        whole = float(rate.sum())
        for unit, sites in case.resilience.units.items():
            lost = float(rate[rate.index.isin(sites)].sum())
            if lost > 0:
                left = 1 - lost / whole
                yield Limit("kept after a loss", unit, y, left, least, "fraction", floor=True)


def _vendors(plan: Plan, case: Case) -> Iterator[Limit]:
    paid = plan.chips.groupby("year").capex_musd.sum().to_dict()
    own = plan.chips.groupby(["vendor", "year"]).capex_musd.sum().to_dict()
    for vendor, most in case.chips.vendor_capex_frac.items():
        for y in case.years:
            if paid.get(y):
                part = float(own.get((vendor, y), 0.0) / paid[y])
                yield Limit("vendor's part of purchases", vendor, y, part, most, "fraction")


def _wafers(plan: Plan, case: Case) -> Iterator[Limit]:
    chips, bought = case.chips, plan.chips.groupby(["chip", "year"]).added.sum().to_dict()
    for (packaging, y), kwafers in chips.wafer_limit_kwafers.items():
        used = sum(
            (float(bought.get((a, y), 0.0)) - in_lots(plan, a, y)) / chips.per_wafer[a]
            for a, of in chips.packaging.items()
            if of == packaging
        )
        most = kwafers * CHIPS_PER_KCHIP
        yield Limit("wafers", packaging, y, used, most, "wafers")


def _lots(plan: Plan) -> Iterator[Limit]:
    """Chips of signed lots must be bought, wanted or not."""
    bought = plan.chips.groupby(["chip", "year"]).added.sum().to_dict()
    signed = plan.commitments[plan.commitments.signed.astype(bool)]
    for (a, y), least in signed.groupby(["chip", "year"]).lot_chips.sum().items():
        count = float(bought.get((a, y), 0.0))
        yield Limit("lots", str(a), int(y), count, float(least), "chips", floor=True)


def _kinds(plan: Plan, case: Case) -> Iterator[Limit]:
    if (most := case.chips.max_types) is None:
        return
    bought = plan.chips[plan.chips.added > _FEW_CHIPS]
    for site, count in bought.groupby("site_id").chip.nunique().items():
        yield Limit("kinds of chip", str(site), None, float(count), float(most), "kinds")


def _takes(plan: Plan, case: Case) -> Iterator[Limit]:
    """Energy that is paid for, taken or not."""
    rows = plan.power[plan.power.supply.isin(list(case.power.take_gwh_per_mw))]
    least = rows.contracted_mw * rows.supply.map(case.power.take_gwh_per_mw)
    sums = rows.assign(least=least, paid=rows.energy_gwh + rows.unused_gwh)
    for (site, y), row in sums.groupby(["site_id", "year"])[["paid", "least"]].sum().iterrows():
        if row.least > 0:
            paid, due = float(row.paid), float(row.least)
            yield Limit("take or pay", str(site), int(y), paid, due, "GWh", floor=True)
