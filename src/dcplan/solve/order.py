"""Order: rows that keep the ways of a tree from running in circles, and that name a network's root.

In a tree, so that a MIP joins its sites itself:

    relay   Σ_{w ≠ v} way[w,u,y] + root[u] ≥ way[u,v,y]
    order   depth[v] ≥ depth[u] + 1 − n (1 − way[u,v,last]) + (n − 2) way[v,u,last],  0 ≤ depth ≤ n − 1

over n nodes. The last year's ways enter each node at most once (F5). By the relay a way starts where
another ends or at the root; by the order that never leads back to itself, so it leads back to the root,
and what is entered is joined. The other way round, number the nodes of a tree by how many ways they are
from its root: order holds, with (n − 2) way[v,u] because depth[v] = depth[u] − 1 where that one is lit
(Desrochers and Laporte 1991).

In the last year no plan is lost: ways that hang on nothing cost and serve nothing. In a year before, relay
forbids ways that are built ahead with a hole between them and the root. That is asked where a good plan is
looked for, never where a bound is proven; there a circle before the last year is left to the cuts.

As ways that lead to nothing serve nothing either, in the last year

    balance   Σ_w way[u,w,last] + open[u,last] ≥ Σ_w way[w,u,last]     u a site or, with open = 0, a junction

(Koch and Martin 1998). Relays and balances strengthen the relaxation of a tree as cuts do.

Where a choice forces a way that need not serve (`forced.py`), no row asks where it starts or leads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.solve.cuts import stack
from dcplan.solve.matrix import Floats, Ints, Matrix

Row = tuple[Ints, Floats]
WayOfYear = tuple[str, str, int]

ORDERED_LEAST = 1e-3
ORDERED_MOST = 40


def order_rows(
    column: Mapping[str, Mapping[Any, int]],
    width: int,
    years: Collection[int],
    forced: Collection[WayOfYear],
) -> tuple[sparse.csr_array, Floats, int]:
    """Rows over `width` columns and one depth a node after them, their lower sides, and the count of depths.

    Relays stand for all `years`, the order for the last one.
    """
    way = column["fibre.way"]
    nodes = sorted({u for u, _, _ in way} | {v for _, v, _ in way})
    depth = {v: width + i for i, v in enumerate(nodes)}
    last, n = max(years), len(nodes)
    rows = _relays(column, years, forced)
    order = [
        _sorted([depth[v], depth[u], j, way[v, u, y]], [1.0, -1.0, -float(n), 2.0 - n])
        for (u, v, y), j in way.items()
        if y == last
    ]
    lower = np.append(np.zeros(len(rows)), np.full(len(order), 1.0 - n))
    return stack(rows + order, width + n), lower, n


def serving_rows(
    column: Mapping[str, Mapping[Any, int]], width: int, last: int, forced: Collection[WayOfYear]
) -> sparse.csr_array:
    """Relays and balances `≥ 0` of a tree's last year, over `width` columns."""
    out: dict[str, list[int]] = {}
    into: dict[str, list[int]] = {}
    for (u, v, y), j in column["fibre.way"].items():
        if y == last:
            out.setdefault(u, []).append(j)
            if (u, v, y) not in forced:
                into.setdefault(v, []).append(j)
    opened = column["sites.open"]
    balances = []
    for u, entering in into.items():
        leaving = out.get(u, []) + ([opened[u, last]] if (u, last) in opened else [])
        values = [*np.ones(len(leaving)), *-np.ones(len(entering))]
        balances.append(_sorted([*leaving, *entering], values))
    return stack(_relays(column, (last,), forced) + balances, width)


def _relays(
    column: Mapping[str, Mapping[Any, int]], years: Collection[int], forced: Collection[WayOfYear]
) -> list[Row]:
    into: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for (u, v, y), j in column["fibre.way"].items():
        into.setdefault((v, y), []).append((u, j))
    start = {site: j for (site, _), j in column["fibre.root"].items()}
    rows = []
    for (u, v, y), j in column["fibre.way"].items():
        if y in years and (u, v, y) not in forced:
            before = [k for w, k in into.get((u, y), []) if w != v]
            before += [start[u]] if u in start else []
            rows.append(_sorted([*before, j], [1.0] * len(before) + [-1.0]))
    return rows


def _sorted(columns: list[int], values: list[float]) -> Row:
    place = np.argsort(columns)
    return np.array(columns)[place], np.array(values)[place]


def root_columns(case: Case, matrix: Matrix) -> dict[tuple[str, int], int]:
    """The roots of a model, by site and year; none where it matters which site is the root."""
    return {} if case.fibre.max_path_km is not None else {**matrix.column.get("fibre.root", {})}


def root_values(root: Iterable[tuple[str, int]], opened: Mapping[str, int]) -> Floats:
    """What roots are where the year is given in which each site opens: one at the first, by its name.

    It costs nothing to be the root, and what joins one site of the first year to all others joins any other of
    that year likewise; a tree by turning round the ways between the two.
    """
    first = min(opened, key=lambda site: (opened[site], site), default=None)
    return np.array([float(s == first and year >= opened[s]) for s, year in root])


def root_order(case: Case, matrix: Matrix, x: Floats) -> list[Row]:
    """Rows `≥ 0` that make the root of a survivable year the first open site of an order.

    Sites are ordered by how open the relaxation `x` has them: Σ_{j ≤ i} root[j] ≥ open[i]. Any open
    site can be the root of a network whose sites all reach one another, so no plan is lost; without
    the order the relaxation splits the root over many sites, and the cuts round each lose its share.
    """
    rows: list[Row] = []
    root, opened = matrix.column.get("fibre.root", {}), matrix.column["sites.open"]
    for y in case.years if case.fibre.survivable else ():
        order = sorted(
            (s for s in case.sites.sites if x[opened[s, y]] > ORDERED_LEAST),
            key=lambda s: (-round(float(x[opened[s, y]]), 6), -case.sites.max_mw[s], s),
        )
        for i, site in enumerate(order[:ORDERED_MOST]):
            columns = [*(root[s, y] for s in order[: i + 1]), opened[site, y]]
            rows.append(_sorted(columns, [*np.ones(i + 1), -1.0]))
    return rows
