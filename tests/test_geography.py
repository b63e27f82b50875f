"""Distances and candidate routes against formulas and brute force."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from dcplan.geography import EARTH_RADIUS_KM, Point, candidate_routes, great_circle_km

QUARTER_KM = EARTH_RADIUS_KM * math.pi / 2


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ((0, 0), (0, 90), QUARTER_KM),
        ((0, 0), (90, 45), QUARTER_KM),
        ((10, 20), (-10, -160), 2 * QUARTER_KM),
        ((35, 179.5), (35, -179.5), 91.08),
        ((51.4775, -0.4614), (40.6398, -73.7789), 5540),
        ((47.1, 8.2), (47.1, 8.2), 0),
    ],
    ids=["equator", "to the pole", "antipodes", "date line", "London–New York", "no way"],
)
def test_known_distances(a: Point, b: Point, km: float) -> None:
    """**Proves** great circles, also over the pole and the date line. **Sensitivity** 0.1 %."""
    assert great_circle_km(a, b) == pytest.approx(km, rel=1e-3, abs=1e-6)
    assert great_circle_km(b, a) == pytest.approx(great_circle_km(a, b))


def places(count: int, seed: int) -> dict[str, Point]:
    draw = random.Random(seed)
    return {f"p{i}": (draw.uniform(30, 45), draw.uniform(-120, -80)) for i in range(count)}


@pytest.mark.parametrize("seed", range(3))
def test_new_builds_are_the_gabriel_graph(seed: int) -> None:
    """**Proves** that no third site lies in a drawn pair's circle, and no such pair is missed.

    **Sensitivity** against every pair of 14 sites and every third, by chords in space.
    """
    sites = places(14, seed)

    def chord2(a: Point, b: Point) -> float:
        return (2 * math.sin(great_circle_km(a, b) / 2 / EARTH_RADIUS_KM)) ** 2

    gabriel = {
        (a, b)
        for a, b in itertools.combinations(sites, 2)
        if all(
            chord2(sites[a], sites[c]) + chord2(sites[b], sites[c]) >= chord2(sites[a], sites[b])
            for c in sites
            if c not in (a, b)
        )
    }
    drawn = candidate_routes(sites, {}, 1.0)
    assert {kind for _, _, kind, _ in drawn} == {"new"}
    assert {(a, b) for a, b, _, _ in drawn} == gabriel


def test_spurs_go_to_the_two_nearest_junctions() -> None:
    """**Proves** choice and length of spurs. **Sensitivity** the route factor is in every length."""
    sites, junctions = places(6, 1), {name + "j": p for name, p in places(5, 2).items()}
    spurs = [row for row in candidate_routes(sites, junctions, 1.25) if row[2] == "spur"]
    expected = {
        (s, j, round(1.25 * great_circle_km(point, junctions[j]), 1))
        for s, point in sites.items()
        for j in sorted(junctions, key=lambda j: great_circle_km(point, junctions[j]))[:2]
    }
    assert {(a, b, km) for a, b, _, km in spurs} == expected


@pytest.mark.parametrize(("sites", "routes"), [(0, 0), (1, 1), (2, 3)])
def test_few_places(sites: int, routes: int) -> None:
    """**Proves** that no place, or one junction, is no error. **Sensitivity** the count of routes."""
    assert len(candidate_routes(places(sites, 0), {"j": (40.0, -90.0)}, 1.3)) == routes
