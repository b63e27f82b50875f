"""A study from beginning to end: round by round, only what is not there yet, whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dcplan.errors import InputError, Problem
from dcplan.scenario import Scenario, resolved
from dcplan.study.folder import finished, prepare
from dcplan.study.kinds import KINDS
from dcplan.study.kinds.base import Runs, Story
from dcplan.study.near import nearest
from dcplan.study.pool import Glimpse, solve_here
from dcplan.study.read import Asked
from dcplan.study.runs import Row, Run, Task, key_of
from dcplan.study.share import Kin, kin

WRITTEN = ("sweep", "timeline", "break_even")
"""Kinds whose values stand in the file."""
Executor = Callable[[Sequence[Task], Callable[[Sequence[Glimpse]], None]], Iterator[Row]]
"""Solves tasks somewhere, and yields each row when it is there."""


@dataclass
class State:
    """How a study stands, for whoever shows it."""

    asked: Asked
    folder: Path
    runs: Runs = ()
    results: dict[str, Row] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """Key by the name of the run."""
    reused: int = 0
    running: Sequence[Glimpse] = ()
    seconds: float = 0.0
    shard: tuple[int, int] | None = None

    @property
    def story(self) -> Story:
        """What it found."""
        return KINDS[self.asked.study.kind].story(self.asked, self.runs, self.results)

    @property
    def complete(self) -> bool:
        """Whether every run has come to its end."""
        return all(run.name in self.results for run in self.runs)


Show = Callable[[State], None]


def conduct(
    asked: Asked,
    folder: Path,
    executor: Executor,
    show: Show = lambda state: None,
    shard: tuple[int, int] | None = None,
) -> State:
    """Solve every run of a study that is not finished in `folder`, and return how it stands.

    With `shard` (k, n) only every n-th run from the k-th on. Raises InputError.
    """
    kind = KINDS[asked.study.kind]
    if shard is not None and not kind.known(asked):
        what = f"needs runs that are known before the first is solved; those of {asked.study.kind} are not"
        raise InputError([Problem("--shard", what)])
    prepare(folder, asked.study.name, asked.study.kind)
    asked = replace(asked, folder=folder)
    state = State(asked, folder, shard=shard)
    started = time.monotonic()

    def look(running: Sequence[Glimpse]) -> None:
        state.running, state.seconds = running, time.monotonic() - started
        show(state)

    while True:
        state.runs = kind.runs(asked, state.results)
        fresh = [run for run in state.runs if run.name not in state.results]
        mine = [run for place, run in enumerate(fresh) if _ours(place, shard)]
        if not mine:
            return state
        _round(state, mine, executor, look)
        look(())
        if shard is not None:
            return state


def gather(state: State) -> None:
    """Take in what was finished in the moment that the study was interrupted, or by another one."""
    for run in state.runs:
        key = state.keys.get(run.name)
        if run.name not in state.results and key is not None:
            row = finished(state.folder, key)
            if row is not None:
                state.results[run.name] = row


def _ours(place: int, shard: tuple[int, int] | None) -> bool:
    return shard is None or place % shard[1] == shard[0] - 1


def _round(
    state: State, runs: Runs, executor: Executor, look: Callable[[Sequence[Glimpse]], None]
) -> None:
    """Solve some runs; equal ones once."""
    named: dict[str, list[Run]] = {}
    wanted: dict[str, Scenario] = {}
    all_of: dict[str, Scenario] = {}
    for run in runs:
        scenario = _scenario(state, run)
        if scenario is None:
            continue
        key = state.keys[run.name] = key_of(scenario, state.asked.library_digest, run)
        named.setdefault(key, []).append(run)
        all_of[key] = scenario
        if (row := finished(state.folder, key)) is not None:
            state.results[run.name] = row
            state.reused += 1
        else:
            wanted[key] = scenario
    # the loosest come first: what they find tells about the others
    related = kin(all_of) if state.asked.study.kind == "sweep" else dict.fromkeys(all_of, Kin())
    tasks = [
        _task(state, named[key][0], key, wanted[key], own)
        for key, own in related.items()
        if key in wanted
    ]
    for row in executor(tasks, look):
        for run in named[row.key]:
            state.results[run.name] = row


def _scenario(state: State, run: Run) -> Scenario | None:
    """The scenario of a run; None for one that is invalid, which is then a row."""
    try:
        return state.asked.with_settings(run.settings, state.asked.study.kind)
    except InputError as error:
        # what stands in the file is refused before any of it is solved; what was drawn is a row
        if state.asked.study.kind in WRITTEN:
            raise
        state.results[run.name] = Row("", "invalid", str(error))
        return None


def _task(state: State, run: Run, key: str, scenario: Scenario, own: Kin) -> Task:
    warm = state.asked.study.warm_starts and not run.apart
    return Task(
        key=key,
        folder=str(state.folder.resolve()),
        scenario=resolved(scenario),
        beside=str(scenario.folder.resolve()),
        library_digest=state.asked.library_digest,
        apart=run.apart,
        differ=run.differ,
        near=nearest(run, state.runs, state.keys) if warm else (),
        looser=own.looser,
        tighter=own.tighter,
    )


def local(workers: int) -> Executor:
    """Worker processes on this machine."""
    return lambda tasks, look: solve_here(tasks, workers, look)
