"""How results are laid out: titles, names with text beside them, tables without lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text


def title(console: Console, text: str) -> None:
    """A line in bold."""
    console.print(Text(text, "bold"))


def pairs(console: Console, rows: Iterable[tuple[str, str]]) -> None:
    """Names in a column, and beside each its text, wrapped."""
    told = list(rows)
    indent = max([10, *(len(name) + 2 for name, _ in told)])
    for name, text in told:
        room = max(console.width - indent, 20)
        # An address that is longer than a line must still be one that can be copied.
        lines = textwrap.wrap(text, room, break_on_hyphens=False, break_long_words=False)
        first, *rest = lines or [""]
        console.print(Text.assemble((f"{name:<{indent}}", "cyan"), first), soft_wrap=True)
        for line in rest:
            console.print(Text(" " * indent + line), soft_wrap=True)


def note(console: Console, text: str) -> None:
    """A remark, wrapped and dim."""
    for line in textwrap.wrap(text, console.width, break_on_hyphens=False):
        console.print(Text(line, "dim"), soft_wrap=True)


def grid(*names: str, numbers: Iterable[str] = ()) -> Grid:
    """A table without lines; columns of `numbers` are set to the right."""
    right = set(numbers)
    made = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in names:
        made.add_column(name, header_style="bold", overflow="fold")
        made.columns[-1].justify = "right" if name in right else "left"
    return made


def put(console: Console, table: Grid) -> None:
    """Print a table, without the blanks that pad the ends of its lines."""
    with console.capture() as caught:
        console.print(table)
    for line in caught.get().splitlines():
        console.file.write(line.rstrip() + "\n")
