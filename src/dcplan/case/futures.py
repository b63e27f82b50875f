"""Several futures of one problem: a case for each, over the same places, halls and fibre.

What is chosen once must mean the same in every future, so each case offers the same sites, cooling
designs, corridors and speeds. Each case alone leaves out what cannot be part of a best plan of its
own; for all of them together that is

    designs   those that every case offers: one case drops a design that holds no rack of its chips,
              or wastes more than it allows, and no plan can run it there; one that another design
              beats, it beats in every case that has both
    speeds    from the slowest that carries the target in every case, up to the first that hides all
              exchange in every case; a lone site where it carries the target in every case

so that no plan that serves all futures is lost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dcplan.case.build import Case, build
from dcplan.case.fibre import ALONE
from dcplan.case.inputs import overridden, read_raw
from dcplan.errors import InputError, Problem
from dcplan.scenario import Scenario, branches
from dcplan.scenario.footprint import WaterLimit


@dataclass(frozen=True, eq=False)
class Futures:
    """The futures of a scenario, in its order; `cases` share places, designs, fibre and speeds."""

    scenario: Scenario
    """What the author wrote, with every future."""
    names: tuple[str, ...]
    probability: Mapping[str, float]
    cases: Mapping[str, Case]
    alone: Mapping[str, Case]
    """The same futures, each planned for itself: with the choices that only it has."""
    cvar_weight: float
    cvar_tail: float

    def weigh(self, cost: Mapping[str, float]) -> float:
        """The objective of a cost in each future: expected cost and CVaR by their weights."""
        weight = self.cvar_weight
        tail = self.cvar(cost) if weight else 0.0
        return (1 - weight) * self.expected(cost) + weight * tail

    def expected(self, cost: Mapping[str, float]) -> float:
        """Mean over the futures by their probability."""
        return sum(self.probability[name] * cost[name] for name in self.names)

    def in_tail(self, cost: Mapping[str, float]) -> dict[str, float]:
        """Probability of each future that belongs to the dearest `cvar_tail`; a part of the last."""
        left, taken = self.cvar_tail, {}
        for name in sorted(self.names, key=lambda name: -cost[name]):
            taken[name] = min(left, self.probability[name])
            left -= taken[name]
        return taken

    def cvar(self, cost: Mapping[str, float]) -> float:
        """Mean cost of the dearest futures of probability `cvar_tail`."""
        taken = self.in_tail(cost)
        return sum(p * cost[name] for name, p in taken.items()) / sum(taken.values())


def build_all(scenario: Scenario) -> Case:
    """The case of a scenario with its library; with several futures, of the first, and of all.

    A single future is the scenario with its changes and nothing more. Raises InputError with
    every problem of the scenario, the library or a future.
    """
    raw = read_raw(scenario)
    if not scenario.futures:
        return build(scenario, overridden(scenario, raw))
    cases: dict[str, Case] = {}
    problems: list[Problem] = []
    for place, (future, branch) in enumerate(branches(scenario)):
        try:
            cases[future.name] = build(branch, overridden(branch, raw))
        except InputError as error:
            at = scenario.place(("futures", place))
            where = f"{at}, " if at else ""
            problems += [
                Problem(f"{where}futures.{future.name}: {problem.where}", problem.what)
                for problem in error.problems
            ]
    if problems:
        raise InputError(problems)
    if len(cases) == 1:
        return next(iter(cases.values()))
    return _together(scenario, cases)


def _together(scenario: Scenario, alone: Mapping[str, Case]) -> Case:
    """The first future's case, which holds all of them."""
    _refuse_other_shapes(alone)
    cases = {name: _joined(case, alone) for name, case in alone.items()}
    first = next(iter(cases.values()))
    futures = Futures(
        scenario=scenario,
        names=tuple(cases),
        probability={future.name: future.probability for future in scenario.futures},
        cases=cases,
        alone=alone,
        cvar_weight=scenario.risk.cvar_weight,
        cvar_tail=scenario.risk.cvar_tail,
    )
    return replace(first, name=scenario.name, futures=futures)


def _refuse_other_shapes(cases: Mapping[str, Case]) -> None:
    """What is chosen once must be on offer alike; a future may change what follows from it."""
    first, *others = cases
    problems = [
        Problem(
            f"futures.{name}",
            f"has other {what} to choose from than {first}; they are chosen once, so change "
            "what leads to that for the whole scenario",
        )
        for name in others
        for what, shape in _shape(cases[name]).items()
        if shape != _shape(cases[first])[what]
    ]
    if problems:
        raise InputError(problems)


def _shape(case: Case) -> dict[str, Any]:
    fibre, sites = case.fibre, case.sites
    return {
        "years": case.years,
        "sites": (sites.sites, sites.stood, sites.forced, sites.max_mw),
        "corridors": (fibre.corridors, fibre.nodes, fibre.km, fibre.pairs, fibre.survivable),
        "conduits to lease": set(fibre.lease_musd),
        "cooling designs (limits.water_ml)": case.scenario.limits.water_ml != WaterLimit(),
    }


def _joined(case: Case, all_: Mapping[str, Case]) -> Case:
    """The case with the designs and speeds that are of use to all."""
    designs = [set(other.halls.designs) for other in all_.values()]
    kept = set.intersection(*designs)
    halls = replace(
        case.halls,
        designs=tuple(design for design in case.halls.designs if design in kept),
        at_site={
            s: tuple(k for k in here if (s, k) in kept) for s, here in case.halls.at_site.items()
        },
    )
    speeds = {y: _speeds(case, all_, y) for y in case.years}
    return replace(case, halls=halls, bounds=replace(case.bounds, speeds_tbps=speeds))


def _speeds(case: Case, all_: Mapping[str, Case], year: int) -> tuple[float, ...]:
    offered = [other.bounds.speeds_tbps[year] for other in all_.values()]
    linked = [[b for b in speeds if b != ALONE] for speeds in offered]
    least = max(min(speeds, default=math.inf) for speeds in linked)
    most = max(max(speeds, default=0.0) for speeds in linked)
    able = tuple(b for b in case.fibre.speeds_tbps if least <= b <= most)
    return (ALONE, *able) if all(ALONE in speeds for speeds in offered) else able
