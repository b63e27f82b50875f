"""The command line: `dcplan COMMAND`, each command a few lines over `dcplan.api`.

Modules of the planner are imported inside the commands, so that `dcplan --help` is quick.
"""

from __future__ import annotations

from typing import Annotated

import typer

from dcplan.cli import (
    citing,
    compare,
    data,
    explain,
    map,
    report,
    running,
    study,
    verify,
    whatif,
    why,
    writing,
)
from dcplan.cli.screen import Doors, run

app = typer.Typer(
    cls=Doors,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan AI-training fleets: sites, chips, power and fibre over years, at least cost.",
    epilog="Exit codes: 0 solved within the gap, 1 a fault of dcplan, 2 invalid input or usage, "
    "3 no plan exists, 4 stopped early with a plan, 5 stopped early without one, 6 audit failed.",
)
app.command()(running.solve)
app.command()(running.check)
app.command()(running.audit)
app.command("map")(map.draw)
app.command("report")(report.write)
app.command()(compare.compare)
app.command()(whatif.whatif)
app.command()(explain.explain)
app.command()(why.why)
app.command()(study.study)
app.command()(citing.cite)
app.add_typer(data.app, name="data", help="What ships, and the source of every figure.")
app.command()(verify.verify)
app.command()(writing.new)
app.command()(writing.book)


def _tell_version(asked: bool) -> None:
    if asked:
        from dcplan import __version__

        typer.echo(f"dcplan {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the program."""
    run(app)
