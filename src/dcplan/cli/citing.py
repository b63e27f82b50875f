"""`dcplan cite`: what a plan rests on, and where each figure of it is from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from dcplan.cli import options
from dcplan.cli.layout import note, pairs, title
from dcplan.cli.screen import put_json, results
from dcplan.words import dollars, plural

if TYPE_CHECKING:
    from dcplan.library import Library
    from dcplan.report.assumptions import Assumption


def cite(
    plan: options.PlanFolder,
    address: Annotated[
        str | None,
        typer.Argument(metavar="[ADDRESS]", help="One figure: chips.h100_sxm.price_usd [all]."),
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Cite every figure that a plan rests on. Weak ones that bind come first, then the weakest."""
    from dcplan.api import Plan
    from dcplan.report.assumptions import assumptions

    record = Plan.load(plan).record
    if address is not None:
        from dcplan.cli.data import tell_figure

        tell_figure(record.library, address)
        return
    found = assumptions(record)
    if as_json:
        put_json(as_data(found, record.library))
    elif not quiet:
        tell(results(100), found, str(plan))


def as_data(found: Sequence[Assumption], library: Library) -> dict[str, Any]:
    """Every figure with its source, as plain data in the order of the list."""
    from dcplan.library import cite as look_up

    rows = []
    for row in found:
        for table, key, column in row.cells:
            figure = look_up(library, table, key, column)
            rows.append(
                {
                    "figure": f"{table}.{key}.{column}",
                    "value": figure.value,
                    "unit": figure.unit,
                    "low": figure.low,
                    "high": figure.high,
                    "confidence": row.confidence,
                    "binds": row.binds,
                    "sources": [vars(source) for source in figure.sources],
                    "note": figure.note,
                }
            )
    return {"figures": rows}


def tell(console: Console, found: Sequence[Assumption], plan: str) -> None:
    """Print the figures in groups, with the address of one of each."""
    from dcplan.report.assumptions import WEAK

    first = [row for row in found if row.binds and row.confidence in WEAK]
    if first:
        count = sum(row.figures for row in first)
        title(console, f"Weak figures that bind: a better one would change the plan ({count})")
        _rows(console, first)
    rest = found[len(first) :]
    for level in dict.fromkeys(row.confidence for row in rest):
        rows = [row for row in rest if row.confidence == level]
        console.print()
        title(console, f"{level.capitalize()} ({sum(row.figures for row in rows)})")
        _rows(console, rows)
    whole = sum(row.figures for row in found)
    console.print()
    address = ".".join(found[0].cells[0]) if found else ""
    note(console, f"{plural(whole, 'figure')}; one with its sources: dcplan cite {plan} {address}")


def _rows(console: Console, rows: Sequence[Assumption]) -> None:
    for row in rows:
        table, key, column = row.cells[0]
        more = f" and {row.figures - 1} more" if row.figures > 1 else ""
        ids = ", ".join(source.id for source in row.sources) or "no source"
        worth = f", {dollars(row.rests_musd)} rest on it" if row.rests_musd else ""
        text = f"{row.value}, plausible {row.plausible}" if row.plausible else row.value
        pairs(console, [("", f"{table}.{key}.{column}{more}: {text} ({ids}{worth})")])
