"""What binds and what one more is worth, where both are known by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dcplan
from asked import ONE, solved
from dcplan.ask import Worth, explain_worth
from dcplan.ask.interval import Interval
from dcplan.cli import app

near = pytest.approx


def row(found: tuple[Worth, ...], name: str) -> Worth:
    return next(worth for worth in found if worth.limits[0].name == name)


def test_one_per_cent_of_the_target_costs_one_per_cent() -> None:
    """Everything is proportional to the target: 1 % of 346.654 MUSD, by the dual and by the search.

    **Proves** both values of a target, and that they are costs. **Sensitivity** none to the gap.
    """
    found = row(explain_worth(solved(*ONE)), "target")
    assert found.binds and found.unit is not None and found.unit.tightens
    assert found.fixed == near(3.46654, rel=1e-4)
    assert found.exact is not None and found.exact.known
    assert found.exact.value == near(3.46654, rel=1e-3)
    assert found.exact.low <= 3.46654 * 1.0001 and found.exact.high >= 3.46654 * 0.9999


def test_what_a_budget_buys() -> None:
    """1519.2 MUSD buy 7.96 EFLOP/s, so 0.1 BUSD more buy 7.96 × 100 / 1519.2 = 0.52396.

    **Proves** the values of a capex limit where most training is wanted, with their unit.
    """
    most = ("objective=max_flop", "target.training_eflops=0", "buyer.supply_frac=1")
    plan = solved(*ONE, *most, "limits.capex_busd.total=1.5192")
    found = row(explain_worth(plan), "capex in total")
    assert found.unit is not None and found.unit.setting == "limits.capex_busd.total+=0.1"
    assert found.fixed == near(0.523960, rel=1e-4)
    assert found.exact is not None
    assert found.exact.value == near(0.523960, rel=1e-3)
    assert found.exact.unit == "EFLOP/s"


def test_a_limit_that_binds_and_is_worth_nothing() -> None:
    """The cheapest plan draws 60 MW exactly: more power would not be used.

    **Proves** that nothing is told as a zero: it cannot be told from 0 within a stated range.
    **Sensitivity** 56.5 MW take liquid halls, which draw 55: there is some to spare, and 10 MW more are
    worth the difference to halls with air all the same.
    """
    found = row(explain_worth(solved(*ONE, "limits.power_gw=0.06")), "power")
    assert found.binds and found.exact is not None
    assert found.exact.low == 0.0 and not found.exact.known
    assert found.exact.words.startswith("not distinguishable from 0: at most $")
    scarce = row(explain_worth(solved(*ONE, "limits.power_gw=0.0565")), "power")
    # 348.8495 with liquid, by the same hand as 346.654
    assert not scarce.binds
    assert scarce.exact is not None and scarce.exact.known
    assert scarce.exact.value == near(348.8495 - 346.654, rel=1e-3)


def test_what_debt_buys() -> None:
    """7.96 EFLOP/s owe 1243.75 MUSD after the year, 995 of them borrowed: 0.1 BUSD more buy 0.8.

    **Proves** that limits on debt are told, with both values. **Sensitivity** proportional.
    """
    most = ("objective=max_flop", "target.training_eflops=0", "buyer.supply_frac=1")
    plan = solved(*ONE, *most, "limits.debt_busd=0.995", "money.debt_frac=0.8")
    found = row(explain_worth(plan), "debt")
    assert found.binds and found.fixed == near(0.8, rel=1e-3)
    assert found.exact is not None and found.exact.value == near(0.8, rel=1e-3)


def test_headroom_that_a_size_follows_from() -> None:
    """Nothing but headroom and sizes is short; the largest size of alpha follows from that of its zone.

    **Proves** that such a limit has the same value by both ways, though its own row has no dual.
    **Sensitivity** the dual alone says 0.
    """
    room = ("limits.power_gw=null", "sites.max_mw=500", "limits.capex_busd={}")
    plan = solved("objective=max_flop", "target.training_eflops=0", "buyer.supply_frac=1", *room)
    found = next(w for w in explain_worth(plan) if w.limits[0].where == "north")
    assert found.binds and found.exact is not None and found.exact.value == near(1.44727, rel=1e-3)
    assert found.fixed == near(found.exact.value, rel=1e-6)


def test_supply_by_the_chip() -> None:
    """25 kchips of blue stand in for 50 of red_old; 1,000 more save 28.3 % of 16 MUSD and 0.4 MW.

    **Proves** the value of a chip's supply by both ways. **Sensitivity** the numbers of C2's proof:
    a kchip of blue, 24 MUSD, for two of red_old, 40, and 0.4 MW of IT less.
    """
    plan = solved(*ONE, "chips.only=[red_old, blue]", "target.training_eflops=15.92")
    found = row(explain_worth(plan), "supply")
    per_mw = 10 * 0.08 + 0.1 + 1.2 * (0.3 * 0.035 + 7.008 * 0.05)
    by_hand = 16 * (1 + 0.03 - 0.75) + 0.4 * per_mw
    assert found.limits[0].where == "blue"
    assert found.fixed == near(by_hand, rel=1e-3)
    assert found.exact is not None and found.exact.value == near(by_hand, rel=1e-2)


def test_every_limit_is_told_and_the_quick_way_makes_no_search() -> None:
    """**Proves** that both values agree on a whole fleet, and that --quick leaves the second out."""
    plan = solved()
    found = explain_worth(plan)
    assert [worth.binds for worth in found] == sorted((w.binds for w in found), reverse=True)
    for worth in (w for w in found if w.exact is not None and w.fixed is not None):
        assert worth.exact is not None and worth.fixed is not None and worth.unit is not None
        if worth.unit.tightens:
            assert worth.exact.low <= worth.fixed * 1.05  # more choice than with places fixed
        else:
            assert worth.exact.high >= worth.fixed * 0.5
    assert all(worth.exact is None for worth in explain_worth(plan, quick=True))
    assert isinstance(dcplan.explain(solved(*ONE)), tuple)


def test_intervals_in_words() -> None:
    assert Interval(1.0, 0.0, float("inf"), "tco").words.startswith("not known")
    assert Interval(5.0, 5.0, 5.0, "carbon").words == "5 kt CO2"


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    solved(*ONE).save("one")

    def run(*words: str):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(app, ["explain", "one", *words])

    told = run()
    assert told.exit_code == 0 and "costs $3.467 M" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80
    data = json.loads(run("--json", "--quick").stdout)
    assert data["plan"] and data["limits"][0]["places_fixed"] == near(3.46654, rel=1e-3)
    assert run("--set", "limits.pue=1.2").exit_code == 2
    assert run("--gap", "1e-3", "--quiet").stdout == ""
