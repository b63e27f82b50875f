"""Neighbourhoods of a relaxation: the few sites and corridors among which good plans lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from dcplan.case import Case
from dcplan.solve.matrix import Floats, Matrix

CORRIDOR_VARIABLES = ("fibre.way", "links.equipped", "links.leased")
PATHS_PER_SITE = 6
AVOIDED = 20.0


@dataclass(frozen=True)
class Support:
    """What a relaxation uses."""

    open_frac: dict[str, float]
    """How far each site is open, in its best year."""
    corridors: frozenset[tuple[str, str]]
    """Corridors that carry some way."""


def support(matrix: Matrix, x: Floats) -> Support:
    """Read the support of the point `x` over the columns of `matrix`."""
    open_frac: dict[str, float] = {}
    for (s, _), j in matrix.column["sites.open"].items():
        open_frac[s] = max(open_frac.get(s, 0.0), float(x[j]))
    way = matrix.column.get("fibre.way", {})
    used = {(min(u, v), max(u, v)) for (u, v, _), j in way.items() if x[j] > 1e-6}
    return Support(open_frac, frozenset(used))


def nearby(case: Case, matrix: Matrix, used: Support, least: float) -> NDArray[np.bool_]:
    """Mask of the columns of `matrix` that may leave 0 in a neighbourhood of the relaxation.

    Kept are sites that it opens by at least `least` in some year (or that must be open), and
    corridors that it lights or that lie on the cheapest path from a kept site to one of its six
    nearest kept sites or to its neighbour in the least tree over them, by the cost of the fastest
    speed.
    """
    sites = {
        s
        for s in case.sites.sites
        if s in (*case.sites.forced, *case.sites.stood) or used.open_frac.get(s, 0.0) >= least
    }
    corridors = used.corridors | _between(case, [s for s in case.sites.sites if s in sites])
    allowed = np.ones(len(matrix.cost), dtype=bool)
    for s, places in site_columns(case, matrix).items():
        if s not in sites:
            allowed[places] = False
    for name in CORRIDOR_VARIABLES:
        for (u, v, *_), j in matrix.column.get(name, {}).items():
            allowed[j] = (min(u, v), max(u, v)) in corridors
    return allowed


def site_columns(case: Case, matrix: Matrix) -> dict[str, list[int]]:
    """The columns that are about one site: every variable whose first index is a site.

    Of the network's, whose nodes are sites too, only the root.
    """
    places: dict[str, list[int]] = {s: [] for s in case.sites.sites}
    for name, column in matrix.column.items():
        if name == "fibre.root" or not name.startswith(("fibre.", "links.")):
            for index, j in column.items():
                site = index[0] if isinstance(index, tuple) else index
                if site in places:
                    places[site].append(j)
    return places


def joined(one: Support, two: Support) -> Support:
    """What either of two points uses."""
    sites = {*one.open_frac, *two.open_frac}
    return Support(
        {s: max(one.open_frac.get(s, 0.0), two.open_frac.get(s, 0.0)) for s in sites},
        one.corridors | two.corridors,
    )


def _between(case: Case, kept: list[str]) -> set[tuple[str, str]]:
    """Corridors on the cheapest paths between kept sites; for a survivable network, twice over.

    The second paths avoid the corridors of the first where they can.
    """
    fibre = case.fibre
    if not fibre.corridors or not kept:
        return set()
    # a graph takes a cost of 0, of a corridor that is equipped already, for a missing edge
    cost = np.array(
        [max(fibre.capex_musd[c, fibre.speeds_tbps[-1]], 1e-6) for c in fibre.corridors]
    )
    used = _cheapest(case, kept, cost)
    if fibre.survivable:
        dearer = np.where([c in used for c in fibre.corridors], AVOIDED * cost, cost)
        used |= _cheapest(case, kept, dearer)
    return used


def _cheapest(case: Case, kept: list[str], cost: Floats) -> set[tuple[str, str]]:
    """Corridors on the cheapest path from each kept site to each of its nearest kept sites."""
    fibre = case.fibre
    node = {v: i for i, v in enumerate(fibre.nodes)}
    ends = np.array([(node[u], node[v]) for u, v in fibre.corridors])
    graph = sparse.csr_matrix((cost, (ends[:, 0], ends[:, 1])), shape=(len(node), len(node)))
    terminals = np.array([node[s] for s in kept])
    length, before = dijkstra(graph, directed=False, indices=terminals, return_predecessors=True)
    apart = length[:, terminals]
    nearest = np.argsort(apart, axis=1, kind="stable")[:, 1 : 1 + PATHS_PER_SITE]
    # clusters of near sites hang together by the least tree over all of them
    tree = minimum_spanning_tree(np.where(np.isfinite(apart), apart, 0.0)).tocoo()
    pairs = {(row, int(t)) for row in range(len(kept)) for t in nearest[row]}
    pairs |= set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    used: set[tuple[str, str]] = set()
    for row, t in pairs:
        here = int(terminals[t])
        while here != terminals[row] and before[row, here] >= 0:
            step = int(before[row, here])
            u, v = sorted((fibre.nodes[here], fibre.nodes[step]))
            used.add((u, v))
            here = step
    return used
