"""The audit of several futures: what is shared, and what they come to; broken plans fail by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import dcplan
from dcplan.audit import audit
from dcplan.errors import InputError
from dcplan.plan import Hedge, Plan

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"
WISH = (
    "futures=[{name: base, probability: 0.6}, {name: dear, probability: 0.4, "
    "set: {chips.red_new.price_usd: '*1.5'}}]",
    "risk={cvar_weight: 0.5, cvar_tail: 0.5}",
)


@cache
def good() -> Plan:
    return dcplan.load(TINY, WISH).solve().record


def hedge_of(plan: Plan) -> Hedge:
    assert plan.futures is not None
    return plan.futures


def told(plan: Plan, **changes: Any) -> Plan:
    """The plan with figures of its futures changed."""
    return replace(plan, futures=replace(hedge_of(plan), **changes))


def row(plan: Plan, column: str, value: Any) -> Plan:
    rows = hedge_of(plan).rows.copy()
    rows.loc[1, column] = value
    return told(plan, rows=rows)


def part(plan: Plan, **tables: Callable[[pd.DataFrame], pd.DataFrame]) -> Plan:
    """The plan with tables of its second future changed."""
    one, two = hedge_of(plan).parts
    changed = {name: change(getattr(two, name).copy()) for name, change in tables.items()}
    return told(plan, parts=(one, replace(two, **changed)))


def cooled(rows: pd.DataFrame) -> pd.DataFrame:
    other = {"air": "liquid", "liquid": "air"}
    return rows.assign(cooling=rows.cooling.map(other))


def without_last_link(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.iloc[:-1]


def faster(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(tbps=rows.tbps + 10)


def test_a_good_plan_passes(tmp_path: Path) -> None:
    """**Proves** that what was solved, saved and loaded keeps its promises. **Sensitivity** any slip."""
    plan = dcplan.Plan(good())
    assert plan.status == "optimal" and plan.record.status == "hedged"
    assert audit(plan.record).passed
    plan.save(tmp_path / "plan")
    again = dcplan.Plan.load(tmp_path / "plan")
    assert again.audit().passed and again.status == "optimal"
    for name in ("base", "dear"):
        assert dcplan.Plan.load(tmp_path / "plan/futures" / name).audit().passed


BROKEN: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("futures.expected", lambda p: told(p, expected_musd=hedge_of(p).expected_musd * 1.001)),
    ("futures.cvar", lambda p: told(p, cvar_musd=hedge_of(p).expected_musd)),
    ("futures.objective", lambda p: told(p, objective=hedge_of(p).objective * 0.999)),
    ("futures.bound", lambda p: told(p, bound=hedge_of(p).objective * 1.01)),
    ("futures.gap", lambda p: told(p, gap=0.5)),
    ("futures.optimal", lambda p: told(p, bound=hedge_of(p).bound * 0.9, gap=0.1)),
    ("futures.perfect_information", lambda p: told(p, perfect_information_musd=(0.0, 99.0))),
    ("futures.stochastic_solution", lambda p: row(p, "saved_most_musd", 99.0)),
    ("futures.cost_musd", lambda p: row(p, "cost_musd", 1.0)),
    ("futures.probability", lambda p: row(p, "probability", 0.5)),
    ("futures.tail", lambda p: row(p, "tail_frac", 0.0)),
    ("futures.alone_least", lambda p: row(p, "alone_least_musd", 1e5)),
    ("futures.held", lambda p: row(p, "held_musd", 1.0)),
    ("futures.names", lambda p: row(p, "future", "other")),
    ("futures.scenario", lambda p: told(p, parts=(hedge_of(p).parts[0],) * 2)),
    ("futures.shared", lambda p: part(p, site_rows=cooled)),
    ("futures.shared", lambda p: part(p, link_rows=without_last_link)),
    ("futures.shared", lambda p: part(p, link_rows=faster)),
    ("futures.promises", lambda p: part(p, money=lambda rows: rows.assign(musd=rows.musd * 1.1))),
    ("futures.first", lambda p: replace(p, chips=p.chips.assign(added=p.chips.added * 1.01))),
]


@pytest.mark.parametrize(("name", "spoil"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_plan_fails_by_name(name: str, spoil: Callable[[Plan], Plan]) -> None:
    """**Proves** that each promise is held against the tables. **Sensitivity** the one named."""
    assert name in {check.name for check in audit(spoil(good())).failures}


def test_a_changed_folder_is_refused(tmp_path: Path) -> None:
    """**Proves** that a folder that is not whole is told. **Sensitivity** a missing future."""
    folder = tmp_path / "plan"
    dcplan.Plan(good()).save(folder)
    text = (folder / "futures.csv").read_text(encoding="utf-8")
    (folder / "futures.csv").write_text(text.replace("dear", "late"), encoding="utf-8")
    with pytest.raises(InputError, match="has other futures than the scenario"):
        dcplan.Plan.load(folder)
    (folder / "futures.csv").unlink()
    with pytest.raises(InputError, match="is missing; the plan is not whole"):
        dcplan.Plan.load(folder)
    (folder / "futures.csv").write_text(text, encoding="utf-8")
    (folder / "futures/dear/sites.csv").unlink()
    with pytest.raises(InputError, match=r"sites\.csv: is missing"):
        dcplan.Plan.load(folder)


def test_notes_are_kept_when_a_plan_is_replaced(tmp_path: Path) -> None:
    """**Proves** that what is not of a plan stays, also with a future. **Sensitivity** a lost file."""
    folder = tmp_path / "plan"
    plan = dcplan.Plan(good())
    plan.save(folder)
    for note in (folder / "note.txt", folder / "futures/dear/note.txt"):
        note.write_text("keep", encoding="utf-8")
    plan.save(folder)
    assert (folder / "note.txt").read_text() == (folder / "futures/dear/note.txt").read_text()
    plain = dcplan.load(TINY).solve()
    plain.save(folder)
    assert not (folder / "futures.csv").exists()
    assert dcplan.Plan.load(folder).futures is None
