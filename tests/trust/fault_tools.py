"""A small scenario on a desk, a command as a forked process, and file systems of a size."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dcplan.solve  # noqa: F401
from dcplan.api import Plan
from dcplan.errors import InputError

from .parts import EXAMPLES
from .program import become, command

SCENARIO = """\
name: Small
library: {grid: ./grid, sites: ./sites}
buyer: {channels: [merchant], supply_frac: 0.02}
years: [2027, 2028]
workload: {preset: moe-2t}
target: {training_eflops: {2027: 60, 2028: 120}}
limits: {power_gw: 0.2}
sites: {min_mw: 20, max_mw: 200}
objective: tco
solver: {gap: 1e-3, time_limit_s: 60, threads: 1}
"""
STUDY = """\
name: Small sweep
scenario: ./small.yaml
sweep: {limits.pue: [1.1, 1.12, 1.15]}
"""
_PHASE = re.compile(r"^\d[\d.]* (?:s|min\S*)(?: \d+ s)?  ([a-z][a-z ]+)", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What one fault did; `failure` is empty when all that must hold held."""

    what: str
    kind: str
    phase: str
    code: int
    left: str
    failure: str = ""


@dataclass(frozen=True)
class Desk:
    """A folder with small.yaml, study.yaml and their library, a plan, and how long both take."""

    folder: Path
    plan: Path
    seconds: float
    study_seconds: float = 0.0


def make_desk(folder: Path) -> Desk:
    """Fill an empty folder, and solve the scenario once."""
    for kind in ("grid", "sites"):
        shutil.copytree(EXAMPLES / "own-library" / kind, folder / kind)
    (folder / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    started = time.monotonic()
    child = Child(["solve", "small.yaml", "-o", "first"], folder)
    if child.wait(300) != 0:
        raise RuntimeError(child.said())
    return Desk(folder, folder / "first", time.monotonic() - started)


class Child:
    """`dcplan` with some arguments in a forked process: all is imported already."""

    def __init__(
        self, words: list[str], folder: Path, prepare: Callable[[], object] = lambda: None
    ) -> None:
        # a pipe, since a limit on files would hold for a log too; what is told fits into it
        self._read, write = os.pipe()
        self._text = ""
        self.code: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            become(lambda: (prepare(), command(words)), folder, write)
        os.close(write)

    def signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        """The exit code; of one that a signal ended, less that signal's number."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def wait(self, seconds: float) -> int | None:
        """The exit code, None if it still runs after `seconds`."""
        until = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        return self.code

    def said(self) -> str:
        """What it printed on both streams; once it has ended."""
        if self._read >= 0:
            with os.fdopen(self._read, encoding="utf-8", errors="replace") as stream:
                self._text, self._read = stream.read(), -1
        return self._text

    def phase(self) -> str:
        """The last phase of the search that it told."""
        told = _PHASE.findall(self.said())
        return str(told[-1]).strip() if told else "before the search"


def whole(folder: Path) -> str:
    """'' for a plan that loads and passes the audit, else what is wrong with it."""
    try:
        found = Plan.load(folder).audit()
    except InputError as error:
        return str(error).splitlines()[0]
    return "" if found.passed else "its audit fails"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def may_mount(folder: Path) -> bool:
    """Whether this user may make file systems."""
    try:
        with disk(folder / "probe", 100):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def disk(place: Path, kilobytes: int) -> Iterator[Path]:
    """A file system in memory of that size."""
    place.mkdir()
    mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, capture_output=True)
        place.rmdir()


def mount(*words: str) -> None:
    """Run mount."""
    subprocess.run(["mount", *words], check=True, capture_output=True)
