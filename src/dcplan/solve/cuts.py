"""Directed Steiner cuts: the rows that make the fibre tree strong.

For any set W of nodes that holds an open site, the tree must either have its root in W or enter W:

    Σ_{(u,v): u ∉ W, v ∈ W} way[u,v,y] + Σ_{s ∈ W} root[s] ≥ open[t,y]     for every site t in W

Valid: if t is open, flow from the root reaches t (F6 to F8); if the root is outside W, that flow
uses a way that enters W. There are exponentially many; a maximum flow from a super-root (joined to
site s with capacity root[s]) to t, with the relaxation's values as capacities, finds a violated one
or proves that none is left for t (Chopra, Gorres and Rao 1992; Koch and Martin 1998).

In a survivable network something also comes back from every open site (F9 to F11), so the same
holds with all ways turned round:

    Σ_{(u,v): u ∈ W, v ∉ W} way[u,v,y] + Σ_{s ∈ W} root[s] ≥ open[t,y]     for every site t in W
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from dcplan.case import Case
from dcplan.solve.matrix import Floats, Matrix

FLOW_VARIABLES = {"fibre.flow", "fibre.source", "fibre.back", "fibre.drain"}
FLOW_ROWS = {
    "fibre.fed",
    "fibre.flow_needs_way",
    "fibre.source_is_root",
    "fibre.heard",
    "fibre.return_needs_way",
    "fibre.drain_is_root",
}
SCALE = 1 << 22
CREEP = 1e-6
NESTED = 5
SUPER_ROOT = 0
ORDERED_LEAST = 1e-3
ORDERED_MOST = 40

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """A flow graph of one year: edges (tail, head) with the column whose value is their capacity."""

    year: int

    tail: Ints
    head: Ints
    column: Ints
    terminals: Ints
    """Node of each site."""
    open_column: Ints
    """Column of open[s,y] of each site."""
    size: int


def without_flow(matrix: Matrix) -> Matrix:
    """The model less its flow, in whose place the cuts stand."""
    return matrix.without(FLOW_VARIABLES & set(matrix.column), FLOW_ROWS)


def networks(case: Case, matrix: Matrix) -> list[Network]:
    """The flow graphs of all years over the columns of `matrix`: outward, and back if survivable."""
    turns = (False, True) if case.fibre.survivable else (False,)
    return [_network(case, matrix, y, back) for y in case.years for back in turns]


def _network(case: Case, matrix: Matrix, year: int, back: bool) -> Network:
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
        tail=np.array([SUPER_ROOT] * len(sites) + [tail for tail, _ in ends]),
        head=np.array([node[s] for s in sites] + [head for _, head in ends]),
        column=np.array([root[s, rooted] for s in sites] + [way[u, v, year] for u, v in arcs]),
        terminals=np.array([node[s] for s in sites]),
        open_column=np.array([opened[s, year] for s in sites]),
        size=len(node) + 1,
    )


def violated_cuts(
    graphs: list[Network], x: Floats, eps: float, seen: set[bytes]
) -> sparse.csr_array:
    """Rows `≥ 0` that `x` violates by more than `eps`, none of them in `seen` (which grows)."""
    rows = [row for graph in graphs for row in _cuts_of_year(graph, x, eps)]
    fresh = []
    for columns, values in rows:
        key = columns.tobytes()
        if key not in seen:
            seen.add(key)
            fresh.append((columns, values))
    return stack(fresh, len(x))


def stack(rows: list[tuple[Ints, Floats]], width: int) -> sparse.csr_array:
    """Rows given as (columns, values) as one sparse array of `width` columns."""
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([c for c, _ in rows]) if rows else np.zeros(0, dtype=np.int64)
    values = np.concatenate([v for _, v in rows]) if rows else np.zeros(0)
    return sparse.csr_array((values, columns, starts), shape=(len(rows), width))


def _cuts_of_year(graph: Network, x: Floats, eps: float) -> Iterator[tuple[Ints, Floats]]:
    """Nested cuts for the sites in falling order of openness.

    A cut's edges are raised to full capacity for the rest of the round, so that later cuts of the
    round lie elsewhere.
    """
    capacity = np.clip(x[graph.column], 0.0, 1.0) + CREEP
    openness = x[graph.open_column]
    for i in np.argsort(-openness, kind="stable"):
        if openness[i] <= max(eps, 1e-2):
            break
        for _ in range(NESTED):
            inside = _cut_sides(graph, capacity, int(graph.terminals[i]), float(openness[i]) - eps)
            if not inside:
                break
            for side in inside:
                edges = ~side[graph.tail] & side[graph.head]
                capacity[edges] = 1.0
                yield _row(graph, side, edges, openness)


def _row(
    graph: Network, side: NDArray[np.bool_], edges: NDArray[np.bool_], openness: Floats
) -> tuple[Ints, Floats]:
    """The cut as a row, stated for the most open site inside."""
    within = np.where(side[graph.terminals], openness, -1.0)
    columns = np.append(graph.column[edges], graph.open_column[int(np.argmax(within))])
    values = np.append(np.ones(int(edges.sum())), -1.0)
    order = np.argsort(columns)
    return columns[order], values[order]


def _cut_sides(
    graph: Network, capacity: Floats, target: int, needed: float
) -> list[NDArray[np.bool_]]:
    """The sink sides of the two extreme minimum cuts to `target`; none if the flow is at least `needed`."""
    whole = np.rint(capacity * SCALE).astype(np.int32)
    edges = sparse.csr_array((whole, (graph.tail, graph.head)), shape=(graph.size, graph.size))
    found = maximum_flow(sparse.csr_matrix(edges), SUPER_ROOT, target)
    if found.flow_value >= needed * SCALE:
        return []
    residual = sparse.csr_matrix(edges - found.flow)
    residual.data = np.maximum(residual.data, 0)
    residual.eliminate_zeros()
    from_root = np.ones(graph.size, dtype=bool)
    from_root[breadth_first_order(residual, SUPER_ROOT, return_predecessors=False)] = False
    to_target = np.zeros(graph.size, dtype=bool)
    to_target[breadth_first_order(residual.T.tocsr(), target, return_predecessors=False)] = True
    return [from_root] if np.array_equal(from_root, to_target) else [from_root, to_target]


def root_order(case: Case, matrix: Matrix, x: Floats) -> list[tuple[Ints, Floats]]:
    """Rows `≥ 0` that make the root of a survivable year the first open site of an order.

    Sites are ordered by how open the relaxation `x` has them: Σ_{j ≤ i} root[j] ≥ open[i]. Any open
    site can be the root of a network whose sites all reach one another, so no plan is lost; without
    the order the relaxation splits the root over many sites, and the cuts round each lose its share.
    """
    rows: list[tuple[Ints, Floats]] = []
    root, opened = matrix.column.get("fibre.root", {}), matrix.column["sites.open"]
    for y in case.years if case.fibre.survivable else ():
        order = sorted(
            (s for s in case.sites.sites if x[opened[s, y]] > ORDERED_LEAST),
            key=lambda s: (-round(float(x[opened[s, y]]), 6), -case.sites.max_mw[s], s),
        )
        for i, site in enumerate(order[:ORDERED_MOST]):
            columns = np.array([*(root[s, y] for s in order[: i + 1]), opened[site, y]])
            values = np.append(np.ones(i + 1), -1.0)
            place = np.argsort(columns)
            rows.append((columns[place], values[place]))
    return rows
