"""What the limits imply before anything is decided: sizes, counts and rates that no plan can pass.

These numbers keep the model's big-M coefficients small and leave out choices that cannot be part of
a best plan; none of them cuts one off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from dcplan.case.chips import Chips
from dcplan.case.fibre import ALONE, Fibre
from dcplan.case.grid import GRID, Grid
from dcplan.case.halls import Halls
from dcplan.case.power import Power
from dcplan.case.sites import Sites
from dcplan.case.training import Training


@dataclass(frozen=True)
class Bounds:
    """Bounds by year `y`."""

    largest_mw: Mapping[tuple[str, int], float]
    """Facility MW that site s can reach in y whatever else is chosen."""
    zone_mw: Mapping[tuple[str, int], float]
    """Facility MW that the sites of zone z can reach together in y."""
    zone_frac: float
    """Share of the fleet's load that the sites of a zone can draw."""
    most_sites: Mapping[int, int]
    least_mw: Mapping[int, float]
    """Facility MW that the year's target takes with the most frugal chip in the best halls."""
    fewest_sites: Mapping[int, int]
    """How many of the largest sites it takes to draw `least_mw`."""
    power_eflops: Mapping[int, float]
    """Compute rate of the most frugal chip in the best halls on all the power of y."""
    supply_eflops: Mapping[int, float]
    """Compute rate of every chip that stood or can be bought by y, and still stands."""
    class_eflops: Mapping[tuple[str, str, int], float]
    """Compute rate of a zone's sites in y when it accepts a class of curtailment; see `Grid`.

    Before goodput where that is taken from the library's table."""
    speeds_tbps: Mapping[int, tuple[float, ...]]
    """Speeds worth offering in y, rising; 0 stands for a lone site."""

    def most_compute_eflops(self, year: int) -> float:
        """Largest compute rate of the fleet in `year`, EFLOP/s."""
        return min(self.power_eflops[year], self.supply_eflops[year])


def build(
    years: tuple[int, ...],
    sites: Sites,
    chips: Chips,
    halls: Halls,
    grid: Grid,
    power: Power,
    fibre: Fibre,
    run: Training,
) -> Bounds:
    """Compute the bounds from the chapters' data."""
    largest = {(s, y): _largest_mw(s, y, sites, grid, power) for s in sites.sites for y in years}
    gross_per_mw = _best_eflops_per_mw(sites, chips, halls, run)
    by_fleet = {
        y: min(power.fleet_limit_mw.get(y, math.inf), sum(largest[s, y] for s in sites.sites))
        for y in years
    }
    per_mw = gross_per_mw * run.most_goodput_frac / run.goodput_frac
    by_power = {y: per_mw * by_fleet[y] for y in years}
    by_supply = {
        y: run.most_goodput_frac
        * sum(
            chips.most_kchips(a, bought) * chips.eflops_per_kchip[a]
            for a in chips.chips
            for bought in chips.bought_in_life(a, y)
        )
        + run.goodput_frac
        * sum(
            chips.eflops_per_kchip[a] * kchips
            for (_, a, t), kchips in chips.stood_kchips.items()
            if t == y
        )
        for y in years
    }
    alone = {
        y: len({*sites.stood, *(sites.forced if y == years[-1] else ())}) <= 1
        and per_mw * max(largest[s, y] for s in sites.sites) >= run.target_eflops.get(y, 0.0)
        for y in years
    }
    fleet = {y: min(by_power[y], by_supply[y]) for y in years}
    target = {y: run.target_eflops.get(y, 0.0) for y in years}
    least = {y: target[y] / per_mw if per_mw > 0 else 0.0 for y in years}
    return Bounds(
        largest_mw=largest,
        zone_mw={
            (z, y): min(
                _zone_mw(None, z, y, largest, sites, grid, power),
                power.fleet_limit_mw.get(y, math.inf) * (power.zone_frac or 1.0),
            )
            for z in sites.zones
            for y in years
        },
        zone_frac=power.zone_frac or 1.0,
        most_sites={y: _most_sites(y, sites, power) for y in years},
        least_mw=least,
        fewest_sites={
            y: _fewest_sites(least[y], [largest[s, y] for s in sites.sites]) for y in years
        },
        power_eflops=by_power,
        supply_eflops=by_supply,
        class_eflops={
            (c, z, y): gross_per_mw
            * min(_zone_mw(c, z, y, largest, sites, grid, power), by_fleet[y])
            for c in grid.classes()
            for z in sites.zones
            for y in years
        },
        speeds_tbps={
            y: _speeds(fibre, run, target[y], fleet[y], most, alone[y])
            for y, most in zip(years, accumulate(fleet.values(), max), strict=True)
        },
    )


def _largest_mw(site: str, year: int, sites: Sites, grid: Grid, power: Power) -> float:
    """The site's own limit, the fleet's, its zone's share, and what all the grids in reach can feed.

    The last where nothing else can stand in the year; 0 before anything can. What stood before the
    first year takes up no headroom.
    """
    fleet = power.fleet_limit_mw.get(year, math.inf)
    bounds = [sites.max_mw[site], fleet * (power.zone_frac or 1.0)]
    here = power.standing(site, year)
    bounds.append(sum(_firm_mw(site, g, year, grid, power) for g in here))
    return min(bounds)


def _firm_mw(site: str, supply: str, year: int, grid: Grid, power: Power) -> float:
    """Most firm capacity of a supply at a site: what stood, and what can be signed."""
    stood = power.stood_mw.get((site, supply), 0.0)
    if (site, supply, year) not in power.signable:
        return power.firm_frac[supply] * stood
    zone = power.feed.get((site, supply))
    return (
        math.inf if zone is None else power.firm_frac[supply] * (stood + grid.most_mw(zone, year))
    )


def _zone_mw(
    class_: str | None,
    zone: str,
    year: int,
    largest: Mapping[tuple[str, int], float],
    sites: Sites,
    grid: Grid,
    power: Power,
) -> float:
    """Facility MW of a zone's sites: their sizes, and what the class allows if only its grid feeds."""
    here = sites.in_zone[zone]
    sizes = sum(largest[s, year] for s in here)
    feeds = {(g, power.feed.get((s, g))) for s in here for g in power.standing(s, year)}
    if feeds - {(GRID, zone)}:
        return sizes
    most = grid.most_mw(zone, year, class_) + power.stood_from_mw(zone)
    return min(sizes, most * power.firm_frac.get(GRID, 0.0))


def _most_sites(year: int, sites: Sites, power: Power) -> int:
    """Those that stand may idle; every other draws the least size."""
    by_power = len(sites.stood) + power.fleet_limit_mw.get(year, math.inf) / sites.min_mw
    return int(min(len(sites.sites), by_power, sites.max_sites or math.inf) + 1e-9)


def _fewest_sites(least_mw: float, sizes_mw: list[float]) -> int:
    """Length of the shortest row of largest sites that reaches `least_mw`; all if none does."""
    reached = accumulate(sorted(sizes_mw, reverse=True))
    short = sum(1 for mw in reached if mw < least_mw * (1 - 1e-9))
    return min(short + 1, len(sizes_mw)) if least_mw > 0 else 0


def _best_eflops_per_mw(sites: Sites, chips: Chips, halls: Halls, run: Training) -> float:
    best_chip = max(
        (chips.eflops_per_kchip[a] / chips.mw_per_kchip[a] for a in chips.chips), default=0.0
    )
    return run.goodput_frac * best_chip / min(halls.pue.values(), default=1.0)


def _speeds(
    fibre: Fibre,
    run: Training,
    target_eflops: float,
    fleet_eflops: float,
    most_eflops: float,
    alone: bool,
) -> tuple[float, ...]:
    """Speeds that can carry the year's target, up to the first that hides every exchange.

    Slower ones fall short even with the largest fleet of the year; one faster than the largest
    fleet of this or an earlier year can use costs more and adds nothing. Equipment is bought in
    the year whose speed needs it, not ahead.
    """
    enough = [b for b in fibre.speeds_tbps if b >= run.full_overlap_tbps(most_eflops)]
    most = enough[0] if enough else math.inf
    able = tuple(
        b
        for b in fibre.speeds_tbps
        if b <= most and run.delivered_eflops(fleet_eflops, b) >= target_eflops * (1 - 1e-9)
    )
    return (ALONE, *able) if alone else able
