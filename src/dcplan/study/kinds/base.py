"""What every kind of study has: the runs it asks for, round by round, and what it makes of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from dcplan.study.read import Asked
from dcplan.study.runs import Results, Row, Run
from dcplan.words import plural

if TYPE_CHECKING:
    import altair as alt

UNFINISHED = "unfinished"
WRONG = ("invalid", "fault")
"""Ends that say nothing of the plan, whose reason is told."""
MOST_LOST = 3
"""Runs without a plan that a chart names."""
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
    """How many runs have no plan, and how many were not finished, in sentences; empty where all have one."""
    without = [(run, row) for run, row in rows_of(runs, results) if not row.solved]
    ends = [row.status for _, row in without if row.status != UNFINISHED]
    over, said = len(without) - len(ends), []
    if ends:
        told = ", ".join(f"{ends.count(status)} {status}" for status in dict.fromkeys(ends))
        verb = "has" if len(ends) == 1 else "have"
        said.append(f"{len(ends)} of {plural(len(runs), 'run')} {verb} no plan: {told}.")
    if over:
        verb = "was" if over == 1 else "were"
        why = "the time was over before a plan was found"
        said.append(f"{over} of {plural(len(runs), 'run')} {verb} not finished: {why}.")
    wrong = [(run.name, row.why) for run, row in without if row.status in WRONG]
    said += [f"{name}: {' '.join(why.split())}" for name, why in wrong[:1]]
    return " ".join(said)


def lost_at(places: Sequence[tuple[str, Row]]) -> str:
    """Where there is no plan, for the line under a chart's title; what ended before apart from it."""
    over = [place for place, row in places if row.status == UNFINISHED]
    none = [place for place, row in places if not row.solved and row.status != UNFINISHED]
    parts = ((verb, found) for verb, found in (("no plan", none), ("not finished", over)) if found)
    return "".join(
        f"; {verb} at {', '.join(found[:MOST_LOST])}{' and more' * (len(found) > MOST_LOST)}"
        for verb, found in parts
    )


def no_plan_yet(row: Row) -> str:
    """What to call the end of a run without a plan: there is none, or it was not found in time."""
    return "not finished" if row.status == UNFINISHED else "no plan"


def frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a table with these columns, also where there is none."""
    return pd.DataFrame([[row.get(c) for c in columns] for row in rows], columns=list(columns))
