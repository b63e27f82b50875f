"""What may be lost, and how much of the fleet must be left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dcplan.case.sites import Sites
from dcplan.case.training import Training
from dcplan.errors import Problem
from dcplan.scenario import Scenario, yearly


@dataclass(frozen=True)
class Resilience:
    """Units `u` that may be lost, one at a time."""

    units: Mapping[str, tuple[str, ...]]
    """Sites of each zone, or of each site itself; empty when nothing may be lost."""
    keep_frac: Mapping[int, float]
    """Share of the compute rate that must be left, by year; a year without one may lose all."""

    def fewest(self, year: int) -> int:
        """Fewest units over which the compute must be spread; 0 when the year may lose all.

        Each holds at most 1 − keep_frac of it.

        >>> Resilience({}, {2030: 0.6}).fewest(2030)
        3
        """
        keep = self.keep_frac.get(year)
        return 0 if keep is None else math.ceil(1 / (1 - keep) - 1e-9)


def build(scenario: Scenario, sites: Sites, run: Training, problems: list[Problem]) -> Resilience:
    """Read the rule; refuse one that no spread over the candidates can keep."""
    wish = scenario.resilience
    if wish.lose is None:
        return Resilience({}, {})
    units = sites.in_zone if wish.lose == "zone" else {s: (s,) for s in sites.sites}
    found = Resilience(units, yearly(wish.keep_frac, scenario.years))
    most = scenario.objective == "max_flop"
    for year, keep in found.keep_frac.items():
        if (most or run.target_eflops.get(year, 0.0) > 0) and found.fewest(year) > len(units):
            problems.append(
                Problem(
                    "resilience.keep_frac",
                    f"is {keep:g} in {year}; that takes {found.fewest(year)} {wish.lose}s, and the "
                    f"candidates are in {len(units)}; lower it or leave the year out",
                )
            )
    spread = max((found.fewest(y) for y in found.keep_frac), default=0)
    if scenario.sites.max_sites is not None and scenario.sites.max_sites < spread:
        what = f"is {scenario.sites.max_sites}; resilience.keep_frac takes {spread} sites"
        problems.append(Problem("sites.max_sites", f"{what}; raise it or lower keep_frac"))
    worths = [eta for _, eta in run.replica_worth]
    if worths != sorted(worths, reverse=True):
        problems.append(
            Problem(
                "resilience",
                "needs replicas.csv to fall with the number of sites: fewer would be worth less",
            )
        )
    return found
