"""SOURCES.md and figures.csv of one folder: read, and held against the folder's tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from dcplan.errors import InputError, Problem, suggest
from dcplan.library.relations import Finding, as_number
from dcplan.library.sheet import Sheet, key_text, read_text, shown

_COLUMNS = ["id", "title", "where", "date", "licence"]
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Source:
    """One row of the table in SOURCES.md."""

    id: str
    title: str
    where: str
    date: str
    licence: str


def read_sources(path: Path) -> tuple[dict[str, Source], list[Problem]]:
    """Return the sources by id and what is wrong with the file; none when it is absent.

    They stand in one Markdown table, `| id | title | where | date | licence |`; the rest of
    the file is prose.
    """
    if not path.exists():
        return {}, []
    try:
        lines = read_text(path).splitlines()
    except InputError as error:
        return {}, list(error.problems)
    where, found, problems = shown(path), dict[str, Source](), list[Problem]()
    start = next((n for n, line in enumerate(lines) if _cells(line) == _COLUMNS), None)
    if start is None:
        return {}, [Problem(where, f"has no table; it must hold | {' | '.join(_COLUMNS)} |")]
    for number, line in enumerate(lines[start + 2 :], start + 3):
        if not line.lstrip().startswith("|"):
            break
        cells = _cells(line)
        if len(cells) != len(_COLUMNS) or not cells[0]:
            what = (
                f"must have {len(_COLUMNS)} cells, the first one the id; write | in a cell as \\|"
            )
            problems.append(Problem(f"{where} line {number}", what))
        elif cells[0] in found:
            what = f"is '{cells[0]}' once more; each id must stand once"
            problems.append(Problem(f"{where} line {number}, id", what))
        else:
            found[cells[0]] = Source(*cells)
    return found, problems


def source_ids(cell: str) -> list[str]:
    """Return the ids of a `sources` cell.

    >>> source_ids("S1; S2")
    ['S1', 'S2']
    """
    return [part.strip() for part in cell.split(";") if part.strip()]


def check_figures(
    figures: Sheet, sheets: Mapping[str, Sheet], sources: Mapping[str, Source]
) -> Iterator[Finding]:
    """Yield every line that speaks of what is not there, or whose range is upside down."""
    rows = {name: _rows(sheet) for name, sheet in sheets.items() if sheet.whole}
    cells = figures.columns
    for position in range(len(figures.lines)):
        table, row, column, listed = (
            str(cells[name][position]) for name in ("table", "row", "column", "sources")
        )
        sheet = sheets.get(table)
        if sheet is None:
            what = f"is '{table}'; it must be a table of this folder{suggest(table, sheets)}"
            yield Finding("figures", position, "table", what)
            continue
        if column != "*" and column not in sheet.columns:
            what = f"is '{column}'; it must be * or a column of {table}"
            near = suggest(column, sheet.columns)
            yield Finding("figures", position, "column", what + near)
        if row != "*" and table in rows and row not in rows[table]:
            what = f"is '{row}'; it must be * or a row of {table}{suggest(row, rows[table])}"
            yield Finding("figures", position, "row", what)
        if as_number(cells["low"][position]) > as_number(cells["high"][position]):
            yield Finding("figures", position, "low", "is above high; it must be at most high")
        for name in source_ids(listed) if cells["sources"][position] else ():
            if name not in sources:
                what = f"is '{name}'; it must be an id of SOURCES.md{suggest(name, sources)}"
                yield Finding("figures", position, "sources", what)


def _rows(sheet: Sheet) -> set[str]:
    """Every spelling of a row that figures.csv may use, with * for any of several keys."""
    keys = list(zip(*(sheet.columns[name] for name in sheet.table.keys), strict=True))
    spellings = {key_text(key) for key in keys}
    for key in keys if len(sheet.table.keys) > 1 else ():
        choices = product(*((str(part), "*") for part in key))
        spellings |= {"/".join(parts) for parts in choices}
    return spellings


def _cells(line: str) -> list[str]:
    """Return the cells of a row of a Markdown table."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inner)]
