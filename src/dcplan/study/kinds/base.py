"""What every kind of study has: the runs it asks for, round by round, and what it makes of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from dcplan.study.read import Asked
from dcplan.study.runs import Results, Row, Run

if TYPE_CHECKING:
    import altair as alt

Runs = Sequence[Run]
Drawn = Callable[[], "alt.LayerChart"]


@dataclass(frozen=True)
class Story:
    """What a study found."""

    answer: tuple[str, ...]
    """Sentences, the first one the answer."""
    table: pd.DataFrame
    """The tidy table; `units` by its columns."""
    units: Mapping[str, str]
    charts: Sequence[Drawn] = ()
    """Made when asked for: they need the extra `report`."""
    notes: tuple[str, ...] = ()
    """What the reader must know to rely on it."""


@dataclass(frozen=True)
class Kind:
    """One kind of study."""

    title: str
    runs: Callable[[Asked, Results], Runs]
    """All runs known so far, from the rows so far; no new ones when it is done."""
    story: Callable[[Asked, Runs, Results], Story]
    known: Callable[[Asked], bool] = field(default=lambda asked: True)
    """Whether all its runs are known before the first is solved, so that it can be sharded."""


def rows_of(runs: Runs, results: Results) -> list[tuple[Run, Row]]:
    """Runs that have come to an end, with their rows."""
    return [(run, results[run.name]) for run in runs if run.name in results]


def solved(runs: Runs, results: Results) -> list[tuple[Run, Row]]:
    """Runs that have a plan, with their rows."""
    return [(run, row) for run, row in rows_of(runs, results) if row.solved]


def no_plan(runs: Runs, results: Results) -> str:
    """How many runs have no plan, in a sentence; empty where all have one."""
    without = [row.status for _, row in rows_of(runs, results) if not row.solved]
    if not without:
        return ""
    told = ", ".join(f"{without.count(status)} {status}" for status in dict.fromkeys(without))
    verb = "has" if len(without) == 1 else "have"
    return f"{len(without)} of {len(runs)} runs {verb} no plan: {told}."


def frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a table with these columns, also where there is none."""
    return pd.DataFrame([[row.get(c) for c in columns] for row in rows], columns=list(columns))
