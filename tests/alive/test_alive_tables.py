"""Columns that only label: each is told to people, in the tables of a plan, its map or its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from dcplan import case as cases
from dcplan.plan import Plan
from dcplan.report import write_map
from dcplan.report.assumptions import assumptions
from dcplan.report.ledgers import fibre_classes
from tiny_plans import solve_tiny

SETTINGS = (
    *("years=[2028]", "target.training_eflops=20", "limits=null", "chips.only=[red_new]"),
    *("sites.min_mw=20", "sites.force=[alpha, beta]", "sites.forbid=[gamma]"),
    *("power.offer=[grid]", "power.upgrades=true", "fibre.speeds_tbps=[40]"),
    *("zones.north.headroom_025pct_mw=40", "zones.north.headroom_05pct_mw=40"),
    *("zones.south.headroom_025pct_mw=30", "zones.south.headroom_05pct_mw=30"),
)


@cache
def marked() -> Plan:
    """A plan with two sites and an upgrade, every label of its library replaced by a mark."""
    solved = solve_tiny(*SETTINGS)
    library = solved.case.library
    for table, column in LABELS:
        frame = library.table(table)
        if column in frame.index.names:
            continue
        marks = [f"{_mark(table, column)} {place}" for place in range(len(frame))]
        library = replace(library, **{table: frame.assign(**{column: marks})})
    renamed = library.reach.rename(index=lambda key: f"{_mark('reach', 'reach_class')} {key}")
    library = replace(library, reach=renamed)
    return solved.plan(cases.build(solved.case.scenario, library))


def _mark(table: str, column: str) -> str:
    return f"Mark of {table} {column}"


def _map(plan: Plan, folder: Path) -> str:
    write_map(plan, folder / "map.html")
    return (folder / "map.html").read_text(encoding="utf-8")


def _assumptions(plan: Plan, folder: Path) -> str:
    return repr(assumptions(plan))


def _fibre(plan: Plan, folder: Path) -> str:
    return repr(fibre_classes(plan))


def _table(name: str) -> Callable[[Plan, Path], str]:
    return lambda plan, folder: plan.table(name).to_csv()


LABELS: dict[tuple[str, str], Callable[[Plan, Path], str]] = {
    ("chips", "name"): _map,
    ("supply", "name"): _map,
    ("reach", "reach_class"): _table("links"),
    ("reach", "name"): _fibre,
    ("workloads", "name"): _assumptions,
    ("finance", "unit"): _assumptions,
    ("finance", "meaning"): _assumptions,
    ("zones", "name"): _table("zones"),
    ("upgrades", "tier"): _table("upgrades"),
    ("nodes", "name"): _map,
    ("sites", "name"): _table("sites"),
    ("sites", "state"): _table("sites"),
}
"""Where people read it."""
KEYS = {("upgrades", "tier"): ",1,2028,"}
"""What stands there of keys that are numbers."""


@pytest.mark.parametrize("label", LABELS, ids=".".join)
def test_a_label_is_told(label: tuple[str, str], tmp_path: Path) -> None:
    told = LABELS[label](marked(), tmp_path)
    assert KEYS.get(label, _mark(*label)) in told
