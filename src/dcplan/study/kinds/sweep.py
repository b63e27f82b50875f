"""Sweep: a plan for each value of a field, or for each with each of several."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dcplan.errors import InputError, Problem
from dcplan.study import draw
from dcplan.study.fields import MOST_RUNS, Steps, Values
from dcplan.study.kinds.base import Drawn, Kind, Runs, Story, frame, no_plan, rows_of, solved
from dcplan.study.labels import goal, named, noun, scaled, told, unit, unit_of
from dcplan.study.read import Asked, number, setting
from dcplan.study.runs import Results, Row, Run
from dcplan.words import figure


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
    rows = [
        {
            **run.values,
            "status": row.status,
            column: scaled(objective, row.value(objective)) if row.solved else None,
            "gap": row.gap if row.solved else None,
            "sites": len(row.sites) if row.solved else None,
            "facility_mw": row.facility_mw if row.solved else None,
            "delivered_eflops": row.delivered_eflops if row.solved else None,
        }
        for run, row in rows_of(runs, results)
    ]
    columns = [*paths, "status", column, "gap", "sites", "facility_mw", "delivered_eflops"]
    units = {
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
    if low == high:
        return f"Every plan found comes to the same {noun(objective)}, {told(objective, low)}."
    return (
        f"The {noun(objective)} goes from {told(objective, low)} at {first.name} "
        f"to {told(objective, high)} at {last.name}."
    )


def _charts(asked: Asked, paths: Sequence[str], runs: Runs, results: Results) -> list[Drawn]:
    """A line over the first field, one a value of the others; shades for two numbers."""
    objective, found = goal(asked), solved(runs, results)
    numeric = [p for p in paths if all(isinstance(run.values[p], (int, float)) for run in runs)]
    if not found or not numeric:
        return []
    title = f"{noun(objective).capitalize()} by {', '.join(paths)}"
    kept = numeric[0]
    series = [p for p in paths if p != kept]
    points = [
        draw.Point(
            float(run.values[kept]),
            scaled(objective, row.value(objective)),
            ", ".join(f"{path} {_short(run.values[path])}" for path in series),
            f"{run.name}: {told(objective, row.value(objective))}",
        )
        for run, row in found
    ]
    lost = [float(run.values[kept]) for run, row in rows_of(runs, results) if not row.solved]
    line = _line(asked, found, lost if not series else [])
    drawn: list[Drawn] = [
        lambda: draw.lines(
            title, line, named(kept), f"{noun(objective)}, {unit(objective)}", points
        )
    ]
    if len(paths) == 2 and len(numeric) == 2 and len(found) > 3:
        cells = [
            draw.Cell(
                figure(float(run.values[paths[0]])),
                figure(float(run.values[paths[1]])),
                scaled(objective, row.value(objective)) if row.solved else None,
                f"{run.name}: {told(objective, row.value(objective)) if row.solved else row.status}",
            )
            for run, row in rows_of(runs, results)
        ]
        told_unit = f"{unit(objective)}; a blank cell has no plan"
        drawn.append(lambda: draw.heat(title, told_unit, named(paths[0]), named(paths[1]), cells))
    return drawn


def _line(asked: Asked, found: Sequence[tuple[Run, Row]], lost: Sequence[float]) -> str:
    worst = max((row.gap or 0.0 for _, row in found), default=0.0)
    text = f"{len(found)} plans, each within {100 * worst:.2g} % of its best"
    if lost:
        text += f"; no plan at {', '.join(map(figure, lost[:4]))}{' and more' * (len(lost) > 4)}"
    return text


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else figure(value)


KIND = Kind("Sweep", runs, story)
