"""Networks over given sites, grown by ears: for a search to begin with, and to tell what a site costs.

    network := the first site
    of the other sites, in the order in which they open, the one that costs least
        survivable: two paths of least cost from the network to the site that share no corridor;
                    one is directed to the site, the other from it
        tree:       the path of least cost from the network to the site
        the network takes them in

What reaches all of itself still does so with a path out to new nodes and back (an ear), so in every year
each site reaches every other, whichever corridor is cut (Robbins 1939). The tree is that of Takahashi and
Matsuyama (1980), grown as the sites open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import Floats, Matrix
from dcplan.solve.watch import Watch

Way = tuple[str, str]
USED = 0.5
FREE_MUSD = 1e-3
"""Of a corridor that costs nothing, lest ways go round in a ring at no cost."""


class Ears:
    """The cheapest ears to sites of one case: a flow from any nodes of a network to a site.

    The flow is a small LP whose ends move from one ear to the next; its vertices are whole.
    """

    def __init__(self, case: Case, watch: Watch) -> None:
        fibre, speed, options = case.fibre, case.fibre.speeds_tbps[-1], case.scenario.solver
        self.paths = 2 if fibre.survivable else 1
        self._node = {name: i for i, name in enumerate(fibre.nodes)}
        self._ways: list[Way] = [way for u, v in fibre.corridors for way in ((u, v), (v, u))]
        self._capex_musd = {c: fibre.capex_musd[c, speed] for c in fibre.corridors}
        cost = np.repeat([max(musd, FREE_MUSD) for musd in self._capex_musd.values()], 2)
        flow = _flow(self._node, self._ways, cost)
        self._lp = Engine(flow, watch, integer=False, threads=options.threads, seed=options.seed)

    def to(self, inside: Collection[str], site: str) -> list[Way]:
        """The ways of the cheapest ear from a network of nodes to a site outside; none if there is none."""
        count = len(self._node)
        give, take = np.zeros(count), np.zeros(count)
        give[[self._node[name] for name in inside]] = self.paths
        take[self._node[site]] = self.paths
        ends = np.arange(2 * count) + len(self._ways)
        self._lp.set_bounds(ends, np.append(np.zeros(count), take), np.append(give, take))
        x = self._lp.run_warm().x
        if x is None:
            return []
        used = [way for way, flow in zip(self._ways, x, strict=False) if flow > USED]
        there = _path(used, inside, site)
        back = [way for way in used if way not in set(there)]
        return [*there, *((head, tail) for tail, head in back)]

    def capex_musd(self, ways: Iterable[Way]) -> float:
        """What the corridors of some ways cost at the fastest speed."""
        return sum(self._capex_musd[c] for c in {(min(way), max(way)) for way in ways})


def grown(ears: Ears, opened: Mapping[str, int]) -> dict[Way, int] | None:
    """The year from which each way is lit that joins the sites, given with the year in which each opens.

    None where the corridors do not join them.
    """
    inside: set[str] = set()
    lit: dict[Way, int] = {}
    for year in sorted(set(opened.values())):
        waiting = [site for site, first in opened.items() if first == year]
        inside = inside or {waiting[0]}
        while waiting := [site for site in waiting if site not in inside]:
            found = [ear for site in waiting if (ear := ears.to(inside, site))]
            if len(found) < len(waiting):
                return None
            ear = min(found, key=ears.capex_musd)
            lit |= {way: year for way in ear if way not in lit}
            inside |= {node for way in ear for node in way}
    return lit


def _path(used: Sequence[Way], inside: Collection[str], site: str) -> list[Way]:
    """One path over the used ways from the network to the site."""
    before = {head: tail for tail, head in used}
    path: list[Way] = []
    here = site
    while here not in inside:
        tail = before.pop(here)
        path.append((tail, here))
        here = tail
    return path[::-1]


def _flow(node: dict[str, int], ways: Sequence[Way], cost: Floats) -> Matrix:
    """What flows in over ways, or is given at a node, flows out or is taken there."""
    tails, heads = np.array([[node[u], node[v]] for u, v in ways], dtype=np.int64).reshape(-1, 2).T
    count, width = len(node), len(ways)
    row = np.concatenate([heads, tails, np.arange(count), np.arange(count)])
    ends = width + np.arange(2 * count)
    column = np.concatenate([np.arange(width), np.arange(width), ends])
    value = np.concatenate([np.ones(width), -np.ones(width), np.ones(count), -np.ones(count)])
    columns = width + 2 * count
    return Matrix(
        a=sparse.csr_array((value, (row, column)), shape=(count, columns)),
        row_lower=np.zeros(count),
        row_upper=np.zeros(count),
        lower=np.zeros(columns),
        upper=np.append(np.ones(width), np.zeros(2 * count)),
        cost=np.append(cost, np.zeros(2 * count)),
        offset=0.0,
        sign=1,
        integer=np.zeros(columns, dtype=bool),
        column={},
        row_names=(),
        row_index=(),
    )
