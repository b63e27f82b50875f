"""The sheets of a workbook, in their order."""

from __future__ import annotations

from dcplan.library.columns import Column, flag, text
from dcplan.plan import FUTURES, TABLES, Plan
from dcplan.report.colours import LIGHT
from dcplan.report.render import made
from dcplan.report.workbook.about import MEANINGS, write_about
from dcplan.report.workbook.book import Book, Worksheet, opened
from dcplan.report.workbook.formats import SAME_ROW
from dcplan.report.workbook.inputs import assumptions, scenario_listing, sources
from dcplan.report.workbook.listing import HEADER, Listing, write_listing
from dcplan.report.workbook.summary import write_summary

# What happens in a year may be added over the years; what stands may not.
_FLOWS = {
    *("added", "pods", "ended_mw", "energy_gwh", "carbon_kt", "embodied_kt", "water_ml"),
    *("capex_musd", "opex_musd"),
}


def contents(plan: Plan) -> bytes:
    """The bytes of the workbook."""
    book = opened(plan.scenario.name, made(plan))
    asked = scenario_listing(plan)
    listings = [*(_table(plan, name) for name in TABLES), *_futures(plan), _audit(plan)]
    listings += [asked, assumptions(plan), sources(plan)]
    write_summary(book, plan, asked)
    for listing in listings:
        sheet = write_listing(book, listing)
        if listing.table == "plan_audit":
            _mark_failures(book, sheet, listing)
    write_about(book, plan, listings)
    return book.close()


def _table(plan: Plan, name: str) -> Listing:
    table, rows = TABLES[name], plan.table(name)
    cells = list(zip(*(rows[column.name].tolist() for column in table.columns), strict=True))
    return Listing(
        name.capitalize(),
        f"plan_{name}",
        f"{name.capitalize()}: {MEANINGS[name]}",
        table.columns,
        cells,
        tuple(column.name for column in table.columns if column.name in _FLOWS),
    )


def _futures(plan: Plan) -> list[Listing]:
    """What each future comes to, where the plan is for several; all else is of the first."""
    if plan.futures is None:
        return []
    rows, columns = plan.futures.rows, FUTURES.columns
    cells = list(zip(*(rows[column.name].tolist() for column in columns), strict=True))
    first = rows.future.iloc[0]
    title = f"Futures: one row a future; all other sheets are the plan for {first}"
    return [Listing("Futures", "plan_futures", title, columns, cells)]


def _audit(plan: Plan) -> Listing:
    columns = (
        text("promise", "what must hold; the first word names the table or chapter"),
        text("where", "where it is tightest, or every place where it is broken"),
        Column("slack", SAME_ROW, "number", "what is left; below zero: how far off a figure is"),
        text("unit", "unit of the slack"),
        flag("passed", "kept, to 1e-6 of the figures compared"),
    )
    found = (plan.audit or {}).get("checks", ())
    fields = ("name", "where", "slack", "unit", "passed")
    rows = [tuple(check[name] for name in fields) for check in found]
    title = "Audit: every promise checked again in plain arithmetic" if found else "Audit: none"
    return Listing("Audit", "plan_audit", title, columns, rows)


def _mark_failures(book: Book, sheet: Worksheet, listing: Listing) -> None:
    bad = book.file.add_format({"font_color": LIGHT["bad"], "bg_color": LIGHT["bad-back"]})
    rule = {"type": "formula", "criteria": f"=$E{HEADER + 2}=FALSE", "format": bad}
    if listing.rows:
        sheet.conditional_format(HEADER + 1, 0, HEADER + len(listing.rows), 4, rule)
