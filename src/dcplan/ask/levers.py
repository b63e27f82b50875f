"""Limits as a user can move them: from what is missing to `--set` items, with words for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dcplan.ask.steps import Amount, Step
from dcplan.case import Case
from dcplan.case.grid import CURTAILMENT
from dcplan.solve.elastic import Short
from dcplan.units import CHIPS_PER_KCHIP, FLOP_PER_EFLOPS_YEAR, MUSD_PER_BUSD, MW_PER_GW


def steps(case: Case, short: Short, factor: float = 1.0) -> list[Step]:
    """Settings that give `factor` times what a kind of limit lacks; none where no field can."""
    largest: dict[str, Amount] = {}
    for (row, index), missing in short.missing.items():
        if row not in AMOUNTS:
            return []
        for amount in AMOUNTS[row](case, short, index, missing):
            known = largest.get(amount.path)
            if known is None or abs(amount.more) > abs(known.more):
                largest[amount.path] = amount
    found = [step for amount in largest.values() if (step := amount.step(factor)) is not None]
    # to want nothing is no repair
    wanted = [step for step in found if not step.setting.endswith("=0")]
    return found if wanted else []


Found = Iterator[Amount]


def _target(case: Case, short: Short, y: int, missing: float) -> Found:
    now = case.training.target_eflops[y]
    yield Amount(f"target.training_eflops.{y}", now, -missing, "EFLOP/s", f"in {y}")


def _total(case: Case, short: Short, by: int, missing: float) -> Found:
    now = case.scenario.target.training_flop or 0.0
    yield Amount("target.training_flop", now, -missing * FLOP_PER_EFLOPS_YEAR, "FLOP", f"by {by}")


def _power(case: Case, short: Short, y: int, missing: float) -> Found:
    now = case.power.fleet_limit_mw[y] / MW_PER_GW
    yield Amount(f"limits.power_gw.{y}", now, missing / MW_PER_GW, "GW", f"in {y}")


def _headroom(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    zone, y = index
    wish = case.scenario.limits.curtailment
    names = [name for c, (name, _) in CURTAILMENT.items() if wish in (c, "choose")]
    for name in names:
        now = float(case.library.zones.at[zone, name])
        path = f"zones.{zone}.{name}"
        yield Amount(path, now, missing, "MW", f"by {y}", noun=f"headroom of {zone}")


def _upgrade(case: Case, short: Short, index: tuple[int, str, int], missing: float) -> Found:
    tier, zone, y = index
    now = case.grid.tier_mw[tier, zone]
    path, noun = f"upgrades.{zone}/{tier}.extra_mw", f"tier {tier} of {zone}"
    yield Amount(path, now, missing, "MW", f"by {y}", noun=noun)


def _option(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    supply, y = index
    path, now = f"supply.{supply}.max_mw", case.power.fleet_mw[supply]
    yield Amount(path, now, missing, "MW", f"by {y}", noun=supply)


def _zone_frac(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    _, y = index
    load = sum(mw * case.halls.pue[s, k] for (s, k, t), mw in _used(short) if t == y)
    now = case.power.zone_frac or 1.0
    yield Amount("limits.zone_frac", now, missing / max(load, 1e-9), "", "", most=1.0)


def _supply(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    chip, y = index
    now = float(case.library.chip_supply.at[(chip, y), "world_chips"])
    more = missing * CHIPS_PER_KCHIP / case.scenario.buyer.supply_frac
    path, noun = f"chip_supply.{chip}/{y}.world_chips", f"the world's {chip}"
    yield Amount(path, now, more, "chips", f"in {y}", whole=True, noun=noun)


def _wafers(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    packaging, y = index
    now = float(case.library.wafers.at[(packaging, y), "world_wafers"])
    more = missing * CHIPS_PER_KCHIP / (case.scenario.buyer.wafer_frac or 1.0)
    path, noun = f"wafers.{packaging}/{y}.world_wafers", f"the world's {packaging}"
    yield Amount(path, now, more, "wafers", f"in {y}", whole=True, noun=noun)


def _of_year(
    case: Case, column: Iterable[tuple[tuple[Any, ...], int]], year: int
) -> Iterator[tuple[str, int]]:
    """Chip and column of what is counted in a year, by site or by kind of hall."""
    for index, j in column:
        if index[-1] == year:
            yield next(a for a in index if a in case.chips.eflops_per_kchip), j


def _vendor(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    vendor, y = index
    running = short.matrix.column["chips.running"].items()
    rate = sum(
        case.chips.eflops_per_kchip[a] * short.point[j] for a, j in _of_year(case, running, y)
    )
    now, more = case.chips.vendor_frac[vendor], missing / max(rate, 1e-9)
    yield Amount(f"limits.vendor_frac.{vendor}", now, more, "", "", most=1.0)


def _vendor_capex(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    vendor, y = index
    added = short.matrix.column["chips.added"].items()
    paid = sum(
        case.chips.musd_per_kchip[a, y] * short.point[j] for a, j in _of_year(case, added, y)
    )
    now, more = case.chips.vendor_capex_frac[vendor], missing / max(paid, 1e-9)
    yield Amount(f"limits.vendor_capex_frac.{vendor}", now, more, "", "", most=1.0)


def _pue(case: Case, short: Short, y: int, missing: float) -> Found:
    it_mw = sum(mw for (_, _, t), mw in _used(short) if t == y)
    now = case.halls.pue_limit[y]
    yield Amount(f"limits.pue.{y}", now, missing / max(it_mw, 1e-9), "", f"in {y}")


def _keep(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    _, y = index
    column = short.matrix.column
    whole = column.get("training.gross_eflops", column["training.compute_eflops"])[y]
    now, more = case.resilience.keep_frac[y], missing / max(float(short.point[whole]), 1e-9)
    yield Amount(f"resilience.keep_frac.{y}", now, -more, "", f"in {y}", least=0.001)


def _yearly(path: str, unit: str, now: Callable[[Case, int], float], per: float = 1.0) -> Any:
    def amounts(case: Case, short: Short, y: int, missing: float) -> Found:
        yield Amount(f"{path}.{y}", now(case, y) / per, missing / per, unit, f"in {y}")

    return amounts


def _single(
    path: str, unit: str, now: Callable[[Case], float | None], per: float = 1.0, whole: bool = False
) -> Any:
    def amounts(case: Case, short: Short, index: Any, missing: float) -> Found:
        yield Amount(path, (now(case) or 0.0) / per, missing / per, unit, "", whole=whole)

    return amounts


def _site_water(case: Case, short: Short, index: tuple[str, int], missing: float) -> Found:
    site, y = index
    now = case.carbon.site_water_limit_ml[site]
    yield Amount(f"limits.water_ml.sites.{site}", now, missing, "ML", f"in {y}")


def _used(short: Short) -> Iterator[tuple[tuple[str, str, int], float]]:
    """IT load of every hall in the relaxation, MW."""
    for index, j in short.matrix.column["halls.used_mw"].items():
        yield index, float(short.point[j])


AMOUNTS: Mapping[str, Callable[[Case, Short, Any, float], Found]] = {
    "training.target": _target,
    "training.total_target": _total,
    "power.fleet_power": _power,
    "power.headroom": _headroom,
    "grid.tier_size": _upgrade,
    "power.option_limit": _option,
    "power.zone_share": _zone_frac,
    "chips.supply": _supply,
    "chips.wafers": _wafers,
    "chips.vendor_share": _vendor,
    "chips.vendor_capex": _vendor_capex,
    "chips.kinds_at_site": _single(
        "sites.max_chip_types", "kinds", lambda case: case.chips.max_types, whole=True
    ),
    "sites.number_of_sites": _single(
        "sites.max_sites", "sites", lambda case: case.sites.max_sites, whole=True
    ),
    "sites.number_in_zone": _single(
        "sites.max_sites_per_zone", "sites", lambda case: case.sites.max_sites_per_zone, whole=True
    ),
    "sites.number_of_zones": _single(
        "sites.max_zones", "zones", lambda case: case.sites.max_zones, whole=True
    ),
    "halls.fleet_pue": _pue,
    "resilience.rest_after_loss": _keep,
    "carbon.carbon_of_year": _yearly(
        "limits.carbon_kt.per_year", "kt", lambda case, y: case.carbon.limit_kt[y]
    ),
    "carbon.carbon_in_total": _single(
        "limits.carbon_kt.total", "kt", lambda case: case.carbon.total_limit_kt
    ),
    "carbon.water_of_fleet": _yearly(
        "limits.water_ml.per_year", "ML", lambda case, y: case.carbon.water_limit_ml[y]
    ),
    "carbon.water_of_site": _site_water,
    "money.debt_of_year": _yearly(
        "limits.debt_busd", "BUSD", lambda case, y: case.money.debt_limit_musd[y], MUSD_PER_BUSD
    ),
    "money.capex_of_year": _yearly(
        "limits.capex_busd.per_year",
        "BUSD",
        lambda case, y: case.money.capex_limit_musd[y],
        MUSD_PER_BUSD,
    ),
    "money.capex_in_total": _single(
        "limits.capex_busd.total",
        "BUSD",
        lambda case: case.money.capex_total_limit_musd,
        MUSD_PER_BUSD,
    ),
}
"""Rows of the model to the limits of the user, with what each lacks."""
