"""The same runs on a Dask cluster: needs the extra `cluster`, and a folder that all workers see."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

from dcplan.errors import InputError, Problem
from dcplan.study.drive import Executor
from dcplan.study.perform import ELSEWHERE, perform
from dcplan.study.pool import ASK_AGAIN_S, Glimpse, Refused
from dcplan.study.runs import Row, Task

RETRIES = 2
ANSWERS_WITHIN_S = 20.0
_ONE_AT_A_TIME = threading.Lock()


def on_cluster(address: str) -> Executor:
    """Solve tasks on the cluster of a scheduler, such as `tcp://10.0.0.1:8786`.

    A worker that is lost costs the run it was at, which another one then solves. Raises InputError where
    the extra is not installed or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        what = "needs Dask: pip install 'dcplan[cluster]'"
        raise InputError([Problem("--scheduler", what)]) from None

    def execute(tasks: Sequence[Task], look: Callable[[Sequence[Glimpse]], None]) -> Iterator[Row]:
        if not tasks:
            return
        try:
            client = Client(address, timeout=ANSWERS_WITHIN_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError):
            what = f"is {address}; no Dask scheduler answers there"
            raise InputError([Problem("--scheduler", what)]) from None
        with closing(client):
            yield from _all(client, tasks, look)

    return execute


def _all(
    client: Any, tasks: Sequence[Task], look: Callable[[Sequence[Glimpse]], None]
) -> Iterator[Row]:
    from distributed import as_completed

    def submit(task: Task) -> Any:
        return client.submit(attempt, task, retries=RETRIES, pure=False)

    asked = {(future := submit(task)).key: (future, task) for task in tasks}
    futures = [future for future, _ in asked.values()]
    ended = as_completed(futures, loop=client.loop, raise_errors=False)
    try:
        for future in ended:
            _, task = asked.pop(future.key)
            row = _row(future, task)
            if row.status == ELSEWHERE:
                time.sleep(ASK_AGAIN_S)
                again = submit(task)
                asked[again.key] = (again, task)
                ended.add(again)
            else:
                yield row
            look(())
    finally:
        client.cancel([future for future, _ in asked.values()], force=True)


def _row(future: Any, task: Task) -> Row:
    """What came of a run; also where its workers were lost.

    A worker that is lost before its row was fetched makes the run pending again: its end is waited for.
    """
    try:
        said = future.result()
    except Exception as error:  # told in the row of this run; the others go on
        why = " ".join(f"{type(error).__name__}: {error}".split())
        return Row(task.key, "fault", why[:500])
    if isinstance(said, Refused):
        raise InputError(said.problems)
    found: Row = said
    return found


def attempt(task: Task) -> Row | Refused:
    """Solve a run on a worker, one at a time in a process: HiGHS keeps its threads by process."""
    with _ONE_AT_A_TIME:
        try:
            return perform(task)
        except InputError as error:
            return Refused(error.problems)
        except Exception as error:  # told in the row of this run; the others go on
            why = " ".join(f"{type(error).__name__}: {error}".split())[:500]
            return Row(task.key, "fault", why)
