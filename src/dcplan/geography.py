"""Distances and candidate fibre routes between places given as latitude and longitude.

Coordinates are WGS 84 degrees (EPSG:4326) everywhere; lengths are km on a sphere of 6,371 km.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

CRS = "EPSG:4326"
EARTH_RADIUS_KM = 6371.0088
NEAREST_JUNCTIONS = 2
NEAREST_SITES = 16

Point = tuple[float, float]


def great_circle_km(a: Point, b: Point) -> float:
    """Length of the great circle between two (lat, lon) points, in km.

    >>> round(great_circle_km((40.71, -74.01), (34.05, -118.24)))
    3935
    """
    chord = float(np.linalg.norm(_unit_vectors([a])[0] - _unit_vectors([b])[0]))
    return 2 * EARTH_RADIUS_KM * float(np.arcsin(min(1.0, chord / 2)))


def candidate_routes(
    sites: Mapping[str, Point], junctions: Mapping[str, Point], route_factor: float
) -> list[tuple[str, str, str, float]]:
    """Draw fibre routes for sites that no conduit reaches: rows `(node_a, node_b, kind, km)`.

    Every site gets a spur to each of its two nearest junctions, and a new build to every Gabriel
    neighbour (the circle on their connecting line holds no third site; Gabriel and Sokal 1969),
    searched among its 16 nearest sites. The Gabriel graph contains the minimum spanning tree, so
    among any set of neighbouring sites the cheapest tree of direct builds is never missing.
    Route length is the great circle times `route_factor`.
    """
    names = list(sites)
    routes = [
        (site, junction, "spur", _route_km(sites[site], junctions[junction], route_factor))
        for site, junction in _nearest(sites, junctions, NEAREST_JUNCTIONS)
    ]
    routes += [
        (names[i], names[j], "new", _route_km(sites[names[i]], sites[names[j]], route_factor))
        for i, j in _gabriel_pairs(list(sites.values()))
    ]
    return routes


def _route_km(a: Point, b: Point, route_factor: float) -> float:
    return round(great_circle_km(a, b) * route_factor, 1)


def _unit_vectors(points: Sequence[Point]) -> NDArray[np.float64]:
    lat, lon = np.radians(np.array(points, dtype=float).reshape(-1, 2)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _nearest(
    sites: Mapping[str, Point], junctions: Mapping[str, Point], count: int
) -> list[tuple[str, str]]:
    if not sites or not junctions:
        return []
    from scipy.spatial import cKDTree  # slow to import, and often not needed

    names = list(junctions)
    tree = cKDTree(_unit_vectors(list(junctions.values())))
    _, found = tree.query(
        _unit_vectors(list(sites.values())), k=range(1, 1 + min(count, len(names)))
    )
    return [
        (site, names[j]) for site, near in zip(sites, found, strict=True) for j in near.tolist()
    ]


def _gabriel_pairs(points: Sequence[Point]) -> list[tuple[int, int]]:
    if len(points) < 2:
        return []
    from scipy.spatial import cKDTree

    xyz = _unit_vectors(points)
    tree = cKDTree(xyz)
    _, near = tree.query(xyz, k=range(1, 1 + min(NEAREST_SITES + 1, len(points))))
    pairs = sorted({(min(i, j), max(i, j)) for i, row in enumerate(near.tolist()) for j in row})
    return [(i, j) for i, j in pairs if i != j and _circle_is_empty(tree, xyz, i, j)]


def _circle_is_empty(tree: cKDTree, xyz: NDArray[np.float64], i: int, j: int) -> bool:
    radius = float(np.linalg.norm(xyz[i] - xyz[j])) / 2
    inside = tree.query_ball_point((xyz[i] + xyz[j]) / 2, radius * (1 - 1e-9))
    return not set(inside) - {i, j}
