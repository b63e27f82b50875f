"""`dcplan data`: what ships, and the unit, range, confidence and source of every figure."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from dcplan.cli.layout import grid, pairs, put, title
from dcplan.cli.screen import Doors, results
from dcplan.errors import InputError, Problem
from dcplan.words import figure, plural

if TYPE_CHECKING:
    from dcplan.library import Column, Figure, Library, Table

app = typer.Typer(cls=Doors, no_args_is_help=True, rich_markup_mode=None)

OfScenario = Annotated[
    Path | None,
    typer.Option("--scenario", help="The library of this scenario, with its overrides."),
]


@app.command("list")
def list_folders() -> None:
    """What ships: grids, site sets, fleets and models, with counts and licences."""
    from dcplan.library import locate, names

    console = results()
    headings = {"grid": "Grids", "sites": "Site sets", "fleet": "Fleets", "models": "Models"}
    for kind, heading in headings.items():
        title(console, heading)
        for name in names(kind):
            _folder(console, kind, name, locate(kind, name, Path()))


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="A table such as chips, cooling, zones or sites.")],
    row: Annotated[str | None, typer.Argument(help="One row: its figures with sources.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, for programs.")] = False,
    scenario: OfScenario = None,
) -> None:
    """A table with the meaning and unit of every column, or one row with its sources."""
    library = _library(scenario)
    declared = _declared(table)
    if row is not None:
        cited = _cited(library, declared, row)
        _put_csv(_row_cells(cited)) if as_csv else _show_row(results(), declared, row, cited)
        return
    cells = _cells(library, declared)
    _put_csv(cells) if as_csv else _show_table(results(), declared, cells)


@app.command()
def cite(
    address: Annotated[str, typer.Argument(help="table.row.column: chips.h100_sxm.price_usd")],
    scenario: OfScenario = None,
) -> None:
    """One figure: value, unit, range, confidence and its sources in full."""
    tell_figure(_library(scenario), address)


def tell_figure(library: Library, address: str) -> None:
    """Print one figure of a library with its sources. Raises InputError where there is none."""
    from dcplan.library import cite as look_up

    table, _, rest = address.partition(".")
    row, _, column = rest.rpartition(".")
    if not row:
        what = "is no address; write table.row.column, such as chips.h100_sxm.price_usd"
        raise InputError([Problem(address, what)])
    found = look_up(library, table, row, column)
    declared = _declared(table).column(column)
    meaning = declared.meaning if declared else ""
    console = results()
    console.print(Text.assemble((f"{address}  ", "bold"), meaning))
    parts = [("value", _with_unit(found)), ("range", _range(found))]
    parts += [("confidence", found.confidence or "not stated"), ("note", found.note)]
    for source in found.sources:
        where = f"{source.title}. {source.where}. {source.date}. Licence: {source.licence}."
        parts.append((source.id, where))
    pairs(console, ((name, text) for name, text in parts if text))


def _library(scenario: Path | None) -> Library:
    from dcplan import library

    if scenario is not None:
        from dcplan.api import load

        return load(scenario).case.library
    here = Path()
    folders = {kind: library.locate(kind, name, here) for kind, name in _DEFAULT.items()}
    return library.read(**folders)


_DEFAULT = {"models": "base", "grid": "us", "sites": "us", "fleet": "us-2026"}


def _declared(table: str) -> Table:
    from dcplan.errors import suggest
    from dcplan.library import TABLES

    if table not in TABLES:
        what = f"is not a table; the tables are {', '.join(TABLES)}{suggest(table, TABLES)}"
        raise InputError([Problem(table, what)])
    return TABLES[table]


def _folder(console: Console, kind: str, name: str, path: Path) -> None:
    from dcplan.library import TABLES
    from dcplan.library.read import SOURCES_FILE
    from dcplan.library.sheet import read_sheet
    from dcplan.library.sources import read_sources

    sheets = [
        read_sheet(table, path / table.file) for table in TABLES.values() if table.folder == kind
    ]
    rows = " · ".join(
        f"{len(s.lines):,} {s.table.name.replace('_', ' ')}" for s in sheets if s.lines
    )
    listed, _ = read_sources(path / SOURCES_FILE)
    licences = Counter(source.licence for source in listed.values())
    terms = "; ".join(f"{licence} ({count})" for licence, count in licences.most_common())
    pairs(console, [(name, rows), ("", f"{plural(len(listed), 'source')}: {terms}")])


def _cited(library: Library, table: Table, row: str) -> list[tuple[Column, Figure]]:
    from dcplan.library import cite as look_up

    free = [column for column in table.columns if column.name not in table.keys]
    return [(column, look_up(library, table.name, row, column.name)) for column in free]


def _row_cells(cited: list[tuple[Column, Figure]]) -> list[list[str]]:
    head = ["column", "value", "unit", "low", "high", "confidence", "sources", "note"]
    return [head] + [
        [
            column.name,
            *(str(part) if part is not None else "" for part in (f.value, f.unit, f.low, f.high)),
            f.confidence,
            ";".join(source.id for source in f.sources),
            f.note,
        ]
        for column, f in cited
    ]


def _show_row(console: Console, table: Table, row: str, cited: list[tuple[Column, Figure]]) -> None:
    title(console, f"{table.name} {row}")
    shown = grid("column", "value", "confidence", "sources")
    for column, found in cited:
        ids = ", ".join(source.id for source in found.sources)
        shown.add_row(column.name, Text(_with_unit(found)), found.confidence, ids)
    put(console, shown)
    sourced = next((c.name for c, found in cited if found.sources), cited[0][0].name)
    address = f"{table.name}.{row}.{sourced}"
    console.print(Text(f"One figure with its sources in full: dcplan data cite {address}", "dim"))


def _cells(library: Library, table: Table) -> list[list[str]]:
    rows = library.table(table.name).reset_index()
    columns = [column.name for column in table.columns]
    return [columns] + [
        [_text(cell) for cell in line] for line in rows[columns].itertuples(index=False)
    ]


def _show_table(console: Console, table: Table, cells: list[list[str]]) -> None:
    legend = grid("column", "unit", "meaning")
    for column in table.columns:
        legend.add_row(column.name, column.unit, column.meaning)
    put(console, legend)
    head, rows = cells[0], cells[1:]
    numbers = {column.name for column in table.columns if column.kind in ("number", "integer")}
    for chunk in _chunks(cells, len(table.keys), console.width):
        part = grid(*(head[place] for place in chunk), numbers=numbers - set(table.keys))
        for row in rows:
            part.add_row(*(Text(row[place]) for place in chunk))
        console.print()
        put(console, part)
    console.print(Text(f"{plural(len(rows), 'row')}; a blank is a figure not published", "dim"))


def _chunks(cells: list[list[str]], keys: int, width: int) -> list[list[int]]:
    """Columns that fit side by side, the key columns leading each group."""
    wide = [max(len(row[place]) for row in cells) + 2 for place in range(len(cells[0]))]
    lead = list(range(keys))
    chunks = [list(lead)]
    for place in range(keys, len(wide)):
        if sum(wide[p] for p in chunks[-1]) + wide[place] > width and len(chunks[-1]) > keys:
            chunks.append(list(lead))
        chunks[-1].append(place)
    return chunks


def _put_csv(cells: list[list[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(cells)
    typer.echo(stream.getvalue(), nl=False)


def _with_unit(found: Figure) -> str:
    if found.value is None:
        return "not published"
    # a calendar year stands alone and without a thousands separator
    if found.unit == "year":
        return _text(found.value)
    number = figure(found.value, 7) if isinstance(found.value, float) else _text(found.value)
    return f"{number} {found.unit}".strip()


def _range(found: Figure) -> str:
    if found.low is None and found.high is None:
        return ""
    ends = (figure(end, 7) if end is not None else "?" for end in (found.low, found.high))
    return " to ".join(ends) + f" {found.unit}"


def _text(cell: Any) -> str:
    if isinstance(cell, bool) or type(cell).__name__ == "bool":
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell:.12g}"
    return str(cell)
