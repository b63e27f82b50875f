"""U · Futures: places, cooling and fibre chosen once, the rest in each of several futures.

Nobody knows how headroom, chips and prices will turn out, and sites and fibre must be chosen before.
So every future has all the chapters for itself, in a block of its own with its own figures, and the
decisions that lie in the ground are the same in all: which sites open when, with which cooling design,
which corridors are lit, and at what speed. How large the halls grow, chips, contracts and whatever
else follows is decided in each future, knowing it. A cost is that of M6 in a future.

The worst futures may count for themselves: CVaR is the mean cost of the dearest ones that together
have the probability τ. At its least, threshold_musd is the cost that is passed with a probability of τ
at most, and the threshold and the mean excess over it make up CVaR (Rockafellar and Uryasev 2000).

One future is the deterministic model, row for row; this chapter is not written then.

Symbols   w future · p_w its probability · x_w every decision of the chapters on sites, fibre and links,
          and every design[s,k,y], in w
          λ weight of CVaR · τ probability of the tail
          cost_musd[w] (any sign) · threshold_musd (any sign) · excess_musd[w] ≥ 0

Equations
  U1  x_w = x of the first future                                     every other future
  U2  cost_musd[w] = cost of future w
  U3  excess_musd[w] ≥ cost_musd[w] − threshold_musd                                  λ > 0
  U4  minimise (1 − λ) Σ_w p_w cost_musd[w] + λ (threshold_musd + Σ_w p_w excess_musd[w] / τ)

Posts     nothing
Reads     open, design, fibre and links in all futures; the objective of each
Sources   the scenario
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo

from dcplan.case import Futures

SHARED = ("sites.open", "halls.design")
SHARED_CHAPTERS = ("fibre.", "links.")


def is_shared(name: str) -> bool:
    """Whether a variable, such as `sites.open`, is chosen once for all futures."""
    return name in SHARED or name.startswith(SHARED_CHAPTERS)


def write(m: pyo.ConcreteModel, futures: Futures) -> None:
    """Open the block `m.futures` over the futures in `m.future[w]`, and set the objective."""
    names, weight = futures.names, futures.cvar_weight
    m.futures = b = pyo.Block()
    b.cost_musd = pyo.Var(names, domain=pyo.Reals, doc="cost in a future   [MUSD]")
    _write_together(m, b, futures)

    @b.Constraint(names, doc="U2  cost_musd[w] = cost of future w   [MUSD]")
    def cost(b: pyo.Block, w: str) -> object:
        return b.cost_musd[w] == m.future[w].money.goal.expr

    worst: Any = 0.0
    if weight:
        b.threshold_musd = pyo.Var(domain=pyo.Reals, doc="cost seldom passed   [MUSD]")
        b.excess_musd = pyo.Var(names, domain=pyo.NonNegativeReals, doc="beyond it   [MUSD]")
        mean = sum(futures.probability[w] * b.excess_musd[w] for w in names)
        worst = b.threshold_musd + mean / futures.cvar_tail

    @b.Constraint(
        names if weight else (),
        doc="U3  excess_musd[w] ≥ cost_musd[w] − threshold_musd   [MUSD]",
    )
    def excess(b: pyo.Block, w: str) -> object:
        return b.excess_musd[w] >= b.cost_musd[w] - b.threshold_musd

    expected = sum(futures.probability[w] * b.cost_musd[w] for w in names)
    for w in names:
        m.future[w].money.goal.deactivate()
    b.goal = _goal((1 - weight) * expected + weight * worst)


def _write_together(m: pyo.ConcreteModel, b: pyo.Block, futures: Futures) -> None:
    first, *others = (dict(_shared(m.future[w])) for w in futures.names)
    same = [
        (var, other[name][index])
        for other in others
        for name, one in first.items()
        for index, var in one.items()
    ]

    @b.Constraint(range(len(same)), doc="U1  x_w = x of the first future   [its unit]")
    def together(b: pyo.Block, place: int) -> object:
        one, other = same[place]
        return other == one


def _shared(block: pyo.Block) -> Iterator[tuple[str, pyo.Var]]:
    """Every shared variable of a future, by chapter and name."""
    for var in block.component_objects(pyo.Var):
        name = f"{var.parent_block().local_name}.{var.local_name}"
        if is_shared(name):
            yield name, var


def _goal(value: Any) -> pyo.Objective:
    return pyo.Objective(
        expr=value,
        doc="U4  (1 − λ) Σ p cost_musd[w] + λ (threshold_musd + Σ p excess_musd[w] / τ)   [MUSD]",
    )
