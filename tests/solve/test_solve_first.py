"""First plans: networks grown by ears, and places at prices that stand for the network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import pytest

import dcplan.solve
from dcplan import case as cases
from dcplan.errors import NoPlan
from dcplan.solve import Watch
from dcplan.solve.ears import Ears, grown
from dcplan.solve.first import first_plans
from dcplan.solve.published import publish
from dcplan.solve.state import Search, begin

from .test_solve_steiner import SPOKES, TRIANGLE, Edges, grid, steiner_case

TinyCase = Callable[..., cases.Case]
LOSE = ("resilience.lose=site", "resilience.keep_frac=0.4", "target.training_eflops=10")
TWO_WAYS = {("a", "b"): 10.0, ("a", "hub"): 4.0, ("hub", "b"): 5.0}


@pytest.mark.parametrize(
    ("terminals", "edges", "topology", "km"),
    [
        ("ab", TWO_WAYS, "tree", 9.0),
        ("ab", TWO_WAYS, "survivable", 19.0),
        ("abc", TRIANGLE | SPOKES, "tree", 70.0),
        ("abc", TRIANGLE | SPOKES, "survivable", 130.0),
        ("abc", TRIANGLE, "survivable", 105.0),
    ],
    ids=["path", "both ways", "two sides", "two ears", "ring"],
)
def test_what_grows_by_hand(
    tiny_case: TinyCase, terminals: Iterable[str], edges: Edges, topology: str, km: float
) -> None:
    """Two sites by the hub, or by the hub and straight; three by two sides, which a hub would beat by 10 km.

    Twice joined, the second is reached straight and by the hub, 35 + 40 km, and the third from the hub and
    by a side, 20 + 35; the ring of three sides would be 105. Without a hub there is nothing else.

    **Proves** the ears' costs, that no corridor is used twice, and that the cheapest site comes next.
    **Sensitivity** a second path that may use the first one's corridors: 18 km between two sites.
    """
    case = steiner_case(tiny_case, terminals, edges, topology)
    ears = Ears(case, Watch(60.0))
    lit = grown(ears, dict.fromkeys(terminals, 2028))
    assert lit is not None
    assert ears.capex_musd(lit) == pytest.approx(km)
    assert len({(min(way), max(way)) for way in lit}) == len(lit)


def test_corridors_that_cost_nothing(tiny_case: TinyCase) -> None:
    """**Proves** that an ear ends. **Sensitivity** a flow that goes round in a ring besides, at no cost."""
    free = dict.fromkeys(grid(3), 0.0)
    case = steiner_case(tiny_case, corners := ("n00", "n02", "n20", "n22"), free, "survivable")
    lit = grown(Ears(case, Watch(60.0)), dict.fromkeys(corners, 2028))
    assert lit is not None
    assert {head for _, head in lit} == {tail for tail, _ in lit} >= set(corners)


def test_sites_that_no_corridor_joins(tiny_case: TinyCase) -> None:
    case = steiner_case(tiny_case, "ab", TWO_WAYS | {("c", "d"): 1.0})
    assert grown(Ears(case, Watch(60.0)), {"a": 2028, "c": 2028}) is None


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("sites.min_mw=20", "limits.zone_frac=0.6"),
        ("objective=capex", "money.discount_rate=0"),
        ("sites.max_sites=1", "target.training_eflops=10"),
    ],
)
def test_round_the_best_plan(tiny_case: TinyCase, settings: tuple[str, ...]) -> None:
    """The bound of the first places is one of the problem, the plans are plans of it.

    **Proves** that no site's price is in the bound. **Sensitivity** a bound of the second places, which
    pay for the network more than once; a plan that keeps sites without what joins them.
    """
    case = tiny_case(*settings)
    best = dcplan.solve.solve(case).objective
    state = searched(case)
    assert state.bound <= best * (1 + 1e-6)
    assert state.best >= best * (1 - 1e-6)
    assert state.best <= best * 1.05


def test_round_the_best_ring(tiny_case: TinyCase) -> None:
    """Four corners of a grid: the rim is 8 km, what ears make of it 11.

    **Proves** that plans of a survivable network are plans. **Sensitivity** ways lit in one direction only.
    """
    case = steiner_case(tiny_case, ("n00", "n02", "n20", "n22"), grid(3), "survivable")
    best = dcplan.solve.solve(case).objective
    state = searched(case)
    assert state.bound <= best * (1 + 1e-6) <= state.best * (1 + 2e-6)
    assert math.isfinite(state.best)


def test_no_places_at_all(tiny_case: TinyCase) -> None:
    with pytest.raises(NoPlan, match="even if fibre cost nothing"):
        searched(tiny_case("sites.min_mw=110", "limits.power_gw=0.2", *LOSE))


def searched(case: cases.Case) -> Search:
    state = begin(case, publish(case)[0], Watch(60.0), gap=0.0)
    first_plans(state)
    assert math.isfinite(state.bound)
    return state
