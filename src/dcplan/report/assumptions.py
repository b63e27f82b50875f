"""The figures of the library that a plan rests on, with their sources, the weakest first."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dcplan.library import TABLES, Figure, Source, cite
from dcplan.library.schema import CONFIDENCE
from dcplan.plan import Plan
from dcplan.report.facts import row_name
from dcplan.report.rests import Cell, binding, rests_musd, used
from dcplan.words import figure, percent, span

UNTOLD, CHOSEN = "no source given", "scenario"
ORDER = (UNTOLD, *reversed(CONFIDENCE), CHOSEN)
"""Levels of confidence, the weakest first; a figure that the scenario sets is a choice."""
TOPICS = {
    "chips": "Chips",
    "chip_supply": "World output",
    "wafers": "World output",
    "cooling": "Cooling",
    "supply": "Power supply",
    "reach": "Fibre",
    "workloads": "Training run",
    "replicas": "Replicas",
    "goodput": "Goodput",
    "finance": "Costs",
    "zones": "Grid zones",
    "corridors": "Fibre routes",
    "sites": "Sites",
}
_MOST_NAMES = 3
WEAK = ORDER[: ORDER.index("own estimate") + 1]
_Key = tuple[str, str, str, str, tuple[Source, ...], bool]
_UNITS = re.compile("_(?:usd|frac|years|acres|fte|factor)(?:_|$)")


@dataclass(frozen=True)
class Assumption:
    """One figure, or the same column of several rows with the same word on where it is from."""

    confidence: str
    topic: str
    what: str
    of: str
    """Which rows, in words."""
    value: str
    """With its unit."""
    plausible: str
    """Range in which the figure may lie; empty where none is published."""
    rests_musd: float
    """Capex and opex of all years on what the figure prices or sizes."""
    sources: tuple[Source, ...]
    note: str
    figures: int
    binds: bool
    """Whether the figures are limits that the plan runs into."""
    cells: tuple[Cell, ...]
    """(table, row, column) of each figure."""


def assumptions(plan: Plan) -> tuple[Assumption, ...]:
    """Every figure that the plan uses, grouped: the weakest first, and of those the dearest.

    Before all others come weak figures that bind: a better one would change the plan.
    """
    limited = binding(plan)
    groups: dict[_Key, list[tuple[str, Figure]]] = {}
    for table, row, column in dict.fromkeys(used(plan)):
        found = cite(plan.library, table, row, column)
        if found.value is None or found.value == "":
            continue
        item = row if table == "finance" else column
        key = (
            table,
            item,
            found.confidence or UNTOLD,
            found.note,
            found.sources,
            (table, row, column) in limited,
        )
        groups.setdefault(key, []).append((row, found))
    rows = [_assumption(plan, key, found) for key, found in groups.items()]
    order = {topic: place for place, topic in enumerate(TOPICS.values())}
    return tuple(
        sorted(
            rows,
            key=lambda r: (
                not (r.binds and r.confidence in WEAK),
                *(ORDER.index(r.confidence), -r.rests_musd, order[r.topic]),
            ),
        )
    )


def _assumption(plan: Plan, key: _Key, found: Sequence[tuple[str, Figure]]) -> Assumption:
    table, item, confidence, note, sources, binds = key
    rows = [row for row, _ in found]
    return Assumption(
        confidence=confidence,
        topic=TOPICS[table],
        what=_meaning(plan, table, item),
        of=_named(plan, table, rows),
        value=_spread([f.value for _, f in found], found[0][1].unit),
        plausible=_range([f for _, f in found]),
        rests_musd=rests_musd(plan, table, item, rows),
        sources=sources,
        note=note,
        figures=len(found),
        binds=binds,
        cells=tuple((table, row, "value" if table == "finance" else item) for row in rows),
    )


def _meaning(plan: Plan, table: str, item: str) -> str:
    if table == "finance":
        name = _UNITS.split(item)[0].replace("_", " ")
        return f"{name}: {plan.library.finance.at[item, 'meaning']}"
    declared = TABLES[table].column(item)
    return declared.meaning.partition("; blank")[0] if declared else item


def _named(plan: Plan, table: str, rows: Sequence[str]) -> str:
    if table == "finance":
        return ""
    if table == "chip_supply":
        years: dict[str, list[int]] = {}
        for row in rows:
            chip, _, year = row.partition("/")
            years.setdefault(chip, []).append(int(year))
        names = [f"{row_name(plan.library.chips, c)} {span(y)}" for c, y in years.items()]
    else:
        frame = plan.library.table(table)
        named = "name" in frame
        names = [
            str(frame.at[row, "name"])
            if named and row in frame.index
            else row.replace("_", " ").replace("/", ", ")
            for row in rows
        ]
    unique = list(dict.fromkeys(names))
    more = len(unique) - _MOST_NAMES
    return "; ".join(unique[:_MOST_NAMES]) + (f"; {more} more" if more > 0 else "")


def _spread(values: Sequence[object], unit: str) -> str:
    known = [float(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    low, high = (min(known), max(known)) if known else (math.nan, math.nan)
    told = _number(low, unit) if low == high else f"{_number(low, unit)} to {_number(high, unit)}"
    rest = unit.replace("1e9 ", "billion ").replace("1e6 ", "million ")
    if unit.startswith("fraction"):
        rest = " a year" if unit.endswith("/year") else ""
        return told + rest
    if unit == "year":
        return told
    return f"{told} ({rest})" if "=" in rest else f"{told} {rest}"


def _range(found: Sequence[Figure]) -> str:
    unit = found[0].unit
    low = min((f.low for f in found if f.low is not None), default=None)
    high = max((f.high for f in found if f.high is not None), default=None)
    if low is None:
        return "" if high is None else f"up to {_number(high, unit)}"
    return (
        f"{_number(low, unit)} to {_number(high, unit)}"
        if high is not None
        else (f"from {_number(low, unit)}")
    )


def _number(value: float, unit: str) -> str:
    if unit == "year":
        return f"{value:.0f}"
    return percent(value) if unit.startswith("fraction") else figure(value)
