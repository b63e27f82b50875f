"""The flow graphs of a network: on them cuts are found and paths measured.

One graph a year over the columns of a model; in a survivable network a second one with all ways turned
round. A super-root is joined to every site with the capacity of its root, or where that is asked of its
share of the least that the fleet draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dcplan.case import Case
from dcplan.solve.matrix import Floats, Ints, Mask, Matrix

SUPER_ROOT = 0
SAME = 1e-9


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
class Fleet:
    """What the sites of a survivable network draw in a year: at least so much, together."""

    least_mw: float
    largest_mw: Floats
    """Of each site."""
    zone: Ints
    """Place of each site's zone in `most_mw`."""
    most_mw: Floats
    """Of the sites of each zone together, while the fleet draws no more than its least."""

    def most(self, held: Mask) -> float:
        """MW that the sites of a mask can draw together at most, while the fleet draws its least."""
        drawn = np.bincount(
            self.zone[held], weights=self.largest_mw[held], minlength=len(self.most_mw)
        )
        return float(np.minimum(drawn, self.most_mw).sum())

    def within(self, held: Mask) -> bool:
        """Whether the sites of a mask can draw all that the fleet does.

        What a zone may draw is at most a share of the fleet's, so if they can for any load, they can
        for the least.
        """
        return self.most(held) >= self.least_mw * (1 - SAME)

    def by_zone(self, held: Mask, drawn: Floats) -> Iterator[Mask]:
        """Growing masks of those held that can never draw all, by zones, those that draw most first."""
        spared = np.zeros(len(held), dtype=bool)
        of_zone = np.bincount(self.zone[held], weights=drawn[held], minlength=len(self.most_mw))
        for zone in np.argsort(-of_zone, kind="stable"):
            more = spared | (held & (self.zone == zone))
            if of_zone[zone] <= 0 or self.within(more):
                return
            spared = more
            yield spared

    def spared(self, held: Mask, drawn: Floats) -> Mask:
        """Of the sites of a mask, those to spare so that what the others draw counts least."""
        if not self.within(held):
            return held
        nobody = np.zeros(len(held), dtype=bool)
        return min(
            (nobody, *self.by_zone(held, drawn)),
            key=lambda mask: float(drawn[held & ~mask].sum()) / (self.least_mw - self.most(mask)),
        )


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
    weight: Floats
    """Capacity that a unit of each column gives."""
    terminals: Ints
    """Node of each site."""
    open_column: Ints
    """Column of open[s,y] of each site."""
    sites: Mapping[str, int]
    """Place of each site in `terminals`."""
    zones: tuple[Zone, ...]
    """Those with several sites, if the network is to know them."""
    size: int
    fleet: Fleet | None = None
    """If the super-root gives each site its share of the least load, not its root."""


def networks(case: Case, matrix: Matrix, *, loaded: bool = False) -> list[Network]:
    """The flow graphs of all years over the columns of `matrix`: outward, and back if survivable.

    If `loaded`, with what sites draw: zones for the second family of cuts and, in a survivable network
    of a fleet with a target, loads in the place of roots for the third.
    """
    turns = (False, True) if case.fibre.survivable else (False,)
    return [_network(case, matrix, y, back, loaded) for y in case.years for back in turns]


def _network(case: Case, matrix: Matrix, year: int, back: bool, loaded: bool) -> Network:
    node = {name: i + 1 for i, name in enumerate(case.fibre.nodes)}
    way, root, opened = (
        matrix.column.get(n, {}) for n in ("fibre.way", "fibre.root", "sites.open")
    )
    arcs = sorted((u, v) for u, v, y in way if y == year)
    rooted = case.fibre.root_year(year, case.years[-1])
    sites = [s for s in case.sites.sites if (s, rooted) in root]
    ends = [(node[v], node[u]) if back else (node[u], node[v]) for u, v in arcs]
    load = _load(case, matrix, sites, year) if loaded else []
    fleet = _fleet(case, sites, year) if load and case.fibre.survivable else None
    given = [(i, root[s, rooted], 1.0) for i, s in enumerate(sites)]
    if fleet is not None:
        given = [(i, j, pue / fleet.least_mw) for i, j, pue in load]
    return Network(
        year=year,
        back=back,
        names=tuple(node),
        tail=_ints([SUPER_ROOT] * len(given) + [tail for tail, _ in ends]),
        head=_ints([node[sites[i]] for i, _, _ in given] + [head for _, head in ends]),
        column=_ints([j for _, j, _ in given] + [way[u, v, year] for u, v in arcs]),
        weight=np.array([share for _, _, share in given] + [1.0] * len(arcs)),
        terminals=_ints([node[s] for s in sites]),
        open_column=_ints([opened[s, year] for s in sites]),
        sites={s: i for i, s in enumerate(sites)},
        zones=tuple(_zones(case, matrix, year, node)) if loaded else (),
        size=len(node) + 1,
        fleet=fleet,
    )


def _fleet(case: Case, sites: Sequence[str], year: int) -> Fleet | None:
    """What a fleet draws that has a target to meet; None without one."""
    least, zones = case.bounds.least_mw[year], case.sites.zones
    share = least * case.bounds.zone_frac
    place = {zone: i for i, zone in enumerate(zones)}
    return (
        Fleet(
            least_mw=least,
            largest_mw=np.array([case.bounds.largest_mw[s, year] for s in sites]),
            zone=_ints([place[case.sites.zone[s]] for s in sites]),
            most_mw=np.array([min(share, case.bounds.zone_mw[z, year]) for z in zones]),
        )
        if least > 0
        else None
    )


def _load(
    case: Case, matrix: Matrix, sites: Sequence[str], year: int
) -> list[tuple[int, int, float]]:
    """Place of a site in `sites`, column of a hall's load there and what a unit of it draws, MW.

    Empty where loads differ by future.
    """
    used = matrix.column["halls.used_mw"]
    return [
        (i, used[s, k, year], case.halls.pue[s, k])
        for i, s in enumerate(sites)
        for k in case.halls.at_site[s]
        if (s, k, year) in used
    ]


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _zones(case: Case, matrix: Matrix, year: int, node: Mapping[str, int]) -> Iterator[Zone]:
    """The zones of a year; none where loads differ by future, and with them what a zone feeds."""
    for zone in case.sites.zones:
        here, most = case.sites.in_zone[zone], case.bounds.zone_mw[zone, year]
        if len(here) > 1 and 0 < most < np.inf:
            load = _load(case, matrix, here, year)
            if not load:
                continue
            owner, column, pue = (np.array(part) for part in zip(*load, strict=True))
            yield Zone(zone, np.array([node[s] for s in here]), column, owner, pue / most)
