"""Native charts: a stack of bars by year, and a limit or target as marks over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dcplan.report.colours import LIGHT
from dcplan.report.workbook.book import Book, Chart
from dcplan.report.workbook.ledger import FIRST, NAME, Ledger

SHEET = "Summary"
_FONT = {"color": LIGHT["soft"], "size": 9, "bold": False}


def stacked(
    book: Book,
    ledger: Ledger,
    at: int,
    titles: tuple[str, str],
    bars: Sequence[tuple[int, str]],
    mark: int | None,
) -> Chart:
    """A chart of rows of Summary by the years in the row `at`.

    `titles` are that of the chart and that of its vertical axis, `bars` the rows with their
    colours, the lowest first, and `mark` the row of a limit.
    """
    title, axis = titles
    chart = _new(book, {"type": "column", "subtype": "stacked"})
    for row, colour in bars:
        fill = {"fill": {"color": colour}, "border": {"color": "#ffffff", "width": 0.5}}
        chart.add_series({**_series(ledger, at, row), **fill, "gap": 70})
    if mark is not None:
        over = _new(book, {"type": "line"})
        ink = {"color": LIGHT["ink"]}
        marker = {"type": "long_dash", "size": 15, "fill": ink, "border": ink}
        over.add_series({**_series(ledger, at, mark), "line": {"none": True}, "marker": marker})
        chart.combine(over)
    chart.set_title({"name": title, "name_font": {"color": LIGHT["ink"], "size": 12}})
    plain = {"num_font": _FONT, "name_font": _FONT, "line": {"color": LIGHT["edge"]}}
    chart.set_x_axis({**plain, "name": "plan year", "num_format": "0"})
    grid = {"visible": True, "line": {"color": LIGHT["grid"], "width": 0.75}}
    chart.set_y_axis(
        {
            **plain,
            "name": axis,
            "num_format": "#,##0.##;-#,##0.##;0",
            "min": 0,
            "major_gridlines": grid,
        }
    )
    chart.set_legend({"position": "right", "font": _FONT})
    chart.set_chartarea({"border": {"color": LIGHT["edge"]}})
    return chart


def _series(ledger: Ledger, at: int, row: int) -> dict[str, Any]:
    last = ledger.total - 1
    return {
        "name": [SHEET, row, NAME],
        "categories": [SHEET, at, FIRST, at, last],
        "values": [SHEET, row, FIRST, row, last],
    }


def _new(book: Book, options: dict[str, str]) -> Chart:
    chart = book.file.add_chart(options)
    assert isinstance(chart, Chart)
    return chart
