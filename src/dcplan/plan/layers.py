"""The GeoPackage of a plan: sites, links and zones as layers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dcplan.library import shapes

if TYPE_CHECKING:
    import geopandas

    from dcplan.plan.record import Plan

# Without an index: these layers are small, and GDAL leaves one out unsaid when a disk is full.
_OPTIONS = {"driver": "GPKG", "promote_to_multi": False, "SPATIAL_INDEX": "NO"}


def write_layers(plan: Plan, path: Path) -> None:
    """Write the layers sites (points), links (lines) and, where the grid has outlines, zones.

    Rows are those of the tables, one a year. Raises OSError when the file cannot be written whole.
    """
    layers = [("sites", "Point", plan.sites), ("links", "LineString", plan.links)]
    if (zones := _zones(plan)) is not None:
        layers.append(("zones", "MultiPolygon", zones))
    try:
        with _fixed_date():
            for name, kind, rows in layers:
                rows.to_file(path, layer=name, geometry_type=kind, **_OPTIONS)
        _check(path, {name: len(rows) for name, _, rows in layers})
    except (RuntimeError, sqlite3.Error) as error:  # what pyogrio and SQLite raise
        raise OSError(None, "GDAL could not write it whole", str(path)) from error


def _zones(plan: Plan) -> geopandas.GeoDataFrame | None:
    outlines = shapes(plan.library)
    if outlines is None:
        return None
    from shapely.geometry import MultiPolygon, Polygon

    rows = outlines.merge(plan.zones, on="zone", sort=True).sort_values(["zone", "year"])
    many = [MultiPolygon([g]) if isinstance(g, Polygon) else g for g in rows.geometry]
    return rows.set_geometry(many, crs=outlines.crs).reset_index(drop=True)


@contextmanager
def _fixed_date() -> Iterator[None]:
    """A GeoPackage holds the time of writing; equal plans must give equal bytes."""
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _check(path: Path, layers: dict[str, int]) -> None:
    """GDAL may report success on a full disk; count what is there."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        for name, rows in layers.items():
            (found,) = file.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            if found != rows:
                raise sqlite3.DatabaseError(f"layer {name} holds {found} rows of {rows}")
