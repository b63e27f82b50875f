"""`dcplan study`."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from dcplan.cli import options
from dcplan.cli.layout import grid, note, put, title
from dcplan.cli.screen import INTERRUPTED, complain, messages, put_json, results
from dcplan.errors import InputError, Problem
from dcplan.interrupts import deferred
from dcplan.words import figure, percent, plural, seconds

if TYPE_CHECKING:
    from dcplan.study import Asked, State
    from dcplan.study.drive import Executor

CODES = (("fault", 1), ("rejected", 6), ("stopped", 4), ("unfinished", 4))
"""The worst end of a run decides."""
WITHOUT = (("fault", 1), ("rejected", 6), ("unfinished", 5), ("infeasible", 3), ("invalid", 2))
"""The same where no run has a plan."""
LONG = "site_names"
"""A column that only files and the page have room for."""
SHARES = ("gap", "worse")
LINE_EVERY_S = 10.0
_MOST_ROWS = 12


def study(
    file: Annotated[Path, typer.Argument(metavar="STUDY", help="A study file.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Study folder [studies/<study>]."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(metavar="COUNT", help="Processes that solve [the processors there are]."),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(metavar="K/N", help="Only every N-th run from the K-th on, for batch queues."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Solve on the Dask cluster of a scheduler instead."),
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Solve many plans and tell what they teach. What is in the folder already is not solved again."""
    from dcplan.study import read_study, write_all, write_runs

    part = None if shard is None else _part(shard)
    executor = _executor(workers, scheduler)
    asked = read_study(file)
    folder = output or Path("studies") / file.stem
    state = _conducted(asked, folder, executor, part, quiet)
    with deferred():
        if part is not None:
            write_runs(state)
            count = plural(len(state.results), "run")
            messages(quiet).print(f"{count} of shard {shard} in {folder}")
        else:
            write_all(state)
        _tell(state, folder, as_json, quiet, part is None)
        raise typer.Exit(exit_code(state))


def _conducted(
    asked: Asked, folder: Path, executor: Executor, part: tuple[int, int] | None, quiet: bool
) -> State:
    """The study at its end; Ctrl-C keeps what is finished and ends the command."""
    from dcplan.study import conduct, gather, write_runs

    latest: list[State] = []
    with _progress(messages(quiet)) as show:

        def look(state: State) -> None:
            latest[:] = [state]
            show(state)

        try:
            return conduct(asked, folder, executor, look, part)
        except KeyboardInterrupt:
            with deferred():
                for state in latest:
                    gather(state)
                    write_runs(state)
                kept = latest[0].results if latest else {}
                complain(f"interrupted; {plural(len(kept), 'run')} kept, the same command goes on")
                raise typer.Exit(INTERRUPTED) from None


def exit_code(state: State) -> int:
    """What became of the runs, as the code of the command."""
    ends = [row.status for row in state.results.values()]
    solved = any(row.solved for row in state.results.values())
    codes = CODES if solved else WITHOUT
    return next((code for status, code in codes if status in ends), 0)


def _part(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    k, n = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= k <= n:
        what = f"is {text}; it must be K/N with K from 1 to N, such as 3/20"
        raise InputError([Problem("--shard", what)])
    return k, n


def _executor(workers: int | None, scheduler: str | None) -> Executor:
    """Who solves the runs: processes here, or a cluster."""
    from dcplan.study import local
    from dcplan.study.cluster import on_cluster

    if scheduler is not None:
        if workers is not None:
            what = "is of no use with --scheduler, whose workers are started on their own"
            raise InputError([Problem("--workers", what)])
        return on_cluster(scheduler)
    if workers is not None and not 1 <= workers <= 1024:
        raise InputError([Problem("--workers", f"is {workers}; it must be from 1 to 1024")])
    return local(workers or os.cpu_count() or 1)


def _tell(state: State, folder: Path, as_json: bool, quiet: bool, whole: bool) -> None:
    if as_json:
        from dcplan.study.write import runs_table

        rows = runs_table(state).astype(object)
        runs = rows.where(rows.notna(), None).to_dict("records")
        answer = list(state.story.answer) if whole else []
        put_json(
            {"study": state.asked.study.name, "folder": str(folder), "answer": answer, "runs": runs}
        )
        return
    if not quiet and whole:
        _tell_story(state, folder)


def _tell_story(state: State, folder: Path) -> None:
    console, story = results(80), state.story
    title(console, state.asked.study.name)
    for sentence in story.answer:
        note(console, sentence)
    console.print()
    shown = story.table[[name for name in story.table if name != LONG]]
    table = grid(*shown.columns)
    for row in shown.astype(object).to_dict("records"):
        table.add_row(*(_cell(str(name), value) for name, value in row.items()))
    put(console, table)
    console.print()
    reused = f", {state.reused} of them were there" if state.reused else ""
    told = f"{plural(len(state.results), 'run')} in {seconds(state.seconds)}{reused}"
    console.print(f"{told}; page saved in {folder}/study.html", soft_wrap=True)


def _cell(name: str, value: Any) -> str:
    if isinstance(value, (int, float)):
        tell = percent if name in SHARES else figure
        return "—" if value != value else tell(value)
    return "—" if value is None else str(value)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[State], None]]:
    """A live table on a terminal; now and then a line elsewhere."""
    if console.quiet:
        yield lambda state: None
    elif console.is_terminal and not console.is_dumb_terminal:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            yield lambda state: live.update(_table(state), refresh=True)
    else:
        told = [0.0, -1.0]

        def line(state: State) -> None:
            done, now = float(len(state.results)), time.monotonic()
            if done and done != told[1] and now - told[0] >= LINE_EVERY_S:
                told[:] = [now, done]
                console.print(f"{len(state.results)} of {plural(len(state.runs), 'run')} done")

        yield line


def _table(state: State) -> Table:
    done = f"{len(state.results)} of {plural(len(state.runs), 'run')} done"
    table = grid("run", "best plan", "gap", "elapsed", "now")
    table.title = f"{state.asked.study.name}: {done}, {seconds(state.seconds)}"
    names = {key: name for name, key in state.keys.items()}
    for now in state.running[:_MOST_ROWS]:
        best = "none yet" if now.best is None else figure(now.best, 5)
        name = names.get(now.key, now.key)
        table.add_row(name[:40], best, percent(now.gap), seconds(now.seconds), now.phase[:30])
    table.caption = "Ctrl-C ends the study and keeps what is finished"
    return table
