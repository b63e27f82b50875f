"""Worker processes on this machine: each solves one run at a time; one that dies costs that run only."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from dcplan.errors import InputError, Problem
from dcplan.interrupts import asked, deferred
from dcplan.solve.watch import Watch
from dcplan.study.folder import finished
from dcplan.study.perform import ELSEWHERE, SAVING, perform
from dcplan.study.runs import Row, Task

TOLD_EVERY_S = 0.5
ASK_AGAIN_S = 0.5
TRIES = 2
SAVED_WITHIN_S = 120.0


@dataclass(frozen=True)
class Glimpse:
    """How a search stands."""

    key: str
    phase: str = "starting"
    best: float | None = None
    bound: float | None = None
    gap: float = float("inf")
    seconds: float = 0.0


@dataclass(frozen=True)
class Refused:
    """A place that cannot be written: the study cannot go on. (Errors do not travel well.)"""

    problems: tuple[Problem, ...]


Look = Callable[[Sequence[Glimpse]], None]


@dataclass
class _Worker:
    process: SpawnProcess
    line: Connection
    task: Task | None = None
    glimpse: Glimpse = field(default_factory=lambda: Glimpse(""))


def solve_here(tasks: Sequence[Task], workers: int, look: Look) -> Iterator[Row]:
    """Yield the row of each task as it is finished. Raises InputError where a row cannot be saved.

    When the caller stops, or is interrupted, the workers are ended; what they finished is kept, and one
    that has found its plan saves it first. A second Ctrl-C ends them all at once.
    """
    with deferred():
        yield from _all(tasks, workers, look)


def _all(tasks: Sequence[Task], workers: int, look: Look) -> Iterator[Row]:
    waiting = [(task, 0.0) for task in tasks]
    tries: dict[str, int] = {}
    crew = [_hire() for _ in range(min(workers, len(tasks)))]
    try:
        while waiting or any(worker.task for worker in crew):
            now = time.monotonic()
            for worker in crew:
                if worker.task is None:
                    _give(worker, waiting, now)
            look([worker.glimpse for worker in crew if worker.task])
            if asked():
                raise KeyboardInterrupt
            ready = wait([w.line for w in crew] + [w.process.sentinel for w in crew], 0.2)
            for place, worker in enumerate(crew):
                if worker.line in ready or worker.process.sentinel in ready:
                    row = _hear(worker)
                    if not worker.process.is_alive() and worker.task is not None:
                        row = row or _lost(worker, waiting, tries)
                        crew[place] = _hire()
                    if row is not None and row.status == ELSEWHERE and worker.task:
                        waiting.append((worker.task, time.monotonic() + ASK_AGAIN_S))
                        worker.task, row = None, None
                    if row is not None:
                        worker.task = None
                        yield row
    finally:
        _dismiss(crew)


def _dismiss(crew: Sequence[_Worker]) -> None:
    """End the workers, those that save a plan when they have done so."""
    try:
        for worker in crew:
            if not _saves(worker):
                worker.process.kill()
        until = time.monotonic() + SAVED_WITHIN_S
        while time.monotonic() < until and (saving := [w for w in crew if _saves(w)]):
            wait([w.line for w in saving] + [w.process.sentinel for w in saving], 0.2)
    finally:
        for worker in crew:
            worker.process.kill()
            worker.line.close()


def _saves(worker: _Worker) -> bool:
    """Whether a worker has found a plan that is not saved yet."""
    if worker.task is None:
        return False
    with suppress(InputError):
        if _hear(worker) is None and worker.process.is_alive():
            return worker.glimpse.phase == SAVING
    worker.task = None
    return False


def _give(worker: _Worker, waiting: list[tuple[Task, float]], now: float) -> None:
    """Hand over the first task that is due."""
    due = next((place for place, (_, at) in enumerate(waiting) if at <= now), None)
    if due is not None:
        worker.task, _ = waiting.pop(due)
        worker.glimpse = Glimpse(worker.task.key)
        worker.line.send(worker.task)


def _hear(worker: _Worker) -> Row | None:
    """Take what a worker has said so far; the row if it has one. Raises what the worker could not help."""
    try:
        while worker.line.poll():
            said = worker.line.recv()
            if isinstance(said, Glimpse):
                worker.glimpse = said
            elif isinstance(said, Refused):
                worker.task = None  # it saves nothing more: nobody needs to wait for it
                raise InputError(said.problems)
            elif isinstance(said, Row):
                return said
    except (EOFError, OSError):
        pass
    return None


def _lost(worker: _Worker, waiting: list[tuple[Task, float]], tries: dict[str, int]) -> Row | None:
    """After the death of a worker: its task once more, then a row that tells of it."""
    task = worker.task
    assert task is not None  # asked for one that had a task
    row = finished(_folder(task), task.key)
    if row is not None:
        return row
    tries[task.key] = tries.get(task.key, 1) + 1
    if tries[task.key] <= TRIES:
        waiting.append((task, 0.0))
        worker.task = None
        return None
    worker.process.join(1.0)
    return Row(
        task.key, "fault", f"its process ended with {worker.process.exitcode}, {TRIES} times"
    )


def _folder(task: Task) -> Path:
    return Path(task.folder)


def _hire() -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def work(line: Connection) -> None:
    """What a worker does until its study ends: solve what it is given."""
    # Ctrl-C on the terminal is for the study, which ends its workers itself
    os.setpgrp()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            task: Task = line.recv()
        except (EOFError, OSError):
            return
        line.send(_attempt(task, line))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _attempt(task: Task, line: Connection) -> Row | Refused:
    told_at = [0.0]

    def show(watch: Watch) -> None:
        if watch.phase == SAVING or time.monotonic() - told_at[0] >= TOLD_EVERY_S:
            told_at[0] = time.monotonic()
            line.send(glimpse(task.key, watch))

    try:
        return perform(task, show)
    except InputError as error:
        return Refused(error.problems)
    except Exception as error:  # a fault in one run is told in its row, and the others go on
        return Row(task.key, "fault", " ".join(f"{type(error).__name__}: {error}".split())[:500])


def glimpse(key: str, watch: Watch) -> Glimpse:
    """How a search stands now."""
    return Glimpse(key, watch.phase, watch.best, watch.bound, watch.gap, watch.elapsed_s)
