"""What if, and starting from a plan: on cases whose optimum is known by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dcplan
from asked import ARDEN, ONE, solved, tiny
from dcplan.ask import explain_infeasible, start_from
from dcplan.ask.change import changed
from dcplan.cli import app
from dcplan.errors import InputError, NoPlan
from dcplan.solve.stages import value_of

near = pytest.approx


def test_what_if_of_a_plan_and_of_a_problem() -> None:
    """All costs of the one site are proportional to its target.

    **Proves** that both baselines give the same difference, 10 % of 346.654 MUSD, known to the gap.
    **Sensitivity** `*=` on a target that one number states for all years.
    """
    for asked in (solved(*ONE), tiny(*ONE)):
        found = dcplan.whatif(asked, ["target.training_eflops*=1.1"])
        assert found.plan.record.objective == near(1.1 * 346.654, rel=1e-5)
        proof = found.comparison.proof.iloc[0]
        assert proof.difference == near(34.6654, rel=1e-4)
        assert found.plan.verdict.passed
    assert "verdict" not in repr(found) and "34.67" in repr(found)


def test_several_settings_at_once_apply_in_order() -> None:
    """**Proves** `=`, `+=` and `*=` together: (7 + 0.96) × 0.5, no less than the least size."""
    settings = [
        *("target.training_eflops=7", "target.training_eflops+=0.96"),
        *("target.training_eflops*=0.75", "chips.red_old.price_usd+=1000"),
    ]
    found = dcplan.whatif(solved(*ONE), settings)
    # 14 MUSD more a fleet, as in the proofs of the money chapter
    assert found.plan.record.objective == near(0.75 * (346.654 + 14), rel=1e-5)


def test_a_plan_starts_the_search_of_its_own_problem(tmp_path: Path) -> None:
    """**Proves** that a saved plan is enough: the start is as good as the plan, with the cuts of its bound."""
    found = dcplan.load(ARDEN).solve()
    found.save(tmp_path / "arden")
    plan = dcplan.Plan.load(tmp_path / "arden")
    assert plan.record.cuts == found.record.cuts != ()
    start = start_from(tiny_of(plan), plan)
    assert start.decisions is not None
    assert start.cuts == plan.record.cuts
    assert value_of(tiny_of(plan), start.decisions) <= plan.record.objective * (1 + 1e-6)
    again = dcplan.load(ARDEN).solve(None, None, start)
    assert again.record.objective == near(plan.record.objective, rel=2e-4)
    assert again.verdict.passed


def tiny_of(plan: dcplan.Plan):  # type: ignore[no-untyped-def]
    return changed(plan.record.scenario, plan.record.library, []).case


@pytest.mark.parametrize(
    ("settings", "starts"),
    [
        (("target.training_eflops=15",), True),  # the same site, larger
        (("target.training_eflops=23.9", "buyer.supply_frac=1"), False),  # 150 MW deliver 21.7
        (("sites.forbid=[alpha, gamma]",), False),  # it is not there any more
        (("years=[2028]",), True),  # the same site, whatever year
    ],
)
def test_a_plan_that_the_new_limits_refuse(settings: tuple[str, ...], starts: bool) -> None:
    """**Proves** that sites are kept where they can be, and that it is said where they cannot."""
    wide = (*ONE, "sites.forbid=[gamma]", *settings)
    start = start_from(tiny(*wide).case, solved(*ONE))
    assert (start.decisions is not None) == starts
    assert ("starting without one" in start.words) == (not starts)
    assert tiny(*wide).solve(None, None, start).verdict.passed


def test_what_if_nothing_is_changed_and_if_nothing_would_do() -> None:
    with pytest.raises(InputError, match="--set"):
        dcplan.whatif(solved(*ONE), [])
    with pytest.raises(NoPlan):
        dcplan.whatif(solved(*ONE), ["limits.power_gw=0.04"])
    with pytest.raises(InputError, match=r"limits\.pwer"):
        dcplan.whatif(solved(*ONE), ["limits.pwer=1"])


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """**Proves** the folder, the exit code and the one JSON object of `whatif` and `--warm-start`."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(app, list(words))

    assert run("solve", str(ARDEN), "-o", "base", "--quiet").exit_code == 0
    warm = run("solve", str(ARDEN), "-o", "warm", "--warm-start", "base")
    assert warm.exit_code == 0 and "starting from the plan given" in warm.stderr
    told = run("whatif", "base", "--set", "limits.power_gw.2028+=0.05", "-o", "more")
    assert told.exit_code == 0
    assert "Asked differently" in told.stdout and "limits.power_gw.2028" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80
    assert dcplan.Plan.load("more").verdict.passed
    data = json.loads(run("whatif", "base", "--set", "limits.pue=1.085", "--json").stdout)
    assert data["folder"] == "plans/base-whatif" and data["plans"][0]["verdict"]
    assert run("whatif", "base", "--set", "nonsense").exit_code == 2
    assert run("whatif", "base", "--set", "limits.power_gw=0.1", "--quiet").exit_code == 3


def test_each_question_has_its_own_threads() -> None:
    """**Proves** that a question with other threads than the search before it is answered.

    **Sensitivity** HiGHS, which keeps those of the first solve of a process.
    """
    plan = solved(*ONE, "solver.threads=1")
    assert dcplan.whatif(plan, ["solver.threads=2", "limits.pue=1.2"]).plan.verdict.passed
    assert explain_infeasible(tiny(*ONE, "limits.power_gw=0.05", "solver.threads=1")) is not None
