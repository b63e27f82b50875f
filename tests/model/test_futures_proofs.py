"""The chapter on futures, on settings of tests/tiny that can be solved by hand.

One year, one chip, one site, alpha or beta, as in test_model_proofs: at alpha with air a fleet of 50 MW
of IT costs 346.654 MUSD. At beta, with liquid, by the same items:

    chips     1000       worth 3/4      facility  50 MW × 11 × 0.9 = 495      worth 19/20
    land      0.6        worth all      power     60 MW × 0.3 × 0.9 = 16.2    worth 39/40
    opex      chips 30, facility 14.85, staff 5, tax 0.162, energy 60 × 7.008 × 0.06 = 25.2288

1511.8 + 75.2408 − 1236.645 = 350.3958. Alpha takes 420.48 GWh, so a price of 20 USD/MWh more in the north
makes it 8.4096 dearer.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest

import dcplan
from dcplan import case as cases
from dcplan import model, scenario
from dcplan.model import futures as chapter
from dcplan.solve.matrix import Matrix, compile_model

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"
ALPHA, BETA, DEARER = 346.654, 350.3958, 8.4096
PLACE = (
    *("years=[2027]", "money.discount_rate=0", "target.training_eflops=7.96"),
    *("limits.power_gw=null", "limits.pue=null", "limits.capex_busd=null"),
    *("limits.vendor_frac=null", "chips.only=[red_old]", "power.offer=[grid]"),
    *("sites.forbid=[gamma]", "sites.max_sites=1"),
)


def two(dear: float, *risk: str) -> tuple[str, ...]:
    """A future as it is, and one of probability `dear` with dearer energy in the north."""
    return (
        *PLACE,
        f"futures=[{{name: calm, probability: {1 - dear:g}}}, {{name: dear, "
        f'probability: {dear:g}, set: {{zones.north.energy_usd_per_mwh: "+20"}}}}]',
        *risk,
    )


def near(value: float) -> Any:
    return pytest.approx(value, abs=1e-3)


def solved(*settings: str) -> dcplan.Plan:
    plan = dcplan.load(TINY, settings).solve()
    assert plan.verdict.passed, plan.verdict.failures
    return plan


def site(plan: dcplan.Plan) -> str:
    return str(plan.table("sites").site_id[0])


def test_places_follow_the_expected_cost() -> None:
    """A place is chosen once, for the mean of what it costs.

    **Proves** U1, U2 and U4: alpha costs 346.654 + 0.4 × 8.4096 where dear energy has a probability
    of 0.4, and is chosen; at 0.5 it would be 350.8588, and beta is.
    **Sensitivity** they change places at 3.7418 / 8.4096 = 0.44494.
    """
    for dear, cost, place in ((0.4, ALPHA + 0.4 * DEARER, "alpha"), (0.5, BETA, "beta")):
        plan = solved(*two(dear))
        assert plan.record.futures is not None
        assert plan.record.futures.objective == near(cost)
        assert site(plan) == place
    assert site(solved(*two(0.4449))) == "alpha"
    assert site(solved(*two(0.4450))) == "beta"


def test_what_is_shared_is_shared_both_ways() -> None:
    """A future that needs two places opens them in the other too, whichever is told first.

    **Proves** U1 in both directions: chips three times as good would need alpha alone.
    **Sensitivity** shared decisions of one future that may only be fewer than those of the first.
    """
    wish = (*PLACE, "sites.max_sites=2", "target.training_eflops=30", "sites.min_mw=60")
    wish = (*wish, "buyer.supply_frac=1")
    better = 'name: good, probability: 0.5, set: {chips.red_old.bf16_tflops: "*3"}'
    told = ["name: poor, probability: 0.5", better]
    found = []
    for one, other in (told, told[::-1]):
        _, m = built(*wish, f"futures=[{{{one}}}, {{{other}}}]")
        pyo.SolverFactory("highs").solve(m)
        found.append(pyo.value(m.futures.goal))
        opened = {
            n: [s for s in ("alpha", "beta") if m.future[n].sites.open[s, 2027].value > 0.5]
            for n in m.future
        }
        assert opened == {"poor": ["alpha", "beta"], "good": ["alpha", "beta"]}
    assert found[0] == near(found[1])


def test_what_knowing_and_hedging_are_worth() -> None:
    """The value of perfect information and that of the stochastic solution.

    **Proves** both: knowing, alpha is built when calm and beta when dear, 348.5249 on average, so
    knowing is worth 1.8709. A plan for calm alone builds alpha, which costs 350.8588 over both: 0.463
    more. One for dear alone builds beta, as the plan for both does.
    **Sensitivity** to the probability: at 0.4 alpha saves beside beta 350.3958 − 350.01784.
    """
    plan = solved(*two(0.5))
    hedge, rows = plan.record.futures, plan.futures
    assert hedge is not None and rows is not None
    assert hedge.perfect_information_musd == (near(1.8709), near(1.8709))
    assert rows.alone_musd.tolist() == [near(ALPHA), near(BETA)]
    assert rows.held_musd.tolist() == [near(ALPHA + DEARER / 2), near(BETA)]
    assert rows.saved_most_musd.tolist() == [near(0.463), near(0.0)]
    rows = solved(*two(0.4)).futures
    assert rows is not None and rows.saved_most_musd.tolist() == [near(0.0), near(0.37796)]


def test_the_dearest_futures_count_for_themselves() -> None:
    """CVaR with a weight moves the choice away from what may become dear.

    **Proves** U3 and U4. Dear has 0.4, alpha is 350.01784 on average and 355.0636 when dear, beta
    350.3958 either way. A weight of 0.07 on the dearest 0.4 makes alpha 350.37104, one of 0.08
    350.42150. Where the tail is 0.8, half of it is calm: CVaR of alpha is 350.8588.
    **Sensitivity** a tail twice as long takes a weight of 0.4494 in place of 0.0749.
    """
    for tail, weight, place in (
        *((0.4, 0.07, "alpha"), (0.4, 0.08, "beta")),
        *((0.8, 0.44, "alpha"), (0.8, 0.46, "beta")),
    ):
        plan = solved(*two(0.4, f"risk.cvar_weight={weight}", f"risk.cvar_tail={tail}"))
        assert site(plan) == place
    alpha = solved(*two(0.4, "risk.cvar_weight=0.44", "risk.cvar_tail=0.8")).record.futures
    assert alpha is not None
    assert alpha.cvar_musd == near(ALPHA + DEARER / 2)
    assert alpha.objective == near(0.56 * (ALPHA + 0.4 * DEARER) + 0.44 * (ALPHA + DEARER / 2))


def built(*settings: str) -> tuple[cases.Case, pyo.ConcreteModel]:
    case = cases.build_all(scenario.read(TINY, settings))
    return case, model.build(case)


def same(one: Matrix, two_: Matrix) -> bool:
    return (
        (one.a != two_.a).nnz == 0
        and all(
            (getattr(one, name) == getattr(two_, name)).all()
            for name in ("row_lower", "row_upper", "lower", "upper", "cost", "integer")
        )
        and one.column == two_.column
        and one.row_names == two_.row_names
        and one.row_index == two_.row_index
    )


def test_one_future_is_the_model_row_for_row() -> None:
    """**Proves** that one future adds nothing. **Sensitivity** any row, bound or coefficient."""
    plain = compile_model(built()[1])
    assert same(compile_model(built("futures=[{name: only, probability: 1}]")[1]), plain)
    change = "set: {chips.red_old.price_usd: '*1.1', limits.pue: 1.25}"
    changed = compile_model(built(f"futures=[{{name: only, probability: 1, {change}}}]")[1])
    by_hand = compile_model(built("chips.red_old.price_usd*=1.1", "limits.pue=1.25")[1])
    assert same(changed, by_hand) and not same(changed, plain)


def test_every_equation_is_one_family() -> None:
    """**Proves** that the page is the model. **Sensitivity** an equation on one side only."""
    m = built(*two(0.5, "risk.cvar_weight=0.5"))[1]
    text = (chapter.__doc__ or "").partition("\nEquations\n")[2].partition("\n\n")[0]
    said = re.findall(r"^  (U\d+)\s", text, re.M)
    parts = list(m.futures.component_objects((pyo.Constraint, pyo.Objective)))
    assert sorted(part.doc.split()[0] for part in parts) == said == ["U1", "U2", "U3", "U4"]
    assert all(re.match(r"U\d  \S.*   \[[^\]]+\]$", part.doc) for part in parts)
    assert [o.name for o in m.component_objects(pyo.Objective, active=True)] == ["futures.goal"]
