"""The flow graphs of a network: on them cuts are found and paths measured.

One graph a year over the columns of a model; in a survivable network a second one with all ways turned
round. A super-root is joined to every site with the capacity of its root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dcplan.case import Case
from dcplan.solve.matrix import Floats, Ints, Matrix

SUPER_ROOT = 0


@dataclass(frozen=True)
class Zone:
    """What the sites of one zone draw in a year, as a share of the most that the zone feeds."""

    name: str
    nodes: Ints
    """Node of each of its sites."""
    column: Ints
    """Columns of the loads of all of them."""
    owner: Ints
    """Place in `nodes` of the site that each column is about."""
    share: Floats
    """Share that a unit of each column draws."""


@dataclass(frozen=True)
class Network:
    """A flow graph of one year: edges (tail, head) with the column whose value is their capacity."""

    year: int
    back: bool
    """Whether its ways are turned round."""
    names: tuple[str, ...]
    """Of the nodes from 1 on."""
    tail: Ints
    head: Ints
    column: Ints
    terminals: Ints
    """Node of each site."""
    open_column: Ints
    """Column of open[s,y] of each site."""
    sites: Mapping[str, int]
    """Place of each site in `terminals`."""
    zones: tuple[Zone, ...]
    """Those with several sites, if the network is to know them."""
    size: int


def networks(case: Case, matrix: Matrix, *, shared: bool = False) -> list[Network]:
    """The flow graphs of all years over the columns of `matrix`: outward, and back if survivable.

    With what the sites of a zone share, for the second family of cuts, if `shared`.
    """
    turns = (False, True) if case.fibre.survivable else (False,)
    return [_network(case, matrix, y, back, shared) for y in case.years for back in turns]


def _network(case: Case, matrix: Matrix, year: int, back: bool, shared: bool) -> Network:
    node = {name: i + 1 for i, name in enumerate(case.fibre.nodes)}
    way, root, opened = (
        matrix.column.get(n, {}) for n in ("fibre.way", "fibre.root", "sites.open")
    )
    arcs = sorted((u, v) for u, v, y in way if y == year)
    rooted = case.fibre.root_year(year, case.years[-1])
    sites = [s for s in case.sites.sites if (s, rooted) in root]
    ends = [(node[v], node[u]) if back else (node[u], node[v]) for u, v in arcs]
    return Network(
        year=year,
        back=back,
        names=tuple(node),
        tail=_ints([SUPER_ROOT] * len(sites) + [tail for tail, _ in ends]),
        head=_ints([node[s] for s in sites] + [head for _, head in ends]),
        column=_ints([root[s, rooted] for s in sites] + [way[u, v, year] for u, v in arcs]),
        terminals=_ints([node[s] for s in sites]),
        open_column=_ints([opened[s, year] for s in sites]),
        sites={s: i for i, s in enumerate(sites)},
        zones=tuple(_zones(case, matrix, year, node)) if shared else (),
        size=len(node) + 1,
    )


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _zones(case: Case, matrix: Matrix, year: int, node: Mapping[str, int]) -> Iterator[Zone]:
    """The zones of a year; none where loads differ by future, and with them what a zone feeds."""
    used = matrix.column["halls.used_mw"]
    for zone in case.sites.zones:
        here, most = case.sites.in_zone[zone], case.bounds.zone_mw[zone, year]
        if len(here) > 1 and 0 < most < np.inf:
            load = [
                (used[s, k, year], i, case.halls.pue[s, k] / most)
                for i, s in enumerate(here)
                for k in case.halls.at_site[s]
                if (s, k, year) in used
            ]
            if not load:
                continue
            column, owner, share = (np.array(part) for part in zip(*load, strict=True))
            yield Zone(zone, np.array([node[s] for s in here]), column, owner, share)
