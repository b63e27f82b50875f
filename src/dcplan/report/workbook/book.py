"""A workbook being written: its styles, its sheets, and how one value becomes one cell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

# XlsxWriter is annotated but does not say so in the way that mypy looks for.
import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from dcplan import words
from dcplan.library.columns import Value
from dcplan.report.colours import LIGHT

__all__ = ["Book", "Cell", "Chart", "Format", "Worksheet", "clean", "letter", "opened", "put"]

_MOST_UNITS = 32_767
_MOST_FOOTER = 100
# A date of its own would make two files of one plan differ.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    """A formula with the value it has now, for readers that do not calculate."""

    formula: str
    value: float | str


@dataclass(frozen=True)
class Book:
    """The open file; `styles` are kept so that equal ones stand once."""

    file: xlsxwriter.Workbook
    data: BytesIO
    name: str
    styles: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def style(self, **properties: Any) -> Format:
        """A cell format with these properties of XlsxWriter, and the house's ink."""
        wanted = {"font_color": LIGHT["ink"], "valign": "top", **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self.styles:
            self.styles[key] = self.file.add_format(wanted)
        return self.styles[key]

    def sheet(self, name: str) -> Worksheet:
        """A new sheet, set up for paper: landscape, as wide as one page, name and page number."""
        sheet = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        title = clean(self.name)[:_MOST_FOOTER].replace("&", "&&")
        sheet.set_footer(f"&L&8 {title}&C&8&A&R&8&P / &N")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    def close(self) -> bytes:
        """Finish the file and return its bytes."""
        self.file.close()
        return self.data.getvalue()


def opened(name: str, comment: str) -> Book:
    """An empty workbook in memory; `name` becomes its title."""
    data = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    file = xlsxwriter.Workbook(data, options)
    file.set_properties({"title": clean(name)[:255], "comments": comment, "created": _CREATED})
    file.set_size(2400, 1500)
    return Book(file, data, name)


def letter(col: int) -> str:
    """The letters of a column; columns count from 0."""
    return str(xl_col_to_name(col))


def put(
    sheet: Worksheet, row: int, col: int, value: Value | Cell | None, style: Format | None = None
) -> None:
    """Write one cell: text stays text, what is absent or no number stays blank."""
    if isinstance(value, Cell):
        now = clean(value.value) if isinstance(value.value, str) else value.value
        sheet.write_formula(row, col, value.formula, style, now)
    elif value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        sheet.write_blank(row, col, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, col, value, style)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, col, value, style)
    else:
        sheet.write_string(row, col, clean(value), style)


def clean(text: str) -> str:
    """Text that a cell can hold: no character that XML has none of, at most 32,767 units of UTF-16.

    >>> clean("a\\x00b")
    'a\\ufffdb'
    """
    text = words.clean(text)
    units = text.encode("utf-16-le")
    if len(units) > 2 * _MOST_UNITS:
        text = units[: 2 * (_MOST_UNITS - 1)].decode("utf-16-le", "ignore") + "…"
    # XlsxWriter would take such text for markup of its own and not escape it.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
