"""Quick bounds: what power, chips, capex or fibre alone allow, before any solve."""

from __future__ import annotations

import math
from collections.abc import Callable

from dcplan.case.build import Case
from dcplan.case.fibre import ALONE
from dcplan.case.futures import Futures
from dcplan.units import FLOP_PER_EFLOPS_YEAR


def quick_bounds(case: Case) -> list[str]:
    """One line a year: the most training that power alone and chips alone carry, and the speeds.

    Power counts the most frugal chip in the best halls; chips count every chip on sale.
    """
    if case.futures is not None:
        return _by_future(case.futures, quick_bounds)
    lines = []
    for y in case.years:
        power, supply = case.bounds.power_eflops[y], case.bounds.supply_eflops[y]
        speeds = [f"{b:g}" for b in case.bounds.speeds_tbps[y] if b != ALONE]
        links = f"links at {' or '.join(speeds)} Tb/s" if speeds else "no link fast enough"
        alone = " or a lone site" if ALONE in case.bounds.speeds_tbps[y] else ""
        lines.append(
            f"{y}: power alone carries at most {power:,.0f} EFLOP/s, chips alone {supply:,.0f}; "
            f"target {case.training.target_eflops.get(y, 0.0):,.0f}; {links}{alone}"
        )
    target, by = case.training.target_flop, case.training.by
    if target is not None:
        most = sum(_most_eflops(case, y) for y in case.years if y <= by)
        lines.append(
            f"to the end of {by}: at most {most * FLOP_PER_EFLOPS_YEAR:.4g} FLOP; "
            f"target {target * FLOP_PER_EFLOPS_YEAR:.4g}"
        )
    return lines


def shortfalls(case: Case) -> list[str]:
    """Years out of reach of power, chips, capex, PUE or fibre, each taken alone."""
    if case.futures is not None:
        return _by_future(case.futures, shortfalls) or _without_speed(case)
    yearly = [
        line
        for y in case.years
        for line in (
            *_short(case, y, "power", case.bounds.power_eflops[y], _all_power(case, y)),
            *_short(case, y, "chips", case.bounds.supply_eflops[y], "all the chips on sale"),
            *_short(case, y, "capex", _capex_eflops(case, y), "all the capex allowed"),
            *_short(
                case, y, "goodput", _in_step_eflops(case, y), "the chips that goodput.csv knows"
            ),
            *_slow_fibre(case, y),
            *_wasteful_halls(case, y),
        )
    ]
    return yearly + _short_in_total(case)


def _by_future(futures: Futures, tell: Callable[[Case], list[str]]) -> list[str]:
    return [f"{name}: {line}" for name, case in futures.cases.items() for line in tell(case)]


def _without_speed(case: Case) -> list[str]:
    """Years in which one future must be a lone site, and another cannot."""
    return [
        f"{y}: fibre: no speed of the network serves every future"
        for y in case.years
        if not case.bounds.speeds_tbps[y]
    ]


def _short_in_total(case: Case) -> list[str]:
    """Whether all years up to the date, each at its most, fall short of the FLOP asked."""
    target, by = case.training.target_flop, case.training.by
    if target is None:
        return []
    most = sum(_most_eflops(case, y) for y in case.years if y <= by)
    if most >= target:
        return []
    return [
        f"to the end of {by}: all years at their most can deliver {most * FLOP_PER_EFLOPS_YEAR:.4g} "
        f"FLOP; the target is {target * FLOP_PER_EFLOPS_YEAR:.4g} "
        f"({100 * (1 - most / target):.1f} % short)"
    ]


def _most_eflops(case: Case, year: int) -> float:
    """The least of what power, chips, capex and goodput leave, through the fastest link."""
    bounds, run = case.bounds, case.training
    alone = (_capex_eflops(case, year), _in_step_eflops(case, year))
    most = min(bounds.most_compute_eflops(year), *alone)
    if ALONE in bounds.speeds_tbps[year]:
        return most
    return run.delivered_eflops(most, case.fibre.speeds_tbps[-1])


def _in_step_eflops(case: Case, year: int) -> float:
    """Compute rate of the largest domains that the goodput table knows, with the best chips."""
    run, chips = case.training, case.chips
    if not run.goodput_steps:
        return math.inf
    rate = max((chips.eflops_per_kchip[a] for a, y in chips.standing if y == year), default=0.0)
    domains = case.bounds.most_sites[year] if run.alone_in_step else 1
    best = max(most * frac for most, frac in run.goodput_steps)
    return run.goodput_frac * domains * rate * best


def _all_power(case: Case, year: int) -> str:
    stands = any(case.power.standing(s, year) for s in case.sites.sites)
    return "all the power allowed" if stands else "no supply of power.offer stands yet, which"


def _short(case: Case, year: int, what: str, most: float, words: str) -> list[str]:
    target = case.training.target_eflops.get(year, 0.0)
    if most >= target:
        return []
    short = 100 * (1 - most / target)
    return [
        f"{year}: {what}: {words} can carry at most {most:,.0f} EFLOP/s; "
        f"the target is {target:,.0f} ({short:.1f} % short)"
    ]


def _capex_eflops(case: Case, year: int) -> float:
    """Compute rate of what stood and of the cheapest chips that all capex up to `year` can buy.

    With their halls, as far as those that stand cannot hold them.
    """
    money, chips = case.money, case.chips
    spent = [money.capex_limit_musd.get(y, math.inf) for y in case.years if y <= year]
    total = money.capex_total_limit_musd
    budget = min(sum(spent), math.inf if total is None else total)
    if math.isinf(budget):
        return math.inf
    rises = [money.price_factor("facility", y) for y in case.years if y <= year]
    hall = min(case.halls.capex_musd_per_mw.values(), default=0.0) * min(rises)
    per_eflops = min(
        (chips.least_musd_per_kchip(a, year) + chips.mw_per_kchip[a] * hall)
        / chips.eflops_per_kchip[a]
        for a in chips.sold
    )
    stood = (
        chips.eflops_per_kchip[a] * kchips
        for (_, a, y), kchips in chips.stood_kchips.items()
        if y == year
    )
    return case.training.most_goodput_frac * (budget / per_eflops + sum(stood))


def _wasteful_halls(case: Case, year: int) -> list[str]:
    limit, best = (
        case.halls.pue_limit.get(year, math.inf),
        min(case.halls.pue.values(), default=1.0),
    )
    if best <= limit or case.training.target_eflops.get(year, 0.0) == 0.0:
        return []
    return [f"{year}: PUE: the best hall at the best place has {best:g}; the limit is {limit:g}"]


def _slow_fibre(case: Case, year: int) -> list[str]:
    fleet = case.bounds.most_compute_eflops(year)
    if case.bounds.speeds_tbps[year] or fleet < case.training.target_eflops.get(year, 0.0):
        return []
    fastest = case.fibre.speeds_tbps[-1]
    most = case.training.delivered_eflops(fleet, fastest)
    return _short(case, year, "fibre", most, f"the fastest link offered ({fastest:g} Tb/s)")
