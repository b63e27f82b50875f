"""Timeline: what the same target costs some years sooner or later, within the same plan years.

A rate of year y is asked for in year y + shift: before the first of them nothing is asked, after the last
the last rate stays. A total moves its date `target.by`. Limits stay where they are.
"""

from __future__ import annotations

import json

from dcplan.errors import InputError, Problem
from dcplan.objectives import OBJECTIVES
from dcplan.scenario import Scenario, yearly
from dcplan.study import draw
from dcplan.study.fields import Timeline
from dcplan.study.kinds.base import Drawn, Kind, Runs, Story, frame, no_plan, rows_of, solved
from dcplan.study.labels import goal, noun, scaled, told, unit
from dcplan.study.read import Asked, number
from dcplan.study.runs import Results, Row, Run
from dcplan.words import plural


def runs(asked: Asked, results: Results) -> Runs:
    """A run for each shift, as it stands included."""
    wish = asked.study.timeline or Timeline()
    shifts = sorted({0, *wish.shift})
    target = asked.scenario.target
    if goal(asked) in ("earliest", "max_flop") or asked.scenario.futures:
        what = "needs a base of one future with a target and objective tco, capex or carbon"
        raise InputError([Problem(asked.where("timeline"), what)])
    if target.training_flop is None and not _rates(asked.scenario):
        raise InputError([Problem(asked.where("timeline"), "needs a target in the base")])
    return [Run(name(shift), _settings(asked, shift), {"shift_years": shift}) for shift in shifts]


def name(shift: int) -> str:
    """What a shift is called.

    >>> name(-1), name(0), name(2)
    ('1 year sooner', 'as it stands', '2 years later')
    """
    if not shift:
        return "as it stands"
    return f"{plural(abs(shift), 'year')} {'later' if shift > 0 else 'sooner'}"


def _rates(scenario: Scenario) -> dict[int, float]:
    return yearly(scenario.target.training_eflops, scenario.years)


def _settings(asked: Asked, shift: int) -> tuple[str, ...]:
    scenario, found = asked.scenario, []
    if shift == 0:
        return ()
    rates, years = _rates(scenario), scenario.years
    if rates:
        moved = {y: _rate(rates, y - shift) for y in years}
        text = ", ".join(f"{json.dumps(str(y))}: {number(v)}" for y, v in moved.items())
        found.append(f"target.training_eflops={{{text}}}")
    if scenario.target.by is not None and scenario.target.training_flop is not None:
        by = scenario.target.by + shift
        if by not in years:
            what = f"moves target.by to {by}; it must stay within {years[0]} to {years[-1]}"
            raise InputError([Problem(asked.where("timeline", "shift"), what)])
        found.append(f"target.by={by}")
    return tuple(found)


def _rate(rates: dict[int, float], year: int) -> float:
    """The rate of a year; of one before the first none, of one after the last the last."""
    if year < min(rates):
        return 0.0
    return rates.get(min(year, max(rates)), 0.0)


def story(asked: Asked, runs: Runs, results: Results) -> Story:
    """The objective by shift, and its difference from as it stands."""
    objective = goal(asked)
    base = results.get(name(0))
    value = base.value(objective) if base is not None and base.solved else None
    suffix = "busd" if unit(objective) == "1e9 USD" else "value"
    columns = [f"{objective}_{suffix}", f"difference_{suffix}"]
    table = frame(
        [
            {
                "run": run.name,
                "shift": run.values["shift_years"],
                "status": row.status,
                columns[0]: scaled(objective, row.value(objective)) if row.solved else None,
                columns[1]: scaled(objective, row.value(objective) - value)
                if row.solved and value is not None
                else None,
                "gap": row.gap,
                "sites": len(row.sites) if row.solved else None,
            }
            for run, row in rows_of(runs, results)
        ],
        ["run", "shift", "status", *columns, "gap", "sites"],
    )
    units = {"shift": "years", **{column: unit(objective) for column in columns}}
    parts = [_part(objective, run, row, value) for run, row in rows_of(runs, results)]
    answer = " ".join(filter(None, parts)) or "No run has a plan."
    last = asked.scenario.years[-1]
    notes = (
        f"All plans are of the same years, to {last}: a target that comes later is run for fewer of them, "
        "which is a part of what it saves.",
    )
    kept = tuple(filter(None, [answer, no_plan(runs, results)]))
    return Story(kept, table, units, _charts(asked, runs, results), notes)


def _part(objective: str, run: Run, row: Row, base: float | None) -> str:
    if not row.solved or base is None:
        return ""
    more = row.value(objective) - base
    if run.values["shift_years"] == 0:
        return f"As it stands: {told(objective, base)}."
    way = "more" if more > 0 else "less"
    verb = "emits" if objective == "carbon" else "costs"
    return f"{run.name.capitalize()} {verb} {OBJECTIVES[objective].told(abs(more))} {way}."


def _charts(asked: Asked, runs: Runs, results: Results) -> list[Drawn]:
    objective, found = goal(asked), solved(runs, results)
    if not found:
        return []
    points = [
        draw.Point(
            float(run.values["shift_years"]),
            scaled(objective, row.value(objective)),
            "",
            f"{run.name}: {told(objective, row.value(objective))}",
            told(objective, row.value(objective)),
        )
        for run, row in found
    ]
    title = f"{noun(objective).capitalize()} when the target comes sooner or later"
    line = "left of 0 sooner, right of 0 later; within the same plan years and limits"
    axis = f"{noun(objective)}, {unit(objective)}"
    return [lambda: draw.lines(title, line, "years", axis, points, counted=True)]


KIND = Kind("Timeline", runs, story)
