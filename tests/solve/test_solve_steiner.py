"""Known Steiner trees: fibre that costs 1 MUSD a km, and sites that must all open.

The library is that of tests/tiny with other places: terminals are forced sites without a target, so
capex is a constant for the sites plus the length of the tree.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import highspy
import pandas as pd
import pytest

import dcplan.solve
from dcplan import case as cases
from dcplan import model
from dcplan.solve import Watch
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import compile_model

Edges = Mapping[tuple[str, str], float]

PER_KM = [
    f"reach.{reach}.{column}={price}"
    for reach in ("short", "long")
    for column, price in (
        ("new_usd_per_km", 1e6),
        *((c, 0) for c in ("hut_usd_per_km", "pair_usd", "pair_usd_per_km")),
        ("optics_usd_per_tbps", 0),
    )
]
SETTINGS = (
    *("years=[2028]", "target.training_eflops=0", "limits=null", "objective=capex"),
    *("sites.min_mw=1", "fibre={speeds_tbps: [40]}", "chips.only=[red_old, red_new]"),
    *("solver.gap=1e-9", *PER_KM),
)


def steiner_case(
    tiny_case: Callable[..., cases.Case],
    terminals: Iterable[str],
    edges: Edges,
    topology: str = "tree",
    more: tuple[str, ...] = (),
) -> cases.Case:
    """A case whose plan is the shortest network over `edges` (km) that joins the terminals."""
    names = sorted(terminals)
    tiny = tiny_case(*SETTINGS, f"fibre.topology={topology}", *more)
    site = tiny.library.sites.loc["alpha"].to_dict() | {"zone": "south"}
    places = pd.DataFrame([site] * len(names), index=pd.Index(names, name="site"))
    junctions = sorted({node for edge in edges for node in edge} - set(names))
    nodes = pd.DataFrame({"name": junctions, "lat": 35.0, "lon": -100.0}, index=junctions)
    rows = [{"kind": "new", "km": km} for km in edges.values()]
    pairs = pd.MultiIndex.from_tuples(edges, names=["node_a", "node_b"])
    library = replace(
        tiny.library,
        sites=places,
        nodes=nodes.rename_axis("node"),
        corridors=pd.DataFrame(rows, index=pairs),
    )
    forced = tiny.scenario.sites.model_copy(update={"force": tuple(names)})
    return cases.build(tiny.scenario.model_copy(update={"sites": forced}), library)


def lit_km(case: cases.Case) -> float:
    """Length of what the search lights; every lit corridor is one way."""
    ways = dcplan.solve.solve(case).decisions["fibre.way"]
    lit = [(min(u, v), max(u, v)) for (u, v, _), on in ways.items() if on > 0.5]
    assert len(lit) == len(set(lit))
    return sum(case.fibre.km[corridor] for corridor in lit)


def grid(size: int) -> dict[tuple[str, str], float]:
    """Square grid with links of 1 km; nodes are named by row and column."""
    steps = [(r, c, r + dr, c + dc) for r, c in square(size) for dr, dc in ((0, 1), (1, 0))]
    return {(f"n{r}{c}", f"n{p}{q}"): 1.0 for r, c, p, q in steps if max(p, q) < size}


def square(size: int) -> list[tuple[int, int]]:
    return list(itertools.product(range(size), repeat=2))


TRIANGLE = {("a", "b"): 35.0, ("b", "c"): 35.0, ("a", "c"): 35.0}
SPOKES = {("a", "hub"): 20.0, ("b", "hub"): 20.0, ("c", "hub"): 20.0}


@pytest.mark.parametrize(
    ("terminals", "edges", "km"),
    [
        ("abc", TRIANGLE | SPOKES, 60.0),
        ("abc", TRIANGLE | dict.fromkeys(SPOKES, 24.0), 70.0),
        ("ab", {("a", "b"): 10.0, ("a", "hub"): 4.0, ("hub", "b"): 5.0}, 9.0),
        (("n01", "n10", "n12", "n21"), grid(3), 4.0),
        (("n00", "n02", "n11", "n20", "n22"), grid(3), 6.0),
    ],
    ids=["hub wins", "hub loses", "hub between two", "cross in a grid", "corners and centre"],
)
def test_known_trees(
    tiny_case: Callable[..., cases.Case], terminals: Iterable[str], edges: Edges, km: float
) -> None:
    """Trees found by hand.

    Three spokes of 20 km beat two sides of 35; spokes of 24 do not. The middles of the sides of a
    3×3 grid meet in its centre (4 links; along the rim 6). Corners and centre touch only middles,
    three terminals each at most, so it takes two middles: 5 + 2 nodes, 6 links.

    **Proves** F4 to F8, junctions included, and the cuts that stand in for the flow.
    **Sensitivity** the length of a spoke turns the answer.
    """
    assert lit_km(steiner_case(tiny_case, terminals, edges)) == pytest.approx(km)


@pytest.mark.parametrize(("longest", "km"), [(40, 60.0), (39, 70.0)])
def test_longest_path(tiny_case: Callable[..., cases.Case], longest: int, km: float) -> None:
    """Three spokes of 20 km put the other sites 40 km from any hub that is a site.

    **Proves** F12: a longest path of 39 km asks for two sides of 35 km from one hub.
    **Sensitivity** one km.
    """
    path = (f"fibre.max_path_km={longest}",)
    case = steiner_case(tiny_case, "abc", TRIANGLE | SPOKES, more=path)
    assert lit_km(case) == pytest.approx(km)


@pytest.mark.parametrize("seed", range(4))
def test_random_trees(tiny_case: Callable[..., cases.Case], seed: int) -> None:
    """Four terminals and four junctions with random links, against every choice of junctions.

    **Proves** the search on networks with many near-optimal trees: the best Steiner tree is the
    cheapest spanning tree over the terminals and some junctions.
    **Sensitivity** one wrong cut makes a tree longer, a missing one leaves a terminal out.
    """
    draw = random.Random(seed)
    nodes = [*"abcd", *"wxyz"]
    edges = {
        pair: float(draw.randint(5, 30))
        for pair in itertools.combinations(nodes, 2)
        if draw.random() < 0.55
    }
    choices = [set("abcd") | set(js) for n in range(5) for js in itertools.combinations("wxyz", n)]
    best = min(spanning_km(chosen, edges) for chosen in choices)
    assert lit_km(steiner_case(tiny_case, "abcd", edges)) == pytest.approx(best)


def spanning_km(nodes: set[str], edges: Edges) -> float:
    """Length of the cheapest spanning tree (Prim); infinite where there is none."""
    reached, km = {min(nodes)}, 0.0
    while reached < nodes:
        out = [
            (length, pair)
            for pair, length in edges.items()
            if set(pair) <= nodes and len(reached & set(pair)) == 1
        ]
        if not out:
            return float("inf")
        length, pair = min(out)
        reached, km = reached | set(pair), km + length
    return km


@pytest.mark.parametrize(
    ("terminals", "edges", "km"),
    [
        ("abc", TRIANGLE | SPOKES, 105.0),
        ("ab", {("a", "b"): 10.0, ("a", "hub"): 4.0, ("hub", "b"): 5.0}, 19.0),
        (("n00", "n02", "n20", "n22"), grid(3), 8.0),
        (("n01", "n10", "n12", "n21"), grid(3), 8.0),
    ],
    ids=["triangle", "two ways", "rim", "rim again"],
)
def test_known_rings(
    tiny_case: Callable[..., cases.Case], terminals: Iterable[str], edges: Edges, km: float
) -> None:
    """Survivable networks found by hand.

    The hub of a triangle can only be used as a fourth node: 35 + 35 + 20 + 20 = 110 km against 105.
    Two sites take both roads between them. Four corners, or four middles, take the rim of the grid.

    **Proves** F9 to F11, L6, L7 and their cuts.
    **Sensitivity** a tree would be 60, 9, 6 and 4 km.
    """
    assert lit_km(steiner_case(tiny_case, terminals, edges, "survivable")) == pytest.approx(km)


@pytest.mark.parametrize("seed", range(6))
def test_random_survivable_networks(tiny_case: Callable[..., cases.Case], seed: int) -> None:
    """Three terminals and four junctions with random links, against every set of links.

    **Proves** that one direction a corridor, reached and reaching, is the same as surviving any one
    cut; and the ordered root, the reductions and the neighbourhoods on such networks.
    **Sensitivity** an invalid row makes the network longer, a missing one lets a cut part it.
    """
    draw = random.Random(seed)
    pairs = list(itertools.combinations([*"abc", *"wxyz"], 2))
    edges = {pair: float(draw.randint(5, 30)) for pair in draw.sample(pairs, 12)}
    best = min(
        (
            sum(edges[pair] for pair in lit)
            for count in range(3, 10)
            for lit in itertools.combinations(edges, count)
            if survives(set("abc"), lit)
        ),
        default=None,
    )
    if best is None:
        pytest.skip("no survivable network in this draw")
    case = steiner_case(tiny_case, "abc", edges, "survivable")
    assert lit_km(case) == pytest.approx(best)


def survives(wanted: set[str], lit: tuple[tuple[str, str], ...]) -> bool:
    return all(
        reaches(wanted, [other for other in lit if other != cut]) for cut in (*lit, ("", ""))
    )


def reaches(wanted: set[str], lit: Iterable[tuple[str, str]]) -> bool:
    reached, size = {min(wanted)}, 0
    while len(reached) > size:
        size = len(reached)
        reached |= {node for pair in lit if set(pair) & reached for node in pair}
    return wanted <= reached


GROWING = (
    *("years=[2027, 2028]", "target.training_eflops={2027: 12, 2028: 30}", "sites.max_mw=40"),
    *("money.discount_rate=0.1", "objective=tco", "fibre.speeds_tbps=[100]"),
)


@pytest.mark.parametrize("topology", ["tree", "survivable"])
@pytest.mark.parametrize("seed", range(3))
def test_growing_networks(tiny_case: Callable[..., cases.Case], seed: int, topology: str) -> None:
    """Two years, of which the first needs some of the sites: against HiGHS on the written model.

    **Proves** the root of each year, ways that keep their direction, and the bounds that settle all
    years by the last.
    **Sensitivity** a fixing that forgets the first year, or a root that may not move, costs km.
    """
    draw = random.Random(10 + seed)
    pairs = list(itertools.combinations([*"abcd", *"xy"], 2))
    edges = {pair: float(draw.randint(5, 30)) for pair in draw.sample(pairs, 11)}
    case = steiner_case(tiny_case, "abcd", edges, topology, GROWING)
    matrix = compile_model(model.build(case))
    highspy.Highs.resetGlobalScheduler(True)
    plain = Engine(matrix, Watch(60), integer=True, threads=2, seed=0).run(1e-9)
    found = dcplan.solve.solve(case)
    assert found.objective == pytest.approx(plain.value, rel=1e-6)
    assert len([s for s in "abcd" if found.decisions["sites.open"][s, 2027] > 0.5]) > 1
