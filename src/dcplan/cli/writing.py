"""`dcplan new` and `dcplan book`: what dcplan writes without solving anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dcplan.cli.screen import messages, results
from dcplan.errors import InputError, Problem


def new(
    file: Annotated[Path, typer.Argument(help="The scenario file to write; it must not exist.")],
) -> None:
    """Write a commented scenario to start from."""
    from dcplan.scenario import template

    _write(file, template(), mode="x")
    messages().print(f"wrote {file}; next: dcplan check {file}", soft_wrap=True)


def book(
    file: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write Markdown to this file.")
    ] = None,
) -> None:
    """Print the equations. One page a chapter of the model, from the code that is solved."""
    from dcplan.cli.book import markdown, pages

    found = pages()
    if file is not None:
        _write(file, markdown(found), mode="w")
        messages().print(f"wrote {file}", soft_wrap=True)
        return
    console = results(100)
    for page in found:
        console.rule(page.title, align="left", characters="─")
        console.print(page.text + "\n", soft_wrap=True)
        for equation in page.equations:
            text = f"  {equation.number:<4} {equation.text}   [{equation.unit}]"
            console.print(f"{text}\n         {equation.name}", soft_wrap=True)
        console.print()


def _write(file: Path, text: str, mode: str) -> None:
    try:
        with file.open(mode, encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        what = "exists already; give another name, or take it away first"
        raise InputError([Problem(str(file), what)]) from None
    except OSError as error:
        raise InputError([Problem(str(file), f"cannot be written: {error.strerror}")]) from None
