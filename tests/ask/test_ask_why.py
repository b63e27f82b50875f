"""What a choice costs, forced the other way, on two sites whose costs are worked out by hand.

One year, one chip, 50 kchips, undiscounted, as in the chapter proofs: alpha costs 346.654 MUSD. At beta
the halls are 10 % cheaper, the climate and the energy dearer. With liquid cooling, 50 MW of IT draw 60:
chips 1000, facility 50 × 11 × 0.9 = 495, land 0.6, power 60 × 0.3 × 0.9 = 16.2, together 1511.8; opex
energy 60 × 7.008 × 0.06 = 25.2288, tax 0.162, chips 30, facility 14.85, staff 5, together 75.2408; worth
left 750 + 470.25 + 0.6 + 15.795 = 1236.645. In all 350.3958, so that beta costs 3.7418 more.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dcplan
from asked import ARDEN, ONE, solved
from dcplan.ask import near_misses
from dcplan.ask.change import changed
from dcplan.cli import app
from dcplan.errors import InputError
from dcplan.solve.watch import Watch

TWO = (*ONE, "sites.forbid=[gamma]")
BETA_COSTS_MORE = 3.7418
near = pytest.approx


def test_a_site_forced_out() -> None:
    """**Proves** the cost of leaving a site out, its interval, and the plan that does without."""
    found = dcplan.why(solved(*TWO), site="alpha")
    assert found.question.inside
    assert found.cost is not None and found.plan is not None
    assert found.cost.value == near(BETA_COSTS_MORE, abs=1e-3)
    assert found.cost.low <= BETA_COSTS_MORE + 1e-3 <= found.cost.high + 2e-3
    assert found.cost.known
    assert set(found.plan.table("sites").site_id) == {"beta"}
    assert found.plan.verdict.passed
    assert found.question.settings == ("sites.forbid=[gamma, alpha]",)


def test_a_zone_is_the_sum_of_its_sites() -> None:
    """**Proves** that leaving out the zone of the only good site costs the same."""
    found = dcplan.why(solved(*TWO), zone="north")
    assert found.cost is not None
    assert found.cost.value == near(BETA_COSTS_MORE, abs=1e-3)


@pytest.mark.parametrize("asked", [{"site": "beta"}, {"zone": "south"}])
def test_something_forced_in_costs_what_the_forced_scenario_costs(asked: dict[str, str]) -> None:
    """**Proves** that the row forces what sites.force does: the same optimum, by another way."""
    plan = solved(*TWO)
    found = dcplan.why(plan, **asked)  # type: ignore[arg-type]
    forced = solved(*TWO, "sites.force=[beta]").record.objective
    assert not found.question.inside and found.cost is not None and found.plan is not None
    assert found.cost.value == near(forced - plan.record.objective, rel=1e-4)
    assert "beta" in set(found.plan.table("sites").site_id)
    assert found.plan.verdict.passed


def test_a_chip_forced_in_fills_a_site_of_the_least_size() -> None:
    """40 MW at 1.1 are 36.36 MW of IT: 22.727 kchips of blue at 1.6 kW, for 45.4545 of red_old.

    **Proves** the amount and the cost: each kchip of blue (24 MUSD, 1.6 MW, 0.4 EFLOP/s) stands in for
    two of red_old (20, 1 MW, 0.2). **Sensitivity** the optimum with and without, solved apart.
    """
    plan = solved(*ONE, "chips.only=[red_old, blue]", "chips.blue.price_usd=90000")
    assert set(plan.table("chips").chip) == {"red_old"}
    found = dcplan.why(plan, chip="blue")
    assert found.plan is not None and found.cost is not None
    rows = found.plan.table("chips")
    assert rows[rows.chip == "blue"].added.sum() == near(400 / 11 / 1.6 * 1000, rel=1e-6)
    # chips: (90 − 2·20)·22.727·(1 + 0.03 − 0.75); halls: 0.4 MW less IT a kchip, as each MW costs
    # 10·(1 + 0.03 − 0.95) + 0.1 staff + 1.2·(0.3·(1 + 0.01 − 0.975) + 7.008·0.05)
    per_mw = 10 * 0.08 + 0.1 + 1.2 * (0.3 * 0.035 + 7.008 * 0.05)
    assert found.cost.value == near(400 / 11 / 1.6 * (50 * 0.28 - 0.4 * per_mw), rel=1e-4)


def test_no_plan_does_without_the_only_chip() -> None:
    """**Proves** that an impossible choice is said to be one. **Sensitivity** none."""
    found = dcplan.why(solved(*ONE), chip="red_old")
    assert found.plan is None and found.cost is None
    assert found.words == "no plan of this scenario: without red_old"


def test_links() -> None:
    """**Proves** that a link in the tree costs to do without, and one beside it costs to light."""
    plan = dcplan.load(ARDEN).solve()
    out = dcplan.why(plan, link="lowmarsh--Brackwater")
    assert out.question.inside
    assert out.plan is None or ("Brackwater", "lowmarsh") not in _links(out.plan)
    more = dcplan.why(plan, link=("Brackwater", "quayside"))
    assert more.plan is not None and more.cost is not None
    assert ("Brackwater", "quayside") in _links(more.plan)
    assert more.cost.value > 0 and more.plan.verdict.passed


def _links(plan: dcplan.Plan) -> set[tuple[str, str]]:
    rows = plan.table("links")
    return set(zip(rows.node_a, rows.node_b, strict=True))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"site": "alhpa"}, "did you mean 'alpha'"),
        ({"chip": "house"}, "cannot be bought: its channel"),
        ({"zone": "west"}, "must be a zone"),
        ({"link": "alpha--omega"}, "must be a candidate corridor"),
        ({"site": "alpha", "zone": "north"}, "takes one of"),
        ({}, "takes one of"),
    ],
)
def test_questions_that_make_no_sense(asked: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        dcplan.why(solved(*ONE), **asked)  # type: ignore[arg-type]


def test_near_misses_are_ranked_and_bounded() -> None:
    """**Proves** that exact costs are those of `why`, and that no bound is above them.

    **Sensitivity** without time for a search there are bounds alone.
    """
    plan = solved("target.training_eflops={2027: 10, 2028: 15}")
    found = near_misses(plan)
    assert len(found) > 1
    opened = set(plan.table("sites").site_id)
    brief = changed(plan.record.scenario, plan.record.library, [])
    assert {miss.site for miss in found} == set(brief.case.sites.sites) - opened
    assert [miss.how for miss in found] == ["exact"] * len(found)
    costs = [miss.cost.value for miss in found if miss.cost is not None]
    assert costs == sorted(costs)
    for miss in found:
        forced = changed(
            plan.record.scenario, plan.record.library, [f"sites.force=[{miss.site}]"]
        ).solve()
        assert miss.at_least <= forced.record.objective - plan.record.bound
        assert miss.cost is not None
        assert miss.cost.low <= forced.record.objective - plan.record.bound
        assert forced.record.bound - plan.record.objective <= miss.cost.high
    brief_time = near_misses(plan, Watch(4.0))
    assert {miss.how for miss in brief_time} == {"bound"}


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """**Proves** folders, exit codes, 80 columns and one JSON object."""
    monkeypatch.chdir(tmp_path)
    solved(*TWO).save("two")

    def run(*words: str):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(app, ["why", "two", *words])

    told = run("--site", "alpha")
    assert told.exit_code == 0 and "Without site alpha: $3.742 M" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80
    assert dcplan.Plan.load("plans/two-why").verdict.passed
    data = json.loads(run("--site", "beta", "--json", "-o", "b").stdout)
    assert data["cost"]["distinguishable"] and data["settings"] == ["sites.force=[beta]"]
    ranked = run("--all")
    assert ranked.exit_code == 0 and "exact" in ranked.stdout
    assert max(map(len, ranked.stdout.splitlines())) <= 80
    assert json.loads(run("--all", "--json").stdout)["misses"][0]["site"] == "beta"
    none = run("--chip", "red_old")
    assert (none.exit_code, none.stdout) == (3, "")
    assert run().exit_code == run("--site", "x").exit_code == 2
