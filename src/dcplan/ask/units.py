"""One more useful unit of a limit: the setting that gives it, and the rows of the model that feel it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dcplan.ask import footprint, purchases
from dcplan.ask.unit import Unit, rows_felt, sized
from dcplan.case import Case
from dcplan.case.grid import CURTAILMENT
from dcplan.report.limit import Limit
from dcplan.solve.prices import Prices, Row
from dcplan.units import FLOP_PER_EFLOPS_YEAR, MUSD_PER_BUSD, MW_PER_GW


def unit_of(case: Case, limit: Limit) -> Unit | None:
    """One more of a limit; None where no field can give it."""
    make = UNITS.get((limit.name, bool(limit.where)))
    return make(case, limit) if make else None


def why_no_unit(limit: Limit) -> str:
    """Why there is not one more of a limit."""
    if limit.name == "headroom":
        return "as much at the class of more hours cut, which must rise with it"
    return "" if (limit.name, bool(limit.where)) in UNITS else "no single field gives more"


def _power(case: Case, limit: Limit) -> Unit:
    gw = sized(0.1, limit.limit / MW_PER_GW)
    return Unit(
        f"limits.power_gw.{limit.year}+={gw:g}",
        f"+{gw:g} GW",
        felt=rows_felt([("power.fleet_power", limit.year)], gw * MW_PER_GW),
    )


def _target(case: Case, limit: Limit) -> Unit:
    return Unit(
        f"target.training_eflops.{limit.year}*=1.01",
        "+1 %",
        tightens=True,
        felt=rows_felt([("training.target", limit.year)], 0.01 * limit.limit),
    )


def _total(case: Case, limit: Limit) -> Unit:
    rows: list[Row] = [("training.total_target", case.training.by)]
    years = 0.01 * limit.limit / FLOP_PER_EFLOPS_YEAR
    return Unit("target.training_flop*=1.01", "+1 %", tightens=True, felt=rows_felt(rows, years))


def _pue(case: Case, limit: Limit) -> Unit:
    def felt(found: Prices) -> float:
        used = found.value["halls.used_mw"].items()
        it_mw = sum(mw for (_, _, y), mw in used if y == limit.year)
        return 0.01 * it_mw * found.dual.get(("halls.fleet_pue", limit.year), 0.0)

    return Unit(f"limits.pue.{limit.year}+=0.01", "+0.01", felt=felt)


def _zone_share(case: Case, limit: Limit) -> Unit:
    def felt(found: Prices) -> float:
        used = found.value["halls.used_mw"].items()
        load = dict.fromkeys(case.years, 0.0)
        for (s, k, y), mw in used:
            load[y] += case.halls.pue[s, k] * mw
        dual = found.dual
        shares = ((z, y) for z in case.sites.zones for y in case.years)
        return 0.01 * sum(load[y] * dual.get(("power.zone_share", (z, y)), 0.0) for z, y in shares)

    return Unit("limits.zone_frac+=0.01", "+0.01", felt=felt)


def _capex(case: Case, limit: Limit) -> Unit:
    busd = sized(1.0, limit.limit)
    row: Row = ("money.capex_of_year", limit.year)
    path = f"limits.capex_busd.per_year.{limit.year}"
    return Unit(f"{path}+={busd:g}", f"+{busd:g} BUSD", felt=rows_felt([row], busd * MUSD_PER_BUSD))


def _capex_total(case: Case, limit: Limit) -> Unit:
    busd = sized(1.0, limit.limit)
    row: Row = ("money.capex_in_total", None)
    felt = rows_felt([row], busd * MUSD_PER_BUSD)
    return Unit(f"limits.capex_busd.total+={busd:g}", f"+{busd:g} BUSD", felt=felt)


def _headroom(case: Case, limit: Limit) -> Unit | None:
    """More headroom at the class of the zone; no more than the class of more hours has."""
    zone, classes = limit.where, tuple(CURTAILMENT)
    class_: str = case.scenario.limits.curtailment
    mw = sized(100.0, limit.limit)
    if class_ not in classes:
        rooms = [case.grid.class_headroom_mw[c, zone] for c in classes]
        upgraded = case.grid.most_mw(zone, limit.year or 0) - case.grid.headroom_mw[zone]
        at = min(range(len(rooms)), key=lambda i: abs(rooms[i] + upgraded - limit.limit))
        mw = min([mw, *(room - rooms[at] for room in rooms[at + 1 :])])
        class_ = classes[at]
    if mw <= 0:
        return None
    rows: list[Row] = [("power.headroom", (zone, y)) for y in case.years]
    column, _ = CURTAILMENT[class_]
    return Unit(f"zones.{zone}.{column}+={mw:.10g}", f"+{mw:.4g} MW", felt=rows_felt(rows, mw))


def _contracts(case: Case, limit: Limit) -> Unit:
    mw = sized(100.0, limit.limit)
    rows: list[Row] = [("power.option_limit", (limit.where, y)) for y in case.years]
    return Unit(f"supply.{limit.where}.max_mw+={mw:g}", f"+{mw:g} MW", felt=rows_felt(rows, mw))


def _largest(case: Case, limit: Limit) -> Unit:
    mw, site = sized(50.0, limit.limit), limit.where
    whole = case.scenario.sites.max_mw
    own = case.sites.max_mw[site] < whole
    here = [site] if own else [s for s, most in case.sites.max_mw.items() if most == whole]

    def felt(found: Prices) -> float:
        designs = found.value["halls.design"].items()
        rows = ("halls.largest_load", "halls.largest_halls")
        sizes = set(here)
        return mw * sum(
            x * found.dual.get((row, index), 0.0)
            for index, x in designs
            if index[0] in sizes and x > 0.5
            for row in rows
        )

    path = f"sites.{site}.max_mw" if own else "sites.max_mw"
    return Unit(f"{path}+={mw:g}", f"+{mw:g} MW", felt=felt)


def _plain(path: str, more: float, unit: str) -> Callable[[Case, Limit], Unit]:
    """More of a field that no single row of the model stands for."""
    return lambda case, limit: Unit(f"{path}+={more:g}", f"+{more:g} {unit}".rstrip())


def _least(case: Case, limit: Limit) -> Unit:
    mw = sized(10.0, case.sites.min_mw)
    return Unit(f"sites.min_mw-={mw:g}", f"−{mw:g} MW")


def _speed(case: Case, limit: Limit) -> Unit:
    """One more speed for links, twice the fastest."""
    speeds = case.scenario.fibre.speeds_tbps
    listed = ", ".join(f"{speed:g}" for speed in (*speeds, 2 * speeds[-1]))
    return Unit(f"fibre.speeds_tbps=[{listed}]", f"{2 * speeds[-1]:g} Tb/s too")


UNITS: Mapping[tuple[str, bool], Callable[[Case, Limit], Unit | None]] = {
    ("power", False): _power,
    ("PUE", False): _pue,
    ("PUE", True): _plain("limits.pue_site", 0.01, ""),
    ("target", False): _target,
    ("total target", False): _total,
    ("number of sites", False): _plain("sites.max_sites", 1, "site"),
    ("number of zones", False): _plain("sites.max_zones", 1, "zone"),
    ("sites", True): _plain("sites.max_sites_per_zone", 1, "site"),
    ("capex", False): _capex,
    ("capex in total", False): _capex_total,
    ("debt", False): footprint.debt,
    ("emissions", False): footprint.emissions,
    ("emissions in total", False): footprint.emissions_in_total,
    ("water", False): footprint.water,
    ("water", True): footprint.water_of_site,
    ("kept after a loss", True): footprint.kept,
    ("supply", True): purchases.supply,
    ("wafers", True): purchases.wafers,
    ("vendor share", True): purchases.vendor,
    ("vendor's part of purchases", True): purchases.vendor_capex,
    ("kinds of chip", True): _plain("sites.max_chip_types", 1, "kind"),
    ("headroom", True): _headroom,
    ("zone share", True): _zone_share,
    ("contracts", True): _contracts,
    ("largest size", True): _largest,
    ("least size", True): _least,
    ("link speed", False): _speed,
    ("link length", True): _plain("fibre.max_link_km", 50, "km"),
    ("path length", False): _plain("fibre.max_path_km", 50, "km"),
}
"""By the name of a limit, and whether it is of a place."""
