"""Sweep: a plan for each value of a field, or for each with each of several."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dcplan.errors import InputError, Problem
from dcplan.study import draw
from dcplan.study.fields import MOST_RUNS, Steps, Values
from dcplan.study.kinds.base import (
    UNFINISHED,
    Drawn,
    Kind,
    Runs,
    Story,
    frame,
    lost_at,
    no_plan,
    no_plan_yet,
    rows_of,
    solved,
)
from dcplan.study.kinds.chosen import decisions
from dcplan.study.labels import goal, named, noun, scaled, told, unit, unit_of
from dcplan.study.read import Asked, number, setting
from dcplan.study.runs import Results, Row, Run
from dcplan.study.shown import shown_of
from dcplan.words import figure, plural

TOLD = ("objective", "gap", "sites", "facility_mw", "delivered_eflops")
"""Columns of every table, after the status."""
EXACT = 1e-6
"""A gap that is only rounding."""
LITTLE = 0.1
"""Up to this share values are said to differ by it."""


def runs(asked: Asked, results: Results) -> Runs:
    """All combinations, the first field slowest."""
    axes = {path: _values(values) for path, values in (asked.study.sweep or {}).items()}
    count = 1
    for axis in axes.values():
        count *= len(axis)
    if count > MOST_RUNS:
        what = f"asks for {count:,} plans; at most {MOST_RUNS:,} in one study"
        raise InputError([Problem(asked.where("sweep"), what)])
    found = {}
    for point in itertools.product(*axes.values()):
        values = dict(zip(axes, point, strict=True))
        settings = tuple(setting(path, value) for path, value in values.items())
        found[", ".join(settings)] = Run(", ".join(settings), settings, values)
    return list(found.values())


def _values(values: Values) -> list[float | str]:
    if isinstance(values, Steps):
        step = (values.end - values.start) / (values.steps - 1)
        return [float(number(values.start + step * place)) for place in range(values.steps)]
    return list(values)


def story(asked: Asked, runs: Runs, results: Results) -> Story:
    """The value of the best plan over what is varied."""
    paths = list(asked.study.sweep or {})
    objective = goal(asked)
    column = f"{objective}_{'busd' if unit(objective) == '1e9 USD' else 'value'}"
    name, shown = asked.study.shows, shown_of(asked)
    rows = [
        {
            **run.values,
            "status": row.status,
            column: scaled(objective, row.value(objective)) if row.solved else None,
            "gap": row.gap if row.solved else None,
            "sites": len(row.sites) if row.solved else None,
            "facility_mw": row.facility_mw if row.solved else None,
            "delivered_eflops": row.delivered_eflops if row.solved else None,
            name: shown.of(row) if row.solved else None,
        }
        for run, row in rows_of(runs, results)
    ]
    columns = [*paths, "status", column, *TOLD[1:]]
    if name not in TOLD:
        columns.append(name)
    units = {
        name: shown.unit,
        **{path: unit_of(path) for path in paths},
        column: unit(objective),
        "facility_mw": "MW, last year",
        "delivered_eflops": "EFLOP/s, last year",
        "gap": "fraction",
    }
    answer = tuple(filter(None, [_answer(asked, runs, results), no_plan(runs, results)]))
    return Story(answer, frame(rows, columns), units, _charts(asked, paths, runs, results))


def _answer(asked: Asked, runs: Runs, results: Results) -> str:
    objective, found = goal(asked), solved(runs, results)
    if not found:
        return "No run has a plan."
    (first, least), *_, (last, most) = sorted(
        found * 2, key=lambda pair: (pair[1].value(objective), pair[0].name)
    )
    low, high = least.value(objective), most.value(objective)
    if told(objective, low) == told(objective, high):
        digits = ", to the digits shown" if low != high else ""
        return (
            f"Every plan found comes to the same {noun(objective)}, {told(objective, low)}{digits}."
        )
    return (
        f"The {noun(objective)} goes from {told(objective, low)} at {first.name} "
        f"to {told(objective, high)} at {last.name}."
    )


def _charts(asked: Asked, paths: Sequence[str], runs: Runs, results: Results) -> list[Drawn]:
    """A line over the first number, one a value of the others; without a number a mark over each value of
    the first field; shades for two numbers; how often each choice is made."""
    found = solved(runs, results)
    numeric = [p for p in paths if all(isinstance(run.values[p], (int, float)) for run in runs)]
    if not found:
        return []
    shown = shown_of(asked)
    title = asked.study.name
    kept = numeric[0] if numeric else paths[0]
    series = [p for p in paths if p != kept]
    points = [
        draw.Point(
            float(run.values[kept]) if numeric else _short(run.values[kept]),
            shown.of(row),
            _series(run, series),
            f"{run.name}: {shown.told(row)}",
        )
        for run, row in found
    ]
    spread = _spread([shown.of(row) for _, row in found])
    line = _line(found, spread + _lost(kept, series, runs, results))
    key = named(series[0]) if len(series) == 1 else ""
    drawn: list[Drawn] = [
        lambda: draw.lines(
            title,
            line,
            named(kept),
            shown.axis,
            points,
            key=key,
        )
    ]
    if len(paths) == 2 and len(numeric) == 2 and len(found) > 3:
        cells = [
            draw.Cell(
                figure(float(run.values[paths[0]])),
                figure(float(run.values[paths[1]])),
                shown.of(row) if row.solved else None,
                f"{run.name}: {shown.told(row) if row.solved else no_plan_yet(row)}",
            )
            for run, row in rows_of(runs, results)
        ]
        blank = "a blank cell has no plan"
        if any(row.status == UNFINISHED for _, row in rows_of(runs, results)):
            blank += ", or none was found in time"
        told_unit = "; ".join(filter(None, (shown.unit, blank)))
        drawn.append(lambda: draw.heat(title, told_unit, named(paths[0]), named(paths[1]), cells))
    return [*drawn, *decisions([row for _, row in found])]


def _series(run: Run, series: Sequence[str]) -> str:
    """What a line stands for: the value, and its field where there are several."""
    if len(series) == 1:
        return _short(run.values[series[0]])
    return ", ".join(f"{path} {_short(run.values[path])}" for path in series)


def _lost(kept: str, series: Sequence[str], runs: Runs, results: Results) -> str:
    """Where there is no plan."""

    def place(run: Run) -> str:
        return " with ".join(
            [_short(run.values[kept]), *([_series(run, series)] if series else [])]
        )

    return lost_at([(place(run), row) for run, row in rows_of(runs, results)])


def _line(found: Sequence[tuple[Run, Row]], lost: str) -> str:
    worst = max((row.gap or 0.0 for _, row in found), default=0.0)
    near = "the best there is" if worst < EXACT else f"within {100 * worst:.2g} % of its best"
    return f"{plural(len(found), 'plan')}, each {near}{lost}"


def _spread(values: Sequence[float]) -> str:
    """How little they differ, where an axis that does not begin at 0 makes much of it."""
    low, high = min(values), max(values)
    if not 0.0 < low < high <= low * (1 + LITTLE):
        return ""
    return f"; the highest {100 * (high / low - 1):.2g} % above the lowest"


def _short(value: float | str) -> str:
    """A value as a chart has it, lists and quotes without their signs."""
    return value.strip("[]\"'") if isinstance(value, str) else figure(value)


KIND = Kind("Sweep", runs, story)
