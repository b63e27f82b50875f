"""Outlines of the grid's zones and of states, read only when a map is drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from dcplan.errors import InputError, Problem
from dcplan.library.read import SHAPE_FILES, Library
from dcplan.library.sheet import read_text, shown

if TYPE_CHECKING:
    import geopandas

_ZONES, _STATES = SHAPE_FILES


def shapes(library: Library) -> geopandas.GeoDataFrame | None:
    """Return the outlines of the zones in EPSG:4326 with the column `zone`; None without a file.

    Raises InputError when the file cannot be read or does not say which outline is which zone.
    """
    return _outlines(library.folders["grid"] / _ZONES, "zone")


def states(library: Library) -> geopandas.GeoDataFrame | None:
    """Return the outlines of the states in EPSG:4326 with the column `state`; None without a file.

    Raises InputError as `shapes` does.
    """
    return _outlines(library.folders["grid"] / _STATES, "state")


def _outlines(path: Path, name: str) -> geopandas.GeoDataFrame | None:
    if not path.exists():
        return None
    # Slow to import, and only maps need them.
    import geopandas
    from shapely.errors import ShapelyError

    where = shown(path)
    try:
        features = json.loads(read_text(path))["features"]
        frame = geopandas.GeoDataFrame.from_features(features, crs=4326)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ShapelyError) as error:
        what = "is not a GeoJSON FeatureCollection; export it again"
        raise InputError([Problem(where, what)]) from error
    if name not in frame.columns or frame[name].isna().any():
        what = f"has outlines without the property '{name}'; each must have it"
        raise InputError([Problem(where, what)])
    return frame[[name, "geometry"]]
