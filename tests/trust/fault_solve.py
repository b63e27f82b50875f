"""One solve, hurt."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import time
from contextlib import ExitStack
from pathlib import Path

from dcplan.plan.folder import before

from .fault_tools import Child, Desk, Outcome, contents, disk, mount, whole

SIGNALS = {"kill": (9,), "int": (2,), "int twice": (2, 2), "term": (15,)}
KINDS = (*SIGNALS, "time limit", "file size", "full disk", "read-only")
CODES = {
    "kill": {0, -9},
    "int": {0, 4, 5, 130},
    "int twice": {0, 4, 5, 130},
    "term": {0, -15, 143},
    "time limit": {0, 4, 5},
    "file size": {0, 2},
    "full disk": {0, 2},
    "read-only": {0, 2},
}
LONGEST_S = 120.0


def hurt(desk: Desk, draw: random.Random, mounts: bool) -> Outcome:
    """Solve with a fault at a random moment, and look at what is left."""
    kind = draw.choice(KINDS if mounts else KINDS[:-2])
    stood = draw.random() < 0.5
    with ExitStack() as stack:
        place = _place(desk, kind, draw, stack)
        target = place / "plan"
        if stood:
            shutil.copytree(desk.plan, target)
        if kind == "full disk":
            _fill(place, draw)
        child = _start(desk, kind, draw, target)
        _strike(desk, kind, draw, child, place)
        code = child.wait(LONGEST_S)
        left, failure = _look(desk, target, stood)
        if code is None:
            child.signal(signal.SIGKILL)
            failure = f"still ran after {LONGEST_S:.0f} s"
        elif code not in CODES[kind]:
            failure = failure or f"exit code {code}: {child.said()[-200:]!r}"
        elif "Traceback" in child.said() or "a fault of dcplan" in child.said():
            failure = failure or f"it told of a fault: {child.said()[-200:]!r}"
        elif kind == "int" and code == 130 and child.phase() != "before the search":
            failure = failure or f"one Ctrl-C ends it {child.phase()}"
        elif code in (0, 4) and left != "a new plan":
            failure = failure or f"exit code {code}, and {left}"
        phase = child.phase()
    return Outcome("solve", kind, phase, -99 if code is None else code, left, failure)


def _place(desk: Desk, kind: str, draw: random.Random, stack: ExitStack) -> Path:
    place = desk.folder / f"place-{time.monotonic_ns()}"
    if kind in ("full disk", "read-only"):
        stack.enter_context(disk(place, 4000))
    else:
        place.mkdir()
        stack.callback(shutil.rmtree, place)
    return place


def _fill(place: Path, draw: random.Random) -> None:
    """Leave room for a part of what a plan takes, or for all of it."""
    left = os.statvfs(place).f_bavail * os.statvfs(place).f_bsize
    with (place / "filler").open("wb") as stream:
        stream.write(b"\0" * max(0, left - 1000 * draw.randint(5, 600)))


def _start(desk: Desk, kind: str, draw: random.Random, target: Path) -> Child:
    words = ["solve", "small.yaml", "-o", str(target)]
    if kind == "time limit":
        words += ["--time-limit", f"{draw.uniform(0.001, 0.3 * desk.seconds):.3f}"]
    if kind != "file size":
        return Child(words, desk.folder)
    size = int(10 ** draw.uniform(2, 6))
    return Child(
        words, desk.folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    )


def _strike(desk: Desk, kind: str, draw: random.Random, child: Child, place: Path) -> None:
    if kind in SIGNALS:
        child.wait(draw.uniform(0, 1.1 * desk.seconds))
        for number in SIGNALS[kind]:
            child.signal(number)
            child.wait(draw.uniform(0, 0.3))
    elif kind == "read-only":
        child.wait(draw.uniform(0, 1.1 * desk.seconds))
        mount("-o", "remount,ro", str(place))


def _look(desk: Desk, target: Path, stood: bool) -> tuple[str, str]:
    """What is left in words, and what is wrong with it."""
    aside = before(target)
    old = contents(desk.plan) if stood else {}
    if not target.exists():
        if not stood:
            return "nothing", ""
        kept = aside.is_dir() and contents(aside) == old
        return "the plan before, aside", "" if kept else "the plan that stood is lost"
    if wrong := whole(target):
        return "a broken plan", wrong
    return ("the plan before" if contents(target) == old else "a new plan"), ""
