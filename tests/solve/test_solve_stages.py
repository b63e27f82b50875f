"""The chain of objectives: against plain HiGHS stage by stage, by hand, and when it is stopped."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyomo.environ as pyo
import pytest

import dcplan.solve
from dcplan import case as cases
from dcplan import model
from dcplan.audit import audit
from dcplan.errors import StoppedEarly
from dcplan.objectives import OBJECTIVES
from dcplan.plan import Plan, from_decisions
from dcplan.solve import Outcome, Watch

TinyCase = Callable[..., cases.Case]
approx = pytest.approx

FLOP = 1e18 * 365 * 24 * 3600
TOTAL = (
    *("years=[2027, 2028, 2029]", "target.training_eflops=null"),
    *(f"target.training_flop={60 * FLOP!r}", "target.by=2029"),
)
CHAINS = [
    ("tie_breakers=[{objective: carbon, slack: 0.02}]",),
    ("tie_breakers=[{objective: carbon, slack: 0.02}, {objective: max_flop, slack: 0.01}]",),
    ("objective=max_flop", "tie_breakers=[{objective: tco, slack: 0.1}, {objective: capex}]"),
    (*TOTAL, "objective=earliest", "tie_breakers=[{objective: tco}]"),
    (*TOTAL, "tie_breakers=[{objective: earliest, slack: 0.4}, {objective: capex, slack: 0.5}]"),
]


def plain(case: cases.Case) -> float:
    """The optimum by HiGHS through Pyomo's own interface."""
    m, solver = model.build(case), pyo.SolverFactory("highs")
    solver.options["mip_rel_gap"] = 1e-9
    solver.solve(m)
    return float(pyo.value(m.money.goal))


def by_stages(case: cases.Case) -> list[float]:
    """The same chain, each stage a model written for it here."""
    later = case.scenario.tie_breakers
    names = [case.scenario.objective, *(rule.objective for rule in later)]
    slacks, found = [*(rule.slack for rule in later), 0.0], []
    for name, slack in zip(names, slacks, strict=True):
        now = replace(case, money=replace(case.money, objective=name))
        found.append(plain(now))
        limit = found[-1] * (1 + OBJECTIVES[name].sign * (slack + 1e-7))
        if name == "earliest":
            by = case.years[min(math.floor(limit), len(case.years)) - 1]
            case = replace(case, training=replace(case.training, by=by))
        else:
            case = replace(case, money=replace(case.money, held=(*case.money.held, (name, limit))))
    return found


def plan_of(case: cases.Case, found: Outcome) -> Plan:
    return from_decisions(
        case,
        found.decisions,
        status=found.status,
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        solve_seconds=found.seconds,
        solver_version=found.solver_version,
        stages=found.stages,
    )


@pytest.mark.parametrize("settings", CHAINS, ids=" ".join)
def test_chain_finds_each_optimum(tiny_case: TinyCase, settings: tuple[str, ...]) -> None:
    """Every stage ends at the optimum of its own model.

    **Proves** M7, the moved date of an earliest plan, and the start of a stage from the plan before.
    **Sensitivity** a value held too loosely or too tightly shows in the next stage.
    """
    case = tiny_case(*settings)
    found = dcplan.solve.solve(case)
    assert found.status == "optimal"
    assert [stage.value for stage in found.stages] == approx(by_stages(case), rel=2e-6)
    plan = plan_of(case, found)
    assert audit(plan).passed, audit(plan).failures
    first = found.stages[0]
    slack = case.scenario.tie_breakers[0].slack
    assert abs(found.objective - first.value) <= (slack + 2e-7) * abs(first.value)
    assert found.bound == first.bound


BUDGET = (
    *("years=[2027, 2028, 2029]", "money.discount_rate=0", "limits=null", "objective=earliest"),
    *("chips.only=[red_old]", "power.offer=[grid]", "sites.forbid=[beta, gamma]", "sites.min_mw=1"),
    *("limits.capex_busd.per_year=1.5192", "target.training_eflops=null"),
    *(f"target.training_flop={20 * FLOP!r}", "target.by=2029"),
)


@pytest.mark.parametrize(("slack", "years"), [(0.0, 2), (0.5, 3)])
def test_earliest_then_cheapest(tiny_case: TinyCase, slack: float, years: int) -> None:
    """The least capex of a plan that is there in time.

    **Proves** that a held year is kept to the year: 20 EFLOP/s-years are 125.628 kchip-years at 30.384
    MUSD a kchip. In two years, 50 of them in 2027 and 75.628 in 2028.
    **Sensitivity** half a year's slack on 2 allows year 3: a third of them each year.
    """
    kchip_years = 20 / (0.2 * 0.796)
    case = tiny_case(*BUDGET, f"tie_breakers=[{{objective: capex, slack: {slack}}}]")
    found = dcplan.solve.solve(case)
    by_hand = kchip_years - 50 if years == 2 else kchip_years / 3
    assert found.stages[0].value == 2
    assert found.objective == years
    assert found.stages[1].value == approx(by_hand * 30.384, rel=1e-6)


class StopsAt(Watch):
    """Stops the search as somebody would at the first plan of a stage."""

    at = 1

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if (name == "plans" and value and self.at == 1) or (
            name == "stage" and value == self.at > 1
        ):
            self.stop()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_stopped_chain_keeps_its_best_plan(tiny_case: TinyCase, at: int) -> None:
    """**Proves** that a stop in any stage leaves a plan that passes the audit, and says what is open.

    **Sensitivity** the stages from the stopped one on are not proven, those before are.
    """
    case = tiny_case(*CHAINS[1], "solver.gap=0", "fibre.speeds_tbps=[30, 50, 70, 90, 110, 130]")
    watch = StopsAt(60.0)
    watch.at = at
    found = dcplan.solve.solve(case, watch)
    plan = plan_of(case, found)
    assert audit(plan).passed, audit(plan).failures
    assert found.status == "stopped"
    assert [stage.objective for stage in found.stages] == ["tco", "carbon", "max_flop"]
    open_ = [math.isinf(stage.gap) for stage in found.stages]
    assert open_[at:] == [True] * (3 - at)
    assert not any(open_[: at - 1])


def test_shares_of_the_time_limit() -> None:
    """**Proves** that a stage may take its share of the time left, once there is a plan."""
    watch = Watch(100.0)
    watch.begin("tco", 1, 2)
    assert watch.left_s == approx(100, abs=0.1)
    watch.plans = 1
    assert watch.left_s == approx(50, abs=0.1)
    watch.begin("capex", 2, 2)
    assert watch.left_s == approx(100, abs=0.1)


def test_no_time_for_the_first_plan(tiny_case: TinyCase) -> None:
    """**Proves** that a chain without its first plan is StoppedEarly."""
    with pytest.raises(StoppedEarly):
        dcplan.solve.solve(tiny_case(*CHAINS[0], "solver.time_limit_s=0.001"))
