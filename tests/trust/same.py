"""Same in, same out, on every small example."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from .parts import Part, Result, name_of, small_examples
from .program import PROGRAM

TEXT = """
Each example is solved twice with one seed, in processes of their own whose sets are ordered differently,
with one thread and with two. Model file and plan folder must be equal byte for byte; `run.json`, which holds
the seconds, must be all that differs. A run that the clock ended is left out: it may differ.
"""


def run(folder: Path) -> Result:
    rows, failures = [], []
    for path in small_examples():
        for threads in (1, 2):
            name = f"{name_of(path)}-{threads}"
            one, two = (_solve(path, threads, h, folder / f"{name}-{h}") for h in (1, 2))
            stopped = b'"status": "stopped"' in one["plan/plan.json"] + two["plan/plan.json"]
            told = sorted(k for k in {*one, *two} if one.get(k) != two.get(k))
            wrong = [k for k in told if not k.endswith("/run.json")]
            word = "the clock ended it" if stopped else "equal" if not wrong else ", ".join(wrong)
            rows.append((name_of(path), str(threads), str(len(one)), word))
            if wrong and not stopped:
                failures.append(f"{name}: {', '.join(wrong)}")
    return Result(("example", "threads", "files", "but for run.json"), rows, failures)


def _solve(path: Path, threads: int, hash_seed: int, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    words = ["solve", str(path), "--threads", str(threads), "--quiet", "--time-limit", "600"]
    words += ["-o", str(folder / "plan"), "--model-out", str(folder / "model.mps")]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    done = subprocess.run([*PROGRAM, *words], env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 4):
        raise RuntimeError(f"{path}: {json.dumps(done.stderr[-500:])}")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


PART = Part("same", "Same in, same out", TEXT, run)
