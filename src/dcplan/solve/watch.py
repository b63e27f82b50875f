"""What is known while a search runs: shared by the solver's thread and whoever shows progress."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dcplan.interrupts import asked

T = TypeVar("T")


@dataclass
class Watch:
    """State of one search; `best` and `bound` are in the unit and sense of the objective."""

    time_limit_s: float
    phase: str = "reading"
    about: str = ""
    """What a search beside the one asked for is about."""
    best: float | None = None
    bound: float | None = None
    plans: int = 0
    nodes: int = 0
    objective: str = ""
    stage: int = 1
    stages: int = 1
    started: float = field(default_factory=time.monotonic)
    _stop: threading.Event = field(default_factory=threading.Event)
    _share_ends_s: float = math.inf
    _part_ends_s: float = math.inf

    def begin(self, objective: str, stage: int, stages: int) -> None:
        """Begin the search of one objective of several, with its share of the time that is left."""
        self.objective, self.stage, self.stages = objective, stage, stages
        self.best = self.bound = None
        self._share_ends_s = math.inf
        if stage < stages:
            self._share_ends_s = self.elapsed_s + self.left_s / (stages - stage + 1)

    def stop(self) -> None:
        """Ask the search to end and keep its best plan."""
        self._stop.set()

    @contextmanager
    def part(self, frac: float) -> Iterator[None]:
        """Allow what is done inside no more than a part of the time that is left; may be nested."""
        before = self._part_ends_s
        self._part_ends_s = self.elapsed_s + frac * self.left_s
        try:
            yield
        finally:
            self._part_ends_s = before

    @property
    def elapsed_s(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.started

    @property
    def left_s(self) -> float:
        """Seconds until the time limit or, with a plan, the end of this search's share; at least 0."""
        share_ends_s = self._share_ends_s if self.plans else math.inf
        limit = min(self.time_limit_s, self._part_ends_s, share_ends_s)
        return max(0.0, limit - self.elapsed_s)

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop or the time is over."""
        return self._stop.is_set() or self.left_s == 0.0

    @property
    def over(self) -> bool:
        """Whether somebody asked to stop or no time is left for anything."""
        return self._stop.is_set() or self.elapsed_s >= self.time_limit_s

    @property
    def interrupted(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    @property
    def gap(self) -> float:
        """Relative distance of bound and best plan; infinite while either is missing."""
        return relative_gap(self.best, self.bound)


def relative_gap(best: float | None, bound: float | None) -> float:
    """`|best − bound| / |best|`; infinite while either is missing.

    >>> relative_gap(200.0, 199.0)
    0.005
    """
    if best is None or bound is None or not math.isfinite(best) or not math.isfinite(bound):
        return math.inf
    return 0.0 if best == bound else abs(best - bound) / max(abs(best), 1e-9)


def run_watched(
    search: Callable[[], T], watch: Watch, show: Callable[[Watch], None] | None = None
) -> T:
    """Run `search` in a thread of its own while this one keeps the clock and listens for Ctrl-C.

    HiGHS holds a thread for seconds at a time, so the display and the first Ctrl-C (stop and keep
    the best plan) must live in another. A second Ctrl-C raises KeyboardInterrupt at once.
    """
    result: list[T] = []
    failure: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            result.append(search())
        except BaseException as error:
            failure.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=work, daemon=True)
    with _first_interrupt_stops(watch):
        thread.start()
        while not done.wait(0.1):
            if show:
                show(watch)
    if show:
        show(watch)
    if failure:
        raise failure[0]
    return result[0]


@contextmanager
def _first_interrupt_stops(watch: Watch) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(signum: int, frame: Any) -> None:
        if watch.interrupted:
            raise KeyboardInterrupt
        watch.stop()

    before = signal.signal(signal.SIGINT, handle)
    if asked():
        watch.stop()  # it came just before
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
