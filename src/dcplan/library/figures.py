"""One figure of the library: what it is, where it comes from, and a scenario's word against it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from dcplan.errors import InputError, Problem, suggest
from dcplan.library.columns import Column, Table, Value, parse
from dcplan.library.read import Library
from dcplan.library.relations import Columns, relations
from dcplan.library.schema import FIGURES, TABLES
from dcplan.library.sheet import key_text
from dcplan.library.sources import Source, source_ids

Overrides = Mapping[str, Mapping[str, Mapping[str, float | str]]]


@dataclass(frozen=True)
class Figure:
    """One cell with its unit, plausible range, confidence and sources.

    `value` is None when it is not published, `low` and `high` when no range is given.
    `confidence` is one of `schema.CONFIDENCE`, 'scenario' for an override, '' when the folder
    says nothing of the figure.
    """

    value: Value | None
    unit: str
    low: float | None
    high: float | None
    confidence: str
    sources: tuple[Source, ...]
    note: str


class _Cell(NamedTuple):
    column: Column
    key: Hashable


def cite(library: Library, table: str, row: str, column: str) -> Figure:
    """Return one figure with its source; `row` is `key1/key2` where a table has two keys.

    Of the lines of figures.csv the most specific one speaks: row and column, then the row,
    then the column, then the table. Raises InputError when there is no such cell.
    """
    cell = _find(library, table, row, column, "")
    value = _plain(library.table(table).at[cell.key, column])
    unit = cell.column.unit
    if table == "finance" and column == "value":
        unit = str(library.finance.at[cell.key, "unit"])
    line = _line(library.figures, table, row, column)
    if line is None:
        return Figure(value, unit, None, None, "", (), "")
    sources = _sources(library.sources, str(line["folder"]), str(line["sources"]))
    low, high = (None if math.isnan(line[end]) else float(line[end]) for end in ("low", "high"))
    return Figure(value, unit, low, high, str(line["confidence"]), sources, str(line["note"]))


def addresses(table: str, row: str, column: str) -> Iterator[tuple[str, str, str]]:
    """Yield the lines of figures.csv that may speak for a cell, the most specific first.

    >>> [row for _, row, column in addresses("cooling", "air/cold", "pue") if column == "pue"]
    ['air/cold', 'air/*', '*/cold', '*/*', '*']
    """
    spelt = ("/".join(parts) for parts in itertools.product(*((p, "*") for p in row.split("/"))))
    for spelling, name in itertools.product(dict.fromkeys([*spelt, "*"]), (column, "*")):
        yield table, spelling, name


def override(library: Library, overrides: Overrides) -> Library:
    """Return the library with some cells replaced: table -> row -> column -> value.

    Each value is held against the same schema and the same relations as the files; its figure
    gets the confidence 'scenario'. Raises InputError with every problem.
    """
    tables: dict[str, Any] = {}
    lines: dict[tuple[str, str, str], list[object]] = {}
    problems: list[Problem] = []
    for table, row, column, given in _flat(overrides):
        try:
            cell = _find(library, table, row, column, "overrides.", may_add=True)
        except InputError as error:
            problems += error.problems
            continue
        value, wrong = parse(cell.column, _text(given))
        if wrong:
            problems.append(Problem(f"overrides.{table}.{row}.{column}", wrong))
            continue
        tables.setdefault(table, library.table(table).copy()).loc[cell.key, column] = value
        folder = TABLES[table].folder
        lines[table, row, column] = [
            math.nan,
            math.nan,
            "scenario",
            "",
            "set by the scenario",
            folder,
        ]
    if not problems:
        changed = replace(library, **tables)
        problems = _misfits(changed)
    if problems:
        raise InputError(problems)
    return replace(changed, figures=_with_lines(library.figures, lines))


def _flat(overrides: Overrides) -> Iterator[tuple[str, str, str, float | str]]:
    for table, rows in overrides.items():
        for row, cells in rows.items():
            for column, given in cells.items():
                yield table, row, column, given


def _find(
    library: Library, table: str, row: str, column: str, prefix: str, *, may_add: bool = False
) -> _Cell:
    """Return the cell of that address, or raise InputError with the nearest name.

    `may_add` takes a row that is not there yet, where the table is open to new ones.
    """
    if table not in TABLES:
        what = f"is not a table; it must be one of {', '.join(TABLES)}{suggest(table, TABLES)}"
        raise InputError([Problem(f"{prefix}{table}", what)])
    rows = {key_text(key): key for key in library.table(table).index}
    problems = []
    if may_add and TABLES[table].open and row not in rows:
        rows |= _new_row(TABLES[table], row)
    if row not in rows:
        form = "/".join(TABLES[table].keys)
        what = f"is not a row; it must be a {form} of {TABLES[table].file}{suggest(row, rows)}"
        problems.append(Problem(f"{prefix}{table}.{row}", what))
    declared = TABLES[table].column(column)
    free = [c.name for c in TABLES[table].columns if c.name not in TABLES[table].keys]
    if declared is None or column not in free:
        what = f"is not a column; it must be one of {', '.join(free)}{suggest(column, free)}"
        problems.append(Problem(f"{prefix}{table}.{row}.{column}", what))
    if problems or declared is None:
        raise InputError(problems)
    return _Cell(declared, rows[row])


def _new_row(table: Table, row: str) -> dict[str, Hashable]:
    """The key that a new row's text means, by that text; empty where it means none."""
    parts = row.split("/")
    if len(parts) != len(table.keys):
        return {}
    columns = (column for column in table.columns if column.name in table.keys)
    found = [parse(column, part) for column, part in zip(columns, parts, strict=True)]
    return {} if any(wrong for _, wrong in found) else {row: tuple(key for key, _ in found)}


def _line(figures: pd.DataFrame, table: str, row: str, column: str) -> pd.Series[Any] | None:
    """Return the most specific line of figures.csv for a cell."""
    for address in addresses(table, row, column):
        if address in figures.index:
            line = figures.xs(address)
            assert isinstance(line, pd.Series)  # keys stand once
            return line
    return None


def _sources(sources: pd.DataFrame, folder: str, ids: str) -> tuple[Source, ...]:
    listed = sources[sources["folder"] == folder]
    texts = ("title", "where", "date", "licence")
    return tuple(
        Source(name, *(str(listed.at[name, text]) for text in texts)) for name in source_ids(ids)
    )


def _misfits(library: Library) -> list[Problem]:
    """Hold changed tables against each other; the place is named as an override would name it."""
    tables = {name: library.table(name).reset_index() for name in TABLES}
    columns: dict[str, Columns] = {
        name: {str(column): rows[column].tolist() for column in rows}
        for name, rows in tables.items()
    }
    found = relations(columns, dict.fromkeys(TABLES, True))
    return [
        Problem(f"overrides.{table}.{_row(columns[table], table, position)}.{column}", what)
        for table, position, column, what in found
    ]


def _row(columns: Columns, table: str, position: int) -> str:
    return key_text(tuple(columns[name][position] for name in TABLES[table].keys))


def _with_lines(
    figures: pd.DataFrame, lines: Mapping[tuple[str, str, str], Sequence[object]]
) -> pd.DataFrame:
    if not lines:
        return figures
    index = pd.MultiIndex.from_tuples(list(lines), names=FIGURES.keys)
    added = pd.DataFrame(list(lines.values()), index=index, columns=figures.columns)
    return pd.concat([figures.drop(index, errors="ignore"), added.astype(figures.dtypes)])


def _text(given: float | str) -> str:
    """Return a value as a cell of a file would hold it."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given)


def _plain(value: Any) -> Value | None:
    """Return a cell of a frame as a plain Python value, None when blank."""
    value = value.item() if hasattr(value, "item") else value
    blank = value == "" or (isinstance(value, float) and math.isnan(value))
    return None if blank else value
