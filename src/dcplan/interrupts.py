"""Ctrl-C where something must come to its end: a plan that was found is audited, saved and told.

A search listens by itself and keeps its best plan (`dcplan.solve.watch`). What follows takes seconds and
is done first: the first Ctrl-C waits for it, the second raises KeyboardInterrupt at once.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_state = {"active": False, "asked": False}
"""Signals are of the process, and so is this."""


@contextmanager
def deferred() -> Iterator[None]:
    """Let what is inside come to its end; `asked` tells it of a Ctrl-C that waits.

    At the end that Ctrl-C is done with: all that it could have stopped has ended. Inside another one, or
    in a thread that gets no signals, it changes nothing.
    """
    if _state["active"] or threading.current_thread() is not threading.main_thread():
        yield
        return
    _state.update(active=True, asked=False)
    before = signal.signal(signal.SIGINT, _wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        _state.update(active=False, asked=False)


def asked() -> bool:
    """Whether a Ctrl-C waits; a search that begins now is not worth beginning."""
    return _state["asked"]


def _wait(signum: int, frame: FrameType | None) -> None:
    if _state["asked"]:
        raise KeyboardInterrupt
    _state["asked"] = True
