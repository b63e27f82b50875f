"""Same in, same out: two runs on one machine differ in nothing but the time they took."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import dcplan
from dcplan.plan import fingerprint
from trust.program import PROGRAM

SCENARIO = Path(__file__).parents[2] / "examples" / "own-library" / "scenario.yaml"


def solve(folder: Path, threads: int, hash_seed: str) -> dict[str, bytes]:
    """Solve in a process of its own, whose sets have an order of their own; its files' bytes."""
    folder.mkdir()
    words = [
        "solve",
        str(SCENARIO),
        "--threads",
        str(threads),
        "--seed",
        "7",
        "--gap",
        "1e-3",
        "--quiet",
    ]
    words += ["-o", str(folder / "plan"), "--model-out", str(folder / "model.mps")]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run([*PROGRAM, *words], check=True, env=environment)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(paths)}


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    """**Proves** that model file and plan folder follow from scenario, seed and threads alone, with two
    threads; `python -m tests.trust same` tries one as well.

    **Sensitivity** a set that is walked through, a clock that steers the search, a date in a file.
    """
    one = solve(tmp_path / "one", 2, "1")
    two = solve(tmp_path / "two", 2, "2")
    times = [json.loads(files.pop("plan/run.json")) for files in (one, two)]
    assert all(set(time) == {"solve_seconds"} for time in times)
    assert set(one) == set(two)
    assert [name for name in one if one[name] != two[name]] == []
    plans = [dcplan.Plan.load(tmp_path / name / "plan").record for name in ("one", "two")]
    assert fingerprint(plans[0]) == fingerprint(plans[1])
