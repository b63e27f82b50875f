"""Several futures: each its own kept promises, one set of places, and what they come to in all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dcplan.audit.check import Audit, Checks
from dcplan.plan import Hedge, Plan
from dcplan.scenario import branches, resolved

Row = Mapping[str, Any]


def check(plan: Plan, hedge: Hedge, parts: Sequence[Audit], checks: Checks) -> None:
    """Every future's plan, what they share, their rows, and expected cost, CVaR and worth."""
    rows: list[Row] = hedge.rows.to_dict("records")
    asked = branches(hedge.scenario)
    named = [row["future"] for row in rows] == [future.name for future, _ in asked]
    checks.holds("futures.names", "futures.csv", named and len(hedge.parts) == len(rows))
    if not named or len(hedge.parts) != len(rows):
        return
    _check_root(plan, hedge, checks)
    for row, part, found, (future, branch) in zip(rows, hedge.parts, parts, asked, strict=True):
        name = str(row["future"])
        checks.holds("futures.scenario", name, resolved(part.scenario) == resolved(branch))
        chance = row["probability"]
        checks.equal("futures.probability", name, chance, future.probability, "fraction")
        checks.holds("futures.promises", name, found.passed)
        for broken in found.failures:
            checks.holds("futures.promises", f"{name}: {broken.name} {broken.where}", False)
        _check_shared(hedge.parts[0], part, name, checks)
        _check_row(row, part, checks)
    _check_sums(hedge, rows, checks)


def _check_root(plan: Plan, hedge: Hedge, checks: Checks) -> None:
    """The plan that stands for all is that of the first future, table for table."""
    first = hedge.parts[0]
    for name in ("sites", "links", "chips", "power", "money"):
        checks.holds("futures.first", f"{name}.csv", plan.table(name).equals(first.table(name)))
    checks.holds("futures.first", "scenario", resolved(plan.scenario) == resolved(first.scenario))


def _check_shared(first: Plan, part: Plan, name: str, checks: Checks) -> None:
    """Sites, their cooling, and links with their speed are those of the first future."""
    for table, columns in (
        ("sites", ("site_id", "year", "open", "cooling")),
        ("links", ("node_a", "node_b", "year", "tbps", "pairs", "held")),
    ):
        one, two = (
            {tuple(row) for row in plan.table(table)[list(columns)].itertuples(index=False)}
            for plan in (first, part)
        )
        for row in sorted(one ^ two, key=str) or [()]:
            checks.holds("futures.shared", " ".join([name, table, *map(str, row)]), not row)


def _check_row(row: Row, part: Plan, checks: Checks) -> None:
    """A row of futures.csv against the tables of that future's plan."""
    name, last = str(row["future"]), part.summary.iloc[-1]
    spent = part.money.groupby("kind").musd.sum()
    for column, value, unit in (
        ("cost_musd", part.objective, "MUSD"),
        ("capex_musd", float(spent.get("capex", 0.0)), "MUSD"),
        ("opex_musd", float(spent.get("opex", 0.0)), "MUSD"),
        ("facility_mw", float(last.facility_mw), "MW"),
        ("delivered_eflops", float(last.delivered_eflops), "EFLOP/s"),
    ):
        checks.equal(f"futures.{column}", name, row[column], value, unit)
    # what it costs here is a plan for it alone as well, so the least of those is no more
    least = row["alone_least_musd"]
    if not math.isnan(least):
        checks.at_most("futures.alone_least", name, least, row["cost_musd"], "MUSD")
        checks.at_most("futures.alone_least", name, least, row["alone_musd"], "MUSD")


def _check_sums(hedge: Hedge, rows: Sequence[Row], checks: Checks) -> None:
    """Expected cost, CVaR, the objective with its bound and gap, and what it is worth."""
    costs = [row["cost_musd"] for row in rows]
    expected, cvar = _expected(hedge, costs), _cvar(hedge, costs)
    checks.equal("futures.expected", "", hedge.expected_musd, expected, "MUSD")
    checks.equal("futures.cvar", "", hedge.cvar_musd, cvar, "MUSD")
    value = _weighed(hedge, costs)
    checks.equal("futures.objective", "", hedge.objective, value, "MUSD")
    left = hedge.scenario.risk.cvar_tail
    for row in sorted(rows, key=lambda row: -row["cost_musd"]):
        part = min(left, row["probability"])
        left -= part
        checks.equal("futures.tail", str(row["future"]), row["tail_frac"], part, "fraction")
    if math.isfinite(hedge.bound):
        checks.at_most("futures.bound", "", hedge.bound, hedge.objective, "MUSD")
        gap = abs(hedge.objective - hedge.bound) / abs(hedge.objective) if hedge.objective else 0.0
        checks.equal("futures.gap", "", hedge.gap, gap, "fraction")
    if hedge.status == "optimal":
        checks.at_most("futures.optimal", "", hedge.gap, hedge.scenario.solver.gap, "fraction")
    _check_worth(hedge, rows, checks)


def _check_worth(hedge: Hedge, rows: Sequence[Row], checks: Checks) -> None:
    """What it is worth to know the future, and to have planned for more than one."""
    low, high = hedge.bound, hedge.objective
    if (known := hedge.perfect_information_musd) is not None:
        name = "futures.perfect_information"
        least = max(0.0, low - _weighed(hedge, [row["alone_musd"] for row in rows]))
        most = max(0.0, high - _weighed(hedge, [row["alone_least_musd"] for row in rows]))
        checks.equal(name, "least", known[0], least, "MUSD", high)
        checks.equal(name, "most", known[1], most, "MUSD", high)
    for row in rows:
        name, where = "futures.stochastic_solution", str(row["future"])
        if row["alone_serves"] != "yes":
            checks.holds(name, where, math.isnan(row["saved_most_musd"]))
            continue
        held, least = row["held_musd"], row["held_least_musd"]
        checks.equal(name, where, row["saved_least_musd"], max(0.0, least - high), "MUSD", high)
        checks.equal(name, where, row["saved_most_musd"], max(0.0, held - low), "MUSD", high)
        # with its places held there is a plan for all futures, so it is not below the bound
        checks.at_most("futures.held", where, low, held, "MUSD")
        checks.at_most("futures.held", where, least, held, "MUSD")


def _expected(hedge: Hedge, costs: Sequence[float]) -> float:
    chances = [future.probability for future in hedge.scenario.futures]
    return sum(p * cost for p, cost in zip(chances, costs, strict=True))


def _cvar(hedge: Hedge, costs: Sequence[float]) -> float:
    """Least over all thresholds of threshold + mean excess / tail; some cost is the best one."""
    chances, tail = [f.probability for f in hedge.scenario.futures], hedge.scenario.risk.cvar_tail
    return min(
        at + sum(p * max(0.0, cost - at) for p, cost in zip(chances, costs, strict=True)) / tail
        for at in costs
    )


def _weighed(hedge: Hedge, costs: Sequence[float]) -> float:
    weight = hedge.scenario.risk.cvar_weight
    return (1 - weight) * _expected(hedge, costs) + weight * _cvar(hedge, costs)
