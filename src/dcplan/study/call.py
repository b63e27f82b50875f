"""A study from Python: the same runs, folder and page as `dcplan study FILE`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dcplan.api import Plan
from dcplan.errors import InputError, Problem
from dcplan.study.drive import Executor, State, conduct, local
from dcplan.study.folder import plan_folder
from dcplan.study.perform import perform
from dcplan.study.read import read_study
from dcplan.study.write import runs_table, write_all


class Plans(Mapping[str, Plan]):
    """The plans of a study by the name of their run, such as `limits.pue=1.1`, each read when asked for."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders

    def __getitem__(self, name: str) -> Plan:
        return Plan.load(self._folders[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


@dataclass(frozen=True, eq=False)
class Studied:
    """What a study found, and where it is saved."""

    answer: tuple[str, ...]
    """Sentences, the first one the answer."""
    table: pd.DataFrame
    """What the study is about, tidy; units in `units`."""
    units: Mapping[str, str]
    runs: pd.DataFrame
    """One row a run: what was asked, how it ended, its figures."""
    plans: Plans
    folder: Path
    page: Path
    charts: tuple[Path, ...]

    def __repr__(self) -> str:
        return f"<Study of {len(self.runs)} runs, {len(self.plans)} plans: {' '.join(self.answer)}>"


def study(
    file: str | os.PathLike[str],
    folder: str | os.PathLike[str] | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    show: Callable[[State], None] | None = None,
) -> Studied:
    """Solve the runs of a study file that `folder` (else studies/NAME) has not yet, and write its page.

    One worker is this process; with more, each is a process of its own, and a script must keep what it does
    under `if __name__ == "__main__"`. `scheduler` is the address of a Dask cluster. Raises InputError.
    """
    path = Path(file)
    asked = read_study(path)
    where = Path(folder) if folder is not None else Path("studies") / path.stem
    state = conduct(asked, where, _executor(workers, scheduler), show or (lambda state: None))
    page, _, *charts = write_all(state)
    story = state.story
    rows = {run.name: state.results[run.name] for run in state.runs}
    return Studied(
        answer=tuple(story.answer),
        table=story.table,
        units=story.units,
        runs=runs_table(state),
        plans=Plans({name: plan_folder(where, r.key) for name, r in rows.items() if r.solved}),
        folder=where,
        page=page,
        charts=tuple(charts),
    )


def _executor(workers: int, scheduler: str | None) -> Executor:
    if scheduler is not None:
        from dcplan.study.cluster import on_cluster

        return on_cluster(scheduler)
    if not 1 <= workers <= 1024:
        raise InputError([Problem("workers", f"is {workers}; it must be from 1 to 1024")])
    if workers == 1:
        return lambda tasks, look: (perform(task) for task in tasks)
    return local(workers)
