"""The two streams of a command: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from dcplan.errors import DcplanError

INTERRUPTED = 130
DEBUG = "DCPLAN_DEBUG"


class Doors(TyperGroup):
    """The commands, with every expected failure turned into lines of text and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except DcplanError as error:
            complain(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            complain("interrupted; what was not saved yet is lost")
            raise typer.Exit(INTERRUPTED) from None


def run(app: typer.Typer) -> None:
    """Run the program; an unexpected failure is one line, with a traceback if so asked."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Unicode shows a mark in place of a letter it does not have.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        app()
    except Exception as error:
        if os.environ.get(DEBUG):
            traceback.print_exc()
        what = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        complain(f"a fault of dcplan: {what}; please report it with what {DEBUG}=1 shows")
        sys.exit(1)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left that it could stop


def complain(text: str) -> None:
    """Write lines about what went wrong; they are shown even with --quiet."""
    typer.echo(text, err=True)


def messages(quiet: bool = False) -> Console:
    """The console of progress and messages."""
    return Console(stderr=True, quiet=quiet, highlight=False, markup=False, emoji=False)


def results(most_columns: int = 200) -> Console:
    """The console of results: as wide as the terminal, within bounds; a pipe gets 80 columns."""
    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, most_columns) if console.is_terminal else 80
    return console


def put_json(data: Mapping[str, Any]) -> None:
    """Write one JSON object to standard output; what is no finite number becomes null."""
    typer.echo(json.dumps(_finite(data), ensure_ascii=False, indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
