"""Faults put into the model on purpose, and the proofs that notice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .mutant_list import MUTANTS, Mutant
from .parts import ROOT, Part, Result, spread

BATCH = 5
SECONDS = 7_200.0
WORKERS = 2
TEXT = """
Each mutant is one fault in one line of a copy of the model or of the case it is written from: a row dropped
or turned round, a year forgotten, a cost lost, a unit or a sign wrong. The proofs on cases solved by hand of
its chapter run over it, then the audits of some twenty solved plans, up to the first test that fails. The
snapshots of the rows are left out: they notice any change, right or wrong. A mutant that no
test fails has survived, unless other rows of the model say what it leaves out: it is then the same model,
and is not counted.
"""
_FIRST = {
    "sites": ("model_proofs", "brown_proofs"),
    "chips": ("model_chips", "model_proofs", "brown_proofs"),
    "fibre": ("network_proofs", "model_proofs", "brown_proofs"),
    "links": ("model_proofs", "brown_proofs"),
    "halls": ("model_proofs", "brown_proofs"),
    "grid": ("power_proofs",),
    "power": ("power_proofs", "model_proofs", "money_proofs"),
    "training": ("training_proofs", "model_proofs", "power_proofs"),
    "domains": ("training_proofs",),
    "resilience": ("model_footprint",),
    "carbon": ("model_footprint",),
    "money": ("money_proofs", "model_proofs"),
    "futures": ("futures_proofs",),
}
_LAST = "tests/audit/test_audit.py::test_a_solved_plan_keeps_every_promise"


@dataclass(frozen=True)
class _Batch:
    """Mutants that one process tries, unless the clock (monotonic) says otherwise."""

    folder: Path
    mutants: Sequence[Mutant]
    until_s: float


def run(
    folder: Path,
    mutants: Sequence[Mutant] = MUTANTS,
    seconds: float = SECONDS,
    workers: int = WORKERS,
) -> Result:
    """Try mutants, one of each file in turn, as many as the seconds allow; `folder` must be empty."""
    until, ordered = time.monotonic() + seconds, _in_turn(mutants)
    batches = [
        _Batch(folder / str(first), ordered[first : first + BATCH], until)
        for first in range(0, len(ordered), BATCH)
    ]
    rows = []
    for batch, killers in zip(batches, spread(_noticed, batches, workers), strict=True):
        rows += [
            (m.chapter, m.fault, killer or (f"the same model: {m.same}" if m.same else "survived"))
            for m, killer in zip(batch.mutants if killers else (), killers, strict=True)
        ]
    wrong = [f"{chapter}: {fault} survived" for chapter, fault, by in rows if by == "survived"]
    said = f"{len(rows)} of {len(mutants)} mutants tried. {_score(rows)}"
    return Result(("file", "fault", "noticed by"), sorted(rows), wrong, said)


def _in_turn(mutants: Sequence[Mutant]) -> list[Mutant]:
    """One mutant of each file, then the second of each, and so on."""
    nth: Counter[str] = Counter()
    turns = []
    for mutant in mutants:
        turns.append((nth[mutant.chapter], mutant))
        nth[mutant.chapter] += 1
    return [mutant for _, mutant in sorted(turns, key=lambda turn: turn[0])]


def _noticed(batch: _Batch) -> list[str]:
    """The test that fails first for each mutant, '' where none does; nothing once the time is over."""
    if time.monotonic() >= batch.until_s:
        return []
    folder = batch.folder
    tries = [(str(_mutated(folder / str(n), m)), _tests(m)) for n, m in enumerate(batch.mutants)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.mutant_run"],
        input=json.dumps({"tries": tries}),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    shutil.rmtree(folder)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _score(rows: Sequence[tuple[str, str, str]]) -> str:
    real = [(chapter, by) for chapter, _, by in rows if not by.startswith("the same model")]
    tried = Counter(chapter for chapter, _ in real)
    killed = Counter(chapter for chapter, by in real if by != "survived")
    parts = [f"{chapter} {killed[chapter]} of {count}" for chapter, count in tried.items()]
    return f"{sum(killed.values())} of {len(real)} noticed: {', '.join(parts)}."


def _tests(mutant: Mutant) -> list[str]:
    proofs = _FIRST.get(mutant.chapter.split("/")[-1], ("model_proofs",))
    return [*(f"tests/model/test_{name}.py" for name in proofs), _LAST]


def _mutated(folder: Path, mutant: Mutant) -> Path:
    """A copy of the source with the fault in it; the data that ships stands where it is looked for."""
    source = folder / "src"
    shutil.copytree(ROOT / "src", source)
    for name in ("models", "data"):
        (folder / name).symlink_to(ROOT / name)
    path = source / "dcplan" / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.before) != 1:
        raise RuntimeError(f"{mutant.file} does not hold {mutant.before!r} once")
    path.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
    return source


PART = Part("mutants", "Faults in the model", TEXT, run)
