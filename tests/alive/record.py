"""A recorded case: one field changed on a small scenario, and what that must do to its plan."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import dcplan
from dcplan import scenario
from dcplan.errors import NoPlan
from dcplan.scenario import Scenario
from tiny_plans import TINY

Settings = tuple[str, ...]
EPS = 1e-6
_SPARE = tempfile.TemporaryDirectory(prefix="dear")
"""Gone at the end of the run."""


@dataclass(frozen=True)
class Case:
    """`then` is `dearer`, `cheaper`, `feasible` or `infeasible`; or `more` or `less` and what: a
    column of the summary, added up over the years, or `objective`."""

    field: str
    base: Settings
    change: str
    then: str
    why: str

    @property
    def changed(self) -> Settings:
        """The settings of the changed scenario."""
        return (*self.base, self.change)


class Found(NamedTuple):
    """A plan's objective, the error that its gap allows, and its yearly figures."""

    name: str
    value: float
    error: float
    summary: pd.DataFrame


@cache
def read(settings: Settings) -> Scenario:
    """The tiny scenario with settings; `{dear}` is a library in which all is dearer."""
    return scenario.read(TINY, _plain(settings))


@cache
def solve(settings: Settings) -> Found | None:
    """Solve the tiny scenario with settings as users do, audit and all; None where no plan exists."""
    try:
        plan = dcplan.load(TINY, _plain(settings)).solve(explain=False)
    except NoPlan:
        return None
    assert plan.status == "optimal", plan.verdict.failures
    record = plan.record
    whole = record.futures or record
    error = (whole.gap + EPS) * abs(whole.objective)
    return Found(record.objective_name, whole.objective, error, record.summary)


def verdict(case: Case) -> str:
    """What is wrong with a case; empty where its change does what is recorded."""
    before, after = solve(case.base), solve(case.changed)
    if case.then in ("feasible", "infeasible"):
        wanted = (True, False) if case.then == "infeasible" else (False, True)
        exist = (before is not None, after is not None)
        return "" if exist == wanted else f"a plan exists before and after: {exist}"
    if before is None or after is None:
        return f"no plan {'before' if before is None else 'after'}"
    word, _, figure = case.then.partition(" ")
    if not figure:
        same = before.name == after.name != "max_flop"
        word, figure = {"dearer": "more", "cheaper": "less"}[word], "objective" if same else ""
    if figure == "objective":
        (one, two), error = (before.value, after.value), before.error + after.error
    else:
        one, two = (float(found.summary[figure].sum()) for found in (before, after))
        error = EPS * max(abs(one), 1e-3)
    rise = (two - one) * (1 if word == "more" else -1)
    return "" if rise > error else f"{figure} goes from {one:.10g} to {two:.10g}"


def _plain(settings: Settings) -> list[str]:
    return [item.replace("{dear}", str(_dear())) for item in settings]


@cache
def _dear() -> Path:
    """Copies of the tiny library's folders, each with one price raised by half."""
    top = Path(_SPARE.name)
    for folder, file, column in (
        ("grid", "zones.csv", "energy_usd_per_mwh"),
        ("sites", "sites.csv", "construction_factor"),
        ("models", "chips.csv", "price_usd"),
    ):
        shutil.copytree(TINY.parent / folder, top / folder)
        rows = pd.read_csv(top / folder / file)
        rows[column] = rows[column] * 1.5
        rows.to_csv(top / folder / file, index=False)
    return top
