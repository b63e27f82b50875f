"""What a search leaves for the next one: sets of nodes that prove how much fibre a plan needs at least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dcplan.errors import InputError, Problem

Kind = Literal["site", "zone", "fleet"]
OUT, BACK = "out", "back"
DIRECTIONS = (OUT, BACK)
KINDS: tuple[Kind, ...] = ("site", "zone", "fleet")


@dataclass(frozen=True)
class Cut:
    """A set of nodes that fibre must enter (`back`: leave) where its site is open, or its zone draws power.

    Unless the root lies within; of kind "fleet", unless all that the fleet draws is drawn within.
    It says nothing about prices and limits: whatever nodes it names, its row holds for every plan of every
    scenario (`dcplan.solve.cuts`), so one that was saved can be used in any other search.
    """

    year: int
    back: bool
    kind: Kind
    name: str
    """Of the zone, else of the site."""
    nodes: frozenset[str]
    spared: frozenset[str] = frozenset()
    """Of kind "fleet" or "zone", sites among the nodes that can never draw all together: what they draw counts
    for nothing, what the others draw for more."""


def as_json(cuts: Sequence[Cut]) -> dict[str, Any]:
    """The nodes once, and each cut as year, direction, kind, name, its nodes and the spared as hex numbers."""
    nodes = sorted({node for cut in cuts for node in cut.nodes})
    place = {node: 1 << i for i, node in enumerate(nodes)}
    rows = [
        [
            cut.year,
            BACK if cut.back else OUT,
            cut.kind,
            cut.name,
            f"{sum(place[node] for node in cut.nodes):x}",
            f"{sum(place[node] for node in cut.spared):x}",
        ]
        for cut in cuts
    ]
    return {"nodes": nodes, "cuts": rows}


def from_json(data: Any, where: str) -> tuple[Cut, ...]:
    """Read them back; raises InputError where the data is something else."""
    try:
        nodes = [_text(node) for node in data["nodes"]]
        return tuple(_cut(row, nodes) for row in data["cuts"])
    except (KeyError, TypeError, ValueError, IndexError):
        raise InputError([Problem(where, "does not hold cuts; solve again")]) from None


def _cut(row: Any, nodes: Sequence[str]) -> Cut:
    year, direction, kind, name, held, spared = row
    if direction not in DIRECTIONS or kind not in KINDS or type(year) is not int:
        raise ValueError
    inside, free = (_among(nodes, _text(mask)) for mask in (held, spared))
    if not free <= inside:
        raise ValueError
    return Cut(year, direction == BACK, kind, _text(name), inside, free)


def _among(nodes: Sequence[str], digits: str) -> frozenset[str]:
    """The nodes that a hex number names."""
    mask = int(digits, 16)
    if mask < 0 or mask.bit_length() > len(nodes):
        raise ValueError
    return frozenset(node for i, node in enumerate(nodes) if mask >> i & 1)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
