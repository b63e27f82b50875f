"""A survivable network over given sites, for a search to begin with: grown by ears.

    network := the first site
    for each other site, in the order in which they open
        two paths of least cost from the network to the site that share no corridor, by a flow of two units;
        one is directed to the site, the other from it, and the network takes both in

What reaches all of itself still does so with a path out to new nodes and back (an ear), so in every year
each site reaches every other, whichever corridor is cut (Robbins 1939).
"""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

from dcplan.case import Case

Way = tuple[str, str]

NETWORK = "\0network"
"""Stands for all nodes of the network; no node has a control character in its name."""
PER_MUSD = 1000


def rings(case: Case, opened: Sequence[tuple[str, int]]) -> dict[Way, int]:
    """The year from which each way is lit that joins the sites, given with the year in which each opens.

    Empty where the corridors join them by no two paths.
    """
    speed = case.fibre.speeds_tbps[-1]
    cost = {c: round(PER_MUSD * case.fibre.capex_musd[c, speed]) for c in case.fibre.corridors}
    inside: set[str] = set()
    lit: dict[Way, int] = {}
    for site, year in sorted(opened, key=lambda one: one[1]):
        if inside and site not in inside:
            ear = _ear(cost, inside, site)
            if not ear:
                return {}
            lit |= {way: year for way in ear if way not in lit}
            inside |= {node for way in ear for node in way}
        inside.add(site)
    return lit


def _ear(cost: dict[Way, int], inside: set[str], site: str) -> list[Way]:
    """Ways from the network to the site and back over corridors of which none is used twice."""
    graph = nx.DiGraph()
    graph.add_node(NETWORK, demand=-2)
    graph.add_node(site, demand=2)
    for pair, price in cost.items():
        for tail, head in (pair, pair[::-1]):
            if head not in inside:
                # a node between, since the network may have several corridors to one node
                start = NETWORK if tail in inside else tail
                between = f"\0{tail}\0{head}"
                graph.add_edge(start, between, capacity=1, weight=price, way=(tail, head))
                graph.add_edge(between, head, capacity=1, weight=0)
    try:
        flow = nx.min_cost_flow(graph)
    except nx.NetworkXUnfeasible:
        return []
    used = {start: [b for b, amount in flow[start].items() if amount] for start in graph}
    paths = []
    for _ in range(2):
        path, here = [], NETWORK
        while here != site:
            between = used[here].pop()
            path.append(graph.edges[here, between]["way"])
            here = used[between].pop()
        paths.append(path)
    return [*paths[0], *((head, tail) for tail, head in paths[1])]
