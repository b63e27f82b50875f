"""Fibre: links on routes that exist, equipped for one speed, joining every open site for good."""

from __future__ import annotations

import math
from collections.abc import Iterable

from dcplan.audit.check import Checks
from dcplan.audit.facts import Facts, Row

_EARTH_KM = 6371.0
# A drawn route is rounded to 0.1 km, and radii of the Earth differ in the fifth digit.
_SLACK_KM = 0.1


def check(facts: Facts, checks: Checks) -> None:
    """Every link on its own, then the network of each year."""
    for (a, b, y), row in facts.links.items():
        where = f"{a} - {b} {y}"
        _check_route(facts, checks, (a, b), row, where)
        _check_equipment(facts, checks, row, where)
        after = facts.links.get((a, b, y + 1))
        checks.holds("fibre.stay_lit", where, y == facts.years[-1] or after is not None)
        _check_lease(facts, checks, row, after, where)
        stood = facts.old_links().get((min(a, b), max(a, b)), 0.0)
        checks.equal("fibre.stood", where, row["stood_tbps"], stood, "Tb/s")
    last = {(a, b): row["km"] for (a, b, y), row in facts.links.items() if y == facts.years[-1]}
    _check_paths(facts, checks, last)
    fastest = 0.0
    for y in facts.years:
        speeds = [row["tbps"] for (_, _, t), row in facts.links.items() if t == y]
        lit = [(a, b) for a, b, t in facts.links if t == y]
        checks.holds("fibre.connected", str(y), _is_connected(facts.open_sites(y), lit))
        if facts.scenario.fibre.topology == "survivable":
            for cut in lit:
                rest = [link for link in lit if link != cut]
                whole = _is_connected(facts.open_sites(y), rest)
                checks.holds("fibre.survives_a_cut", f"{cut[0]} - {cut[1]} {y}", whole)
        if speeds:
            checks.equal("fibre.one_speed", str(y), min(speeds), max(speeds), "Tb/s")
            checks.at_most("fibre.speed_only_rises", str(y), fastest, max(speeds), "Tb/s")
            fastest = max(speeds)
        elif fastest:
            checks.at_most("fibre.speed_only_rises", str(y), fastest, 0.0, "Tb/s")


def _check_route(facts: Facts, checks: Checks, ends: tuple[str, str], row: Row, where: str) -> None:
    """A route of the grid as it stands there, or one drawn no shorter than the straight line."""
    given = facts.raw["corridors"]
    found = given.get(ends) or given.get(ends[::-1])
    if found:
        checks.holds("fibre.corridor", where, row["kind"] == found["kind"])
        checks.equal("fibre.length", where, row["km"], float(found["km"]), "km")
    else:
        sites = sum(end in facts.raw["sites"] for end in ends)
        kinds = {1: "spur", 2: "new"}
        checks.holds("fibre.corridor", where, row["kind"] == kinds.get(sites))
        straight = _straight_km(_point(facts, ends[0]), _point(facts, ends[1]))
        least = straight * facts.finance("route_factor") - _SLACK_KM
        checks.at_most("fibre.length", where, least, row["km"], "km")
    if (longest := facts.scenario.fibre.max_link_km) is not None:
        checks.at_most("fibre.longest", where, row["km"], longest, "km")


def _check_equipment(facts: Facts, checks: Checks, row: Row, where: str) -> None:
    """The shortest class that reaches, whole pairs for the speed, a speed on offer."""
    reach = facts.raw["reach"]
    able = [name for name, r in reach.items() if r["max_km"] >= row["km"]]
    nearest = min(able, key=lambda name: reach[name]["max_km"], default="")
    checks.holds("fibre.reach_class", where, row["reach_class"] == nearest)
    pairs = math.ceil(row["tbps"] / reach[row["reach_class"]]["tbps_per_pair"] - 1e-9)
    checks.equal("fibre.pairs", where, row["pairs"], pairs, "pairs")
    offered = any(math.isclose(row["tbps"], b) for b in facts.scenario.fibre.speeds_tbps)
    checks.holds("fibre.speed_offered", where, offered)


def _check_lease(facts: Facts, checks: Checks, row: Row, after: Row | None, where: str) -> None:
    """Pairs are leased in existing conduits only, where offered and to be had; own cables stay."""
    leased = row["held"] == "leased"
    checks.holds("fibre.held", where, row["held"] in ("own", "leased"))
    allowed = facts.scenario.fibre.lease and row["kind"] == "existing"
    checks.holds("fibre.lease_offered", where, allowed or not leased)
    if leased:
        checks.at_most(
            "fibre.leased_pairs", where, row["pairs"], facts.finance("lease_most_pairs"), "pairs"
        )
    checks.holds("fibre.own_cable_stays", where, leased or after is None or after["held"] == "own")


def _check_paths(facts: Facts, checks: Checks, links: dict[tuple[str, str], float]) -> None:
    """In the last year every site lies within the longest path of one of them."""
    longest, sites = facts.scenario.fibre.max_path_km, facts.open_sites(facts.years[-1])
    if longest is not None and sites:
        farthest = {
            hub: max(_reach_km(hub, links).get(s, math.inf) for s in sites) for hub in sites
        }
        hub = min(farthest, key=lambda s: farthest[s])
        checks.at_most("fibre.longest_path", f"from {hub}", farthest[hub], longest, "km")


def _reach_km(start: str, links: dict[tuple[str, str], float]) -> dict[str, float]:
    """Shortest way from `start` to every node, by relaxing all links until nothing gets nearer."""
    reach = {start: 0.0}
    nearer = True
    while nearer:
        nearer = False
        for (a, b), km in links.items():
            for u, v in ((a, b), (b, a)):
                if u in reach and reach[u] + km < reach.get(v, math.inf) - 1e-9:
                    reach[v], nearer = reach[u] + km, True
    return reach


def _point(facts: Facts, node: str) -> tuple[float, float]:
    row = facts.raw["sites"].get(node) or facts.raw["nodes"][node]
    return float(row["lat"]), float(row["lon"])


def _straight_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def _is_connected(sites: Iterable[str], links: Iterable[tuple[str, str]]) -> bool:
    """Whether one walk over the links reaches all sites."""
    near: dict[str, set[str]] = {}
    for a, b in links:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    wanted = set(sites)
    front = list(wanted)[:1]
    seen = set(front)
    while front:
        fresh = near.get(front.pop(), set()) - seen
        seen |= fresh
        front += fresh
    return wanted <= seen
