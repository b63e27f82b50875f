"""`dcplan compare`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from dcplan.cli import options
from dcplan.cli.layout import grid, pairs, put, title
from dcplan.cli.screen import messages, put_json, results

if TYPE_CHECKING:
    from dcplan.report.compare import Comparison
    from dcplan.report.compare.texts import Sheet


_PATH_COLUMNS, _UNIT_COLUMNS = 40, 14


def compare(
    plans: Annotated[
        list[Path],
        typer.Argument(metavar="PLAN", help="Two plan folders or more; the first is the baseline."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write a page with maps too, .html [none]."
        ),
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Compare plans with the first. What was asked, sites, chips, links, power and money that differ."""
    from dcplan.api import Plan
    from dcplan.report.compare import compare as hold
    from dcplan.report.compare import refuse_page, write_comparison

    if output is not None:
        refuse_page(output)
    found = hold([Plan.load(plan).record for plan in plans], [str(plan) for plan in plans])
    if as_json:
        put_json(as_data(found))
    elif not quiet:
        tell(results(80), found)
    if output is not None:
        write_comparison(found, output)
        messages(quiet).print(f"page saved in {output}", soft_wrap=True)


def as_data(found: Comparison) -> dict[str, Any]:
    """The same as plain data, for `--json`: rows as in the frames, by plan."""
    from dcplan.report.compare import FRAMES

    return {
        "baseline": found.names["A"],
        "plans": [
            {
                "plan": letter,
                "folder": found.names[letter],
                "same": found.same(letter),
                "verdict": found.verdict(letter),
                "notes": found.notes[letter],
                "years": found.years[letter],
                **{name: _rows(found, name, letter) for name in FRAMES},
            }
            for letter in found.others
        ],
    }


def _rows(found: Comparison, name: str, letter: str) -> list[Mapping[str, Any]]:
    rows = found.of(name, letter).drop(columns="plan").astype(object)
    records: list[Mapping[str, Any]] = rows.where(rows.notna(), None).to_dict("records")
    return records


def tell(console: Console, found: Comparison) -> None:
    """Print what differs."""
    from dcplan.report.compare.sheets import overview, sheets

    named = [
        (k, f"{found.names[k]}: {plan.scenario.name}" + (" (baseline)" if k == "A" else ""))
        for k, plan in found.plans.items()
    ]
    pairs(console, named)
    _tables(console, overview(found))
    for letter in found.others:
        console.print()
        if len(found.others) > 1:
            title(console, f"{letter} against A")
        pairs(console, [("result", found.verdict(letter))])
        pairs(console, [("note", note) for note in found.notes[letter]])
        _tables(console, sheets(found, letter))


def _tables(console: Console, shown: Sequence[Sheet]) -> None:
    for sheet in shown:
        console.print()
        title(console, sheet.title)
        if sheet.note:
            console.print(sheet.note, style="dim", soft_wrap=True)
        # Heads may repeat, so that columns are told apart by place.
        table = grid(*sheet.heads)
        for column in table.columns[sheet.texts :]:
            column.justify = "right"
        if sheet.key == "inputs":
            # A path stays whole; long values beside it are wrapped.
            paths = min(max(len(row[0]) for row in sheet.rows), _PATH_COLUMNS)
            for column in table.columns[sheet.texts :]:
                column.max_width = max(12, (console.width - paths - _UNIT_COLUMNS) // 2)
        for row in sheet.rows:
            table.add_row(*row)
        put(console, table)
