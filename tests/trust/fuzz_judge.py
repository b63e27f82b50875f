"""A command over a bent input, run in this process, and whether it ended as it must."""

from __future__ import annotations

import io
import os
import shutil
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

import typer

from dcplan.cli import app

LIMIT_S = 20
"""Processor seconds of a case; by the clock a hundred times as many, since a busy machine is no hang."""
_COMMANDS = typer.main.get_command(app)
"""Made once: to make it again takes as long as to refuse a file."""
_ALLOWED = {"check": {0, 2, 3}, "audit": {0, 2, 6}, "solve": {0, 2, 3, 4, 5, 6}}


class Hang(BaseException):
    """The time of a case is over."""


@dataclass(frozen=True)
class Found:
    """How a command ended; `failure` is empty when it ended as it must."""

    code: int
    seconds: float
    failure: str = ""


@dataclass(frozen=True)
class _Ended:
    """What a command printed on both streams, its exit code, and what it raised instead of one."""

    out: str
    err: str
    code: int = 0
    error: BaseException | None = None


def judged(folder: Path, words: list[str]) -> Found:
    """Run a command and hold what it did against what every command promises."""
    there = _names(folder)
    started = time.process_time()
    try:
        with _at_most(LIMIT_S):
            ended = _run(words)
    except Hang as hang:
        ended = _Ended("", "", -1, hang)
    took = time.process_time() - started
    new = _names(folder) - there
    failure = _failure(words[0], ended, new)
    for name in sorted(new):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return Found(ended.code, took, failure)


def _run(words: list[str]) -> _Ended:
    """Run a command as a process of its own would, with streams as of a terminal without colours."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    code, fault = 0, None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            # colour: else escape codes would be taken out of what is printed, as for a pipe
            _COMMANDS.main(words, "dcplan", color=True)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except Exception as error:
            code, fault = 1, error
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
    return _Ended(told[0], told[1], code, fault)


def _failure(command: str, ended: _Ended, new: set[str]) -> str:
    error, code = ended.error, ended.code
    if isinstance(error, Hang):
        return f"{command}: hangs{_where(error)}"
    if error is not None:
        told = " ".join(f"{type(error).__name__}: {error}".split())[:100]
        return f"{command}: {told}{_where(error)}"
    if code not in _ALLOWED.get(command, {0, 2}):
        return f"{command}: exit code {code}"
    if any(category(letter) == "Cc" and letter != "\n" for letter in ended.err + ended.out):
        return f"{command}: a control character is printed"
    lines = ended.err.splitlines()
    if any("Warning: " in line for line in lines):
        return f"{command}: a warning of Python: {lines[:1]!r}"[:300]
    if code == 2 and (not lines or any(": " not in line for line in lines)):
        return f"{command}: a message without its place: {lines[:2]!r}"[:300]
    if any(len(line) > 2_000 for line in lines):
        return f"{command}: a message of {max(map(len, lines))} letters"
    if new and code in (2, 3, 5):
        return f"{command}: exit code {code} leaves {sorted(new)[:3]}"
    return ""


def _where(error: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/dcplan/" in f.filename]
    return f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _names(folder: Path) -> set[str]:
    return {name.name for name in os.scandir(folder)}


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def over(number: int, frame: object) -> None:
        raise Hang

    timers = ((signal.ITIMER_PROF, signal.SIGPROF, 1), (signal.ITIMER_REAL, signal.SIGALRM, 100))
    before = [signal.signal(number, over) for _, number, _ in timers]
    for timer, _, times in timers:
        signal.setitimer(timer, times * seconds)
    try:
        yield
    finally:
        for (timer, number, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
