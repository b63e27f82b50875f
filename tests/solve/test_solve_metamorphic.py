"""What must hold between two solves of random cases, and between a solve and plain HiGHS."""

from __future__ import annotations

import tempfile
from pathlib import Path

import highspy
import pandas as pd
import pytest
from hypothesis import given, settings

import dcplan.solve
from dcplan import case as cases
from dcplan import scenario
from dcplan.audit import audit
from dcplan.errors import NoPlan
from dcplan.plan import TABLES, from_decisions, load, save

from .conftest import TINY
from .test_solve_properties import TinyCase, best, few, same, wishes, with_library

fewer = settings(few, max_examples=3)
TWICE = "futures=[{name: one, probability: 0.3}, {name: two, probability: 0.7}]"


@fewer
@given(wish=wishes())
def test_a_dearer_copy_of_each_chip_changes_nothing(
    tiny_case: TinyCase, wish: tuple[str, ...]
) -> None:
    """**Proves** that what is twice as dear and no better stays unbought where chips are not scarce.

    **Sensitivity** a bound of the search that takes the copy for more of the same.
    """
    case = tiny_case(*wish, "buyer.supply_frac=1")
    lib = case.library
    copies = {chip: f"{chip}_dear" for chip in lib.chips.index}
    chips = lib.chips.rename(index=copies)
    sold = lib.chip_supply.rename(index=copies)
    more = with_library(
        case,
        chips=pd.concat([lib.chips, chips.assign(price_usd=chips.price_usd * 2)]),
        chip_supply=pd.concat([lib.chip_supply, sold]),
    )
    assert same(best(case), best(more))


@fewer
@given(wish=wishes())
def test_two_equal_futures_are_one(wish: tuple[str, ...]) -> None:
    """**Proves** that the expected cost of one and the same is its cost. **Sensitivity** a weight."""
    wish = tuple("objective=tco" if item.startswith("objective=") else item for item in wish)
    one = best(cases.build_all(scenario.read(TINY, wish)))
    assert same(one, best(cases.build_all(scenario.read(TINY, (*wish, TWICE)))))


def by_highs(file: Path, *, relaxed: bool = False, presolve: str = "choose") -> float | None:
    """Optimum of a model file by HiGHS, None where it has none."""
    highspy.Highs.resetGlobalScheduler(True)
    h = highspy.Highs()
    for name, value in (
        *(("output_flag", False), ("threads", 1), ("presolve", presolve)),
        *(("mip_rel_gap", 1e-9), ("solve_relaxation", relaxed)),
    ):
        h.setOptionValue(name, value)
    h.readModel(str(file))
    h.run()
    found = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    value = float(h.getInfo().objective_function_value)
    highspy.Highs.resetGlobalScheduler(True)
    return value if found else None


@fewer
@given(wish=wishes())
def test_relaxed_then_whole_then_any_plan(tiny_case: TinyCase, wish: tuple[str, ...]) -> None:
    """LP ≤ MILP with presolve = MILP without = search, which a plan kept to early cannot pass.

    **Proves** the order of bounds, and that the plan read back from its folder is the one written.
    **Sensitivity** a presolve that cuts off the optimum, a figure lost on the disk.
    """
    case = tiny_case(*wish)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.mps"
        try:
            dcplan.solve.write_model(case, file)
            found = dcplan.solve.solve(case)
        except NoPlan:
            assert not file.exists() or by_highs(file) is None
            return
        with_presolve, without = by_highs(file), by_highs(file, presolve="off")
        relaxed = by_highs(file, relaxed=True)
        assert same(with_presolve, without)
        assert same(with_presolve, found.objective)
        assert relaxed is not None
        assert relaxed <= found.objective * (1 + 1e-6)
        loose = tiny_case(*wish, "solver.gap=0.2")
        early = dcplan.solve.solve(loose)
        assert early.objective >= found.objective * (1 - 1e-6)
        plan = from_decisions(
            loose,
            early.decisions,
            status=early.status,
            objective=early.objective,
            bound=early.bound,
            gap=early.gap,
            solve_seconds=0.0,
            solver_version=early.solver_version,
        )
        assert audit(plan).passed
        save(plan, Path(folder) / "plan")
        again = load(Path(folder) / "plan")
        for name in TABLES:
            pd.testing.assert_frame_equal(again.table(name), plan.table(name), check_dtype=False)
        assert again.objective == pytest.approx(plan.objective, rel=1e-12)
