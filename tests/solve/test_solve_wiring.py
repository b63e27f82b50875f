"""The least network over given places, against networks solved by hand and the whole search."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import dcplan.solve
from dcplan import case as cases
from dcplan.solve import Watch
from dcplan.solve.ears import Ears, grown
from dcplan.solve.part import Part
from dcplan.solve.published import publish
from dcplan.solve.relax import cut_loop
from dcplan.solve.settle import connect
from dcplan.solve.state import Search, begin

from .test_solve_steiner import SPOKES, TRIANGLE, Edges, grid, steiner_case

TinyCase = Callable[..., cases.Case]
CORNERS = ("n00", "n02", "n20", "n22")


@pytest.mark.parametrize(
    ("terminals", "edges", "topology", "ears_km", "km"),
    [
        ("abc", TRIANGLE | SPOKES, "tree", 70.0, 60.0),
        ("abc", TRIANGLE | SPOKES, "survivable", 130.0, 105.0),
        (CORNERS, grid(3), "survivable", 11.0, 8.0),
    ],
    ids=["star", "ring", "rim"],
)
def test_better_than_ears_by_hand(
    tiny_case: TinyCase,
    terminals: tuple[str, ...],
    edges: Edges,
    topology: str,
    ears_km: float,
    km: float,
) -> None:
    """Three spokes beat two sides, three sides beat ears by the hub, a rim beats chords.

    **Proves** that the network of given places is the least, and its plan that of the whole search.
    **Sensitivity** the greedy ears that it begins with; prices of corridors without the rows of money.
    """
    case = steiner_case(tiny_case, terminals, edges, topology)
    opened = dict.fromkeys(terminals, case.years[0])
    ears = Ears(case, Watch(60.0))
    lit = grown(ears, opened)
    assert lit is not None
    assert ears.capex_musd(lit) == pytest.approx(ears_km)
    state = begin(case, publish(case)[0], Watch(60.0), gap=1e-6)
    connect(state, _places(state))
    assert state.plan is not None
    ways = [c for c, j in state.core.column["fibre.way"].items() if state.plan[j] > 0.5]
    assert sum(case.fibre.km[min(u, v), max(u, v)] for u, v, _ in ways) == pytest.approx(km)
    assert state.best == pytest.approx(dcplan.solve.solve(case).objective, rel=1e-6)


def test_cuts_that_hold_nothing_are_let_go(tiny_case: TinyCase) -> None:
    """**Proves** that a relaxation keeps its value, and its rows their places, when slack cuts go.

    **Sensitivity** rows that are taken out of the solver and stay in the list of rows, or the other way round.
    """
    case = steiner_case(tiny_case, ("n00", "n03", "n30", "n33"), grid(4), "tree")
    state = begin(case, publish(case)[0], Watch(60.0), gap=1e-6)
    part = Part(state, state.pool, np.ones(len(state.pool.cost), dtype=bool))
    answer = cut_loop(state, part)
    before = len(part.cuts.indptr) - 1
    assert answer.dual is not None
    assert part.let_go(answer.dual, longest=1, batch=0)
    after = len(part.cuts.indptr) - 1
    assert 0 < after < before
    assert len(part.found) == after
    again = part.engine.run_warm()
    assert again.value == pytest.approx(answer.value)
    assert part.engine.rows == state.pool.a.shape[0] + after
    assert again.x is not None and again.dual is not None
    rows, cuts = part.multipliers(again.dual)
    reduced = state.pool.cost - state.pool.a.T @ rows - part.cuts.T @ cuts
    assert part.engine.reduced_cost == pytest.approx(reduced, abs=1e-6)


def _places(state: Search) -> np.ndarray:
    """A pooled point that says no more than that every site is open from the first year, in some design."""
    x = np.zeros(len(state.pool.cost))
    x[list(state.pool.column["sites.open"].values())] = 1.0
    designs = state.pool.column["halls.design"]
    for site in state.case.sites.sites:
        design = state.case.halls.at_site[site][0]
        x[[j for (s, k, *_), j in designs.items() if (s, k) == (site, design)]] = 1.0
    return x
