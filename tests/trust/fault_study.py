"""One study, hurt and then resumed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

from .fault_tools import Desk, Outcome, contents, disk, mount, whole
from .program import PROGRAM

SIGNALS = {"kill": 9, "int": 2, "term": 15}
KINDS = (*SIGNALS, "kill worker", "time limit", "full disk", "read-only")
LONGEST_S = 240.0
RUNS = 3


def hurt(desk: Desk, draw: random.Random, mounts: bool) -> Outcome:
    """Run the study with a fault at a random moment, look, resume it, and look again."""
    kind = draw.choice(KINDS if mounts else KINDS[:-2])
    with ExitStack() as stack:
        place = desk.folder / f"place-{time.monotonic_ns()}"
        if kind in ("full disk", "read-only"):
            stack.enter_context(disk(place, draw.randint(100, 2500)))
        else:
            place.mkdir()
            stack.callback(shutil.rmtree, place)
        code, said = _run(desk, kind, draw, place)
        rows, failure = _look(place / "out")
        if "Traceback" in said or "a fault of dcplan" in said:
            failure = failure or f"it told of a fault: {said[-200:]!r}"
        if kind in ("full disk", "read-only"):
            mount("-o", "remount,rw,size=8000k", str(place))
        failure = failure or _resume(desk, place / "out", rows)
    return Outcome("study", kind, f"{len(rows)} of {RUNS} runs finished", code, "all runs", failure)


def seconds(folder: Path) -> float:
    """How long the study takes when nothing hurts it."""
    started = time.monotonic()
    subprocess.run(_command(folder / "whole study"), cwd=folder, check=True, capture_output=True)
    return time.monotonic() - started


def _command(place: Path, *more: str) -> list[str]:
    return [*PROGRAM, "study", "study.yaml", "-o", str(place), "--workers", "2", "--quiet", *more]


def _run(desk: Desk, kind: str, draw: random.Random, place: Path) -> tuple[int, str]:
    study = desk.folder / "study.yaml"
    whole_text = study.read_text(encoding="utf-8")
    if kind == "time limit":
        limit = f"set: {{solver.time_limit_s: {draw.uniform(0.01, 2 * desk.seconds):.3f}}}\n"
        study.write_text(whole_text + limit, encoding="utf-8")
    started = subprocess.Popen(
        _command(place / "out"),
        cwd=desk.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if kind != "time limit":
        _wait(started, draw.uniform(0, 1.1 * desk.study_seconds))
        _strike(kind, draw, started, place)
    try:
        _, said = started.communicate(timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        started.kill()
        said = f"a fault of dcplan: still ran after {LONGEST_S:.0f} s"
    study.write_text(whole_text, encoding="utf-8")
    until = time.monotonic() + 20
    while (left := _session(started.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    return started.returncode, said + (f" a fault of dcplan: workers are left: {left}" * bool(left))


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)


def _strike(kind: str, draw: random.Random, process: subprocess.Popen[str], place: Path) -> None:
    if kind in SIGNALS:
        if process.poll() is None:
            process.send_signal(SIGNALS[kind])
    elif kind == "kill worker":
        workers = [pid for pid in _session(process.pid) if pid != process.pid]
        if workers:
            try:
                os.kill(draw.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                return
    elif kind == "read-only":
        mount("-o", "remount,ro", str(place))


def _session(leader: int) -> list[int]:
    """Processes of a session that have not ended."""
    found = []
    for path in Path("/proc").iterdir():
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if path.name.isdigit() and int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(path.name))
    return found


def _look(out: Path) -> tuple[dict[str, bytes], str]:
    """Rows of the finished runs as bytes, and what is wrong."""
    rows: dict[str, bytes] = {}
    for path in sorted((out / "runs").glob("*.json")) if out.exists() else ():
        row = json.loads(path.read_bytes())
        plan = path.with_suffix("")
        rows[path.name] = path.read_bytes()
        if row["status"] in ("optimal", "stopped"):
            if wrong := whole(plan):
                return rows, f"a finished run has no whole plan: {wrong}"
            rows[path.name] += b"".join(contents(plan).values())
    for plan in (out / "runs").glob("[!.]*/"):
        if wrong := whole(plan):
            return rows, f"a plan folder is not whole: {wrong}"
    return rows, ""


def _resume(desk: Desk, out: Path, rows: dict[str, bytes]) -> str:
    done = subprocess.run(
        _command(out), cwd=desk.folder, capture_output=True, text=True, timeout=LONGEST_S
    )
    if done.returncode != 0:
        return f"resuming ends with {done.returncode}: {done.stderr[-200:]!r}"
    after, failure = _look(out)
    if failure:
        return f"after resuming {failure}"
    if [name for name in rows if after.get(name) != rows[name]]:
        return "resuming changed what was finished"
    optimal = [name for name in after if json.loads((out / "runs" / name).read_bytes())]
    return "" if len(optimal) >= RUNS else f"after resuming {len(optimal)} of {RUNS} runs"
