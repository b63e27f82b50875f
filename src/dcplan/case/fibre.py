"""The candidate fibre network: corridors, their reach class, and what each speed costs on them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from dcplan.case.sites import Sites
from dcplan.errors import Problem
from dcplan.geography import candidate_routes
from dcplan.library import Library
from dcplan.scenario import Scenario

Corridor = tuple[str, str]
ALONE = 0.0


@dataclass(frozen=True)
class Fibre:
    """Corridors `l` are undirected pairs of nodes; `b` is a speed in Tb/s, 0 for a lone site."""

    corridors: tuple[Corridor, ...]
    nodes: tuple[str, ...]
    """Every site and every junction that some corridor touches."""
    kind: Mapping[Corridor, str]
    km: Mapping[Corridor, float]
    reach_class: Mapping[Corridor, str]
    speeds_tbps: tuple[float, ...]
    pairs: Mapping[tuple[Corridor, float], int]
    capex_musd: Mapping[tuple[Corridor, float], float]
    """What lighting a corridor at a speed takes beyond the equipment that stands there."""
    stood_musd: Mapping[Corridor, float]
    """Price as new of what stands on a corridor before the first year."""
    stood_tbps: Mapping[Corridor, float]
    """Speed that it is good for."""
    cable_musd: Mapping[Corridor, float]
    """What leased pairs save: a cable of one's own in an existing conduit."""
    lease_musd: Mapping[tuple[Corridor, float], float]
    """Yearly rent of the pairs, where so many can be leased; empty unless the scenario offers it."""
    maintenance_musd_per_km: float
    life_years: float
    junction_point: Mapping[str, tuple[float, float]]
    survivable: bool
    """Whether the sites must stay joined when any one corridor is cut."""
    max_path_km: float | None
    """Longest path from the hub to any site."""

    def root_year(self, year: int, last: int) -> int:
        """The year of the root that serves `year`.

        A tree keeps one root, so that it only grows; a survivable network may take a new one.
        """
        return year if self.survivable else last


def build(
    scenario: Scenario,
    library: Library,
    sites: Sites,
    stood_tbps: Mapping[Corridor, float],
    problems: list[Problem],
) -> Fibre:
    """Take the grid's corridors, draw spurs and new builds for sites without, class and price them."""
    junctions = {
        str(n): (float(r.lat), float(r.lon))
        for n, r in library.nodes.iterrows()
        if n not in sites.point
    }
    # as records: tens of thousands of look-ups in a frame would take most of the time of a load
    reach = {str(row.Index): row for row in library.reach.sort_values("max_km").itertuples()}
    survivable = scenario.fibre.topology == "survivable"
    longest = min(float(library.reach.max_km.max()), scenario.fibre.max_link_km or math.inf)
    given = [row for row in _given(library, sites) if row[3] <= longest]
    drawn = [row for row in _drawn(library, sites, junctions, given) if row[3] <= longest]
    kind: dict[Corridor, str] = {}
    km: dict[Corridor, float] = {}
    for a, b, what, length in sorted([*given, *drawn], key=lambda row: row[3], reverse=True):
        corridor = (min(a, b), max(a, b))
        kind[corridor], km[corridor] = what, length
    order = tuple(sorted(_on_cycles(kind) if survivable else kind))
    conduits = {(min(a, b), max(a, b)) for a, b, *_ in given}
    problems += [
        Problem(
            f"existing, fleet_links.csv {a}/{b}",
            f"is no row of corridors.csv, or is longer than {longest:,.0f} km; give one with its km",
        )
        for a, b in sorted(stood_tbps.keys() - conduits)
    ]
    reach_class = {c: next(n for n, row in reach.items() if row.max_km >= km[c]) for c in kind}

    def as_new(c: Corridor, tbps: float) -> float:
        row = reach[reach_class[c]]
        return _capex_musd(row, kind[c], km[c], tbps, _pairs(row, tbps))

    stood = {c: as_new(c, tbps) for c, tbps in stood_tbps.items() if c in conduits}
    speeds = tuple(float(b) for b in scenario.fibre.speeds_tbps)
    pairs = {(c, b): _pairs(reach[reach_class[c]], b) for c in order for b in speeds}
    finance = library.finance["value"]
    if not order and len(sites.sites) > 1:
        what = "closes a ring" if survivable else "touches any site"
        problems.append(
            Problem(
                "fibre", f"no corridor of at most {longest:,.0f} km {what}; raise fibre.max_link_km"
            )
        )
    return Fibre(
        corridors=order,
        nodes=tuple(sorted({*sites.sites, *(node for c in order for node in c)})),
        kind={c: kind[c] for c in order},
        km={c: km[c] for c in kind},
        reach_class={c: reach_class[c] for c in order},
        speeds_tbps=speeds,
        pairs=pairs,
        capex_musd={
            (c, b): max(0.0, as_new(c, b) - stood.get(c, 0.0)) for c in order for b in speeds
        },
        stood_musd=stood,
        stood_tbps=stood_tbps,
        maintenance_musd_per_km=float(finance["fibre_maintenance_usd_per_km_year"]) / 1e6,
        life_years=float(finance["fibre_life_years"]),
        junction_point=junctions,
        survivable=survivable,
        max_path_km=scenario.fibre.max_path_km,
        cable_musd={
            c: km[c] * float(reach[reach_class[c]].duct_usd_per_km) / 1e6
            for c in order
            if kind[c] == "existing"
        },
        lease_musd={
            key: musd
            for key, musd in _rents(scenario, library, kind, km, reach_class, pairs).items()
            if key[0] not in stood
        },
    )


def _rents(
    scenario: Scenario,
    library: Library,
    kind: Mapping[Corridor, str],
    km: Mapping[Corridor, float],
    reach_class: Mapping[Corridor, str],
    pairs: Mapping[tuple[Corridor, float], int],
) -> dict[tuple[Corridor, float], float]:
    """Yearly rent by corridor and speed of existing conduits with pairs enough to lease."""
    if not scenario.fibre.lease:
        return {}
    rent = library.reach["lease_usd_per_pair_km_year"]
    most = float(library.finance.at["lease_most_pairs", "value"])
    return {
        (c, b): count * km[c] * float(rent[reach_class[c]]) / 1e6
        for (c, b), count in pairs.items()
        if kind[c] == "existing" and count <= most
    }


def _on_cycles(corridors: Iterable[Corridor]) -> set[Corridor]:
    """Corridors that some ring runs through; no other can be of use in a survivable network."""
    graph = nx.Graph(list(corridors))
    bridges = {(min(u, v), max(u, v)) for u, v in nx.bridges(graph)}
    return set(corridors) - bridges


def _given(library: Library, sites: Sites) -> list[tuple[str, str, str, float]]:
    """The grid's own corridors, without those that end at a site left out of this plan."""
    gone = set(library.sites.index) - set(sites.sites) - set(library.nodes.index)
    return [
        (str(r.Index[0]), str(r.Index[1]), str(r.kind), float(r.km))
        for r in library.corridors.itertuples()
        if not gone.intersection(r.Index)
    ]


def _drawn(
    library: Library,
    sites: Sites,
    junctions: Mapping[str, tuple[float, float]],
    given: list[tuple[str, str, str, float]],
) -> list[tuple[str, str, str, float]]:
    reached = {node for row in given for node in row[:2]}
    bare = {s: p for s, p in sites.point.items() if s not in reached}
    return candidate_routes(bare, junctions, float(library.finance.at["route_factor", "value"]))


def _pairs(reach: Any, speed_tbps: float) -> int:
    """Pairs that carry a speed; `reach` is a row of reach.csv."""
    count: int = math.ceil(speed_tbps / reach.tbps_per_pair - 1e-9)
    return count


def _capex_musd(reach: Any, kind: str, km: float, speed_tbps: float, pairs: int) -> float:
    """Civil work or a cable in leased duct, huts of a new build, then pairs and optics at both ends."""
    civil = (
        reach.duct_usd_per_km if kind == "existing" else reach.new_usd_per_km + reach.hut_usd_per_km
    )
    per_pair = reach.pair_usd + reach.pair_usd_per_km * km
    return float(km * civil + pairs * per_pair + speed_tbps * reach.optics_usd_per_tbps) / 1e6
