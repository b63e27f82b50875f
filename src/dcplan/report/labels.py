"""Names beside sites: the largest first, none over another, a ring or a link or beyond the frame."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SIZE_PX = 12.0
MOST_LETTERS = 30
_GAP = 4.0
_HALO, _BEAD = 2.0, 3.0
_NARROW, _WIDE = set(" .,:;'|!ijlIt()[]frJ-"), set("mwMWGOQD@%")


@dataclass(frozen=True)
class Pin:
    """A site to be named: its middle, its radius and its name."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True)
class Label:
    """Where a name starts, ends or has its middle (`anchor`), relative to the site."""

    text: str
    dx: float
    dy: float
    anchor: str


Box = tuple[float, float, float, float]
Curve = tuple[float, float, float, float, float, float]
"""A quadratic Bézier curve: start, control point and end, each x and y."""


def place(
    pins: Sequence[Pin], width: float, height: float, lines: Sequence[Curve] = ()
) -> list[Label | None]:
    """Return a label for each pin, None where no place is free; pins in order of weight."""
    rings = [_ring_box(pin) for pin in pins]
    wires = [box for line in lines for box in _beads(line)]
    taken: list[Box] = []
    labels: list[Label | None] = []
    for number, pin in enumerate(pins):
        others = [*taken, *rings[:number], *rings[number + 1 :], *wires]
        found = _place_one(pin, others, width, height)
        labels.append(found[0] if found else None)
        if found:
            taken.append(found[1])
    return labels


def text_width(text: str, size: float = SIZE_PX) -> float:
    """About how wide a text is in a common sans serif, in pixels; a little too much by design."""
    return size * sum(_letter_em(letter) for letter in text)


def shortened(name: str) -> str:
    """A name that is not too long for a map.

    >>> shortened("a" * 40) == "a" * 29 + "…"
    True
    """
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1].rstrip() + "…"


def _place_one(
    pin: Pin, others: Sequence[Box], width: float, height: float
) -> tuple[Label, Box] | None:
    text = shortened(pin.name)
    long, side = text_width(text), pin.radius + _GAP
    up, middle, down = -side - SIZE_PX * 0.25, SIZE_PX * 0.35, side + SIZE_PX * 0.85
    slant = side * 0.75
    for dx, dy, anchor in (
        (side, middle, "start"),
        (-side, middle, "end"),
        (0.0, up, "middle"),
        (0.0, down, "middle"),
        (slant, -slant, "start"),
        (slant, slant + SIZE_PX * 0.7, "start"),
        (-slant, -slant, "end"),
        (-slant, slant + SIZE_PX * 0.7, "end"),
        (-pin.radius, down, "start"),
        (pin.radius, down, "end"),
        (-pin.radius, up, "start"),
        (pin.radius, up, "end"),
        (0.0, up - SIZE_PX * 1.15, "middle"),
        (0.0, down + SIZE_PX * 1.15, "middle"),
    ):
        start = pin.x + dx - {"start": 0.0, "middle": long / 2, "end": long}[anchor]
        base = pin.y + dy
        box = (start, base - SIZE_PX * 0.85, start + long, base + SIZE_PX * 0.3)
        inside = box[0] >= 2 and box[1] >= 2 and box[2] <= width - 2 and box[3] <= height - 2
        if inside and not any(_overlap(box, other) for other in others):
            return Label(text, round(dx, 1), round(dy, 1), anchor), box
    return None


def _ring_box(pin: Pin) -> Box:
    r = pin.radius + _HALO
    return pin.x - r, pin.y - r, pin.x + r, pin.y + r


def _beads(line: Curve) -> list[Box]:
    """Small boxes along a link, close enough that no letter fits between two."""
    ax, ay, cx, cy, bx, by = line
    count = max(1, math.ceil((math.dist((ax, ay), (cx, cy)) + math.dist((cx, cy), (bx, by))) / 5))
    found = []
    for t in (n / count for n in range(count + 1)):
        x = (1 - t) ** 2 * ax + 2 * t * (1 - t) * cx + t * t * bx
        y = (1 - t) ** 2 * ay + 2 * t * (1 - t) * cy + t * t * by
        found.append((x - _BEAD, y - _BEAD, x + _BEAD, y + _BEAD))
    return found


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _letter_em(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.36
    return 0.88 if letter in _WIDE else 0.7 if letter.isupper() else 0.6
