"""The sheet About: what the plan is, how good it is, and what each sheet holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dcplan.library import digest
from dcplan.library.columns import Value
from dcplan.objectives import OBJECTIVES
from dcplan.plan import Plan, digest_of, fingerprint
from dcplan.report.colours import LIGHT
from dcplan.report.facts import verdict
from dcplan.report.workbook.book import Book, Worksheet, put
from dcplan.report.workbook.formats import by_size
from dcplan.report.workbook.listing import HEADER, Listing

MEANINGS = {
    "sites": "one row an open site and year, its halls, load and compute",
    "chips": "one row a site, chip and year: bought, standing and running",
    "power": "one row a site, supply contract and year, with energy and cost",
    "commitments": "one row a lot of chips that was on offer",
    "upgrades": "one row a tier of network upgrades that is taken, and year",
    "links": "one row a lit fibre link and year",
    "zones": "one row a utility zone and year, for zones with candidate sites",
    "money": "one row a year, kind and item",
    "nodes": "one row an end of a link, with its place on the map",
}
_WIDTHS = (30, 26, 14, 90)
_TOLD = (
    "Money in the tables is in MUSD (1e6 USD), real, of the base year, not discounted; capex stands "
    "once: buildings and land in Sites, chips in Chips, power in Power, fibre in Links.",
    "Every sheet with a table has its header in row 5: pandas.read_excel(file, sheet_name='Sites', "
    "header=4) reads it.",
    "Formulas refer to the tables by name, such as plan_sites[facility_mw], so they follow when "
    "rows are changed; a changed figure does not solve the plan again.",
    "Assumptions lists the figures of what the plan uses; the library as a whole stands in the "
    "folder 'inputs' of the plan.",
)


def write_about(book: Book, plan: Plan, listings: Sequence[Listing]) -> None:
    """Write the sheet, the last one, with a link to each sheet."""
    sheet = book.sheet("About")
    sheet.hide_gridlines(2)
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    put(sheet, 0, 0, "About this workbook", book.style(bold=True, font_size=14))
    row = 2
    for name, value, unit in _facts(plan):
        put(sheet, row, 0, name, book.style(font_color=LIGHT["soft"]))
        look = {"num_format": by_size(value, "")} if isinstance(value, float) else {}
        put(sheet, row, 1, value, book.style(align="left", **look))
        put(sheet, row, 2, unit, book.style(font_color=LIGHT["soft"]))
        row += 1
    row = _write_sheets(book, sheet, row + 1, listings)
    for line in _TOLD:
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, line, book.style(text_wrap=True))
        row += 1


def _facts(plan: Plan) -> list[tuple[str, Value, str]]:
    objective = OBJECTIVES[plan.objective_name]
    unit = objective.unit + (", summed over the years" if objective.per else "")
    audit = plan.audit
    told = "none" if audit is None else "passed" if audit["passed"] else "FAILED"
    return [
        ("plan", plan.scenario.name, ""),
        ("status", verdict(plan), ""),
        ("objective", plan.objective_name, ""),
        ("found", plan.objective, unit),
        (
            "bound, none can be better",
            _known(plan.bound),
            unit if math.isfinite(plan.bound) else "",
        ),
        ("gap between the two", _known(plan.gap), "fraction" if math.isfinite(plan.gap) else ""),
        ("gap asked for", plan.scenario.solver.gap, "fraction"),
        ("time of the search", plan.solve_seconds, "seconds"),
        ("audit", told, ""),
        ("made by", f"dcplan {plan.dcplan_version}", ""),
        ("solver", f"HiGHS {plan.solver_version}", ""),
        ("plan, SHA-256", fingerprint(plan), ""),
        ("scenario, SHA-256", digest_of(plan.scenario), ""),
        ("library, SHA-256", digest(plan.library), ""),
    ]


def _known(value: float) -> Value:
    return value if math.isfinite(value) else "not known"


def _write_sheets(book: Book, sheet: Worksheet, row: int, listings: Sequence[Listing]) -> int:
    head = book.style(bold=True, font_color="#ffffff", bg_color=LIGHT["accent"])
    for col, word in enumerate(("sheet", "table in formulas", "rows", "what it holds")):
        put(sheet, row, col, word, head)
    link = book.style(font_color=LIGHT["accent"], underline=1)
    for place, listing in enumerate(listings):
        at = row + 1 + place
        sheet.write_url(at, 0, f"internal:'{listing.sheet}'!A{HEADER + 1}", link, listing.sheet)
        put(sheet, at, 1, listing.table, book.style())
        put(sheet, at, 2, len(listing.rows), book.style(align="left", num_format="#,##0"))
        put(sheet, at, 3, listing.title.partition(": ")[2] or listing.title, book.style())
    return row + len(listings) + 2
