"""`dcplan map`: a plan as a page, a figure or layers, by the name of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from dcplan.files import kind_of, put
from dcplan.plan import Plan
from dcplan.report.figure import drawing, picture
from dcplan.report.layers import write_geojson, write_gpkg, write_kml
from dcplan.report.page import page
from dcplan.report.scene import scene_of

Writer = Callable[[Plan, Path, str], None]


def write_map(plan: Plan, path: Path, shade: str = "headroom") -> None:
    """Write a map of a plan; the end of the name tells the kind, see `FORMATS`.

    `shade` is the measure of `MEASURES` that zones are shaded by. The file is written whole or
    not at all. Raises InputError: another kind of file, a place that cannot be written, or
    outlines that cannot be read.
    """
    write = FORMATS[kind_of(path, "a map", FORMATS)]
    put(path, lambda new: write(plan, new, shade))


def _write_page(plan: Plan, path: Path, shade: str) -> None:
    path.write_text(page(plan, scene_of(plan), shade), encoding="utf-8", newline="\n")


def _write_svg(plan: Plan, path: Path, shade: str) -> None:
    path.write_text(drawing(plan, scene_of(plan), shade), encoding="utf-8", newline="\n")


def _write_picture(plan: Plan, path: Path, shade: str) -> None:
    path.write_bytes(picture(drawing(plan, scene_of(plan), shade), path.suffix[1:]))


FORMATS: Mapping[str, Writer] = {
    ".html": _write_page,
    ".svg": _write_svg,
    ".png": _write_picture,
    ".pdf": _write_picture,
    ".gpkg": write_gpkg,
    ".geojson": write_geojson,
    ".kml": write_kml,
}
