"""Directed Steiner cuts: the rows that make the fibre network strong.

For any set W of nodes that holds an open site, the tree must either have its root in W or enter W:

    Σ_{(u,v): u ∉ W, v ∈ W} way[u,v,y] + Σ_{s ∈ W} root[s] ≥ open[t,y]     for every site t in W

Valid: if t is open, flow from the root reaches t (F6 to F8); if the root is outside W, that flow
uses a way that enters W. There are exponentially many; a maximum flow from a super-root (joined to
site s with capacity root[s]) to t, with the relaxation's values as capacities, finds a violated one
or proves that none is left for t (Chopra, Gorres and Rao 1992; Koch and Martin 1998).

In a survivable network something also comes back from every open site (F9 to F11), so the same
holds with all ways turned round:

    Σ_{(u,v): u ∈ W, v ∉ W} way[u,v,y] + Σ_{s ∈ W} root[s] ≥ open[t,y]     for every site t in W

The sites of a zone share what it can feed, most[z,y] MW, and that makes a second family:

    most[z,y] (Σ_{(u,v): u ∉ W, v ∈ W} way[u,v,y] + Σ_{s ∈ W} root[s]) ≥ Σ_{s ∈ W ∩ z} load_mw[s,y]

Valid: where the bracket is 0 no site in W is open, by the first family, and draws nothing; else it is
1 or more, and the sites in W draw no more than all of the zone. A relaxation opens ten sites of a
remote zone by a tenth each, and pays for a tenth of the way there; this makes it pay for what the zone
feeds. It is found like the first, with a sink joined to site s by a capacity of load[s] / most[z].

A relaxation of a survivable network also splits its root over the country, and each part pays for a way
to the others' share of it only. A third family has no root. With least[y] MW, what the fleet at least draws
to meet its target,

    Σ_{(u,v): u ∉ W, v ∈ W} way[u,v,y] + Σ_{s ∈ W} load_mw[s,y] / least[y] ≥ open[t,y]   for every site t in W

Valid: if a site outside W is open, it reaches t, for in a survivable network all open sites reach one
another; if none is, W draws all that the fleet does, which is least[y] or more. In the second family loads take
the place of roots likewise. It is found like the first, with load[s] / least as the capacity to site s.

Some of the sites in W may be spared. Let S be sites in W that together draw no more than most[S,y] < least[y]
while the fleet draws its least, be it that they are few or that zones have their share of it. Then

    Σ_{(u,v): u ∉ W, v ∈ W} way[u,v,y] + Σ_{s ∈ W ∖ S} load_mw[s,y] / (least[y] − most[S,y]) ≥ open[t,y]

Valid: if no site outside W is open and the fleet draws F ≥ least, those in S draw a share of it that is at most
most[S] / least, for sizes do not grow with F and shares do not rise; what is left for the others is
F (1 − most[S] / least) ≥ least − most[S]. Where all of W can be spared, nothing but ways stands in the row.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from dcplan.proof import Cut
from dcplan.solve.matrix import Floats, Ints, Mask, Matrix
from dcplan.solve.networks import SAME, SUPER_ROOT, Network, Zone

FLOW_VARIABLES = {"fibre.flow", "fibre.source", "fibre.back", "fibre.drain"}
FLOW_ROWS = {
    "fibre.fed",
    "fibre.flow_needs_way",
    "fibre.source_is_root",
    "fibre.heard",
    "fibre.return_needs_way",
    "fibre.drain_is_root",
}
NETWORK_VARIABLES = {"fibre.root", "fibre.way", "links.equipped", "links.leased"}
SCALE = 1 << 22
CREEP = 1e-6
NESTED = 5
STEPS = 3


@dataclass(frozen=True)
class Cuts:
    """Rows `≥ 0` over the columns of a model, each with the set of nodes that it is about."""

    rows: sparse.csr_array
    sides: tuple[Cut | None, ...]
    """None for a row that is about no set of nodes, such as an order of roots."""

    def __add__(self, more: Cuts) -> Cuts:
        rows = sparse.csr_array(sparse.vstack([self.rows, more.rows]))
        return Cuts(rows, self.sides + more.sides)

    def __len__(self) -> int:
        return len(self.sides)

    def some(self, kept: Mask) -> Cuts:
        """Those of a mask."""
        rows = sparse.csr_array(self.rows[np.flatnonzero(kept)])
        return Cuts(rows, tuple(itertools.compress(self.sides, kept)))

    def of_zones(self, wanted: bool = True) -> Cuts:
        """Those of what zones share, or all others."""
        of_zone = [side is not None and side.kind == "zone" for side in self.sides]
        return self.some(np.array(of_zone, dtype=bool) == wanted)

    def tight(self, x: Floats, eps: float) -> tuple[Cut, ...]:
        """What those are about that a point meets with no more than `eps` to spare, each once."""
        held = self.rows @ x <= eps
        found = (side for side, h in zip(self.sides, held, strict=True) if h and side is not None)
        return tuple(dict.fromkeys(found))


def no_cuts(width: int) -> Cuts:
    """No rows over `width` columns."""
    return Cuts(sparse.csr_array((0, width)), ())


def cuts_of(graphs: Sequence[Network], sides: Sequence[Cut], width: int) -> Cuts:
    """The rows of known sets of nodes over `width` columns; without those about what is not there."""
    of_year = {(graph.year, graph.back): graph for graph in graphs}
    rows, kept = [], []
    for side in sides:
        graph = of_year.get((side.year, side.back))
        row = None if graph is None else _row_of(graph, side)
        if row is not None:
            rows.append(row)
            kept.append(side)
    return Cuts(stack(rows, width), tuple(kept))


def _row_of(graph: Network, side: Cut) -> tuple[Ints, Floats] | None:
    within = np.array([False, *(name in side.nodes for name in graph.names)])
    if graph.fleet is not None:
        held = within[graph.terminals]
        spared = held & np.array([site in side.spared for site in graph.sites])
        if not graph.fleet.within(held):
            spared = held
        elif graph.fleet.within(spared):
            spared = np.zeros(len(held), dtype=bool)
        graph = sparing(graph, spared)
    if side.kind != "zone":
        here = side.name in side.nodes and side.name in graph.sites
        return (
            _row(graph, within, graph.open_column[[graph.sites[side.name]]], -np.ones(1))
            if here
            else None
        )
    zone = next((z for z in graph.zones if z.name == side.name), None)
    return None if zone is None else _zone_row(graph, within, zone)


def without_flow(matrix: Matrix) -> Matrix:
    """The model less its flow, in whose place the cuts stand."""
    return matrix.without(FLOW_VARIABLES & set(matrix.column), FLOW_ROWS)


def without_network(matrix: Matrix) -> Matrix:
    """A relaxation without flow and ways: every set of sites is joined, at no cost.

    The rows of money lose what fibre costs, which only adds to what they limit; all other rows that
    hold a way are left out. On examples/10gw.yaml two thirds of the columns go.
    """
    gone = {*FLOW_VARIABLES, *NETWORK_VARIABLES} & set(matrix.column)
    columns = [j for name in gone for j in matrix.column[name].values()]
    touched = np.diff(sparse.csr_array(sparse.csc_array(matrix.a)[:, columns]).indptr) > 0
    rows = {name for name, hit in zip(matrix.row_names, touched, strict=True) if hit}
    return matrix.without(gone, {name for name in rows if not name.startswith("money.")})


def violated_cuts(
    graphs: list[Network], x: Floats, eps: float, seen: set[bytes], kept: Mask | None = None
) -> Cuts:
    """Rows `≥ 0` that `x` violates by more than `eps`, none of them in `seen` (which grows).

    `x` is over all columns of the model. If only those `kept` may leave 0, the network is cut among
    them; the row has all the others too that enter the same nodes, without which it would hold for
    that part of the model alone. A set of nodes that cuts in one year is tried in the others.
    """
    fresh, sides = [], []

    def keep(side: Cut, row: tuple[Ints, Floats]) -> None:
        key = row[0].tobytes() + row[1].tobytes()
        if key not in seen:
            seen.add(key)
            fresh.append(row)
            sides.append(side)

    for graph in graphs:
        for found in _cuts_of_year(graph, _among(graph, kept), x, eps):
            keep(*_told(graph, found, x))
            for other in graphs:
                if other is not graph and other.back == graph.back:
                    side, row = _told(other, found, x)
                    if row[1] @ x[row[0]] < -eps:
                        keep(side, row)
    return Cuts(stack(fresh, len(x)), tuple(sides))


def stack(rows: list[tuple[Ints, Floats]], width: int) -> sparse.csr_array:
    """Rows given as (columns, values) as one sparse array of `width` columns."""
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([c for c, _ in rows]) if rows else np.zeros(0, dtype=np.int64)
    values = np.concatenate([v for _, v in rows]) if rows else np.zeros(0)
    return sparse.csr_array((values, columns, starts), shape=(len(rows), width))


def _among(graph: Network, kept: Mask | None) -> Network:
    """The network of the edges whose columns are kept."""
    if kept is None:
        return graph
    edges = kept[graph.column]
    tail, head, column = graph.tail[edges], graph.head[edges], graph.column[edges]
    return replace(graph, tail=tail, head=head, column=column, weight=graph.weight[edges])


@dataclass(frozen=True)
class _Side:
    """A set of nodes that cuts in some year."""

    nodes: Mask
    zone: str = ""
    """What it cuts off: sites of this zone, or without a name the most open site."""


def _cuts_of_year(model: Network, graph: Network, x: Floats, eps: float) -> Iterator[_Side]:
    """Nested cuts for the sites in falling order of openness, then for the zones.

    A cut's edges are raised to full capacity for the rest of the round, so that later cuts of the
    round lie elsewhere.
    """
    known = np.zeros(graph.size, dtype=bool)
    known[graph.tail] = known[graph.head] = True
    for network in _sources(graph, x):
        for side, zone in _sides_of(network, x, eps):
            yield _Side(_rounded(model, side[: graph.size] & known, known), zone)


def _sources(graph: Network, x: Floats) -> Iterator[Network]:
    """The network, and for a fleet the one that spares the zones which draw most."""
    yield graph
    if graph.fleet is not None:
        everywhere = np.ones(len(graph.terminals), dtype=bool)
        if masks := list(graph.fleet.by_zone(everywhere, _drawn(graph, x))):
            yield sparing(graph, masks[-1])


def _sides_of(graph: Network, x: Floats, eps: float) -> Iterator[tuple[Mask, str]]:
    capacity = np.clip(graph.weight * x[graph.column], 0.0, 1.0) + CREEP
    openness = x[graph.open_column]
    least = max(eps, 1e-2)
    for i in np.argsort(-openness, kind="stable"):
        if openness[i] <= least:
            break
        for side in _nested(graph, capacity, int(graph.terminals[i]), float(openness[i]) - eps):
            yield side, ""
    for zone in graph.zones:
        drawn = zone.share * x[zone.column]
        if drawn.sum() <= least:
            continue
        spokes = np.zeros(len(zone.nodes))
        np.add.at(spokes, zone.owner, drawn)
        needed = float(drawn.sum()) - eps
        for side in _nested(graph, capacity, graph.size, needed, (zone.nodes, spokes)):
            yield side, zone.name


def _told(graph: Network, side: _Side, x: Floats) -> tuple[Cut, tuple[Ints, Floats]]:
    """The cut of a set of nodes in the year of a graph, and its row; what is spared is chosen for `x`."""
    nodes = frozenset(graph.names[i - 1] for i in np.flatnonzero(side.nodes) if i != SUPER_ROOT)
    cut = Cut(graph.year, graph.back, "zone" if side.zone else "site", side.zone, nodes)
    held = side.nodes[graph.terminals]
    if graph.fleet is not None:
        spared = graph.fleet.spared(held, _drawn(graph, x))
        names = frozenset(itertools.compress(graph.sites, spared))
        cut = replace(cut, kind="zone" if side.zone else "fleet", spared=names)
        graph = sparing(graph, spared)
    zone = next((zone for zone in graph.zones if zone.name == side.zone), None)
    if zone is not None:
        return cut, _zone_row(graph, side.nodes, zone)
    site = int(np.argmax(np.where(held, x[graph.open_column], -1.0)))
    row = _row(graph, side.nodes, graph.open_column[[site]], -np.ones(1))
    return replace(
        cut,
        kind="site" if graph.fleet is None else "fleet",
        name=graph.names[graph.terminals[site] - 1],
    ), row


def _drawn(graph: Network, x: Floats) -> Floats:
    """MW that each site of a fleet draws."""
    assert graph.fleet is not None
    given = graph.tail == SUPER_ROOT
    share = graph.weight[given] * x[graph.column[given]]
    of_node = np.bincount(graph.head[given], weights=share, minlength=graph.size)
    return np.asarray(graph.fleet.least_mw * of_node[graph.terminals], dtype=np.float64)


def sparing(graph: Network, spared: Mask) -> Network:
    """The network of a fleet in which what the `spared` sites draw counts for nothing, the rest for more."""
    assert graph.fleet is not None
    free = np.zeros(graph.size, dtype=bool)
    free[graph.terminals[spared]] = True
    given = graph.tail == SUPER_ROOT
    edges = ~(given & free[graph.head])
    least = graph.fleet.least_mw
    most = 0.0 if spared.all() else graph.fleet.most(spared)
    weight = np.where(given, graph.weight * least / max(least - most, SAME * least), graph.weight)
    return replace(
        graph,
        tail=graph.tail[edges],
        head=graph.head[edges],
        column=graph.column[edges],
        weight=weight[edges],
    )


def _rounded(model: Network, side: Mask, known: Mask) -> Mask:
    """A side with the nodes that are not known, where more of their neighbours are in it than not.

    Any set of nodes will do for a row; this one is entered by few ways that were left out.
    """
    if known.all():
        return side
    ways = model.tail != SUPER_ROOT
    tail, head = model.tail[ways], model.head[ways]
    here, neighbours = side.copy(), np.bincount(tail, minlength=model.size)
    for _ in range(STEPS):
        inside = np.bincount(tail, weights=here[head], minlength=model.size)
        here = side | (~known & (2 * inside > neighbours))
    return here


def _nested(
    graph: Network,
    capacity: Floats,
    target: int,
    needed: float,
    spokes: tuple[Ints, Floats] = (np.zeros(0, dtype=np.int64), np.zeros(0)),
) -> Iterator[Mask]:
    """Sides of violated cuts, whose edges `capacity` then has at full capacity."""
    for _ in range(NESTED):
        sides = _cut_sides(graph, capacity, target, needed, spokes)
        if not sides:
            return
        for side in sides:
            edges = ~side[graph.tail] & side[graph.head]
            capacity[edges] = 1.0
            yield side


def _zone_row(graph: Network, side: Mask, zone: Zone) -> tuple[Ints, Floats]:
    inside = side[zone.nodes][zone.owner]
    return _row(graph, side, zone.column[inside], -zone.share[inside])


def _row(graph: Network, side: Mask, columns: Ints, values: Floats) -> tuple[Ints, Floats]:
    """What enters the nodes of a side, plus the named columns, as a row."""
    edges = ~side[graph.tail] & side[graph.head]
    entering = np.append(graph.column[edges], columns)
    values = np.append(graph.weight[edges], values)
    found, place = np.unique(entering, return_inverse=True)
    return found, np.asarray(np.bincount(place, weights=values), dtype=np.float64)


def _cut_sides(
    graph: Network,
    capacity: Floats,
    target: int,
    needed: float,
    spokes: tuple[Ints, Floats],
) -> list[Mask]:
    """The sink sides of the two extreme minimum cuts to `target`; none if the flow is at least `needed`.

    `spokes` join nodes to a sink of number `graph.size`, each with a capacity.
    """
    size = graph.size + 1
    whole = np.rint(np.append(capacity, spokes[1]) * SCALE).astype(np.int32)
    tail = np.append(graph.tail, spokes[0])
    head = np.append(graph.head, np.full(len(spokes[0]), graph.size))
    # scipy 1.11 takes no other integers in a network of flows
    ends = (tail.astype(np.int32), head.astype(np.int32))
    edges = sparse.csr_array((whole, ends), shape=(size, size))
    found = maximum_flow(sparse.csr_matrix(edges), SUPER_ROOT, target)
    if found.flow_value >= needed * SCALE:
        return []
    residual = sparse.csr_matrix(edges - found.flow)
    residual.data = np.maximum(residual.data, 0)
    residual.eliminate_zeros()
    from_root = np.ones(size, dtype=bool)
    from_root[breadth_first_order(residual, SUPER_ROOT, return_predecessors=False)] = False
    to_target = np.zeros(size, dtype=bool)
    to_target[breadth_first_order(residual.T.tocsr(), target, return_predecessors=False)] = True
    return [from_root] if np.array_equal(from_root, to_target) else [from_root, to_target]
