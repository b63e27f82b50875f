"""Which sites and corridors can be part of a plan within a radius: bounds from one relaxation.

Take the optimal duals of the strengthened relaxation and price every row that ties sites together
(targets, headroom, fibre cuts, money, …). What is left falls apart: one small block per site, and
the network. For any duals the sum of their least values is a bound on every plan; the relaxation's
own value o is that sum. A plan that opens site s must choose in block s a point with open[s] = 1,
dearer by extra(s) than the block's best, and must bring a path of ways from the root to s, at least
as long as the shortest path d(s) in the ways' reduced costs. The parts are disjoint, so

    cost ≥ o + extra(s) + d(s)                                 for every plan that opens s,
    cost ≥ o + d(u) + rc(u,v) + min_s [d(v,s) + extra(s)]      for every plan that lights way (u,v),

the second because a way in a least tree leads to some open site. Sites and corridors whose bound
passes the radius are left out of the restricted search; everything left out costs more than the
radius, so min(radius, bound of the restricted search) bounds the whole. Ways and sites never close
again, so the last year's bound settles all years. In a survivable network both hold for the ways
turned round as well: a corridor of a least network serves a path from the root or one back to it, so
the smaller of its two bounds counts; a site needs both paths, over different corridors. The argument
is that of Duin and Volgenant (1989) for Steiner trees, with a block in place of a node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from dcplan.case import Case
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import Floats, Ints, Mask, Matrix
from dcplan.solve.nearby import CORRIDOR_VARIABLES, site_columns
from dcplan.solve.networks import SUPER_ROOT, Network


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


def margins(case: Case, lp: Engine, dual: Floats, graphs: list[Network]) -> Margins:
    """Both bounds from the row duals of the relaxation in `lp`, over the last year's networks."""
    extra = _block_extra(case, lp, dual)
    last = [graph for graph in graphs if graph.year == case.years[-1]]
    site, corridor = np.zeros(len(extra)), dict.fromkeys(case.fibre.corridors, np.inf)
    for graph in last:
        reached, lit = _paths(case, graph, lp.reduced_cost, extra)
        site = np.maximum(site, reached)
        corridor = {pair: min(corridor[pair], margin) for pair, margin in lit.items()}
    if case.fibre.survivable:
        site = np.maximum(site, _ring_costs(last[0], lp.reduced_cost))
    return Margins(dict(zip(case.sites.sites, (extra + site).tolist(), strict=True)), corridor)


def _paths(
    case: Case, graph: Network, reduced_cost: Floats, extra: Floats
) -> tuple[Floats, dict[tuple[str, str], float]]:
    """Least path from the root to each site, and through each corridor on to some site."""
    weights = np.maximum(reduced_cost[graph.column], 0.0)
    goal = graph.size
    forward = _weighted(weights, graph.tail, graph.head, goal)
    from_root = dijkstra(forward, indices=SUPER_ROOT)
    backward = _weighted(
        np.append(weights, extra),
        np.append(graph.head, np.full(len(extra), goal)),
        np.append(graph.tail, graph.terminals),
        goal + 1,
    )
    to_site = dijkstra(backward, indices=goal)[:goal]
    through = from_root[graph.tail] + weights + to_site[graph.head]
    nodes = ("", *case.fibre.nodes)
    corridor: dict[tuple[str, str], float] = {}
    for tail, head, margin in zip(graph.tail, graph.head, through, strict=True):
        if tail != SUPER_ROOT:
            pair = (min(nodes[tail], nodes[head]), max(nodes[tail], nodes[head]))
            corridor[pair] = min(corridor.get(pair, np.inf), float(margin))
    return from_root[graph.terminals], corridor


def _ring_costs(graph: Network, reduced_cost: Floats) -> Floats:
    """Least cost of a root and two paths to each site over different corridors.

    Each path is at least as long as the shortest, whichever way its corridors are passed.
    """
    weights = np.maximum(reduced_cost[graph.column], 0.0)
    cheaper: dict[tuple[int, int], float] = {}
    for tail, head, weight in zip(graph.tail, graph.head, weights, strict=True):
        pair = (min(tail, head), max(tail, head))
        cheaper[pair] = min(cheaper.get(pair, np.inf), float(weight))
    twice = np.array([w if u == SUPER_ROOT else 2 * w for (u, _), w in cheaper.items()])
    ends = np.array(list(cheaper))
    both = _weighted(
        np.append(twice, twice),
        np.append(ends[:, 0], ends[:, 1]),
        np.append(ends[:, 1], ends[:, 0]),
        graph.size,
    )
    return np.asarray(dijkstra(both, indices=SUPER_ROOT)[graph.terminals])


def _weighted(weights: Floats, tail: Ints, head: Ints, size: int) -> sparse.csr_matrix:
    # scipy takes a stored zero for a missing edge
    return sparse.csr_matrix((weights + 1e-9, (tail, head)), shape=(size, size))


def _block_extra(case: Case, lp: Engine, dual: Floats) -> Floats:
    """Least extra cost of each site's block when the site is open in the last year."""
    matrix, sites, last = lp.matrix, case.sites.sites, case.years[-1]
    block = _block_of_column(case, matrix)
    rows = _rows_of_one_block(matrix, block)
    coupling = np.ones(matrix.a.shape[0], dtype=bool)
    coupling[rows] = False
    own = dual[: len(coupling)] * coupling
    cost = matrix.cost - matrix.a.T @ own - lp.added_rows.T @ dual[len(coupling) :]
    columns = np.flatnonzero(block >= 0)
    usable = np.array(
        [
            s in case.sites.stood or case.bounds.largest_mw[s, last] >= case.sites.min_mw
            for s in sites
        ]
    )
    opened = [matrix.column["sites.open"][s, last] for s, u in zip(sites, usable, strict=True) if u]
    base = _block_costs(lp, cost, rows, columns, [])
    forced = _block_costs(lp, cost, rows, columns, opened)
    if base is None or forced is None:
        return np.where(usable, 0.0, np.inf)
    extra = np.bincount(block[columns], weights=forced - base, minlength=len(sites))
    return np.where(usable, np.maximum(extra, 0.0), np.inf)


def _block_of_column(case: Case, matrix: Matrix) -> Ints:
    """Number of the site that a column is about; -1 for the fleet's and the network's."""
    number = {s: i for i, s in enumerate(case.sites.sites)}
    block = np.full(len(matrix.cost), -1, dtype=np.int64)
    for site, places in site_columns(case, matrix).items():
        block[places] = number[site]
    block[list(matrix.column.get("fibre.root", {}).values())] = -1
    return block


def _rows_of_one_block(matrix: Matrix, block: Ints) -> Ints:
    """Rows all of whose columns belong to the same site."""
    owner = block[matrix.a.indices]
    filled = np.diff(matrix.a.indptr) > 0
    starts = matrix.a.indptr[:-1][filled]
    low = np.full(matrix.a.shape[0], -1, dtype=np.int64)
    high = low.copy()
    low[filled] = np.minimum.reduceat(owner, starts)
    high[filled] = np.maximum.reduceat(owner, starts)
    return np.flatnonzero((low >= 0) & (low == high))


def _block_costs(
    lp: Engine, cost: Floats, rows: Ints, columns: Ints, opened: list[int]
) -> NDArray[np.float64] | None:
    """Cost of each column in the least points of all blocks, with the columns `opened` at one."""
    blocks = lp.matrix.part(rows, columns, cost)
    engine = Engine(blocks, lp.watch, integer=False, threads=lp.threads, seed=0)
    places = np.searchsorted(columns, np.array(sorted(opened), dtype=np.int64))
    engine.set_bounds(places, 1.0, 1.0)
    answer = engine.run()
    return None if answer.x is None else blocks.cost * answer.x
