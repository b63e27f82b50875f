"""From degrees to a picture: an equal-area projection, fitted into a frame.

The contiguous United States are drawn in Albers' equal-area conic projection (EPSG:5070), any
other part of the world in Lambert's azimuthal one around its own middle. Both keep areas true, so
that a shade of a zone weighs what it should.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from dcplan.words import round_down

WIDTH = 1160.0
MARGIN = 26.0
_LEAST_METRES = 50_000.0
_SHAPES = (0.5, 0.8)
_CONTIGUOUS = (-125.5, 24.0, -66.0, 49.9)
_ALBERS_US = "EPSG:5070"
_SIMPLER_PX = 0.35

Point = tuple[float, float]
"""(lat, lon) in degrees, or (x, y) in pixels."""


@dataclass(frozen=True)
class Frame:
    """A picture `WIDTH` pixels wide, x to the right and y down."""

    crs: CRS
    metres_per_px: float
    left_m: float
    top_m: float
    height: float

    def points(self, points: Sequence[Point]) -> list[Point]:
        """Pixels of (lat, lon) points."""
        x, y = _projected(self.crs, points).T if points else (np.empty(0), np.empty(0))
        left, down = (x - self.left_m) / self.metres_per_px, (self.top_m - y) / self.metres_per_px
        return [(round(float(a), 1), round(float(b), 1)) for a, b in zip(left, down, strict=True)]

    def path(self, outline: Any) -> str:
        """SVG path of a projected outline, in tenths of a pixel."""
        return "".join(self._ring(ring) for ring in _rings(outline))

    def _ring(self, ring: NDArray[np.float64]) -> str:
        moved = (ring - [self.left_m, self.top_m]) / self.metres_per_px * [10, -10]
        tenths = np.rint(moved).astype(int)
        steps = np.diff(tenths, axis=0)
        steps = steps[np.any(steps != 0, axis=1)][:-1]
        if len(steps) < 2:
            return ""
        start = f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}l"
        return start + " ".join(f"{dx / 10:g} {dy / 10:g}" for dx, dy in steps.tolist()) + "z"


def frame_for(points: Sequence[Point], outlines: Sequence[Any]) -> Frame:
    """Return a frame that shows all points (lat, lon) and outlines (frames in EPSG:4326).

    Holds at least 50 km each way, and is between 0.5 and 0.8 times as high as wide.
    """
    crs = _crs([*points, *_corners(outlines)])
    known = [_projected(crs, points)] if points else []
    known += [shapely.get_coordinates(rows.to_crs(crs).geometry.array) for rows in outlines]
    xy = np.vstack(known) if known else np.zeros((1, 2))
    low, high = xy.min(axis=0), xy.max(axis=0)
    middle, span = (low + high) / 2, np.maximum(high - low, _LEAST_METRES)
    inner = WIDTH - 2 * MARGIN
    shape = min(max(span[1] / span[0], _SHAPES[0]), _SHAPES[1])
    metres_per_px = max(span[0] / inner, span[1] / (inner * shape))
    height = round(inner * shape + 2 * MARGIN)
    return Frame(
        crs=crs,
        metres_per_px=float(metres_per_px),
        left_m=float(middle[0] - metres_per_px * WIDTH / 2),
        top_m=float(middle[1] + metres_per_px * height / 2),
        height=float(height),
    )


def paths(frame: Frame, outlines: Any) -> list[str]:
    """SVG paths of the rows of a frame in EPSG:4326, simplified with their shared borders kept."""
    shapes = outlines.to_crs(frame.crs).geometry.array
    areas = [_areas(shape) for shape in shapes]
    return [
        frame.path(shape)
        for shape in shapely.coverage_simplify(
            np.array(areas, dtype=object), _SIMPLER_PX * frame.metres_per_px
        )
    ]


def graticule(frame: Frame, points: Sequence[Point]) -> list[str]:
    """Lines of equal latitude and longitude, for a map that has no outlines."""
    lats, lons = [p[0] for p in points] or [0.0], [p[1] for p in points] or [0.0]
    step = round_down(max(max(lats) - min(lats), (max(lons) - min(lons)) / 2, 0.5) / 4)
    south, north = (
        (math.floor(min(lats) / step) - 3) * step,
        (math.ceil(max(lats) / step) + 3) * step,
    )
    west, east = (math.floor(min(lons) / step) - 6) * step, (math.ceil(max(lons) / step) + 6) * step
    south, north = max(south, -90.0), min(north, 90.0)
    across = [
        [(lat, lon) for lon in np.linspace(west, east, 40)] for lat in _marks(south, north, step)
    ]
    down = [
        [(lat, lon) for lat in np.linspace(south, north, 40)] for lon in _marks(west, east, step)
    ]
    return ["M" + "L".join(f"{x:g} {y:g}" for x, y in frame.points(line)) for line in across + down]


def scale_km(frame: Frame) -> tuple[float, float]:
    """A round length of about a sixth of the picture, in km, and its pixels."""
    km = round_down(frame.metres_per_px * WIDTH / 7 / 1000)
    return km, round(km * 1000 / frame.metres_per_px, 1)


def _crs(points: Sequence[Point]) -> CRS:
    west, south, east, north = _CONTIGUOUS
    if points and all(south <= lat <= north and west <= lon <= east for lat, lon in points):
        return CRS(_ALBERS_US)
    lat, lon = np.radians(np.array(points or [(0.0, 0.0)])).T
    # The middle on the sphere: a mean of degrees would be wrong across the date line.
    x, y, z = (
        float(part.mean())
        for part in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    )
    lat_0, lon_0 = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
    return CRS(f"+proj=laea +lat_0={lat_0:.4f} +lon_0={lon_0:.4f} +datum=WGS84 +units=m")


def _projected(crs: CRS, points: Sequence[Point]) -> NDArray[np.float64]:
    lat, lon = np.array(points, dtype=float).T
    return np.column_stack(Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat))


def _corners(outlines: Sequence[Any]) -> Iterator[Point]:
    for rows in outlines:
        west, south, east, north = (float(edge) for edge in rows.total_bounds)
        yield from ((south, west), (north, west), (south, east), (north, east))


def _areas(shape: Any) -> Any:
    """The polygons of a shape; a coverage knows neither lines nor collections."""
    parts = [] if shape is None else shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _rings(shape: Any) -> Iterator[NDArray[np.float64]]:
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            yield shapely.get_coordinates(ring)


def _marks(low: float, high: float, step: float) -> list[float]:
    return [low + step * n for n in range(round((high - low) / step) + 1)]
