"""Front: plans of which none is better in one objective without being worse in the other.

    ends     each objective alone, with the other one as tie-breaker           → its best and its worst
    between  the first objective, with the second held at evenly spread limits (epsilon constraint)

Every limit is a field of the scenario, so each plan can be solved again without the study.
"""

from __future__ import annotations

import math

from dcplan.errors import InputError, Problem
from dcplan.objectives import OBJECTIVES
from dcplan.study import draw
from dcplan.study.fields import Front
from dcplan.study.kinds.base import Drawn, Kind, Runs, Story, frame, no_plan, solved
from dcplan.study.labels import noun, scaled, told, unit
from dcplan.study.read import Asked, number
from dcplan.study.runs import Results, Row, Run
from dcplan.units import FLOP_PER_EFLOPS_YEAR, MUSD_PER_BUSD

SAME = 1e-6
"""Values nearer than this share are the same."""


def runs(asked: Asked, results: Results) -> Runs:
    """Both ends, then those between."""
    a, b = pair(asked)
    ends = [_end(a, b), _end(b, a)]
    rows = [results.get(run.name) for run in ends]
    known = [row for row in rows if row is not None and row.solved]
    if len(known) < 2:
        return ends
    return [*ends, *_between(asked, a, b, known[0].value(b), known[1].value(b))]


def _wish(asked: Asked) -> Front:
    assert asked.study.front is not None  # this kind is chosen by that field
    return asked.study.front


def pair(asked: Asked) -> tuple[str, str]:
    """The objective that is searched for and the one that is held: one that a field can limit."""
    first, second = _wish(asked).objectives
    where = asked.where("front", "objectives")
    if first == second:
        raise InputError([Problem(where, f"names {first} twice; give two that differ")])
    if asked.scenario.futures or asked.scenario.tie_breakers:
        what = "cannot be told of a base with futures or tie_breakers; take them out"
        raise InputError([Problem(where, what)])
    if "earliest" in (first, second) and asked.scenario.target.training_flop is None:
        what = "has earliest, which needs target.training_flop and target.by in the base"
        raise InputError([Problem(where, what)])
    if "tco" in (first, second):
        return "tco", second if first == "tco" else first
    return (second, first) if first == "earliest" else (first, second)


def _end(best: str, then: str) -> Run:
    rule = f"tie_breakers=[{{objective: {then}, slack: 0}}]"
    return Run(f"best {best}", (f"objective={best}", rule))


def _between(asked: Asked, a: str, b: str, worst: float, best: float) -> list[Run]:
    points = _wish(asked).points
    if b == "earliest":
        levels = [float(y) for y in range(int(best) + 1, int(worst))]
    else:
        step = (worst - best) / max(points - 1, 1)
        levels = [best + step * place for place in range(1, points - 1)]
        if abs(step) <= SAME * max(abs(best), abs(worst), SAME):
            levels = []
    found = []
    for level in levels:
        limit = _limit(asked, b, level)
        found.append(Run(", ".join(limit), (f"objective={a}", *limit), {b: scaled(b, level)}))
    return found


def _limit(asked: Asked, objective: str, level: float) -> tuple[str, ...]:
    """The settings that hold an objective at least as good as a level."""
    if objective == "earliest":
        return (f"target.by={level:.0f}",)
    if objective == "capex":
        return (f"limits.capex_busd.total={number(level / MUSD_PER_BUSD)}",)
    if objective == "carbon":
        return (f"limits.carbon_kt.total={number(level)}",)
    last = asked.scenario.years[-1]
    return (f"target.training_flop={number(level * FLOP_PER_EFLOPS_YEAR)}", f"target.by={last}")


def _dominated(row: Row, others: list[Row], a: str, b: str) -> bool:
    """Whether another plan is as good in both and better in one, by more than rounding."""
    return any(
        _better(other, row, a) >= -SAME
        and _better(other, row, b) >= -SAME
        and max(_better(other, row, a), _better(other, row, b)) > SAME
        for other in others
    )


def _better(one: Row, other: Row, objective: str) -> float:
    sign = OBJECTIVES[objective].sign if objective != "earliest" else 1
    x, y = one.value(objective), other.value(objective)
    return sign * (y - x) / max(abs(x), abs(y), 1e-9)


def story(asked: Asked, runs: Runs, results: Results) -> Story:
    """The front, and the plans that fell behind it."""
    a, b = pair(asked)
    found = solved(runs, results)
    rows = [row for _, row in found]
    kept = {run.name: not _dominated(row, rows, a, b) for run, row in found}
    columns = [_column(a), _column(b)]
    ordered = sorted(found, key=lambda pair: pair[1].value(b))
    table = frame(
        [
            {
                "run": run.name,
                columns[0]: scaled(a, row.value(a)),
                columns[1]: scaled(b, row.value(b)),
                "front": "yes" if kept[run.name] else "no",
                "gap": row.gap,
                "site_names": ";".join(row.sites),
            }
            for run, row in ordered
        ],
        ["run", *columns, "front", "gap", "site_names"],
    )
    front = [row for run, row in ordered if kept[run.name]]
    answer = tuple(filter(None, [_answer(a, b, front), no_plan(runs, results)]))
    notes = ("Plans that another one beats in both objectives are pale and not on the line.",)
    units = {columns[0]: unit(a), columns[1]: unit(b)}
    return Story(answer, table, units, _charts(a, b, ordered, kept), notes)


def _column(objective: str) -> str:
    return f"{objective}_{'busd' if unit(objective) == '1e9 USD' else 'value'}"


def _answer(a: str, b: str, front: list[Row]) -> str:
    if not front:
        return "No run has a plan."
    ends = sorted(front, key=lambda row: row.value(a) * OBJECTIVES[a].sign)
    first, last = ends[0], ends[-1]
    if len(front) == 1 or math.isclose(first.value(b), last.value(b), rel_tol=SAME):
        both = f"{noun(a)} {told(a, first.value(a))}, {noun(b)} {told(b, first.value(b))}"
        return f"One plan is best in both: {both}."
    return (
        f"From {noun(a)} {told(a, first.value(a))} with {noun(b)} {told(b, first.value(b))} "
        f"to {told(a, last.value(a))} with {told(b, last.value(b))}, in {len(front)} plans."
    )


def _charts(a: str, b: str, found: list[tuple[Run, Row]], kept: dict[str, bool]) -> list[Drawn]:
    if not found:
        return []
    points = [
        draw.Point(
            scaled(b, row.value(b)),
            scaled(a, row.value(a)),
            "front",
            f"{run.name}: {noun(a)} {told(a, row.value(a))}, {noun(b)} {told(b, row.value(b))}",
            faint=not kept[run.name],
        )
        for run, row in found
    ]
    title = f"{noun(a).capitalize()} against {noun(b)}"
    behind = sum(not on for on in kept.values())
    line = f"{len(found) - behind} plans on the front" + f"; {behind} behind it, pale" * bool(
        behind
    )
    axes = (f"{noun(b)}, {unit(b)}", f"{noun(a)}, {unit(a)}")
    return [lambda: draw.lines(title, line, *axes, points, counted=b == "earliest")]


KIND = Kind("Front", runs, story, lambda asked: False)
