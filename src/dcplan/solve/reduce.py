"""Which sites and corridors can be part of a plan within a radius: bounds from one relaxation.

Take the optimal duals of the strengthened relaxation and price every row that ties sites and corridors
together (targets, headroom, fibre cuts, money, …). What is left falls apart: one small block per site, one
per corridor, and the roots. For any duals the sum of their least values is a bound on every plan; the
relaxation's own value o is that sum. A plan that opens site s must choose in block s a point with
open[s] = 1, dearer by extra(s) than the block's best, one that lights way (u,v) a point of the corridor's
block dearer by extra(u,v), and one with its root at r pays the reduced cost root(r). A fleet of several
sites has its root at one of them and paths of ways from there to the others. With d the length of a shortest
path in extra(u,v), and the blocks disjoint,

    cost ≥ o + extra(s) + min_{r ≠ s} [root(r) + extra(r) + d(r,s)]                  if s is not the root,
    cost ≥ o + extra(s) + root(s) + min_{t ≠ s} [d(s,t) + extra(t)]                  if it is,
    cost ≥ o + min_r [root(r) + extra(r) + d(r,u)] + extra(u,v) + min_t [d(v,t) + extra(t)]

for every plan that opens s, and for every plan that lights way (u,v), because a way in a least tree leads to
some open site. Sites and corridors whose bound passes the radius are left out of the restricted search;
everything left out costs more than the radius, so min(radius, bound of the restricted search) bounds the
whole. Ways and sites never close again, so the last year's bound settles all years. In a survivable network
all this holds for the ways turned round as well: a corridor of a least network serves a path from the root
or one back to it, so the smaller of its two bounds counts; a site is joined to another by two paths over
different corridors. The argument is that of Duin and Volgenant (1989) for Steiner trees, with a block in
place of a node and of an edge.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from dcplan.case import Case
from dcplan.solve.blocks import Blocks
from dcplan.solve.matrix import WHOLE, Floats, Ints, Mask, Matrix
from dcplan.solve.nearby import CORRIDOR_VARIABLES, site_columns
from dcplan.solve.networks import SUPER_ROOT, Network
from dcplan.solve.order import WayOfYear


@dataclass(frozen=True)
class Margins:
    """By how much a plan must at least pass the relaxation, in the objective's unit."""

    site: dict[str, float]
    """If it opens the site."""
    corridor: dict[tuple[str, str], float]
    """If it lights the corridor."""

    def within(self, case: Case, matrix: Matrix, margin: float) -> Mask:
        """Mask of the columns of `matrix` that a plan within `margin` of the relaxation can use."""
        allowed = np.ones(len(matrix.cost), dtype=bool)
        for site, places in site_columns(case, matrix).items():
            if self.site[site] > margin and site not in case.sites.stood:
                allowed[places] = False
        for name in CORRIDOR_VARIABLES:
            for (u, v, *_), j in matrix.column.get(name, {}).items():
                allowed[j] = self.corridor[min(u, v), max(u, v)] <= margin
        return allowed


def margins(
    case: Case, blocks: Blocks, graphs: list[Network], forced: Collection[WayOfYear] = ()
) -> Margins:
    """Both bounds from the blocks of a relaxation, over the last year's rooted networks.

    None of a corridor with a way that is `forced`, which need not lead to a site.
    """
    price, last = _prices(case, blocks), case.years[-1]
    several = case.bounds.fewest_sites[last] > 1
    joined = dict.fromkeys(case.sites.sites, 0.0)
    corridor = dict.fromkeys(case.fibre.corridors, np.inf)
    for graph in (graph for graph in graphs if graph.year == last):
        reach, lit = _paths(case, graph, price, several)
        if case.fibre.survivable and several:
            reach = np.maximum(reach, _rings(graph, price))
        joined |= {s: max(joined[s], float(reach[i])) for s, i in graph.sites.items()}
        corridor = {pair: min(corridor[pair], margin) for pair, margin in lit.items()}
    corridor |= {(min(u, v), max(u, v)): 0.0 for u, v, _ in forced}
    opened = blocks.model.column["sites.open"]
    return Margins({s: float(price[opened[s, last]]) + d for s, d in joined.items()}, corridor)


def _paths(
    case: Case, graph: Network, price: Floats, several: bool
) -> tuple[Floats, dict[tuple[str, str], float]]:
    """What joins each site to another one at least, and each corridor to two."""
    tail, head, length, root = _lengths(graph, price)
    extra = price[graph.open_column]
    onward = dijkstra(_weighted(length, tail, head, graph.size), indices=graph.terminals)
    backward = dijkstra(_weighted(length, head, tail, graph.size), indices=graph.terminals)
    from_root = onward + (root + extra)[:, None]
    to_site = backward + extra[:, None]
    as_root = root + _others(to_site[:, graph.terminals]) if several else root
    reach = np.minimum(_others(from_root[:, graph.terminals]), as_root)
    through = from_root.min(axis=0)[tail] + length + to_site.min(axis=0)[head]
    nodes = ("", *case.fibre.nodes)
    corridor = dict.fromkeys(case.fibre.corridors, np.inf)
    for u, v, margin in zip(tail, head, through, strict=True):
        pair = (min(nodes[u], nodes[v]), max(nodes[u], nodes[v]))
        corridor[pair] = min(corridor[pair], float(margin))
    return reach, corridor


def _rings(graph: Network, price: Floats) -> Floats:
    """What joins each site to another one by two paths over different corridors at least.

    Each path is at least as long as the shortest, whichever way its corridors are passed.
    """
    tail, head, length, _ = _lengths(graph, price)
    cheaper: dict[tuple[int, int], float] = {}
    for a, b, weight in zip(tail, head, length, strict=True):
        pair = (min(a, b), max(a, b))
        cheaper[pair] = min(cheaper.get(pair, np.inf), float(weight))
    u, v = np.array(list(cheaper), dtype=np.int64).reshape(-1, 2).T
    twice = 2 * np.array(list(cheaper.values()))
    both = _weighted(np.append(twice, twice), np.append(u, v), np.append(v, u), graph.size)
    apart = dijkstra(both, indices=graph.terminals)[:, graph.terminals]
    return _others(apart + price[graph.open_column][:, None])


def _lengths(graph: Network, price: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """Tails, heads and lengths of the ways that can be lit, and the price of a root at each site."""
    from_root = graph.tail == SUPER_ROOT
    length = price[graph.column]
    ways = ~from_root & np.isfinite(length)
    return graph.tail[ways], graph.head[ways], length[ways], length[from_root]


def _others(cost: Floats) -> Floats:
    """The least of each column of a square but for the diagonal."""
    return np.asarray((cost + np.diag(np.full(len(cost), np.inf))).min(axis=0), dtype=np.float64)


def _weighted(weights: Floats, tail: Ints, head: Ints, size: int) -> sparse.csr_matrix:
    # scipy takes a stored zero for a missing edge
    return sparse.csr_matrix((weights + 1e-9, (tail, head)), shape=(size, size))


def _prices(case: Case, blocks: Blocks) -> Floats:
    """Least extra cost of a block where a site is open or a way lit in the last year, by that column.

    Infinite where it cannot be. Of all other columns the reduced cost, as far as it is positive.
    """
    column, last = blocks.model.column, case.years[-1]
    price, base = np.maximum(blocks.reduced_cost, 0.0), blocks.least()
    way = column.get("fibre.way", {})
    for group in (
        [j for (_, y), j in column["sites.open"].items() if y == last],
        [j for (u, v, y), j in way.items() if y == last and u < v],
        [j for (u, v, y), j in way.items() if y == last and u > v],
    ):
        price[group] = 0.0
        most = blocks.most(group)
        can = [j for j in group if most[j] > 1 - WHOLE]
        if base is not None and can:
            forced = blocks.least(can)
            if forced is not None:
                price[group] = np.inf
                price[can] = np.maximum((forced - base)[blocks.block[can]], 0.0)
    return price
