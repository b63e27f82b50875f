"""Several futures: the search over merged columns against plain HiGHS on the published model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

import dcplan
import dcplan.solve
from dcplan import case as cases
from dcplan import model, scenario
from dcplan.errors import InputError, NoPlan
from dcplan.solve import Outcome, Watch
from dcplan.solve.futures import merge
from dcplan.solve.matrix import compile_model

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"
EXACT = "solver.gap=1e-9"
RED = "chips.red_new.price_usd: '*1.5', chip_supply.red_new/2028.world_chips: '*0.6'"
POOR = "zones.north.headroom_05pct_mw: '*0.8', zones.north.headroom_025pct_mw: '*0.8'"
SLOW = "workloads.step.goodput_frac: '*0.95', supply.grid.lead_years: 1"
LESS = "target.training_eflops.2028: 45, limits.power_gw.2028: 0.3"
RISKY = ("risk.cvar_weight=0.6", "risk.cvar_tail=0.3")


def futures(*changes: str, chances: tuple[float, ...] = ()) -> str:
    chances = chances or (1 / len(changes),) * len(changes)
    rows = [
        f"{{name: w{i}, probability: {p!r}, set: {{{change}}}}}"
        for i, (change, p) in enumerate(zip(changes, chances, strict=True))
    ]
    return f"futures=[{', '.join(rows)}]"


SETTINGS: list[tuple[str, ...]] = [
    (futures("", RED),),
    (futures("", RED), *RISKY),
    (futures("", POOR, RED, chances=(0.5, 0.3, 0.2)), *RISKY),
    (futures(POOR, SLOW, LESS), "risk.cvar_weight=0.99", "risk.cvar_tail=0.05"),
    (futures("", RED), "objective=capex"),
    (futures("", LESS), "workload.preset=loose", "target.training_eflops.2028=50"),
    (futures("", "chips.forbid: [red_old]"), "target.training_eflops={2027: 5, 2028: 30}"),
    (
        *(futures("", RED), "existing=./fleet", "sites.existing=[beta]", "fibre.lease=true"),
        *("fibre.topology=survivable", "target.training_eflops={2027: 5, 2028: 25}"),
    ),
    (futures("", "limits.pue_site: 1.2"), "target.training_eflops={2027: 5, 2028: 45}"),
    (futures("", RED), "existing=./fleet"),
    (
        futures("", "power.upgrades: true"),
        *("limits.curtailment=choose", "chips.whole_pods=[blue]", "chips.blue.pod_chips=3000"),
        *("resilience.lose=site", "resilience.keep_frac={2028: 0.4}"),
    ),
]


def case_of(*settings: str) -> cases.Case:
    return cases.build_all(scenario.read(TINY, settings))


def solved(*settings: str) -> tuple[cases.Case, Outcome]:
    case = case_of(*settings)
    return case, dcplan.solve.solve(case)


def by_highs(case: cases.Case) -> float:
    m = model.build(case)
    solver = pyo.SolverFactory("highs")
    solver.options["mip_rel_gap"] = 1e-9
    solver.solve(m)
    return float(pyo.value(m.futures.goal))


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_the_search_finds_what_plain_highs_finds(settings: tuple[str, ...]) -> None:
    """**Proves** the merge and the search on it. **Sensitivity** a row lost, a column merged wrongly."""
    case, found = solved(*settings, EXACT)
    assert found.objective == pytest.approx(by_highs(case), rel=1e-6)
    assert found.bound == pytest.approx(found.objective, rel=1e-6)


@pytest.mark.parametrize("settings", SETTINGS[:9:2], ids=range(0, 9, 2))
def test_what_one_future_alone_comes_to(settings: tuple[str, ...]) -> None:
    """Each future's own plan, and its places in all futures, solved apart.

    **Proves** that `alone` is the deterministic plan of that future, and that holding its places is
    never better than the plan for all, nor knowing worse.
    **Sensitivity** a choice that only the joint model has, or lacks.
    """
    case, found = solved(*settings, EXACT)
    futures_ = case.futures
    assert futures_ is not None
    for one in found.alone:
        apart = dcplan.solve.solve(futures_.alone[one.future]).objective
        assert one.cost == pytest.approx(apart, rel=1e-6)
        assert one.serves is not None
        assert not one.serves or one.held >= found.bound * (1 - 1e-9)
    costs = {one.future: one.cost or 0.0 for one in found.alone}
    assert futures_.weigh(costs) <= found.objective * (1 + 1e-6)


def test_equal_futures_are_one() -> None:
    """**Proves** that futures without a difference change nothing. **Sensitivity** any weight."""
    plain = dcplan.load(TINY, (EXACT,)).solve()
    for risk in ((), RISKY):
        twice = dcplan.load(TINY, (futures("", "", chances=(0.3, 0.7)), EXACT, *risk)).solve()
        hedge = twice.record.futures
        assert hedge is not None
        assert hedge.objective == pytest.approx(plain.record.objective, rel=1e-7)
        assert hedge.cvar_musd == pytest.approx(hedge.expected_musd, rel=1e-9)
        assert hedge.perfect_information_musd == (
            pytest.approx(0, abs=1e-4),
            pytest.approx(0, abs=1e-4),
        )


def test_the_order_of_futures_does_not_matter() -> None:
    """**Proves** that no future is special. **Sensitivity** a figure read from the first alone."""
    one = solved(futures("", POOR, chances=(0.6, 0.4)), EXACT, *RISKY)[1]
    two = solved(futures(POOR, "", chances=(0.4, 0.6)), EXACT, *RISKY)[1]
    assert one.objective == pytest.approx(two.objective, rel=1e-6)


def test_merging_keeps_sites_first_and_futures_last() -> None:
    """**Proves** what cuts, pooling and neighbourhoods rely on. **Sensitivity** another index."""
    case = case_of(futures("", RED), *RISKY)
    assert case.futures is not None
    apart = compile_model(model.build(case))
    matrix = merge(apart, case.futures)
    assert {len(index) for index in matrix.column["sites.open"]} == {2}
    assert {index[-1] for index in matrix.column["chips.added"]} == {0, 1}
    assert set(matrix.column["money.residual_musd"]) == {(None, 0), (None, 1)}
    assert set(matrix.column["futures.threshold_musd"]) == {None}
    assert "futures.together" not in matrix.row_names
    assert sorted(j for places in matrix.column.values() for j in places.values()) == list(
        range(len(matrix.cost))
    )
    shared = sum(len(p) for n, p in matrix.column.items() if n.startswith(("fibre.", "links.")))
    assert len(apart.cost) - len(matrix.cost) >= shared
    assert np.isfinite(matrix.a.data).all()


def test_conflicts_name_the_future() -> None:
    """**Proves** that a limit of one future is told as its own. **Sensitivity** the name."""
    with pytest.raises(NoPlan, match="w1: 2028: power"):
        solved(futures("", "limits.power_gw.2028: 0.1"))
    with pytest.raises(NoPlan, match=r"(?s)in future w1:.*limits.capex_busd"):
        solved(futures("", "limits.capex_busd.total: 6.2"))


def test_places_that_cannot_serve_a_future_are_told() -> None:
    """**Proves** the third answer beside a cost and not known. **Sensitivity** a held place freed."""
    only = ("years=[2027]", "target.training_eflops=20", "limits.vendor_frac=null")
    gone = "zones.north.headroom_05pct_mw: 0, zones.north.headroom_025pct_mw: 0"
    _, found = solved(
        *only, "power.offer=[grid]", futures("", gone), "limits.power_gw=0.6", "sites.max_sites=1"
    )
    told = {one.future: one.serves for one in found.alone}
    assert told["w1"] is True
    assert told["w0"] is False


def test_without_time_the_worth_is_not_known() -> None:
    """**Proves** that what was not searched for is left out, with its reason. **Sensitivity** a guess."""

    class Ends(Watch):
        @property
        def stopped(self) -> bool:
            return bool(self.about)

    case = case_of(futures("", RED))
    found = dcplan.solve.solve(case, Ends(60.0))
    assert [one.cost for one in found.alone] == [None, None]
    assert found.status == "optimal"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("finance.gas_usd_per_mmbtu.value: -1", "futures.w1: overrides.finance.gas"),
        ("limits.pue: 0.5", "futures.w1.set.limits.pue"),
        ("limits.water_ml: {per_year: 500}", "has other cooling designs"),
        ("chips.nothing.price_usd: 5", "is not a row"),
    ],
)
def test_changes_that_do_not_fit_are_placed(change: str, words: str) -> None:
    """**Proves** where a fault of a future is told. **Sensitivity** a lost name."""
    with pytest.raises(InputError, match=words):
        case_of(futures("", change))


def test_the_model_can_be_written(tmp_path: Any) -> None:
    """**Proves** `--model-out` for futures. **Sensitivity** a name that the format refuses."""
    path = tmp_path / "model.mps"
    dcplan.solve.write_model(case_of(futures("", RED), *RISKY), path)
    text = path.read_text(encoding="utf-8")
    assert "future_w1_.sites.open,alpha,2027" in text and "futures.threshold_musd" in text
