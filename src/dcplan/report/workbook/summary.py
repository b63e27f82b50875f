"""The sheet Summary: the answer, the fleet by year, what it is made of, charts and the map."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import NamedTuple

from dcplan.objectives import OBJECTIVES
from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.colours import LIGHT, OTHER, ZONE_SHADES, of_chips, of_item
from dcplan.report.figure import drawing
from dcplan.report.render import made
from dcplan.report.scene import scene_of
from dcplan.report.workbook import breakdown
from dcplan.report.workbook.answer import Answer, answer
from dcplan.report.workbook.book import Book, Worksheet, put
from dcplan.report.workbook.charts import SHEET, stacked
from dcplan.report.workbook.formats import by_unit
from dcplan.report.workbook.ledger import FIRST, KEY, NAME, UNIT, Ledger, Line, Row, Rows
from dcplan.report.workbook.listing import Listing
from dcplan.report.workbook.totals import cost, fleet

_ANSWER, _FLEET = 4, 15
"""Rows of the heads; sections begin there or under the map."""
_ROW_PX, _WIDTHS_PX, _YEAR_PX, _GUTTER_PX = 20, (270, 160, 145), 84, 24
_PICTURE_PX, _PPI, _PICTURE_SCALE = 800, 96.0, 0.9375
"""Width on the sheet; the resolution that sheets are in, and a scale that gives 1,500 px at it."""
_SECTION_ROWS, _SECTIONS_A_PAGE = 16, 3
_CELL_PX, _PAPER_PX = 64, 950
"""Width of a column left alone, and of landscape paper, A4 or Letter, within its margins."""


def _of_zones(keys: Sequence[str]) -> Sequence[str]:
    return [shade if key else OTHER for key, shade in zip(keys, ZONE_SHADES, strict=False)]


def _of_one(keys: Sequence[str]) -> Sequence[str]:
    return [LIGHT["accent"] for _ in keys]


def _of_items(keys: Sequence[str]) -> Sequence[str]:
    return [*map(of_item, keys)]


def _of_vendors(keys: Sequence[str]) -> Sequence[str]:
    return [*of_chips(keys).values()]


class Section(NamedTuple):
    """A block with a chart beside it."""

    title: str
    axis: str
    lines: Callable[[Ledger, int, Rows], list[Line]]
    colours: Callable[[Sequence[str]], Sequence[str]]
    """Of the bars, by their keys."""


_SECTIONS = (
    Section("Facility power by zone", "facility load, MW", breakdown.power, _of_zones),
    Section("Training against target", "delivered, EFLOP/s", breakdown.training, _of_one),
    Section("Capex by item", "capex, 1e9 USD a year", breakdown.capex, _of_items),
    Section("Opex by item", "opex, 1e9 USD a year", breakdown.opex, _of_items),
    Section("Chips by vendor", "standing, thousand chips", breakdown.chips, _of_vendors),
)


def write_summary(book: Book, plan: Plan, asked: Listing) -> None:
    """Write the sheet, the first one; `asked` is the sheet of the scenario that it refers to."""
    ledger, sheet = Ledger(plan, asked), book.sheet(SHEET)
    sheet.hide_gridlines(2)
    width_px = _set_columns(sheet, ledger)
    _write_title(book, sheet, plan)
    lines = fleet(ledger, _FLEET)
    rows = {line.key: Row(_FLEET + 1 + place, line) for place, line in enumerate(lines)}
    costs_at = _FLEET + len(lines) + 2
    costs = cost(ledger, costs_at, rows)
    rows |= {
        line.key: Row(costs_at + 1 + place, line) for place, line in enumerate(costs) if line.key
    }
    _write_answer(book, sheet, answer(ledger, rows), ledger)
    _write_block(book, sheet, ledger, _FLEET, "The fleet by year", lines)
    _write_block(book, sheet, ledger, costs_at, f"Total cost, in dollars of {_base(plan)}", costs)
    at = max(costs_at + len(costs) + 2, _insert_map(sheet, ledger))
    breaks = []
    for place, section in enumerate(_SECTIONS):
        if place % _SECTIONS_A_PAGE == 0:
            breaks.append(at)
        at = _write_section(book, sheet, ledger, at, rows, section)
    # Excel heeds breaks only where the scale is a number, so the width is fitted here.
    sheet.set_print_scale(max(10, int(100 * _PAPER_PX / width_px)))
    sheet.set_h_pagebreaks(breaks)
    sheet.print_area(0, 0, at - 1, ledger.total + 2 + _PICTURE_PX // _CELL_PX)
    # Readers that fit rows to their text would move pictures away from it.
    for row in range(1, at):
        sheet.set_row_pixels(row, _ROW_PX)


def _set_columns(sheet: Worksheet, ledger: Ledger) -> int:
    """Set the widths; pictures stand right of the last. Return all of it, px."""
    for place, width in enumerate(_WIDTHS_PX):
        sheet.set_column_pixels(place, place, width)
    sheet.set_column_pixels(FIRST, ledger.total, _YEAR_PX)
    sheet.set_column_pixels(ledger.total + 1, ledger.total + 1, _GUTTER_PX)
    years_px = _YEAR_PX * (len(ledger.years) + 1)
    return sum(_WIDTHS_PX) + years_px + _GUTTER_PX + _PICTURE_PX + _CELL_PX


def _base(plan: Plan) -> int:
    return plan.scenario.money.base_year


def _write_title(book: Book, sheet: Worksheet, plan: Plan) -> None:
    put(sheet, 0, 0, plan.scenario.name, book.style(bold=True, font_size=18, valign="vcenter"))
    sheet.set_row_pixels(0, 32)
    bad = plan.status == "rejected"
    verdict = book.style(bold=True, font_color=LIGHT["bad"]) if bad else book.style()
    goal = OBJECTIVES[plan.objective_name].wants
    put(sheet, 1, 0, f"{facts.verdict(plan).capitalize()} · {goal} · {made(plan)}", verdict)
    told = (
        f"Money is real, in dollars of {_base(plan)}. Black figures are live formulas over the "
        "other sheets, blue ones were found by the solver."
    )
    put(sheet, 2, 0, told, book.style(font_color=LIGHT["soft"]))


def _write_answer(book: Book, sheet: Worksheet, answers: Sequence[Answer], ledger: Ledger) -> None:
    _head(book, sheet, ledger, _ANSWER, "The answer")
    for place, (name, cell, look, note) in enumerate(answers):
        row = _ANSWER + 1 + place
        put(sheet, row, NAME, name, book.style())
        put(sheet, row, KEY, cell, book.style(bold=True, num_format=look, align="right"))
        put(sheet, row, UNIT, note, book.style(font_color=LIGHT["soft"], align="left", indent=1))


def _head(book: Book, sheet: Worksheet, ledger: Ledger, row: int, title: str) -> None:
    style = {"bold": True, "font_color": "#ffffff", "bg_color": LIGHT["accent"]}
    for col in range(ledger.total + 1):
        put(sheet, row, col, title if col == NAME else None, book.style(**style))


def _write_block(
    book: Book, sheet: Worksheet, ledger: Ledger, at: int, title: str, lines: Sequence[Line]
) -> None:
    """Write a head with the years, and the lines under it."""
    _head(book, sheet, ledger, at, title)
    style = {"bold": True, "font_color": "#ffffff", "bg_color": LIGHT["accent"]}
    for place, year in enumerate(ledger.years):
        put(sheet, at, FIRST + place, year, book.style(**style, num_format="0"))
    put(sheet, at, KEY, "column or key", book.style(**style))
    put(sheet, at, UNIT, "unit", book.style(**style))
    put(sheet, at, ledger.total, "total", book.style(**style, align="right"))
    for place, line in enumerate(lines):
        _write_line(book, sheet, ledger, at + 1 + place, line)


def _write_line(book: Book, sheet: Worksheet, ledger: Ledger, row: int, line: Line) -> None:
    rule = {"bottom": 4, "bottom_color": LIGHT["edge"]}
    strong = {"bold": True} if line.strong else {}
    soft = {"font_color": LIGHT["soft"], **rule}
    put(sheet, row, NAME, line.name, book.style(**strong, **rule))
    put(sheet, row, KEY, line.key, book.style(**soft))
    put(sheet, row, UNIT, line.unit, book.style(**soft))
    look = by_unit(line.unit)
    figures = [*line.cells, *[None] * (len(ledger.years) - len(line.cells)), line.total]
    for place, cell in enumerate(figures):
        found = {"font_color": "#0000ff"} if isinstance(cell, float) else {}
        style = book.style(**strong, **rule, **found, num_format=look)
        put(sheet, row, FIRST + place, cell, style)


def _write_section(
    book: Book, sheet: Worksheet, ledger: Ledger, at: int, rows: Rows, section: Section
) -> int:
    """Write a block and its chart; return the row after."""
    lines = section.lines(ledger, at, rows)
    _write_block(book, sheet, ledger, at, section.title, lines)
    bars = {at + 1 + n: line.key for n, line in enumerate(lines) if line.drawn == "bar"}
    marks = [at + 1 + n for n, line in enumerate(lines) if line.drawn == "mark" and any(line.cells)]
    if bars:
        coloured = list(zip(bars, section.colours([*bars.values()]), strict=True))
        titles = (section.title, section.axis)
        chart = stacked(book, ledger, at, titles, coloured, marks[0] if marks else None)
        chart.set_size({"width": _PICTURE_PX, "height": _ROW_PX * (_SECTION_ROWS - 1)})
        told = f"{section.title} by plan year; the figures stand left of it"
        sheet.insert_chart(at, ledger.total + 2, chart, {"description": told, "y_offset": 3})
    return at + max(_SECTION_ROWS, len(lines) + 2)


def _insert_map(sheet: Worksheet, ledger: Ledger) -> int:
    """Put the map of the last year right of the figures; return the row under it."""
    import vl_convert  # a picture half as fine as of `dcplan map` is a third of its size

    svg = drawing(ledger.plan, scene_of(ledger.plan), "headroom")
    png = bytes(vl_convert.svg_to_png(svg, scale=_PICTURE_SCALE, ppi=_PPI))
    width, height = struct.unpack(">II", png[16:24])
    scale = _PICTURE_PX / width
    told = f"Map of the fleet in {ledger.years[-1]}: sites by chips, lit fibre, zones by headroom"
    sheet.insert_image(
        _ANSWER,
        ledger.total + 2,
        "map.png",
        {"image_data": BytesIO(png), "x_scale": scale, "y_scale": scale, "description": told},
    )
    return _ANSWER + int(height * scale) // _ROW_PX + 2
