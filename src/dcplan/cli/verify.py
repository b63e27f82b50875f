"""`dcplan verify`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from dcplan.cli import options
from dcplan.cli.layout import grid, pairs, put, title
from dcplan.cli.screen import messages, put_json, results
from dcplan.words import figure

if TYPE_CHECKING:
    from dcplan.verify import Finding


def verify(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write a page too, .md [none]."),
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Solve what others published figures of, and hold the plans against those figures."""
    from dcplan.files import kind_of, put_text
    from dcplan.verify import compare, published, raise_if_unexplained
    from dcplan.verify.page import markdown

    if output is not None:
        kind_of(output, "the page", (".md",))
    console = messages(quiet)
    with console.status("solving") as status:
        found = compare(
            published(), lambda done, of: status.update(f"solving plan {done + 1} of {of}")
        )
    if as_json:
        put_json(as_data(found))
    elif not quiet:
        tell(results(120), found)
    if output is not None:
        put_text(output, markdown(found))
        console.print(f"page saved in {output}", soft_wrap=True)
    raise_if_unexplained(found)


def as_data(found: Sequence[Finding]) -> dict[str, Any]:
    """The same as plain data, for `--json`."""
    return {
        "accepted": all(f.accepted for f in found),
        "cases": [
            {
                "case": f.case.case,
                "name": f.case.name,
                "plan": f.case.plan.stem,
                "unit": f.case.measure.unit,
                "published": f.case.published,
                "ours": f.ours,
                "ratio": f.ratio,
                "near": f.near,
                "accepted": f.accepted,
                "status": f.status,
                "confidence": f.case.confidence,
                "sources": [source.id for source in f.case.sources],
                "note": f.case.note,
                "reason": f.case.reason,
            }
            for f in found
        ],
    }


def tell(console: Console, found: Sequence[Finding]) -> None:
    """Print the comparison."""
    from dcplan.verify.page import verdict

    table = grid(
        "what", "published", "ours", "unit", "ratio", "", numbers=("published", "ours", "ratio")
    )
    table.columns[0].no_wrap = True
    for f in found:
        cells = (f.case.name, figure(f.case.published), figure(f.ours), f.case.measure.unit)
        table.add_row(*cells, f"{f.ratio:.2f}", "" if f.near else "*")
    put(console, table)
    if off := [f for f in found if not f.near]:
        console.print()
        title(console, "Why some are further off")
        pairs(console, [(f"{f.ratio:.2f}", _why(f)) for f in off])
    console.print()
    console.print(verdict(found), soft_wrap=True)
    console.print("sources and what is counted: docs/published.md, or --json", style="dim")


def _why(found: Finding) -> str:
    return f"{found.case.name}: {found.case.reason or 'no reason is recorded'}"
