"""The plan for several futures: a plan for each, over the same places, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dcplan.case import Case, Futures
from dcplan.library.columns import Column, Table, number, text
from dcplan.objectives import Alone
from dcplan.plan.build import from_decisions
from dcplan.plan.fleet import Decisions
from dcplan.plan.record import Hedge, Plan
from dcplan.plan.tables import rounded, tidy
from dcplan.units import MUSD_PER_BUSD

Range = tuple[float, float]

_SERVES = {True: "yes", False: "no", None: "unknown"}


def _amount(name: str, unit: str, meaning: str, *, blank: bool = False) -> Column:
    # No bounds: a wrong plan must be readable too, so that the audit can say what is wrong.
    return number(name, unit, meaning, None, None, blank)


FUTURES = Table(
    "futures",
    "",
    ("place",),
    (
        number("place", "place", "in the scenario, from 1", kind="integer"),
        text("future", "name, and folder of its plan under futures"),
        _amount("probability", "fraction", "how likely it is"),
        _amount("cost_musd", "MUSD", "of the objective, in this future"),
        _amount("tail_frac", "fraction", "probability that it has among the dearest (CVaR)"),
        _amount("capex_musd", "MUSD", "of all years"),
        _amount("opex_musd", "MUSD", "of all years"),
        _amount("facility_mw", "MW", "load in the last year"),
        _amount("delivered_eflops", "EFLOP/s", "in the last year"),
        _amount(
            "alone_musd", "MUSD", "its cost, planned for itself; blank if not known", blank=True
        ),
        _amount("alone_least_musd", "MUSD", "least that it can cost at all", blank=True),
        text("alone_serves", "whether its places serve every future: yes, no or unknown"),
        _amount("held_musd", "MUSD", "objective with them in every future", blank=True),
        _amount("held_least_musd", "MUSD", "least of that objective", blank=True),
        _amount("saved_least_musd", "MUSD", "what planning for all futures saves then", blank=True),
        _amount("saved_most_musd", "MUSD", "the same, at most", blank=True),
    ),
    optional=True,
)


def from_futures(
    futures: Futures,
    decisions: Mapping[str, Decisions],
    alone: Sequence[Alone],
    **outcome: Any,
) -> Plan:
    """The plan of the first future, which holds those of all; `outcome` as of `from_decisions`."""
    alone = [_rounded(one) for one in alone]
    status, seconds = outcome["status"], outcome["solve_seconds"]
    parts = tuple(
        _part(futures.cases[name], decisions[name], seconds, outcome["solver_version"])
        for name in futures.names
    )
    cost = {name: part.objective for name, part in zip(futures.names, parts, strict=True)}
    value = futures.weigh(cost)
    bound = min(outcome["bound"], value)
    own = {one.future: one for one in alone}
    hedge = Hedge(
        scenario=futures.scenario,
        status=status,
        objective=value,
        bound=bound,
        gap=abs(value - bound) / abs(value) if value else 0.0,
        expected_musd=futures.expected(cost),
        cvar_musd=futures.cvar(cost),
        perfect_information_musd=_perfect_information(futures, value, bound, own),
        rows=tidy(FUTURES, _rows(futures, parts, cost, own, (bound, value))),
        parts=parts,
    )
    return replace(parts[0], futures=hedge)


def _rounded(one: Alone) -> Alone:
    """To the digits of the tables, so that what follows from them agrees with them."""
    cost, least, held, held_least = (
        None if value is None else rounded(value)
        for value in (one.cost, one.least, one.held, one.held_least)
    )
    return replace(one, cost=cost, least=least, held=held, held_least=held_least)


def _part(case: Case, decisions: Decisions, seconds: float, solver: str) -> Plan:
    """One future's plan. What it is best at is not its own cost, so that has no bound."""
    plan = from_decisions(
        case,
        decisions,
        status="hedged",
        objective=0.0,
        bound=float("-inf"),
        gap=float("inf"),
        solve_seconds=seconds,
        solver_version=solver,
    )
    return replace(plan, objective=_cost(case, plan))


def _cost(case: Case, plan: Plan) -> float:
    """The objective from the plan's own table of money."""
    money, rows = case.money, plan.money
    spent = {
        kind: rows[rows.kind == kind].groupby("year").musd.sum().to_dict()
        for kind in ("capex", "opex")
    }
    if money.objective == "capex":
        return rounded(sum(spent["capex"].values()))
    left = float(rows[rows.kind == "residual"].musd.sum())
    yearly = sum(
        money.discount[y] * (spent["capex"].get(y, 0.0) + spent["opex"].get(y, 0.0))
        for y in case.years
    )
    return rounded(yearly - money.end_discount * left)


def _rows(
    futures: Futures,
    parts: Sequence[Plan],
    cost: Mapping[str, float],
    own: Mapping[str, Alone],
    found: Range,
) -> list[tuple[Any, ...]]:
    tail = futures.in_tail(cost)
    rows: list[tuple[Any, ...]] = []
    for place, (name, part) in enumerate(zip(futures.names, parts, strict=True), 1):
        last, one = part.summary.iloc[-1], own.get(name, Alone(name, None, None))
        rows.append(
            (
                *(place, name, futures.probability[name], cost[name], tail[name]),
                *(
                    float(part.summary[c].sum()) * MUSD_PER_BUSD
                    for c in ("capex_busd", "opex_busd")
                ),
                *(float(last.facility_mw), float(last.delivered_eflops), one.cost, one.least),
                *(_SERVES[one.serves], one.held, one.held_least, *_saved(one, found)),
            )
        )
    return rows


def _perfect_information(
    futures: Futures, value: float, bound: float, own: Mapping[str, Alone]
) -> Range | None:
    """What it would be worth to know the future before choosing: least and most, in MUSD."""
    costs = {name: one.cost for name, one in own.items() if one.cost is not None}
    least = {name: one.least for name, one in own.items() if one.least is not None}
    if len(costs) < len(futures.names) or len(least) < len(futures.names):
        return None
    return max(0.0, bound - futures.weigh(costs)), max(0.0, value - futures.weigh(least))


def _saved(one: Alone, found: Range) -> tuple[float | None, float | None]:
    """Value of the stochastic solution beside one future's own plan, least and most."""
    if one.held is None or one.held_least is None:
        return None, None
    bound, value = found
    return max(0.0, one.held_least - value), max(0.0, one.held - bound)
