"""From the decisions of a solve to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from dcplan.case import Case
from dcplan.objectives import Stage
from dcplan.plan import costs, footprint, lots, tables
from dcplan.plan.fleet import Decisions, Fleet, domain_chips, read_decisions
from dcplan.plan.record import Plan
from dcplan.proof import Cut
from dcplan.units import CHIPS_PER_KCHIP, FLOP_PER_EFLOPS_YEAR, MUSD_PER_BUSD

Row = tuple[float | int | bool | str | None, ...]
Capex = Mapping[tuple[str, tuple[str, ...], int], float]


def from_decisions(
    case: Case,
    decisions: Decisions,
    *,
    status: str,
    objective: float,
    bound: float,
    gap: float,
    solve_seconds: float,
    solver_version: str,
    stages: tuple[Stage, ...] = (),
    cuts: tuple[Cut, ...] = (),
) -> Plan:
    """Return what the decisions of a solve of `case` mean, as tables; see `tables` for units.

    `decisions` hold values by variable name and index, binaries within the solver's tolerance.
    Everything that follows from sizes, purchases and contracts is computed from those, so the
    tables agree with one another.
    """
    fleet = read_decisions(case, decisions)
    spent = costs.capex(case, fleet)
    delivered = {y: _delivered(case, fleet, y) for y in case.years}
    money = costs.money_rows(case, fleet)
    year_musd = costs.year_musd(case, fleet, money)
    power = _power_rows(case, fleet, spent)
    return Plan(
        status=status,
        objective_name=case.money.objective,
        objective=objective,
        bound=bound,
        gap=gap,
        solve_seconds=solve_seconds,
        dcplan_version=version("dcplan"),
        solver_version=solver_version,
        stages=stages,
        cuts=cuts,
        scenario=case.scenario,
        library=case.library,
        summary=tables.tidy(
            tables.SUMMARY,
            [
                (
                    *_summary_row(case, fleet, y, delivered, money),
                    *costs.unit_costs(case, fleet, y, delivered[y], year_musd[y]),
                )
                for y in case.years
            ],
        ),
        site_rows=tables.tidy(tables.SITES, _site_rows(case, fleet, spent, delivered)),
        link_rows=tables.tidy(tables.LINKS, _link_rows(case, fleet, spent)),
        chips=tables.tidy(tables.CHIPS, _chip_rows(case, fleet, spent)),
        commitments=tables.tidy(tables.COMMITMENTS, lots.lot_rows(case, fleet)),
        power=tables.tidy(tables.POWER, power),
        zones=tables.tidy(tables.ZONES, _zone_rows(case, fleet)),
        upgrades=tables.tidy(tables.UPGRADES, _upgrade_rows(case, fleet, spent)),
        money=tables.tidy(tables.MONEY, money),
        nodes=tables.tidy(tables.NODES, _node_rows(case, fleet)),
    )


def _facility_mw(case: Case, fleet: Fleet, site: str, year: int) -> float:
    pue = case.halls.pue[site, fleet.design[site, year]]
    return pue * footprint.it_mw(case, fleet, site, year)


def _compute_eflops(case: Case, fleet: Fleet, site: str, year: int) -> float:
    kept = case.grid.kept_frac.get(fleet.accepted[case.sites.zone[site]], 1.0)
    return (
        kept
        * case.training.goodput_frac
        * case.training.goodput(domain_chips(case, fleet, year) / CHIPS_PER_KCHIP)
        * sum(
            case.chips.eflops_per_kchip[a] * count / CHIPS_PER_KCHIP
            for (s, a, y), count in fleet.running.items()
            if (s, y) == (site, year)
        )
    )


def _fleet_eflops(case: Case, fleet: Fleet, year: int) -> float:
    return sum(_compute_eflops(case, fleet, s, year) for s in fleet.open_sites(year))


def _delivered(case: Case, fleet: Fleet, year: int) -> float:
    """What the fleet delivers by the formula.

    A solve for least cost leaves its own figure anywhere between the target and that. A solve for
    the most training has it in its objective, so there the solver's word stands.
    """
    if case.money.objective == "max_flop":
        return fleet.delivered_eflops[year]
    compute, sites = _fleet_eflops(case, fleet, year), len(fleet.open_sites(year))
    worth = next((eta for most, eta in case.training.replica_worth if most >= sites), 1.0)
    if sites > 1:
        compute = case.training.delivered_eflops(compute, fleet.speed_tbps[year])
    return worth * compute


def _site_rows(case: Case, fleet: Fleet, spent: Capex, delivered: Mapping[int, float]) -> list[Row]:
    rows: list[Row] = []
    for (s, y), k in fleet.design.items():
        whole = _fleet_eflops(case, fleet, y)
        part = _compute_eflops(case, fleet, s, y) / whole if whole else 0.0
        lat, lon = case.sites.point[s]
        rows.append(
            (
                *(s, case.sites.name[s], case.sites.zone[s], case.sites.state[s], lat, lon, y),
                *(True, k, fleet.built_mw[s, y], footprint.it_mw(case, fleet, s, y)),
                *(_facility_mw(case, fleet, s, y), case.halls.pue[s, k], part * delivered[y]),
                spent["facility", (s,), y] + spent["land", (s,), y],
                *(footprint.water_ml(case, fleet, s, y), footprint.halls_kt(case, fleet, s, y)),
                case.halls.stood_mw.get(s, 0.0),
            )
        )
    return rows


def _chip_rows(case: Case, fleet: Fleet, spent: Capex) -> list[Row]:
    return [
        (
            *(s, a, case.chips.vendor[a], y),
            *(part.get((s, a, y), 0.0) for part in (fleet.added, fleet.standing, fleet.running)),
            case.chips.mw_per_kchip[a] * fleet.running.get((s, a, y), 0.0) / CHIPS_PER_KCHIP,
            spent.get(("chips", (s, a), y), 0.0),
            footprint.chips_kt(case, fleet, s, a, y),
            lots.pods(case, fleet, s, a, y),
            CHIPS_PER_KCHIP * case.chips.stood_kchips.get((s, a, y), 0.0),
        )
        for s, a, y in {*fleet.added, *fleet.standing, *fleet.running}
    ]


def _power_rows(case: Case, fleet: Fleet, spent: Capex) -> list[Row]:
    rows: list[Row] = []
    held = {*fleet.contracted_mw, *fleet.stood_mw}
    ended = {(s, g, y + 1) for s, g, y in held if fleet.ended_mw(s, g, y + 1)}
    for s, g, y in {*fleet.contracted_mw, *fleet.energy_gwh, *ended}:
        if y > case.years[-1]:
            continue
        zone = case.power.feed.get((s, g), case.sites.zone[s])
        energy = fleet.energy_gwh.get((s, g, y), 0.0)
        yearly = costs.contract_musd(case, fleet, s, g, y) + costs.energy_musd(case, fleet, s, g, y)
        rows.append(
            (
                *(s, g, zone, y, fleet.contracted_mw.get((s, g, y), 0.0)),
                *(fleet.ended_mw(s, g, y), energy),
                *(spent.get(("power", (s, g), y), 0.0), yearly),
                case.power.carbon_kt_per_gwh[s, g] * energy,
                case.power.stood_mw.get((s, g), 0.0),
                costs.unused_gwh(case, fleet, s, g, y),
            )
        )
    return rows


def _link_rows(case: Case, fleet: Fleet, spent: Capex) -> list[Row]:
    return [
        (
            *(*c, case.fibre.kind[c], case.fibre.reach_class[c], y, case.fibre.km[c]),
            *(fleet.speed_tbps[y], case.fibre.pairs[c, fleet.speed_tbps[y]]),
            *("leased" if c in fleet.leased[y] else "own", spent["fibre", c, y]),
            case.fibre.stood_tbps.get(c, 0.0),
        )
        for y in case.years
        for c in fleet.lit[y]
    ]


def _node_rows(case: Case, fleet: Fleet) -> list[Row]:
    points = {**case.fibre.junction_point, **case.sites.point}
    ends = {node for lit in fleet.lit.values() for corridor in lit for node in corridor}
    return [(node, *points[node]) for node in ends]


def _zone_rows(case: Case, fleet: Fleet) -> list[Row]:
    rows: list[Row] = []
    for z in case.grid.zones:
        class_, name = fleet.accepted[z], str(case.library.zones.at[z, "name"])
        room = case.grid.class_headroom_mw.get((class_, z), case.grid.headroom_mw[z])
        here = case.sites.in_zone.get(z, ())
        fed = [offer for offer, zone in case.power.feed.items() if zone == z]
        for y in case.years:
            more = sum(mw for (_, u, t), mw in fleet.upgraded_mw.items() if (u, t) == (z, y))
            taken = sum(fleet.contracted_mw.get((*offer, y), 0.0) for offer in fed)
            load = sum(_facility_mw(case, fleet, s, y) for s in here if (s, y) in fleet.design)
            stood = case.power.stood_from_mw(z)
            left = room + more + stood - taken
            rows.append((z, name, y, class_, room, more, taken, load, left, stood))
    return rows


def _upgrade_rows(case: Case, fleet: Fleet, spent: Capex) -> list[Row]:
    return [
        (
            *(z, t, y, mw, spent["power", ("", z, str(t)), y]),
            costs.upgrade_musd(case, fleet, t, z, y),
        )
        for (t, z, y), mw in fleet.upgraded_mw.items()
    ]


def _summary_row(
    case: Case,
    fleet: Fleet,
    year: int,
    delivered: Mapping[int, float],
    money: list[costs.MoneyRow],
) -> Row:
    sites = fleet.open_sites(year)
    it_mw = sum(footprint.it_mw(case, fleet, s, year) for s in sites)
    load_mw = sum(_facility_mw(case, fleet, s, year) for s in sites)
    spent = {
        kind: sum(musd for y, k, _, musd in money if (y, k) == (year, kind)) / MUSD_PER_BUSD
        for kind in ("capex", "opex")
    }
    return (
        *(year, len(sites), it_mw, load_mw, load_mw / it_mw if it_mw else None),
        sum(count for (_, _, y), count in fleet.standing.items() if y == year),
        *(_fleet_eflops(case, fleet, year), delivered[year], spent["capex"], spent["opex"]),
        footprint.operational_kt(case, fleet, year),
        *(sum(case.fibre.km[c] for c in fleet.lit[year]), fleet.speed_tbps[year]),
        footprint.embodied_kt(case, fleet, year),
        sum(footprint.water_ml(case, fleet, s, year) for s in sites),
        sum(delivered[y] for y in case.years if y <= year) * FLOP_PER_EFLOPS_YEAR,
        domain_chips(case, fleet, year),
    )
