"""A command over a bent input, run in this process, and whether it ended as it must."""

from __future__ import annotations

import os
import shutil
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

from typer.testing import CliRunner

from dcplan.cli import app

LIMIT_S = 20
_ALLOWED = {"check": {0, 2, 3}, "audit": {0, 2, 6}, "solve": {0, 2, 3, 4, 5, 6}}


class Hang(BaseException):
    """The time of a case is over."""


@dataclass(frozen=True)
class Found:
    """How a command ended; `failure` is empty when it ended as it must."""

    code: int
    seconds: float
    failure: str = ""


def judged(folder: Path, words: list[str]) -> Found:
    """Run a command and hold what it did against what every command promises."""
    there = _names(folder)
    started = time.monotonic()
    try:
        with _at_most(LIMIT_S):
            result = CliRunner().invoke(app, words)
    except Hang as hang:
        return Found(-1, LIMIT_S, f"{words[0]}: hangs{_where(hang)}")
    took = time.monotonic() - started
    new = _names(folder) - there
    failure = _failure(words[0], result, new)
    for name in sorted(new):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return Found(result.exit_code, took, failure)


def _failure(command: str, result: Any, new: set[str]) -> str:
    error, code = result.exception, result.exit_code
    if isinstance(error, Hang):
        return f"{command}: hangs{_where(error)}"
    if error is not None and not isinstance(error, SystemExit):
        told = " ".join(f"{type(error).__name__}: {error}".split())[:100]
        return f"{command}: {told}{_where(error)}"
    if code not in _ALLOWED.get(command, {0, 2}):
        return f"{command}: exit code {code}"
    if any(category(letter) == "Cc" and letter != "\n" for letter in result.stderr + result.stdout):
        return f"{command}: a control character is printed"
    lines = result.stderr.splitlines()
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

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
