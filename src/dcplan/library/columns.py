"""What a column of a table may hold, and the one place where the text of a cell becomes a value."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Literal

from dcplan.errors import suggest

Kind = Literal["text", "number", "integer", "flag", "choice"]
Value = float | int | bool | str

# Plain decimal notation only: float() alone would also take '1_000', 'nan' and 'infinity'.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


LARGEST_WHOLE = 2**53
"""Up to it a float holds every whole number."""


@dataclass(frozen=True)
class Column:
    """One column: its unit, what it means and what it may hold.

    `low` and `high` are the allowed range, ends included; with `above` the low end itself is
    refused. A column that is not `required` may be blank: not published, or no limit. One that is
    `spare` may be left out of the file, which then says nothing of it in any row.
    """

    name: str
    unit: str
    kind: Kind
    meaning: str
    low: float | None = None
    high: float | None = None
    required: bool = True
    choices: tuple[str, ...] = ()
    above: bool = False
    spare: bool = False


@dataclass(frozen=True)
class Table:
    """One table: `<name>.csv` in the folder of kind `folder`, one row per combination of `keys`.

    The file of an `optional` table may be absent; it then has no rows. A scenario may add rows to
    one that is `open`.
    """

    name: str
    folder: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    optional: bool = False
    open: bool = False

    @property
    def file(self) -> str:
        """Name of the file in its folder."""
        return f"{self.name}.csv"

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


def text(name: str, meaning: str, required: bool = True) -> Column:
    """Return a column of text."""
    return Column(name, "", "text", meaning, required=required)


def choice(name: str, meaning: str, *choices: str) -> Column:
    """Return a column that holds one of the given words."""
    return Column(name, "", "choice", meaning, choices=choices)


def flag(name: str, meaning: str) -> Column:
    """Return a column of yes and no."""
    return Column(name, "", "flag", meaning)


def number(
    name: str,
    unit: str,
    meaning: str,
    high: float | None = None,
    low: float | None = 0.0,
    blank: bool = False,
    kind: Kind = "number",
) -> Column:
    """Return a column of numbers from `low` to `high`, by default not negative."""
    return Column(name, unit, kind, meaning, low, high, required=not blank)


def positive(
    name: str, unit: str, meaning: str, high: float | None = None, blank: bool = False
) -> Column:
    """Return a column of numbers above zero."""
    return Column(name, unit, "number", meaning, 0.0, high, not blank, above=True)


def spare(*columns: Column) -> tuple[Column, ...]:
    """Return columns that may be blank, and that a file may leave out."""
    return tuple(replace(column, required=False, spare=True) for column in columns)


def parse(column: Column, cell: str) -> tuple[Value | None, str]:
    """Return the value of a cell and what is wrong with it (empty when nothing is).

    A blank number or integer is NaN, a blank text is ''.

    >>> parse(Column("pue", "", "number", "", low=1.0), "0.9")
    (None, 'is 0.9; it must be at least 1')
    """
    cell = cell.strip()
    if not cell:
        if column.required:
            return None, f"is blank; it must be {_wanted(column)}"
        return (math.nan if column.kind in ("number", "integer") else ""), ""
    if column.kind in ("number", "integer"):
        return _parse_number(column, cell)
    if column.kind == "flag":
        answer = {"yes": True, "no": False}.get(cell.lower())
        return answer, "" if answer is not None else f"is {cell!r}; it must be yes or no"
    if column.kind == "choice" and cell not in column.choices:
        return None, f"is {cell!r}; it must be {_wanted(column)}{suggest(cell, column.choices)}"
    if _CONTROL.search(cell):
        return None, "holds a line break or control character; it must be one line of text"
    return cell, ""


def outside(column: Column, value: float) -> str:
    """Return in words how a number breaks the column's range, or ''."""
    low, high = column.low, column.high
    if low is not None and (value < low or (column.above and value == low)):
        least = "more than" if column.above else "at least"
        return f"is {value:.15g}; it must be {least} {low:.15g}"
    if high is not None and value > high:
        return f"is {value:.15g}; it must be at most {high:.15g}"
    return ""


def _parse_number(column: Column, cell: str) -> tuple[Value | None, str]:
    if not _NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
        return None, f"is {cell[:40]!r}; it must be {_wanted(column)}"
    value = float(cell)
    if column.kind == "integer" and (value != round(value) or abs(value) > LARGEST_WHOLE):
        return None, f"is {cell}; it must be a whole number"
    wrong = outside(column, value)
    if wrong:
        return None, wrong
    # A blank makes a whole column float, so an optional integer is float from the start.
    return (int(value) if column.kind == "integer" and column.required else value), ""


def _wanted(column: Column) -> str:
    return {
        "text": "a word or a name",
        "number": "a number such as 1234.5",
        "integer": "a whole number",
        "flag": "yes or no",
        "choice": "one of " + ", ".join(column.choices),
    }[column.kind]
