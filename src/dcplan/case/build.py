"""The case as a whole: one record per chapter, checked against one another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

from dcplan.case import (
    bounds,
    carbon,
    chips,
    existing,
    fibre,
    grid,
    halls,
    money,
    power,
    resilience,
    sites,
    training,
)
from dcplan.errors import InputError, Problem, suggest
from dcplan.library import Library
from dcplan.scenario import Scenario

if TYPE_CHECKING:
    from dcplan.case.futures import Futures

NO_HALLS = "no cooling design there holds a chip on offer within limits.pue_site"


@dataclass(frozen=True)
class Case:
    """What a plan must decide about, as data; one record per chapter."""

    name: str
    years: tuple[int, ...]
    sites: sites.Sites
    chips: chips.Chips
    halls: halls.Halls
    grid: grid.Grid
    power: power.Power
    fibre: fibre.Fibre
    training: training.Training
    resilience: resilience.Resilience
    carbon: carbon.Carbon
    money: money.Money
    scenario: Scenario
    library: Library
    bounds: bounds.Bounds
    futures: Futures | None = None
    """With several futures, which have a case each; this is then the first one's."""


def build(scenario: Scenario, library: Library) -> Case:
    """Make the case, or raise `InputError` with every field that does not fit the library."""
    problems: list[Problem] = []
    known = set(library.workloads.index)
    if scenario.workload.preset not in known:
        hint = suggest(scenario.workload.preset, known)
        raise InputError(
            [
                Problem(
                    "workload.preset",
                    f"is '{scenario.workload.preset}'; it must be one of {', '.join(sorted(known))}{hint}",
                )
            ]
        )
    costs = money.build(scenario, library)
    run = training.build(scenario, library, grid.curtailed_frac(scenario))
    stands = existing.build(scenario, library, run.precision, problems)
    places = sites.build(scenario, library, stands.size_mw, problems)
    offered = chips.build(scenario, library, costs, run.precision, stands, problems)
    halls_ = halls.build(scenario, library, places, offered, stands, problems)
    bare = {s: NO_HALLS for s in places.sites if not halls_.at_site[s]}
    if len(bare) < len(places.sites):
        places = sites.without(places, bare, problems)
    zones = grid.build(scenario, library, places, stands.contracted_mw, problems)
    supplies = power.build(scenario, library, places, costs, stands.contracted_mw, problems)
    network = fibre.build(scenario, library, places, stands.tbps, problems)
    _refuse_empty(places, offered, problems)
    years = tuple(scenario.years)
    case = Case(
        name=scenario.name,
        years=years,
        sites=places,
        chips=offered,
        halls=halls_,
        grid=zones,
        power=supplies,
        fibre=network,
        training=run,
        resilience=resilience.build(scenario, places, run, problems),
        carbon=carbon.build(scenario, library, places, offered, problems),
        money=costs,
        scenario=scenario,
        library=library,
        bounds=bounds.build(years, places, offered, halls_, zones, supplies, network, run),
    )
    problems += _forced_sites_that_do_not_fit(case)
    problems += _lives_shorter_than_the_plan(case)
    problems += _standing_sites_that_cannot_train(case)
    if run.sync_every_steps > 1 and not run.replica_worth:
        problems.append(
            Problem(
                "workload.sync_every_steps", "is above 1; the library has no replicas.csv for it"
            )
        )
    if scenario.workload.recovery and not run.goodput_steps:
        what = f"is {scenario.workload.recovery}; the library has no goodput.csv for it"
        problems.append(Problem("workload.recovery", what))
    if problems:
        raise InputError(problems)
    return case


def _refuse_empty(places: sites.Sites, offered: chips.Chips, problems: list[Problem]) -> None:
    if not offered.sold:
        problems.append(Problem("buyer.channels", _why_no_chip(offered.not_offered)))
    if not places.sites:
        problems.append(Problem("sites", "leave no candidate; lower sites.min_mw or forbid fewer"))
    if not offered.sold or not places.sites:
        raise InputError(problems)


def _why_no_chip(reasons: Mapping[str, str]) -> str:
    first = [f"{chip}: {why}" for chip, why in list(reasons.items())[:3]]
    return f"leave no chip to buy ({'; '.join(first)}; …)"


def _lives_shorter_than_the_plan(case: Case) -> list[Problem]:
    """Only chips are renewed within a plan; other plant must outlive it."""
    lives = {
        "finance facility_life_years": case.halls.life_years,
        "finance fibre_life_years": case.fibre.life_years,
        **{f"supply.{g} life_years": years for g, years in case.power.life_years.items()},
    }
    return [
        Problem(what, f"is {years:g}; it must be at least the {len(case.years)} years of the plan")
        for what, years in lives.items()
        if years < len(case.years)
    ]


def _standing_sites_that_cannot_train(case: Case) -> list[Problem]:
    """Sites that stand are open, so they must be joined, and be no more than replicas can be."""
    problems = []
    network = nx.Graph(list(case.fibre.corridors))
    network.add_nodes_from(case.sites.stood)
    parts = [part & set(case.sites.stood) for part in nx.connected_components(network)]
    parts = sorted((sorted(part) for part in parts if part), key=len)
    if len(parts) > 1:
        what = (
            f"has '{parts[0][0]}' and '{parts[-1][0]}', which no candidate corridors join; raise "
            "fibre.max_link_km or leave one out of sites.existing"
        )
        problems.append(Problem("existing", what))
    most = max((count for count, _ in case.training.replica_worth), default=math.inf)
    if len(case.sites.stood) > most:
        what = f"has {len(case.sites.stood)} sites; replicas.csv tells the worth of at most {most}"
        problems.append(Problem("existing", f"{what}: leave some out of sites.existing"))
    return problems


def _forced_sites_that_do_not_fit(case: Case) -> list[Problem]:
    """Forced sites whose least sizes alone pass a limit of the last year."""
    last, least = case.years[-1], case.sites.min_mw
    need = least * len(case.sites.forced)
    limit = case.power.fleet_limit_mw.get(last, float("inf"))
    problems = [
        Problem(
            f"sites.force, {site}",
            f"can reach {case.bounds.largest_mw[site, last]:,.0f} MW in {last}; sites.min_mw asks {least:,.0f}",
        )
        for site in case.sites.forced
        if site in case.sites.zone and case.bounds.largest_mw[site, last] < least
    ]
    if need > limit:
        problems.append(
            Problem(
                "limits.power_gw",
                f"is {limit / 1e3:g} in {last}; the forced sites need at least {need / 1e3:g} "
                "(sites.min_mw each); raise it or force fewer sites",
            )
        )
    return problems
