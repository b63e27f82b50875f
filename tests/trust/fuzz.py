"""Hostile input: scenarios, settings, libraries and plan folders bent at random."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from pathlib import Path

from . import fuzz_desk, fuzz_judge
from .parts import Part, Result

CASES = 50_000
SECONDS = 900.0
TEXT = f"""
A scenario, a list of `--set`, a library file or a file of a plan folder is bent by one to three changes:
keys deleted, doubled, misspelt or moved; values of another type, NaN, infinite, huge, of another unit; texts
with HTML, formulas, control characters, paths out of the folder; columns swapped, rows cut; bytes lost, in
another encoding, with NUL, BOM or CRLF; YAML that is small and means something huge; files of 100 MB. The
command then runs in the same process, at most {fuzz_judge.LIMIT_S} s. It must end with a documented exit code,
tell each problem in a line that begins with its place, send no control character to the terminal, and leave no
file behind unless it succeeds. Refused means exit code 2.
"""


def run(folder: Path, cases: int = CASES, seconds: float = SECONDS, seed: int = 0) -> Result:
    """Try so many cases, or as many as the seconds allow; `folder` must be empty."""
    desk = fuzz_desk.make_desk(folder)
    started, tried = time.monotonic(), 0
    codes: dict[str, Counter[int]] = {kind: Counter() for kind in fuzz_desk.KINDS}
    slowest: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    for what, words in fuzz_desk.huge(desk):
        found = fuzz_judge.judged(desk.folder, words)
        codes["huge file"][found.code] += 1
        if found.failure:
            wrong.setdefault(found.failure, what)
    while tried < cases and time.monotonic() - started < seconds:
        draw = random.Random(f"{seed}/{tried}")
        kind, found = fuzz_desk.one(desk, draw)
        codes[kind][found.code] += 1
        slowest[kind] = max(slowest[kind], round(found.seconds * 1e3))
        if found.failure:
            wrong.setdefault(found.failure, f"{seed}/{tried} {kind}")
        tried += 1
    rows = [
        (
            kind,
            f"{sum(count.values()):,}",
            f"{count[2]:,}",
            ", ".join(f"{code}: {n:,}" for code, n in sorted(count.items()) if code != 2),
            f"{slowest[kind] / 1e3:.1f}" if slowest[kind] else "",
        )
        for kind, count in codes.items()
    ]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    said = f"{sum(sum(c.values()) for c in codes.values()):,} cases, seed {seed}."
    failures = [f"{place}: {failure}" for failure, place in wrong.items()]
    return Result(
        ("bent", "cases", "refused", "other exit codes", "slowest, s"), rows, failures, said
    )


PART = Part("fuzz", "Hostile input", TEXT, run)
