"""What a solve decided, freed of the solver's noise: one mapping per kind of fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dcplan.case import Case
from dcplan.case.fibre import ALONE, Corridor
from dcplan.plan.tables import rounded
from dcplan.units import CHIPS_PER_KCHIP

Decisions = Mapping[str, Mapping[Any, float]]
SiteYear = tuple[str, int]
NOISE = 1e-9
LEAST_MW = 1e-6
"""Less is none, where a figure must tell something from nothing."""


@dataclass(frozen=True)
class Fleet:
    """Facts of a plan; what is absent is zero. Chips are counted singly, power is MW."""

    design: Mapping[SiteYear, str]
    """Cooling design of every open site and year."""
    built_mw: Mapping[SiteYear, float]
    added: Mapping[tuple[str, str, int], float]
    standing: Mapping[tuple[str, str, int], float]
    running: Mapping[tuple[str, str, int], float]
    signed: frozenset[tuple[int, str]]
    """Lots that are taken, by year and name."""
    contracted_mw: Mapping[tuple[str, str, int], float]
    energy_gwh: Mapping[tuple[str, str, int], float]
    speed_tbps: Mapping[int, float]
    """Speed of the links of a year, 0 where none is lit."""
    lit: Mapping[int, tuple[Corridor, ...]]
    leased: Mapping[int, frozenset[Corridor]]
    """Lit corridors on leased pairs."""
    delivered_eflops: Mapping[int, float]
    accepted: Mapping[str, str]
    """Class of curtailment of every zone that can feed a site."""
    upgraded_mw: Mapping[tuple[int, str, int], float]
    """Network upgrades by (tier, zone, year), all that stand in the year."""
    stood_mw: Mapping[tuple[str, str, int], float]
    """Contracts of the year before the first, as `contracted_mw`."""
    stood_halls_mw: Mapping[SiteYear, float]
    """Halls of the year before the first, as `built_mw`."""

    def grown_mw(self, site: str, year: int) -> float:
        """Halls that are built in a year."""
        before = (site, year - 1)
        stood = self.stood_halls_mw.get(before, 0.0)
        return self.built_mw[site, year] - self.built_mw.get(before, stood)

    def signed_mw(self, site: str, supply: str, year: int) -> float:
        """What is newly contracted in a year."""
        return max(0.0, self._grown_mw(site, supply, year))

    def ended_mw(self, site: str, supply: str, year: int) -> float:
        """What was contracted in the year before and is no more."""
        fallen = -self._grown_mw(site, supply, year)
        return rounded(fallen) if fallen > LEAST_MW else 0.0

    def _grown_mw(self, site: str, supply: str, year: int) -> float:
        key = (site, supply, year - 1)
        before = self.contracted_mw.get(key, self.stood_mw.get(key, 0.0))
        return self.contracted_mw.get((site, supply, year), 0.0) - before

    def open_sites(self, year: int) -> tuple[str, ...]:
        """Sites open in a year."""
        return tuple(s for s, y in self.design if y == year)


def read_decisions(case: Case, decisions: Decisions) -> Fleet:
    """Read the decisions of a solve of `case`.

    A binary variable may miss 0 or 1 by the solver's tolerance, and what hangs on it is then as
    small: a site that never opens holds nothing, and nothing runs where a site is not open yet.
    """
    design = {
        (s, y): k
        for (s, k, y), x in sorted(decisions["halls.design"].items())
        if x > 0.5 and decisions["sites.open"][s, y] > 0.5
    }
    ever = {s for s, _ in design}
    added = _kept(decisions["chips.added"], CHIPS_PER_KCHIP, ever)
    running = _kept(_running(decisions), CHIPS_PER_KCHIP, design)
    lit = {
        y: tuple(
            (u, v)
            for u, v in case.fibre.corridors
            if decisions["fibre.way"][u, v, y] + decisions["fibre.way"][v, u, y] > 0.5
        )
        for y in case.years
    }
    built = decisions["halls.built_mw"]
    return Fleet(
        design=design,
        built_mw={(s, y): rounded(built[s, k, y]) for (s, y), k in design.items()},
        added=added,
        standing={
            (s, a, y): total
            for s in sorted(ever)
            for a, y in sorted(case.chips.present)
            if (
                total := sum(added.get((s, a, t), 0.0) for t in case.chips.bought_in_life(a, y))
                + CHIPS_PER_KCHIP * case.chips.stood_kchips.get((s, a, y), 0.0)
            )
        },
        running=running,
        signed=frozenset(key for key, x in decisions.get("chips.signed", {}).items() if x > 0.5),
        contracted_mw=_kept(decisions["power.contracted_mw"], 1.0, ever),
        energy_gwh=_kept(decisions["power.energy_gwh"], 1.0, design),
        speed_tbps={
            y: next(
                (b for (b, t), x in decisions["links.speed"].items() if t == y and x > 0.5), ALONE
            )
            if lit[y]
            else ALONE
            for y in case.years
        },
        lit=lit,
        leased={
            y: frozenset(
                (u, v)
                for (u, v, _, t), x in decisions.get("links.leased", {}).items()
                if t == y and x > 0.5 and (u, v) in lit[y]
            )
            for y in case.years
        },
        delivered_eflops=dict(decisions["training.delivered_eflops"]),
        accepted=_accepted(case, decisions),
        upgraded_mw={
            key: rounded(mw)
            for key, mw in decisions.get("grid.upgraded_mw", {}).items()
            if mw > LEAST_MW
        },
        stood_mw={(*key, case.years[0] - 1): mw for key, mw in case.power.stood_mw.items()},
        stood_halls_mw={(s, case.years[0] - 1): mw for s, mw in case.halls.stood_mw.items()},
    )


def _running(decisions: Decisions) -> Mapping[Any, float]:
    """Chips that run, those bought in the plan and those that stood before together."""
    both = dict(decisions["chips.running"])
    for key, kchips in decisions.get("chips.kept", {}).items():
        both[key] = both.get(key, 0.0) + kchips
    return both


def domain_chips(case: Case, fleet: Fleet, year: int) -> float:
    """Chips that work in step: all that run, or those of the largest site if sites are replicas."""
    at_site: dict[str, float] = {}
    for (s, _, y), count in fleet.running.items():
        if y == year:
            at_site[s] = at_site.get(s, 0.0) + count
    if case.training.alone_in_step:
        return max(at_site.values(), default=0.0)
    return sum(at_site.values())


def _accepted(case: Case, decisions: Decisions) -> dict[str, str]:
    """The scenario's class of curtailment, or the one chosen for each zone."""
    fixed = dict.fromkeys(case.grid.zones, case.scenario.limits.curtailment)
    chosen = decisions.get("grid.accepts", {})
    return fixed | {z: c for (c, z), x in chosen.items() if x > 0.5}


def _kept(
    found: Mapping[Any, float], factor: float, places: set[str] | Mapping[SiteYear, str]
) -> dict[Any, float]:
    """Amounts above the noise, at a site (or site and year) of `places`."""
    noise = NOISE * max((abs(x) for x in found.values()), default=0.0)
    by_year = isinstance(places, Mapping)
    return {
        (s, what, y): rounded(x * factor)
        for (s, what, y), x in found.items()
        if x > noise and ((s, y) if by_year else s) in places
    }
