"""A case run by each solver, each in a process of its own, with its seconds and peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import steiner
from .cases import ROOT, Case
from .machine import busy_seconds
from .made import settings_of

TIMES = 20
"""Other solvers may take so many times the seconds of dcplan."""
GRACE_S = 60.0
"""What a process may take beyond its limit, to import, read and stop, before it is ended."""
LIBRARY_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Rules:
    """What holds for every run."""

    limit_s: float = 120.0
    """Longest search of any solver."""
    least_s: float = 10.0
    """Least that other solvers get."""
    threads: int = 1
    seed: int = 0
    solvers: tuple[str, ...] = ("HiGHS", "SCIP")


def measured(case: Case, rules: Rules) -> dict[str, Any]:
    """The case with what each solver found on it."""
    told: dict[str, Any] = {"group": case.group, "name": case.name, "scenario": case.scenario}
    told |= {"settings": list(case.settings), "axis": case.axis, "size": case.size}
    if case.sites is not None:
        told["made"] = {"counties": asdict(case.sites)}
    elif case.chips is not None:
        told["made"] = {"chips": case.chips}
    with tempfile.TemporaryDirectory() as name:
        runs = list(_runs(case, rules, Path(name)))
    if case.optimum is not None:
        told |= {"scenario": Path(case.scenario).name, "optimum": case.optimum}
        told["length"] = _length(case, runs[0])
    return {**told, "gap": runs[0].get("gap_asked"), "runs": runs}


def _length(case: Case, run: Mapping[str, Any]) -> float | None:
    """Length of the tree that dcplan lights, in the unit of its file."""
    km = run.get("fibre_km")
    return None if km is None else km / steiner.read(Path(case.scenario)).km_per_unit


def _runs(case: Case, rules: Rules, folder: Path) -> Iterator[dict[str, Any]]:
    task = _task(case, rules, folder)
    if case.before is not None:
        first = {**task, "settings": list(case.before), "save": str(folder / "plan")}
        run(first, rules)
        yield run(task, rules)
        again = run({**task, "start": str(folder / "plan")}, rules)
        yield {**again, "solver": "dcplan, from a plan"}
        return
    ours = run(task, rules)
    yield ours
    model = str(folder / "model.mps")
    asked = {**task, "model": model, "gap": ours.get("gap_asked")}
    if asked["gap"] is None or run({**asked, "solver": "write"}, rules)["status"] == "failed":
        return
    limit = min(rules.limit_s, max(rules.least_s, TIMES * ours["seconds"]))
    for solver in rules.solvers:
        yield run({**asked, "solver": solver, "limit_s": limit}, rules)


def _task(case: Case, rules: Rules, folder: Path) -> dict[str, Any]:
    if case.optimum is not None:
        place = folder / "steiner"
        place.mkdir()
        scenario = steiner.write(steiner.read(Path(case.scenario)), place, rules.limit_s)
        settings: list[str] = []
    else:
        scenario = ROOT / case.scenario
        settings = [*settings_of(case, folder), *case.settings]
    return {
        "solver": "dcplan",
        "scenario": str(scenario),
        "settings": settings,
        "gap": case.gap,
        "limit_s": rules.limit_s,
        "threads": rules.threads,
        "seed": rules.seed,
    }


def run(task: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """Do one task; seconds of the process, of its processor and of others', and peak memory in MB."""
    with tempfile.TemporaryDirectory() as name:
        told, answer, log = (Path(name) / part for part in ("task.json", "answer.json", "log"))
        told.write_text(json.dumps(task), encoding="utf-8")
        before, started = busy_seconds(), time.monotonic()
        # building and reading are outside the limit of a search
        longest_s = 2 * task["limit_s"] + GRACE_S
        code, usage, ended = _process([str(told), str(answer)], log, rules.threads, longest_s)
        wall_s, busy_s = time.monotonic() - started, busy_seconds() - before
        cpu_s = usage.ru_utime + usage.ru_stime
        found: dict[str, Any] = {"solver": task["solver"], "limit_s": task["limit_s"]}
        if ended:
            found |= {"status": "ended", "seconds": wall_s}
        elif code == 0:
            found |= json.loads(answer.read_text(encoding="utf-8"))
        else:
            why = log.read_text(encoding="utf-8").strip().splitlines()[-1:] or [f"exit code {code}"]
            # the name of the error alone: its text may hold a path of this machine
            found |= {"status": "failed", "seconds": wall_s, "why": why[0].partition(":")[0]}
    return {
        "status": "",
        **found,
        "process_seconds": wall_s,
        "processor_seconds": cpu_s,
        # ru_maxrss is in KiB on Linux
        "peak_mb": usage.ru_maxrss * 1024 / 1e6,
        "others_cores": max(0.0, busy_s - cpu_s) / wall_s,
    }


def _process(words: list[str], log: Path, threads: int, longest_s: float) -> tuple[int, Any, bool]:
    """Exit code and resource usage of a child, and whether it was ended since it took too long."""
    settings = {**os.environ, **dict.fromkeys(LIBRARY_THREADS, str(threads))}
    with log.open("wb") as stream:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child", *words],
            cwd=ROOT,
            env=settings,
            stdout=stream,
            stderr=stream,
        )
        until, ended = time.monotonic() + longest_s, False
        try:
            while True:
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                if pid:
                    break
                if not ended and time.monotonic() > until:
                    ended = True
                    child.kill()
                time.sleep(0.02)
        except BaseException:
            child.kill()
            raise
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage, ended
