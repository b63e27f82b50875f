"""The one place for colours: of chips, of zones and of everything else on a map."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping

# Okabe and Ito 2008, told apart with every common colour blindness. Those nearest to the blue of
# the zones come last.
CHIP_COLOURS = (
    "#E69F00",  # orange
    "#009E73",  # bluish green
    "#D55E00",  # vermillion
    "#CC79A7",  # reddish purple
    "#F0E442",  # yellow
    "#56B4E9",  # sky blue
    "#0072B2",  # blue
    "#4D4D4D",  # in place of black, which is the colour of fibre
)

LIGHT: Mapping[str, str] = {
    "page": "#f6f8fa",
    "card": "#ffffff",
    "edge": "#d5dbe3",
    "ink": "#101828",
    "soft": "#4b5768",
    "accent": "#1f5f99",
    "sea": "#ffffff",
    "land": "#f1f3f5",
    "border": "#ffffff",
    "state": "#64748b",
    "grid": "#e4e8ee",
    "fibre": "#1d2939",
    "halo": "#ffffff",
    "dot": "#667085",
    "good": "#05603a",
    "good-back": "#d1fadf",
    "fair": "#7a4100",
    "fair-back": "#fef0c7",
    "bad": "#912018",
    "bad-back": "#fee4e2",
    "b0": "#eef3f8",
    "b1": "#d9e5f0",
    "b2": "#bdd2e6",
    "b3": "#98b8d6",
    "b4": "#6f99c1",
    "b5": "#4878a6",
}
DARK: Mapping[str, str] = {
    "page": "#0d1117",
    "card": "#161b22",
    "edge": "#30363d",
    "ink": "#eef2f6",
    "soft": "#a9b4c2",
    "accent": "#7cb7ee",
    "sea": "#161b22",
    "land": "#20262e",
    "border": "#161b22",
    "state": "#7d8fa5",
    "grid": "#2a313a",
    "fibre": "#f2f4f7",
    "halo": "#161b22",
    "dot": "#93a0b0",
    "good": "#a6f4c5",
    "good-back": "#0b3d27",
    "fair": "#fedf89",
    "fair-back": "#4a2a04",
    "bad": "#fecdca",
    "bad-back": "#5a1a14",
    "b0": "#1b232d",
    "b1": "#20303f",
    "b2": "#274156",
    "b3": "#30546f",
    "b4": "#3a6a8b",
    "b5": "#4882a9",
}
BINS = 6
OTHER = "#98A2B3"
"""Of all that is told together because it is small."""
# Muted blues, as the zones of the map; the largest zone is the darkest.
ZONE_SHADES = ("#2F6194", "#4878A6", "#6490BC", "#82A9CF", "#A2C0DE", "#C0D5EA", "#DCE8F3")
# Tol 2021, 'light': other colours than those of chips, which stand on the same page.
_ITEMS: Mapping[str, str] = {
    "chips": "#EE8866",
    "facility": "#77AADD",
    "energy": "#EEDD88",
    "power": "#44BB99",
    "fibre": "#AA4499",
    "land": "#BBCC33",
    "staff": "#99DDFF",
}


def of_chips(chips: Iterable[str]) -> dict[str, str]:
    """Give each chip a colour, in the order given; the ninth gets a lighter orange, and so on.

    >>> of_chips(["a", "b"])
    {'a': '#E69F00', 'b': '#009E73'}
    """
    count = len(CHIP_COLOURS)
    return {
        chip: _lighter(CHIP_COLOURS[place % count], place // count)
        for place, chip in enumerate(chips)
    }


def of_item(item: str) -> str:
    """The colour of an item of the table money."""
    return _ITEMS.get(item, OTHER)


def paler(colour: str) -> str:
    """A colour half way to white.

    >>> paler("#004080")
    '#7F9FBF'
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{(part + 255) // 2:02X}" for part in parts)


def _lighter(colour: str, rounds: int) -> str:
    if not rounds:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    lifted = colorsys.hls_to_rgb(hue, 1 - (1 - light) * 0.55**rounds, full)
    return "#" + "".join(f"{round(part * 255):02X}" for part in lifted)


def literal(css: str) -> str:
    """CSS with every `var(--name)` replaced by the light colour: figures know no variables."""
    return re.sub(r"var\(--([\w-]+)\)", lambda found: LIGHT[found[1]], css)
