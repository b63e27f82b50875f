"""The shapes of sites and links on a map: a ring of chips' colours, a line as wide as it is fast."""

from __future__ import annotations

import math
from collections.abc import Mapping

LARGEST_PX, LEAST_PX = 14.0, 4.5
"""Radius of the largest site, and of any."""
_THIN_PX, _THICK_PX = 1.2, 3.6


def radius(mw: float, largest_mw: float) -> float:
    """Radius of a site, px: its area stands for its power."""
    return round(
        max(LEAST_PX, LARGEST_PX * math.sqrt(mw / largest_mw)) if largest_mw else LEAST_PX, 1
    )


def width(tbps: float, fastest_tbps: float) -> float:
    """Width of a link, px."""
    share = math.sqrt(tbps / fastest_tbps) if fastest_tbps else 0.0
    return round(_THIN_PX + (_THICK_PX - _THIN_PX) * share, 2)


def arcs(mix: Mapping[str, float], colours: Mapping[str, str], r: float) -> list[tuple[str, str]]:
    """Colour and path of each chip's sector of a disc; `mix` is chip to power."""
    total, start, found = sum(mix.values()), 0.0, []
    for chip, mw in mix.items():
        if mw <= 0:
            continue
        end = start + mw / total
        found.append((colours[chip], _sector(start, end, r) if mw < total else _disc(r)))
        start = end
    return found


def _disc(r: float) -> str:
    """A whole disc, as two arcs: one of a whole turn would have no direction."""
    return f"M0 {-r:g}A{r:g} {r:g} 0 0 1 0 {r:g}A{r:g} {r:g} 0 0 1 0 {-r:g}z"


def _sector(start: float, end: float, r: float) -> str:
    """The sector of a disc between two turns, clockwise from the top."""
    (ax, ay), (bx, by) = (
        (r * math.sin(2 * math.pi * turn), -r * math.cos(2 * math.pi * turn))
        for turn in (start, end)
    )
    large = int(end - start > 0.5)
    return f"M0 0L{ax:.2f} {ay:.2f}A{r:g} {r:g} 0 {large} 1 {bx:.2f} {by:.2f}z"
