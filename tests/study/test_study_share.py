"""What a finished run of a sweep tells about others: exact, audited, and never where more differs."""

from __future__ import annotations

import json
from pathlib import Path

import dcplan
from dcplan.study.share import kin
from study.desk import THREE, TINY, solve, write

CAPEX = "limits.capex_busd.total"


def rows(folder: Path) -> dict[str, dict[str, object]]:
    found = (json.loads(path.read_text()) for path in (folder / "runs").glob("*.json"))
    return {str(row["key"]): row for row in found}


def test_limits_that_do_not_bind_are_not_searched_again(tmp_path: Path) -> None:
    """Some 1.5 BUSD are spent, so that 2 and more do not bind; with 1.2 there is no plan, so with 1 neither.

    **Proves** that one search and one proof answer five runs, each with its own audited plan and a bound.
    **Sensitivity** a plan taken over under tighter limits, a run without a plan that tells one with more.
    """
    sweep = {"sweep": {CAPEX: [1.0, 1.2, 2.0, 2.2, 2.5]}}
    state = solve(write(tmp_path, sweep, THREE), tmp_path / "out")
    found = [state.results[run.name] for run in state.runs]
    assert [row.status for row in found] == ["infeasible", "infeasible", *["optimal"] * 3]
    assert found[0].why.endswith(f"looser limits of run {found[1].key}")
    assert "looser" not in found[1].why
    loosest = found[-1]
    assert loosest.started_from == loosest.bound_from == ""
    for limit, row in zip((2.0, 2.2), found[2:4], strict=True):
        assert {row.bound_from, row.started_from} <= {other.key for other in found[2:]} - {row.key}
        assert (row.objective, row.bound) == (loosest.objective, loosest.bound)
        plan = dcplan.Plan.load(tmp_path / "out" / "runs" / row.key)
        assert plan.record.scenario.limits.capex_busd.total == limit
        assert plan.verdict.passed and plan.audit().passed and plan.record.gap <= 1e-4


def test_a_sweep_is_that_of_single_solves(tmp_path: Path) -> None:
    """**Proves** that what is shared changes no value by more than the gap. **Sensitivity** each limit."""
    base = {**THREE, "target.training_eflops": "null", "objective": "max_flop"}
    limits = [0.4, 0.8, 1.2, 1.6, 2.5]
    state = solve(write(tmp_path, {"sweep": {CAPEX: limits}}, base), tmp_path / "out")
    settings = [f"{path}={value}" for path, value in base.items()]
    for limit, run in zip(limits, state.runs, strict=True):
        row = state.results[run.name]
        alone = dcplan.load(TINY, [*settings, f"{CAPEX}={limit}"]).solve().record
        assert row.objective is not None and row.bound is not None
        assert row.objective <= alone.bound * (1 + 1e-6)
        assert row.bound >= alone.objective * (1 - 1e-6)


def test_only_limits_are_held_against_each_other() -> None:
    """**Proves** what is kin. **Sensitivity** a price that differs too, a limit of one year, none at all."""

    def scenario(*settings: str):  # type: ignore[no-untyped-def]
        return dcplan.load(TINY, settings).scenario

    found = kin(
        {
            "some": scenario(f"{CAPEX}=0.4"),
            "more": scenario(f"{CAPEX}=0.5"),
            "free": scenario(f"{CAPEX}=null"),
            "dear": scenario(f"{CAPEX}=0.6", "chips.red_old.price_usd=9"),
            "aside": scenario(f"{CAPEX}=0.6", "limits.carbon_kt.total=1"),
        }
    )
    assert set(list(found)[:2]) == {"free", "dear"} and list(found)[-1] == "some"
    assert found["some"].looser == ("more", "free") and found["some"].tighter == ()
    assert set(found["free"].tighter) == {"more", "some", "aside"}
    assert found["dear"].looser == found["dear"].tighter == ()
    assert found["aside"].looser == ("free",)
    # more power makes another model, not only a looser one
    apart = kin({"less": scenario("limits.power_gw=1"), "more": scenario("limits.power_gw=2")})
    assert not any(own.looser or own.tighter for own in apart.values())


def test_from_python(tmp_path: Path) -> None:
    """**Proves** that `dcplan.study` is the command: rows, page, chart and plans by run."""
    file = write(tmp_path, {"sweep": {CAPEX: [1.2, 2.5]}}, THREE)
    found = dcplan.study(file, tmp_path / "out")
    assert list(found.table["status"]) == ["infeasible", "optimal"]
    assert found.page.is_file() and all(path.is_file() for path in found.charts)
    assert list(found.plans) == [f"{CAPEX}=2.5"]
    assert found.plans[f"{CAPEX}=2.5"].verdict.passed
    assert len(found.runs) == 2 and found.answer
