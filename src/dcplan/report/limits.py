"""Every limit of a scenario beside what its plan takes up, and which of them the plan runs into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import networkx as nx
import pandas as pd

from dcplan.case import Case, build
from dcplan.plan import Plan
from dcplan.report import rules
from dcplan.report.limit import Limit
from dcplan.units import CHIPS_PER_KCHIP, MUSD_PER_BUSD
from dcplan.words import plural, span

BINDS_FRAC = 0.005
CLOSE_FRAC = 0.05
_ALL_NAMED, _SOME_NAMED = 3, 2
_COUNTED = {
    "supply": "chip",
    "headroom": "zone",
    "zone share": "zone",
    "vendor share": "vendor",
    "contracts": "option",
    "sites": "zone",
    "largest size": "site",
    "least size": "site",
    "PUE": "site",
    "link length": "link",
    "water": "site",
    "kept after a loss": "place",
    "vendor's part of purchases": "vendor",
    "wafers": "packaging",
    "lots": "chip",
    "kinds of chip": "site",
    "take or pay": "site",
}
"""What the places of a limit are, by its name."""


@lru_cache(maxsize=1)
def limits(plan: Plan) -> tuple[Limit, ...]:
    """Every limit that the scenario and its library set, those of the whole fleet first."""
    case = build(plan.scenario, plan.library)
    parts = (_fleet, _money, rules.fleet, _chips, _zones, _sites, _fibre, rules.places)
    return tuple(limit for part in parts for limit in part(plan, case))


def binds(plan: Plan) -> list[str]:
    """What the plan runs into, in words: limits with less than 0.5 % to spare."""
    return _told(plan, lambda spare: spare < BINDS_FRAC)


def close(plan: Plan) -> list[str]:
    """What the plan comes close to, in words: limits with 0.5 to 5 % to spare."""
    return _told(plan, lambda spare: BINDS_FRAC <= spare < CLOSE_FRAC)


def _fleet(plan: Plan, case: Case) -> Iterator[Limit]:
    rows = plan.summary.set_index("year")
    for y, most in case.power.fleet_limit_mw.items():
        yield Limit("power", "", y, float(rows.facility_mw[y]), most, "MW")
    for y, most in case.halls.pue_limit.items():
        if pd.notna(rows.pue[y]):
            yield Limit("PUE", "", y, float(rows.pue[y]), most, "ratio", base=1.0)
    for y, least in case.training.target_eflops.items():
        if least > 0:
            done = float(rows.delivered_eflops[y])
            yield Limit("target", "", y, done, least, "EFLOP/s", floor=True)
    if (flop := case.scenario.target.training_flop) is not None:
        delivered = float(rows.cumulated_flop[case.training.by])
        yield Limit("total target", "", None, delivered, flop, "FLOP", floor=True)
    if case.sites.max_sites is not None:
        for y in case.years:
            used = float(rows.sites[y])
            yield Limit("number of sites", "", y, used, case.sites.max_sites, "sites")
    if case.sites.max_zones is not None:
        y = case.years[-1]
        zones = plan.site_rows[plan.site_rows.year == y].zone.nunique()
        yield Limit("number of zones", "", y, float(zones), case.sites.max_zones, "zones")


def _money(plan: Plan, case: Case) -> Iterator[Limit]:
    rows = plan.summary.set_index("year").capex_busd
    for y, most in case.money.capex_limit_musd.items():
        yield Limit("capex", "", y, float(rows[y]), most / MUSD_PER_BUSD, "1e9 USD")
    if (total := case.money.capex_total_limit_musd) is not None:
        spent = float(rows.sum())
        yield Limit("capex in total", "", None, spent, total / MUSD_PER_BUSD, "1e9 USD")
    debt = plan.summary.set_index("year").debt_busd
    for y, most in case.money.debt_limit_musd.items():
        yield Limit("debt", "", y, float(debt[y]), most / MUSD_PER_BUSD, "1e9 USD")


def _chips(plan: Plan, case: Case) -> Iterator[Limit]:
    bought = plan.chips.groupby(["chip", "year"]).added.sum().to_dict()
    for (a, y), kchips in case.chips.supply_kchips.items():
        # Lots stand beside what the market sells.
        used = float(bought.get((a, y), 0.0)) - rules.in_lots(plan, a, y)
        yield Limit("supply", a, y, used, kchips * CHIPS_PER_KCHIP, "chips")
    rates = plan.chips.running * plan.chips.chip.map(case.chips.eflops_per_kchip).fillna(0.0)
    fleet = rates.groupby(plan.chips.year).sum().to_dict()
    own = rates.groupby([plan.chips.vendor, plan.chips.year]).sum().to_dict()
    for vendor, most in case.chips.vendor_frac.items():
        for y in case.years:
            if fleet.get(y):
                share = float(own.get((vendor, y), 0.0) / fleet[y])
                yield Limit("vendor share", vendor, y, share, most, "fraction")


def _zones(plan: Plan, case: Case) -> Iterator[Limit]:
    power, rows = case.power, plan.zones.set_index(["zone", "year"])
    fleet = plan.summary.set_index("year").facility_mw
    on_grid = set(power.feed.values())
    for z, y in rows.index:
        # Where the grid has no room at all, there is nothing that a plan could take up.
        room = _room_mw(case, z, int(y), float(rows.headroom_mw[z, y])) if z in on_grid else 0.0
        if room > 0:
            new = float(rows.contracted_mw[z, y] - rows.stood_mw[z, y])
            yield Limit("headroom", z, int(y), new, room, "MW")
        if power.zone_frac is not None and fleet[y] > 0:
            share = float(rows.facility_mw[z, y] / fleet[y])
            yield Limit("zone share", z, int(y), share, power.zone_frac, "fraction")
    taken = plan.power.groupby(["supply", "year"]).contracted_mw.sum().to_dict()
    for g, most in power.fleet_mw.items():
        for y in sorted({y for _, h, y in power.stand_years if h == g}):
            yield Limit("contracts", g, y, float(taken.get((g, y), 0.0)), most, "MW")


def _room_mw(case: Case, zone: str, year: int, chosen_mw: float) -> float:
    """What the grid of a zone can take, upgrades and all; `chosen_mw` by its class, if chosen."""
    grid = case.grid
    most = grid.most_mw(zone, year)
    return most - grid.headroom_mw[zone] + chosen_mw if grid.classes() else most


def _sites(plan: Plan, case: Case) -> Iterator[Limit]:
    sites, site_pue = case.sites, case.scenario.limits.pue_site
    for row in plan.site_rows.itertuples():
        key, y = str(row.site_id), int(row.year)
        if key not in sites.max_mw:
            continue
        size = float(row.built_it_mw * row.pue)
        yield Limit("largest size", key, y, size, sites.max_mw[key], "MW")
        # The least load is stated in IT power, with the most frugal halls of the place.
        least = case.halls.least_mw[key] * float(row.pue)
        if key not in sites.stood:
            yield Limit("least size", key, y, float(row.facility_mw), least, "MW", floor=True)
        if site_pue is not None:
            yield Limit("PUE", key, y, float(row.pue), site_pue, "ratio", base=1.0)
    if sites.max_sites_per_zone is not None:
        open_sites = plan.site_rows.groupby(["zone", "year"]).size().to_dict()
        for z in sites.zones:
            for y in case.years:
                used = float(open_sites.get((z, y), 0))
                yield Limit("sites", z, y, used, sites.max_sites_per_zone, "sites")


def _fibre(plan: Plan, case: Case) -> Iterator[Limit]:
    wish, rows = case.scenario.fibre, plan.link_rows
    fastest = wish.speeds_tbps[-1]
    for y, speed in rows.groupby("year").tbps.max().items():
        yield Limit("link speed", "", int(y), float(speed), fastest, "Tb/s")
    if wish.max_link_km is not None:
        for row in rows.itertuples():
            where = f"{row.node_a}–{row.node_b}"
            yield Limit("link length", where, int(row.year), float(row.km), wish.max_link_km, "km")
    if wish.max_path_km is not None and len(rows):
        last = case.years[-1]
        yield Limit("path length", "", last, _path_km(plan, last), wish.max_path_km, "km")


def _path_km(plan: Plan, year: int) -> float:
    """Longest path of a tree from the best of its sites to any other."""
    links, sites = plan.link_rows, plan.site_rows
    tree: nx.Graph = nx.Graph()
    tree.add_weighted_edges_from(links[links.year == year][["node_a", "node_b", "km"]].to_numpy())
    ends = [s for s in sites[sites.year == year].site_id if s in tree]
    paths = {s: nx.single_source_dijkstra_path_length(tree, s) for s in ends}
    return float(min((max(paths[s][t] for t in ends) for s in ends), default=0.0))


def _told(plan: Plan, wanted: Callable[[float], bool]) -> list[str]:
    """A line for each name of a limit, with its places and years where there are several."""
    groups: dict[tuple[str, bool], list[Limit]] = {}
    for limit in limits(plan):
        if wanted(limit.spare_frac):
            groups.setdefault((limit.name, bool(limit.where)), []).append(limit)
    several = len(plan.summary) > 1
    return [_line(name, found, several) for (name, _), found in groups.items()]


def _line(name: str, found: list[Limit], several_years: bool) -> str:
    years: dict[str, list[int]] = {}
    taken: dict[str, float] = {}
    for limit in found:
        taken[limit.where] = taken.get(limit.where, 0.0) + limit.used
        years.setdefault(limit.where, []).extend([] if limit.year is None else [limit.year])

    def when(of: Iterable[int]) -> str:
        told = span(of)
        return f" {told}" if several_years and told else ""

    every = [year for row in years.values() for year in row]
    if set(taken) == {""}:
        return name + when(every)
    places = sorted(taken, key=lambda place: -taken[place])
    if len(places) > _ALL_NAMED:
        some = ", ".join(places[:_SOME_NAMED])
        return f"{name} of {plural(len(places), _COUNTED[name])} ({some}, …){when(every)}"
    return f"{name} of " + ", ".join(place + when(years[place]) for place in places)
