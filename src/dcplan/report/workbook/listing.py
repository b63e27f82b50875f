"""One sheet with one native table: what each column means, its unit, header, rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dcplan.library.columns import Column, Value
from dcplan.report.colours import LIGHT
from dcplan.report.workbook.book import Book, Cell, Format, Worksheet, letter, put
from dcplan.report.workbook.formats import FLAG, SAME_ROW, by_size, by_unit, shown_width, text_width

HEADER = 4
"""The row of the header, counted from 0; the same on every sheet of this kind."""
SUMS, MEANING, UNIT = 1, 2, 3
_LEAST, _MOST, _LONG_MOST, _LONG = 9.0, 48.0, 60.0, 90.0
"""Widths in digits: of a column, of one with texts longer than `_LONG`."""
_BUTTON, _PADDING, _WIDE = 3.5, 2.0, 1.08
"""The filter button and the edges, in digits, and room for readers that have another font."""
_LINE_PT, _SMALL_LINE_PT, _MOST_PT = 15.0, 12.0, 400.0


@dataclass(frozen=True)
class Listing:
    """A table for a sheet of its own; `table` is its name in formulas.

    A column with the unit `SAME_ROW` takes that of the row's cell in the column `unit`.
    """

    sheet: str
    table: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value | None]]
    sums: tuple[str, ...] = ()
    """Columns that may be added up over all rows."""

    def cell(self, row: int, column: str) -> str:
        """Address of a cell, for formulas on other sheets; rows count from 0."""
        place = [c.name for c in self.columns].index(column)
        return f"{self.sheet}!${letter(place)}${HEADER + 2 + row}"


def write_listing(book: Book, listing: Listing) -> Worksheet:
    """Write the sheet; the header and the first column stay in view, and repeat on paper."""
    sheet = book.sheet(listing.sheet)
    widths = [_width(listing, place) for place in range(len(listing.columns))]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    put(sheet, 0, 0, listing.title, book.style(bold=True, font_size=14))
    _write_heads(book, sheet, listing, widths)
    for number, row in enumerate(listing.rows):
        _write_row(book, sheet, listing, HEADER + 1 + number, row, widths)
    sheet.add_table(
        HEADER,
        0,
        HEADER + max(1, len(listing.rows)),
        len(listing.columns) - 1,
        {
            "name": listing.table,
            "style": "Table Style Light 1",
            "columns": [
                {"header": column.name, "header_format": _head_style(book, column)}
                for column in listing.columns
            ],
        },
    )
    sheet.freeze_panes(HEADER + 1, 1)
    sheet.repeat_rows(MEANING, HEADER)
    return sheet


def _head_style(book: Book, column: Column) -> Format:
    # Numbers stand right, and their heads too, clear of the filter button.
    right = {"align": "right", "indent": 2} if _is_number(column) else _aside(column)
    colours = {"font_color": "#ffffff", "bg_color": LIGHT["accent"]}
    return book.style(bold=True, valign="vcenter", **colours, **right)


def _write_heads(book: Book, sheet: Worksheet, listing: Listing, widths: Sequence[float]) -> None:
    soft = {"font_color": LIGHT["soft"], "font_size": 9}
    for place, column in enumerate(listing.columns):
        side = {"align": "right"} if _is_number(column) else _aside(column)
        put(sheet, MEANING, place, column.meaning, book.style(text_wrap=True, **soft, **side))
        put(sheet, UNIT, place, column.unit, book.style(italic=True, **soft, **side))
        if column.name in listing.sums:
            known = [row[place] for row in listing.rows]
            total = float(sum(value for value in known if isinstance(value, (int, float))))
            formula = f"=SUBTOTAL(109,{listing.table}[{column.name}])"
            style = book.style(bold=True, num_format=by_unit(column.unit))
            put(sheet, SUMS, place, Cell(formula, total), style)
    if listing.sums:
        put(sheet, SUMS, 0, "sum of the rows shown", book.style(bold=True))
    told = [
        _lines(column.meaning, w * 1.2) for column, w in zip(listing.columns, widths, strict=True)
    ]
    sheet.set_row(MEANING, _SMALL_LINE_PT * max(told) + 3)
    sheet.set_row(HEADER, 18)


def _write_row(
    book: Book,
    sheet: Worksheet,
    listing: Listing,
    at: int,
    row: Sequence[Value | None],
    widths: Sequence[float],
) -> None:
    lines = 1
    for place, (column, value) in enumerate(zip(listing.columns, row, strict=True)):
        look = _look(listing, column, row, value)
        properties = {**_aside(column), **({"num_format": look} if look else {})}
        if isinstance(value, str) and text_width(value) + _PADDING > widths[place]:
            properties = {**properties, "text_wrap": True}
            lines = max(lines, _lines(value, widths[place]))
        put(sheet, at, place, value, book.style(**properties))
    if lines > 1:
        sheet.set_row(at, min(_MOST_PT, _LINE_PT * lines))


def _width(listing: Listing, place: int) -> float:
    column = listing.columns[place]
    sizes = [
        shown_width(row[place], _look(listing, column, row, row[place])) for row in listing.rows
    ]
    widest = max(sizes, default=0.0)
    most = _MOST if widest <= _LONG else _LONG_MOST
    return max(
        _LEAST, _WIDE * text_width(column.name) + _BUTTON, min(_WIDE * widest + _PADDING, most)
    )


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column: letters are narrower than digits, words do not break."""
    return max(1, math.ceil(text_width(text) / (width - _PADDING)))


def _look(
    listing: Listing, column: Column, row: Sequence[Value | None], value: Value | None
) -> str:
    """Number format of a cell, '' for text."""
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, str) or value is None:
        return ""
    if column.unit != SAME_ROW:
        return by_unit(column.unit)
    units = [known.name for known in listing.columns].index("unit")
    return by_size(value, str(row[units] or ""))


def _is_number(column: Column) -> bool:
    return column.kind in ("number", "integer")


def _aside(column: Column) -> dict[str, int | str]:
    """Text keeps clear of a number in the column before."""
    return {} if _is_number(column) else {"align": "left", "indent": 1}
