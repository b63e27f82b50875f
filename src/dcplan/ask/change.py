"""A problem with some of its settings changed, whether it was read from a file or comes with a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from dcplan.api import Brief, Plan
from dcplan.case import build, read_library
from dcplan.case.inputs import overridden
from dcplan.errors import InputError, Problem
from dcplan.library import Library, read
from dcplan.scenario import Scenario, parse, placed, resolved


def brief_of(plan: Plan) -> Brief:
    """The problem that a plan was solved from, on the library that was saved with it.

    Raises InputError for a plan of several futures.
    """
    refuse_futures(plan)
    return Brief(build(plan.record.scenario, plan.record.library))


def refuse_futures(asked: Brief | Plan) -> None:
    """Raise InputError where something is about several futures; a question is about one."""
    if isinstance(asked, Plan):
        if asked.record.futures is None:
            return
        names = asked.record.futures.rows.future.tolist()
        what = f"ask the plan of one, in its folder: futures/{' or futures/'.join(names)}"
    else:
        if asked.case.futures is None:
            return
        names = list(asked.case.futures.names)
        free = '--set "futures=[]"'
        if asked.case.futures.cvar_weight:
            free += ' --set "risk={}"'
        what = f"solve it and ask PLAN/futures/{names[0]}, or leave them out: {free}"
    raise InputError([Problem("futures", f"are {len(names)}, and a question is about one; {what}")])


def changed(scenario: Scenario, library: Library, settings: Sequence[str]) -> Brief:
    """The problem of `scenario` on its `library` with `--set` items applied.

    Figures of the library that are changed relatively are those of its files. Raises InputError.
    """
    wish = parse(resolved(scenario), settings, folder=scenario.folder)
    if wish.futures:
        what = "cannot be set in a question; write them into a scenario and solve it"
        raise InputError([Problem("futures", what)])
    same = (wish.library, wish.existing) == (scenario.library, scenario.existing)
    try:
        found = overridden(wish, _files(library.folders)) if same else read_library(wish)
        return Brief(build(wish, found))
    except InputError as error:
        raise placed(wish, error) from None


def _files(folders: Mapping[str, Path]) -> Library:
    return _read(tuple(sorted(folders.items())))


@lru_cache(maxsize=2)
def _read(folders: tuple[tuple[str, Path], ...]) -> Library:
    return read(**dict(folders))
