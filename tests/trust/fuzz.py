"""Hostile input: scenarios, settings, libraries and plan folders bent at random."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from . import fuzz_desk, fuzz_judge
from .parts import Part, Result, spread

CASES = 50_000
SECONDS = 7_200.0
WORKERS = 2
_SLICE = 500
TEXT = f"""
A scenario, a list of `--set`, a library file or a file of a plan folder is bent by one to three changes:
keys deleted, doubled, misspelt or moved; values of another type, NaN, infinite, huge, of another unit; texts
with HTML, formulas, control characters, paths out of the folder; columns swapped, rows cut; bytes lost, in
another encoding, with NUL, BOM or CRLF; YAML that is small and means something huge; files of 100 MB. The
command then runs in the same process, at most {fuzz_judge.LIMIT_S} s of the processor. It must end with a
documented exit code, tell each problem in a line that begins with its place, send no control character to the
terminal, and leave no file behind unless it succeeds. Refused means exit code 2. A case is drawn from its
number alone, so that two processes share them.
"""


@dataclass
class Tally:
    """How cases ended: exit codes and the slowest of each kind, and the first place of each failure."""

    codes: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    slowest_ms: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    def note(self, kind: str, place: str, found: fuzz_judge.Found) -> None:
        """Count a case in."""
        self.codes[kind][found.code] += 1
        self.slowest_ms[kind] = max(self.slowest_ms[kind], round(1e3 * found.seconds))
        if found.failure:
            self.wrong.setdefault(found.failure, place)

    def add(self, other: Tally) -> None:
        """Count in what another process found."""
        for kind, codes in other.codes.items():
            self.codes[kind] += codes
        self.slowest_ms |= other.slowest_ms  # the greater of both
        self.wrong = {**other.wrong, **self.wrong}


@dataclass(frozen=True)
class _Slice:
    """Cases of one process: all of these numbers until the clock (monotonic) says so."""

    folder: Path
    seed: int
    numbers: Sequence[int]
    until_s: float


def run(
    folder: Path,
    cases: int = CASES,
    seconds: float = SECONDS,
    seed: int = 0,
    workers: int = WORKERS,
) -> Result:
    """Try so many cases, or as many as the seconds allow; `folder` must be empty."""
    until = time.monotonic() + seconds
    slices = [
        _Slice(folder, seed, range(first, min(first + _SLICE, cases)), until)
        for first in range(0, cases, _SLICE)
    ]
    found = Tally()
    for tally in spread(_tried, slices, workers):
        found.add(tally)
    _huge(found, _desk(folder))
    _desk.cache_clear()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(kind, found) for kind in fuzz_desk.KINDS]
    said = f"{sum(sum(c.values()) for c in found.codes.values()):,} cases, seed {seed}."
    failures = [f"{place}: {failure}" for failure, place in found.wrong.items()]
    return Result(
        ("bent", "cases", "refused", "other exit codes", "slowest, s"), rows, failures, said
    )


def _tried(part: _Slice) -> Tally:
    desk, found = _desk(part.folder), Tally()
    for number in part.numbers:
        if time.monotonic() > part.until_s:
            break
        place = f"{part.seed}/{number}"
        kind, ended = fuzz_desk.one(desk, random.Random(place))
        found.note(kind, f"{place} {kind}", ended)
    return found


@cache
def _desk(folder: Path) -> fuzz_desk.Desk:
    """The desk of this process."""
    return fuzz_desk.make_desk(folder / str(os.getpid()))


def _huge(found: Tally, desk: fuzz_desk.Desk) -> None:
    for what, words in fuzz_desk.huge(desk):
        found.note("huge file", what, fuzz_judge.judged(desk.folder, words))


def _row(kind: str, found: Tally) -> tuple[str, ...]:
    count = found.codes[kind]
    others = (f"{code}: {n:,}" for code, n in sorted(count.items()) if code != 2)
    slowest = f"{found.slowest_ms[kind] / 1e3:.1f}"
    return kind, f"{sum(count.values()):,}", f"{count[2]:,}", ", ".join(others), slowest


PART = Part("fuzz", "Hostile input", TEXT, run)
