"""The grid: how much each zone can connect and when, what more of it costs, whose hours are cut."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dcplan.case.sites import Sites
from dcplan.errors import Problem
from dcplan.library import Library
from dcplan.scenario import Scenario
from dcplan.units import musd_per_mw

GRID, GRID_2 = "grid", "grid_2"
GRIDS = (GRID, GRID_2)
"""Supply options that are a connection to the grid of the site's zone, and of its second zone."""
CHOOSE = "choose"
CURTAILMENT = {
    "0.25pct": ("headroom_025pct_mw", 0.0025),
    "0.5pct": ("headroom_05pct_mw", 0.005),
    "1pct": ("headroom_1pct_mw", 0.01),
}

Tier = tuple[int, str]
"""(tier, zone)"""


@dataclass(frozen=True)
class Grid:
    """What the zones' grids take; `z` is a zone, `c` a class of curtailment, `t` a tier."""

    zones: tuple[str, ...]
    """Zones that some site stands in or can connect to."""
    headroom_mw: Mapping[str, float]
    """New load at the scenario's class; where that is a choice, at the largest."""
    class_headroom_mw: Mapping[tuple[str, str], float]
    """(class, zone); empty unless the class is a choice."""
    kept_frac: Mapping[str, float]
    """Compute left by a class, as a share of what the class with the fewest hours cut leaves."""
    tier_mw: Mapping[Tier, float]
    """Connections beyond the headroom; empty unless upgrades may be bought."""
    tier_musd_per_mw: Mapping[Tier, float]
    tier_years: tuple[tuple[int, str, int], ...]
    """(tier, zone, year) from the year on in which the tier can carry load."""

    def classes(self) -> tuple[str, ...]:
        """Classes to choose from; empty where the scenario names one."""
        return tuple(self.kept_frac)

    def most_mw(self, zone: str, year: int, class_: str | None = None) -> float:
        """Most that can be connected in a zone, with every tier that stands in the year."""
        room = self.headroom_mw[zone] if class_ is None else self.class_headroom_mw[class_, zone]
        more = (self.tier_mw[t, z] for t, z, y in self.tier_years if (z, y) == (zone, year))
        return room + sum(more)


def curtailed_frac(scenario: Scenario) -> float:
    """Share of the hours that every site loses, whichever class its zone accepts."""
    wish = scenario.limits.curtailment
    if wish == CHOOSE:
        return min(frac for _, frac in CURTAILMENT.values())
    return CURTAILMENT[wish][1]


def build(
    scenario: Scenario,
    library: Library,
    sites: Sites,
    contracts: Collection[tuple[str, str]],
    problems: list[Problem],
) -> Grid:
    """Read headroom and upgrades of the zones that the sites can connect to.

    `contracts` are the (site, supply) that stand before the first year.
    """
    offered_2 = GRID_2 in scenario.power.offer
    second = {z for s, z in sites.zone_2.items() if offered_2 or (s, GRID_2) in contracts}
    zones = tuple(sorted({*sites.zones, *second}))
    wish = scenario.limits.curtailment
    offered = CURTAILMENT if wish == CHOOSE else {wish: CURTAILMENT[wish]}
    by_class = {
        (c, z): float(library.zones.at[z, column])
        for c, (column, _) in offered.items()
        for z in zones
    }
    least = curtailed_frac(scenario)
    tiers = _tiers(scenario, library, zones, problems)
    first = {
        key: scenario.money.base_year + math.ceil(row["lead_years"]) for key, row in tiers.items()
    }
    return Grid(
        zones=zones,
        headroom_mw={z: max(by_class[c, z] for c in offered) for z in zones},
        class_headroom_mw=by_class if wish == CHOOSE else {},
        kept_frac={c: (1 - frac) / (1 - least) for c, (_, frac) in offered.items()}
        if wish == CHOOSE
        else {},
        tier_mw={key: row["extra_mw"] for key, row in tiers.items()},
        tier_musd_per_mw={key: musd_per_mw(row["usd_per_kw"]) for key, row in tiers.items()},
        tier_years=tuple((*key, y) for key in tiers for y in scenario.years if y >= first[key]),
    )


def lead_years(scenario: Scenario, library: Library, zone: str, otherwise: float) -> float:
    """Years to a new connection in a zone; `otherwise` where zones do not count or tell none."""
    own = float(library.zones.at[zone, "large_load_years"])
    by_zone = scenario.power.lead_times == "zone" and not math.isnan(own)
    return own if by_zone else otherwise


def _tiers(
    scenario: Scenario, library: Library, zones: tuple[str, ...], problems: list[Problem]
) -> dict[Tier, dict[str, float]]:
    """Tiers that can stand within the plan; none in time for any zone is a problem."""
    if scenario.power.lead_times == "zone" and all(
        math.isnan(library.zones.at[z, "large_load_years"]) for z in zones
    ):
        what = "is zone; no zone of the sites has large_load_years in zones.csv"
        problems.append(Problem("power.lead_times", what))
    if not scenario.power.upgrades:
        return {}
    span = scenario.years[-1] - scenario.money.base_year
    found = {
        (int(tier), str(zone)): {str(name): float(value) for name, value in row.items()}
        for (zone, tier), row in library.upgrades.iterrows()
        if zone in zones and math.ceil(row.lead_years) <= span
    }
    if not found:
        what = (
            "is true; no upgrade of upgrades.csv in the zones of the sites stands within the plan"
        )
        problems.append(Problem("power.upgrades", what))
    return found
