"""Break-even: the value of a field at which something enters the plan, by halving.

It must be in the plan at one end and out at the other; in between it is taken to change once.
"""

from __future__ import annotations

from itertools import pairwise

from dcplan.errors import InputError, Problem, suggest
from dcplan.study import draw
from dcplan.study.fields import BreakEven, Enters
from dcplan.study.kinds.base import Drawn, Kind, Runs, Story, frame, no_plan, solved
from dcplan.study.labels import goal, named, noun, scaled, told, unit, unit_of
from dcplan.study.read import Asked, number, setting
from dcplan.study.runs import Results, Row, Run
from dcplan.words import figure

MOST = 30


def runs(asked: Asked, results: Results) -> Runs:
    """Both ends, then the middle of what is left, until it is narrow enough."""
    wish = _wish(asked)
    _refuse(asked, wish)
    found = [_run(wish, wish.start), _run(wish, wish.end)]
    width = abs(wish.end - wish.start) * wish.tolerance
    for _ in range(MOST):
        ends = _bracket(wish, found, results)
        if ends is None or abs(ends[1] - ends[0]) <= width * (1 + 1e-9):
            break
        found.append(_run(wish, (ends[0] + ends[1]) / 2))
        if found[-1].name in {run.name for run in found[:-1]}:
            return found[:-1]
    return found


def _wish(asked: Asked) -> BreakEven:
    assert asked.study.break_even is not None  # this kind is chosen by that field
    return asked.study.break_even


def _refuse(asked: Asked, wish: BreakEven) -> None:
    kind, name = wish.enters.asked
    case = asked.case
    offered = {
        "chip": [*case.chips.sold, *case.chips.not_offered],
        "site": case.sites.sites,
        "supply": asked.scenario.power.offer,
    }[kind]
    if name not in offered:
        what = f"is {name}, which is not offered by the base{suggest(name, offered)}"
        raise InputError([Problem(asked.where("break_even", "enters", kind), what)])
    if wish.start == wish.end:
        raise InputError([Problem(asked.where("break_even", "to"), "is the same as from")])


def _run(wish: BreakEven, value: float) -> Run:
    value = float(number(value))
    item = setting(wish.vary, value)
    return Run(item, (item,), {wish.vary: value})


def _inside(enters: Enters, row: Row) -> bool:
    kind, name = enters.asked
    return name in {"chip": row.chips, "site": row.sites, "supply": row.supplies}[kind]


def _probes(wish: BreakEven, runs: Runs, results: Results) -> list[tuple[float, bool, Row]]:
    """Value, whether it is in, and the row, by value."""
    found = [
        (float(run.values[wish.vary]), _inside(wish.enters, row), row)
        for run, row in solved(runs, results)
    ]
    return sorted(found, key=lambda probe: probe[0])


def _bracket(wish: BreakEven, runs: Runs, results: Results) -> tuple[float, float] | None:
    """The two neighbours between which it enters; None where it does not, or that is not known yet."""
    if any(run.name not in results for run in runs):
        return None
    probes = _probes(wish, runs, results)
    if len(probes) < len(runs):
        return None
    for (low, before, _), (high, after, _) in pairwise(probes):
        if before != after:
            return low, high
    return None


def story(asked: Asked, runs: Runs, results: Results) -> Story:
    """Where it enters, and the plans that were tried."""
    wish, objective = _wish(asked), goal(asked)
    probes = _probes(wish, runs, results)
    column = f"{objective}_{'busd' if unit(objective) == '1e9 USD' else 'value'}"
    table = frame(
        [
            {
                wish.vary: value,
                "in": "yes" if inside else "no",
                column: scaled(objective, row.value(objective)),
                "gap": row.gap,
            }
            for value, inside, row in probes
        ],
        [wish.vary, "in", column, "gap"],
    )
    units = {wish.vary: unit_of(wish.vary), column: unit(objective)}
    notes = (
        "Taken to enter once within the range. Near the value, plans with and without cost the same to "
        "within the gap, so the true value may lie a little outside: a smaller solver.gap narrows that.",
    )
    return Story((_answer(wish, runs, results),), table, units, _charts(asked, probes), notes)


def _answer(wish: BreakEven, runs: Runs, results: Results) -> str:
    kind, name = wish.enters.asked
    probes = _probes(wish, runs, results)
    without = [run for run in runs if run.name in results and not results[run.name].solved]
    if without:
        return f"Not known, since not every run has a plan. {no_plan(runs, results)}"
    ends = _bracket(wish, runs, results)
    if ends is None:
        always = "in" if probes and probes[0][1] else "out of"
        return (
            f"The {kind} {name} is {always} the plan at both ends, {wish.vary} from "
            f"{figure(wish.start)} to {figure(wish.end)}; take a wider range."
        )
    low, high = ends
    inside_low = next(inside for value, inside, _ in probes if value == low)
    side = "at or below" if inside_low else "at or above"
    at = low if inside_low else high
    unit_ = unit_of(wish.vary)
    return (
        f"The {kind} {name} is in the plan {side} {wish.vary} = {figure(at)} {unit_}".rstrip()
        + f"; the change is between {figure(low)} and {figure(high)}."
    )


def _charts(asked: Asked, probes: list[tuple[float, bool, Row]]) -> list[Drawn]:
    wish, objective = _wish(asked), goal(asked)
    kind, name = wish.enters.asked
    points = [
        draw.Point(
            value,
            scaled(objective, row.value(objective)),
            f"with {name}" if inside else f"without {name}",
            f"{wish.vary} {figure(value)}: {told(objective, row.value(objective))}, "
            f"{'with' if inside else 'without'} {name}",
        )
        for value, inside, row in probes
    ]
    if not points:
        return []
    title = f"When the {kind} {name} enters the plan"
    line = f"{noun(objective)} of the best plan at each value that was tried"
    axis = f"{noun(objective)}, {unit(objective)}"
    return [lambda: draw.lines(title, line, named(wish.vary), axis, points)]


KIND = Kind("Break-even", runs, story, lambda asked: False)
