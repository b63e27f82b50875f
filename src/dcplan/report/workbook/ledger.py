"""Lines by year, each cell a live formula over the tables with the value it has now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dcplan.plan import Plan
from dcplan.report.facts import years
from dcplan.report.workbook.book import Cell, letter
from dcplan.report.workbook.listing import Listing

NAME, KEY, UNIT, FIRST = 0, 1, 2, 3
"""Columns of a line; the years begin at FIRST, the total follows them."""


class Line(NamedTuple):
    """A row of figures, one a year; a figure that is no formula is the solver's."""

    name: str
    key: str
    unit: str
    cells: Sequence[Cell | float | None]
    total: Cell | float | None = None
    strong: bool = False
    drawn: str = ""
    """In the chart of its block: 'bar', 'mark', or not."""


class Row(NamedTuple):
    """A line and the row it stands in."""

    at: int
    line: Line


Rows = Mapping[str, Row]
"""The lines of the fleet by their key."""


@dataclass(frozen=True)
class Ledger:
    """Where the columns of the years are, and what the tables and the scenario say."""

    plan: Plan
    asked: Listing

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The plan years."""
        return years(self.plan)

    @property
    def total(self) -> int:
        """The column after the last year."""
        return FIRST + len(self.years)

    def letters(self) -> list[str]:
        """The column of each year."""
        return [letter(FIRST + place) for place in range(len(self.years))]

    def refs(self, row: int) -> list[str]:
        """The cells of a row, one a year; rows count from 0."""
        return [f"{letter}{row + 1}" for letter in self.letters()]

    def end(self, row: int) -> str:
        """The cell of a row in the column of totals."""
        return f"${letter(self.total)}${row + 1}"

    def span(self, row: int) -> str:
        """The cells of a row from the first to the last year."""
        return f"{self.refs(row)[0]}:{self.refs(row)[-1]}"

    def sums(
        self, at: int, table: str, column: str, kind: str = "", item: str = "", row: int = 0
    ) -> tuple[Cell, ...]:
        """The sum of a column of a table in each year; the years stand in the row `at`.

        `kind` and `item` are words of the table money; the item stands as key of the row `row`.
        """
        name, rows = f"plan_{table}", self.plan.table(table)
        more = f',{name}[kind],"{kind}"' if kind else ""
        more += f",{name}[item],$B{row + 1}" if item else ""
        if kind:
            rows = rows[rows.kind == kind]
        if item:
            rows = rows[rows["item"] == item]
        return tuple(
            Cell(
                f"=SUMIFS({name}[{column}],{name}[year],{ref}{more})",
                float(rows[rows.year == year][column].sum()),
            )
            for year, ref in zip(self.years, self._heads(at), strict=True)
        )

    def sums_of(self, at: int, row: int, where: tuple[str, str, str], key: str) -> tuple[Cell, ...]:
        """Sums of rows that have `key`; `where` is table, column and column of the key.

        EXACT compares as text; criteria of SUMIFS would take `<`, `=`, `*` in a name for signs.
        """
        table, column, named = where
        name, rows = f"plan_{table}", self.plan.table(table)
        rows = rows[rows[named] == key]
        return tuple(
            Cell(
                f"=SUMPRODUCT(EXACT({name}[{named}],$B{row + 1})*({name}[year]={ref})"
                f"*{name}[{column}])",
                float(rows[rows.year == year][column].sum()),
            )
            for year, ref in zip(self.years, self._heads(at), strict=True)
        )

    def given(self, path: str, scale: float = 1.0) -> list[Cell | None]:
        """What the scenario says for each year, one for all or one each; None where it is free."""
        return [self._given(f"{path}.{y}", scale) or self._given(path, scale) for y in self.years]

    def one(self, path: str) -> Cell:
        """A field of the scenario that always has a number."""
        found = self._given(path, 1.0)
        assert found is not None
        return found

    def maybe(self, path: str, scale: float = 1.0) -> Cell | None:
        """A field of the scenario, or None where it is free."""
        return self._given(path, scale)

    @cached_property
    def _fields(self) -> Mapping[str, int]:
        return {str(row[0]): place for place, row in enumerate(self.asked.rows)}

    def _given(self, path: str, scale: float) -> Cell | None:
        if path not in self._fields:
            return None
        place = self._fields[path]
        value = self.asked.rows[place][1]
        if not isinstance(value, (int, float)):
            return None
        times = f"*{scale:g}" if scale != 1.0 else ""
        return Cell(f"={self.asked.cell(place, 'value')}{times}", value * scale)

    def _heads(self, at: int) -> list[str]:
        return [f"{letter}${at + 1}" for letter in self.letters()]


def scaled(cells: Sequence[Cell], divisor: int) -> tuple[Cell, ...]:
    """The same figures in a larger unit."""
    return tuple(Cell(f"{c.formula}/{divisor}", worth(c) / divisor) for c in cells)


def worth(cell: Cell | float | None) -> float:
    """The number in a cell; 0 where there is none."""
    value = cell.value if isinstance(cell, Cell) else cell
    return float(value) if isinstance(value, (int, float)) else 0.0


def summed(formula: str, cells: Sequence[Cell | float | None]) -> Cell:
    """A total of cells."""
    return Cell(formula, sum(map(worth, cells)))
