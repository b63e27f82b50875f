"""Tornado: each uncertain figure at its low and at its high, all else as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dcplan.api import Plan
from dcplan.errors import InputError, Problem
from dcplan.library import cite
from dcplan.report.assumptions import ORDER, UNTOLD
from dcplan.report.rests import rests_musd, used
from dcplan.study import barred, draw
from dcplan.study.fields import Tornado
from dcplan.study.folder import plan_folder
from dcplan.study.kinds.base import Drawn, Kind, Runs, Story, frame, no_plan, no_plan_yet
from dcplan.study.labels import goal, unit_of
from dcplan.study.read import Asked, number, setting
from dcplan.study.runs import Results, Row, Run
from dcplan.study.shown import Shown, shown_of
from dcplan.words import figure

BASE = "base"
OWN = "own range"
_LOW, _HIGH = "#56B4E9", "#D55E00"


@dataclass(frozen=True)
class Range:
    """A figure with its ends."""

    path: str
    low: float
    high: float
    confidence: str


def runs(asked: Asked, results: Results) -> Runs:
    """The base, then both ends of each figure."""
    _ranges(asked, [])  # what is wrong with them is told before the base is solved
    base = Run(BASE)
    if known(asked):
        return [base, *_ends(asked, [])]
    row = results.get(BASE)
    if row is None or not row.solved:
        return [base]
    return [base, *_ends(asked, list(_used(asked.folder, row.key, _wish(asked).most)))]


def known(asked: Asked) -> bool:
    """Whether the figures are named in the file."""
    return bool(_wish(asked).figures)


def _wish(asked: Asked) -> Tornado:
    return asked.study.tornado or Tornado()


def _ends(asked: Asked, found: list[Range]) -> list[Run]:
    return [
        Run(f"{r.path} {end}", (setting(r.path, value),), {r.path: value})
        for r in _ranges(asked, found)
        for end, value in (("low", r.low), ("high", r.high))
    ]


def _ranges(asked: Asked, found: list[Range]) -> list[Range]:
    """Figures of the library, the weakest first, then those with a range of the study's own."""
    wish = _wish(asked)
    cells = [_cited(asked, path) for path in wish.figures] if wish.figures else found
    cells.sort(key=lambda r: ORDER.index(r.confidence))
    own = []
    for path, (low, high) in wish.ranges.items():
        if low >= high:
            where = asked.where("tornado", "ranges", path)
            raise InputError([Problem(where, "must rise from low to high")])
        own.append(Range(path, low, high, OWN))
    return [*cells, *own]


def _cited(asked: Asked, path: str) -> Range:
    """A figure that the file names; it must have a low and a high."""
    where = asked.where("tornado", "figures")
    table, _, rest = path.partition(".")
    row, _, column = rest.rpartition(".")
    try:
        found = cite(asked.case.library, table, row, column)
    except InputError as error:
        told_ = (Problem(where, f"{p.where}: {p.what}") for p in error.problems)
        raise InputError(told_) from None
    if found.low is None or found.high is None or found.low >= found.high:
        what = f"names {path}, for which figures.csv has no range; give one under ranges"
        raise InputError([Problem(where, what)])
    return Range(path, found.low, found.high, found.confidence or UNTOLD)


@lru_cache(maxsize=4)
def _used(folder: Path, key: str, most: int) -> tuple[Range, ...]:
    """Figures that the base plan rests on and that have a range; the weakest first.

    Of equally weak ones those first whose range times the money that rests on them is largest.
    """
    found = []
    plan = Plan.load(plan_folder(folder, key)).record
    for table, row, column in dict.fromkeys(used(plan)):
        cell = cite(plan.library, table, row, column)
        if cell.low is None or cell.high is None or cell.low >= cell.high:
            continue
        if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
            level = cell.confidence or UNTOLD
            path = f"{table}.{row}.{column}"
            rests = rests_musd(plan, table, row if table == "finance" else column, [row])
            wide = (cell.high - cell.low) / max(abs(float(cell.value)), 1e-9)
            found.append(
                (ORDER.index(level), -rests * wide, Range(path, cell.low, cell.high, level))
            )
    found.sort(key=lambda each: each[:2])
    return tuple(r for _, _, r in found[:most])


@dataclass(frozen=True)
class Swing:
    """What a figure does: what is shown at its low and at its high; None where there is no plan."""

    range: Range
    low: Row | None
    high: Row | None
    missing: tuple[str, str] = ("no plan", "no plan")
    """What to say where there is none at the low, at the high."""

    def width(self, shown: Shown, base: Row) -> float:
        """The most that it moves what is shown."""
        ends = (row for row in (self.low, self.high) if row is not None)
        return max((abs(shown.of(row) - shown.of(base)) for row in ends), default=0.0)


def _swings(asked: Asked, results: Results) -> list[Swing]:
    """By confidence, the weakest first; within one, the largest first."""
    base = results[BASE]
    found = [] if known(asked) else list(_used(asked.folder, base.key, _wish(asked).most))
    shown = shown_of(asked)

    def at(r: Range, end: str) -> tuple[Row | None, str]:
        row = results.get(f"{r.path} {end}")
        kept = row if row is not None and row.solved else None
        return kept, "not finished" if row is None else no_plan_yet(row)

    swings = []
    for r in _ranges(asked, found):
        (low, no_low), (high, no_high) = at(r, "low"), at(r, "high")
        swings.append(Swing(r, low, high, (no_low, no_high)))
    levels = [*ORDER, OWN]
    return sorted(swings, key=lambda s: (levels.index(s.range.confidence), -s.width(shown, base)))


def story(asked: Asked, runs: Runs, results: Results) -> Story:
    """How far each figure moves the objective, or what `shows` names."""
    base, shown = results.get(BASE), shown_of(asked)
    if base is None or not base.solved:
        lost = ("The base has no plan, so there is nothing to vary.", no_plan(runs, results))
        return Story(tuple(filter(None, lost)), frame([], ["figure"]), {})
    swings, columns = _swings(asked, results), _columns(asked, shown)
    table = frame(
        [
            {
                "figure": s.range.path,
                "unit": unit_of(s.range.path),
                "confidence": s.range.confidence,
                "low": s.range.low,
                "high": s.range.high,
                columns[0]: None if s.low is None else shown.of(s.low),
                columns[1]: None if s.high is None else shown.of(s.high),
            }
            for s in swings
        ],
        ["figure", "unit", "confidence", "low", "high", *columns],
    )
    answer = (_answer(shown, swings, base), no_plan(runs, results))
    units = dict.fromkeys(columns, shown.unit)
    notes = (
        "Every end is a plan of its own, made knowing the figure; figures are varied one at a time.",
    )
    kept = tuple(filter(None, answer))
    return Story(kept, table, units, _charts(asked, swings, base), notes)


def _columns(asked: Asked, shown: Shown) -> tuple[str, str]:
    """The names of what is shown at the low and at the high."""
    name = asked.study.shows
    if name != "objective":
        return f"{name}_low", f"{name}_high"
    objective, suffix = goal(asked), "busd" if shown.unit == "1e9 USD" else "value"
    return f"{objective}_low_{suffix}", f"{objective}_high_{suffix}"


def _answer(shown: Shown, swings: list[Swing], base: Row) -> str:
    now = shown.told(base)
    if not swings:
        return f"As it stands, the {shown.noun} is {now}; no figure with a range was found."
    top = max(swings, key=lambda s: s.width(shown, base))
    ends = [
        missing if row is None else shown.told(row)
        for row, missing in zip((top.low, top.high), top.missing, strict=True)
    ]
    return (
        f"Of {len(swings)} uncertain figures, {top.range.path} moves the {shown.noun} most: "
        f"{ends[0]} at its low, {ends[1]} at its high, {now} as it stands."
    )


def _charts(asked: Asked, swings: list[Swing], base: Row) -> list[Drawn]:
    shown = shown_of(asked)
    near = asked.scenario.solver.gap if asked.study.shows == "objective" else 0.0
    widest = max((s.width(shown, base) for s in swings), default=0.0)
    still = near * abs(shown.of(base))
    bars = [
        bar
        for s in swings[: draw.MOST_ROWS]
        for bar in barred.apart(_bars(shown, s, base, s.width(shown, base) <= still), widest)
    ]
    if not bars:
        return []
    line = f"{shown.told(base)} as it stands; written is the figure at that end"
    noun = shown.noun[:1].upper() + shown.noun[1:]
    title = f"{noun} at the ends of uncertain figures, weakest sources first"
    colours = {"low": _LOW, "high": _HIGH}
    return [lambda: barred.bars(title, line, shown.axis, bars, colours, shown.of(base))]


def _bars(shown: Shown, swing: Swing, base: Row, still: bool) -> Iterator[draw.Bar]:
    """The low and the high of a figure; `still` where it moves nothing by more than the gap."""
    path, start = swing.range.path, shown.of(base)
    row = f"{path}\n{swing.range.confidence}"
    both = (("low", swing.range.low, swing.low), ("high", swing.range.high, swing.high))
    for (part, end, result), missing in zip(both, swing.missing, strict=True):
        if result is None:
            words = f"{missing} with {path} at {number(end)}"
            yield draw.Bar(row, part, start, start, words, f"{missing} at {figure(end, 3)}")
            continue
        moved = f"{shown.noun} {shown.told(result)} with {path} at {number(end)}"
        label = figure(end, 3)
        if still:
            flat = swing.low is not None and swing.high is not None
            label = "no more than the gap" if part == "high" and flat else ""
        yield draw.Bar(row, part, start, shown.of(result), moved, label)


KIND = Kind("Tornado", runs, story, known)
