"""A whole plan of one problem, held in another: its sites, designs and ways under other limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from dcplan.case import Case
from dcplan.solve.matrix import Floats, Matrix
from dcplan.solve.settle import price, retime
from dcplan.solve.state import Search, begin
from dcplan.solve.watch import Watch

ANY_PLAN_GAP = 1.0
"""Whether limits can be met matters here, not at what cost."""
HELD_GAP = 0.04
"""Where what a limit lacks is the cost: within a hundredth of the least with these places."""


@dataclass(frozen=True)
class Network:
    """A whole plan of some problem: the pooled point, by the columns of its model."""

    state: Search
    x: Floats

    def over(self, state: Search) -> Floats:
        """The point over another search's pooled model; 0 where this one has no such column."""
        x = np.zeros(len(state.pool.cost))
        old = self.state.pool.column
        for name, places in state.pool.column.items():
            for index, j in places.items():
                value = self.x[old[name][index]] if index in old.get(name, {}) else 0.0
                x[j] = 0.0 if np.isnan(value) else value
        return x


def fits(state: Search, networks: Iterable[Network]) -> bool:
    """Whether every yes and no of some network makes a plan of the problem of a search."""
    for network in networks:
        price(state, network.over(state))
        if state.plan is not None:
            return True
    return False


def held(case: Case, matrix: Matrix, network: Network, watch: Watch) -> Search:
    """A search that has the best plan with every yes and no of a network, else its ways and last places."""
    state = begun(case, matrix, HELD_GAP, watch)
    x = network.over(state)
    price(state, x)
    if state.plan is None:
        retime(state, x)
    return state


def begun(case: Case, matrix: Matrix, gap: float, watch: Watch) -> Search:
    """A search for any plan of a problem; the clock and the stop are shared, what it finds is not told."""
    return begin(priced(case), matrix, replace(watch), gap, quiet=True)


def priced(case: Case) -> Case:
    """The case without an objective that is searched for year by year.

    Any plan of the latest date will do; its own objective tells no two sets of sites apart.
    """
    if case.money.objective != "earliest":
        return case
    return replace(case, money=replace(case.money, objective="tco"))
