"""Questions to a plan of several futures: refused with what to do, and answered for each of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dcplan
from asked import ONE, TINY, solved, tiny
from dcplan.ask import explain_infeasible, near_misses, start_from
from dcplan.cli import app
from dcplan.errors import InputError

TWO = (*ONE, "sites.forbid=[gamma]")
FUTURES = (
    "futures=[{name: plain, probability: 0.6}, "
    "{name: dear, probability: 0.4, set: {chips.red_old.price_usd: '*1.5'}}]"
)
RISKY = "risk={cvar_weight: 0.5, cvar_tail: 0.4}"
OF_PLAN = "futures: are 2, and a question is about one; ask the plan of one, in its folder"
OF_SCENARIO = "futures: are 2, and a question is about one; solve it and ask PLAN/futures/plain"
BETA_COSTS_MORE = 3.7418
"""Whatever its chips cost; see test_ask_why.py."""


@cache
def hedged() -> dcplan.Plan:
    return tiny(*TWO, FUTURES).solve()


def run(*words: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(app, list(words))


def of_tiny(*more: str) -> tuple[str, ...]:
    return tuple(word for item in (*TWO, FUTURES, *more) for word in ("--set", item))


def test_several_futures_are_refused() -> None:
    """**Proves** that no question takes the first future for all. **Sensitivity** none."""
    plan, brief = hedged(), tiny(*TWO, FUTURES)
    for ask in (dcplan.explain, near_misses, lambda plan: dcplan.why(plan, site="alpha")):
        with pytest.raises(InputError, match=OF_PLAN):
            ask(plan)
    for question in (dcplan.explain, explain_infeasible):
        with pytest.raises(InputError, match=OF_SCENARIO):
            question(brief)
    for asked, told in ((plan, OF_PLAN), (brief, OF_SCENARIO)):
        with pytest.raises(InputError, match=told):
            dcplan.whatif(asked, ["limits.pue=1.2"])
    with pytest.raises(InputError, match="cannot be set in a question"):
        dcplan.whatif(solved(*TWO), [FUTURES])
    with pytest.raises(InputError, match="takes no plan to start from"):
        start_from(brief.case, solved(*TWO))


def test_a_plan_of_several_futures_is_a_start_for_one() -> None:
    """**Proves** that its places are taken, which are the same in all."""
    start = start_from(tiny(*TWO).case, hedged())
    assert start.words.startswith("starting from the plan given: its sites, at their best here")


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """**Proves** one line and exit 2; that what the line says works; and what is known of the answer."""
    monkeypatch.chdir(tmp_path)
    hedged().save("two")
    for words in (
        ("explain", "two"),
        ("why", "two", "--all"),
        ("whatif", "two", "--set", "limits.pue=1.2"),
        ("explain", str(TINY), *of_tiny()),
        ("solve", str(TINY), *of_tiny(), "--warm-start", "two"),
    ):
        told = run(*words)
        assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (2, "", 1), words
        assert told.stderr.startswith("futures: are ")
    free = run("explain", str(TINY), *of_tiny(RISKY))
    assert free.stderr.endswith('--set "futures=[]" --set "risk={}"\n')
    assert tiny(*TWO, FUTURES, RISKY, "futures=[]", "risk={}").case.futures is None
    none = run("solve", str(TINY), *of_tiny("limits.power_gw=0.05"))
    assert none.exit_code == 3 and "dear: 2027: power" in none.stderr
    told = run("why", "two/futures/dear", "--site", "alpha")
    # the plan of all futures need not be the best one of this
    assert told.exit_code == 0 and "$3.742 M, at least $3.742 M; no bound tells" in told.stdout
    ranked = run("why", "two/futures/plain", "--all")
    assert ranked.exit_code == 0 and "not known" in ranked.stdout


def test_the_plan_of_one_future_is_asked() -> None:
    """**Proves** that it answers as the problem of that future. **Sensitivity** chips half as dear again."""
    record = hedged().record
    assert record.futures is not None
    dear = dcplan.Plan(record.futures.parts[1])
    found = dcplan.why(dear, site="alpha")
    assert found.cost is not None and found.cost.value == pytest.approx(BETA_COSTS_MORE, abs=1e-3)
    assert found.cost.known and found.cost.high == float("inf")
    (target,) = (row for row in dcplan.explain(dear) if row.limits[0].name == "target")
    assert target.fixed == pytest.approx(0.01 * (346.654 + 50 * 10 * 0.28), rel=1e-4)
    assert target.exact is not None and target.exact.value == pytest.approx(target.fixed, rel=1e-3)
