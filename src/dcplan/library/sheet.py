"""One CSV file against its declaration: parsed columns, lines of rows, and every problem."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dcplan.errors import InputError, Problem, suggest
from dcplan.library.columns import Column, Table, Value, parse

MAX_BYTES = 50_000_000
_DTYPES = {"number": float, "integer": int, "flag": bool, "text": str, "choice": str}


@dataclass
class Sheet:
    """What was read of one table; a cell that could not be read is None.

    `whole` says that every row was there to be read, so that others may be checked against it.
    """

    table: Table
    where: str
    columns: dict[str, list[Value | None]]
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    whole: bool = True

    def add(self, position: int, column: str, what: str) -> None:
        """Note a problem of one cell."""
        self.problems.append(Problem(f"{self.where} line {self.lines[position]}, {column}", what))


def shown(path: Path) -> str:
    """Return the path as the user would write it: from the working folder when below it."""
    try:
        # Path.resolve raises a RuntimeError for a link to itself
        return Path(os.path.realpath(path)).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, with or without byte order mark.

    Raises InputError, one line, when it is missing, unreadable, over 50 MB or not UTF-8.
    """
    where = shown(path)
    try:
        if not path.is_file():
            raise InputError([Problem(where, "is missing; it must be a file in that folder")])
        size = path.stat().st_size
        if size > MAX_BYTES:
            what = f"is {size / 1e6:.0f} MB; it must be at most {MAX_BYTES / 1e6:.0f} MB"
            raise InputError([Problem(where, what)])
        data = path.read_bytes()
    except OSError as error:
        what = f"cannot be read ({error.strerror}); give leave to read it"
        raise InputError([Problem(where, what)]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8 text (byte 0x{data[error.start]:02x}); save it as CSV UTF-8"
        raise InputError([Problem(f"{where} line {line}", what)]) from error


def no_rows(table: Table, where: str = "") -> Sheet:
    """A table without rows, such as one of a folder that nobody asked for."""
    return Sheet(table, where or table.file, {column.name: [] for column in table.columns})


def read_sheet(table: Table, path: Path) -> Sheet:
    """Read one table; a problem of the whole file leaves it without rows."""
    sheet = no_rows(table, shown(path))
    if table.optional and not path.exists():
        return sheet
    try:
        rows = _rows(read_text(path), sheet.where)
        line, header = next(rows, (1, []))
        _check_header(sheet, line, header)
        for line, cells in rows:
            _add_row(sheet, header, line, cells)
    except InputError as error:
        sheet.problems.extend(error.problems)
        sheet.whole = False
    if not sheet.lines and sheet.whole and not table.optional:
        sheet.problems.append(Problem(sheet.where, "has no rows; it must have at least one"))
        sheet.whole = False
    _check_keys(sheet)
    return sheet


def frame(sheet: Sheet) -> pd.DataFrame:
    """Return the rows of a sheet without problems, indexed by its keys."""
    columns = arrays(sheet)
    keys = [columns.pop(key) for key in sheet.table.keys]
    index = (
        pd.Index(keys[0], name=sheet.table.keys[0])
        if len(keys) == 1
        else pd.MultiIndex.from_arrays(keys, names=sheet.table.keys)
    )
    return pd.DataFrame(columns, index=index)


def arrays(sheet: Sheet) -> dict[str, Any]:
    """Return the columns of a sheet without problems, in the declared order, as arrays of their type."""
    kinds = {column.name: _dtype(column) for column in sheet.table.columns}
    return {
        name: pd.Series(sheet.columns[name], dtype=str).array
        if kind is str
        else np.array(sheet.columns[name], dtype=kind)
        for name, kind in kinds.items()
    }


def key_text(key: object) -> str:
    """Return a row's key as figures.csv and overrides write it: `key1/key2` with two keys."""
    return "/".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def _dtype(column: Column) -> type:
    blanks = column.kind == "integer" and not column.required
    return float if blanks else _DTYPES[column.kind]


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"is not CSV ({error}); check the quotes from this line on"
        raise InputError([Problem(f"{where} line {line}", what)]) from error


def _check_header(sheet: Sheet, line: int, header: list[str]) -> None:
    """Raise every problem of the line that names the columns."""
    header[:] = [cell.strip() for cell in header]
    table, where, known = sheet.table, sheet.where, list(sheet.columns)
    names = ", ".join(known)
    if not header:
        raise InputError([Problem(where, f"is empty; its first line must be {names}")])
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        what = "has no commas; cells must be separated by commas, not semicolons or tabs"
        raise InputError([Problem(f"{where} line {line}", what)])
    if not set(header) & set(known):
        what = f"does not name the columns of {table.name}; it must be {names}"
        raise InputError([Problem(f"{where} line {line}", what)])
    missing = [name for name in known if name not in header]
    needed = [c.name for c in table.columns if c.name in missing and not c.spare]
    problems = [
        Problem(f"{where} line {line}", f"has no column '{name}'; add it") for name in needed
    ]
    for name, count in Counter(header).items():
        place = f"{where} line {line}, {name or 'a column without a name'}"
        if name not in known:
            what = f"is not a column of {table.name}; rename or remove it{suggest(name, missing)}"
            problems.append(Problem(place, what))
        elif count > 1:
            problems.append(Problem(place, f"stands {count} times; it must stand once"))
    if problems:
        raise InputError(problems)


def _add_row(sheet: Sheet, header: list[str], line: int, cells: list[str]) -> None:
    if len(cells) != len(header):
        what = f"has {len(cells)} cells; it must have {len(header)}, one for each column"
        sheet.problems.append(Problem(f"{sheet.where} line {line}", what))
        sheet.whole = False
        return
    sheet.lines.append(line)
    row = dict(zip(header, cells, strict=True))
    for column in sheet.table.columns:
        value, wrong = parse(column, row.get(column.name, ""))
        sheet.columns[column.name].append(value)
        if wrong:
            sheet.add(len(sheet.lines) - 1, column.name, wrong)


def _check_keys(sheet: Sheet) -> None:
    """Each key must be there, once, and without the signs that figures.csv gives a meaning."""
    table = sheet.table
    first: dict[tuple[Value | None, ...], int] = {}
    keys = zip(*(sheet.columns[name] for name in table.keys), strict=True)
    for position, key in enumerate(keys):
        if None in key:
            sheet.whole = False
            continue
        for name, part in zip(table.keys, key, strict=True):
            if table.folder and isinstance(part, str) and ("/" in part or "*" in part):
                sheet.add(position, name, f"is '{part}'; a key must not contain / or *")
        if key in first:
            what = f"is '{key_text(key)}', as in line {first[key]}; each must stand once"
            sheet.add(position, ", ".join(table.keys), what)
        first.setdefault(key, sheet.lines[position])
