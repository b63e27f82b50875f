"""Faults at random moments of a solve and of a study, and what is on the disk afterwards."""

from __future__ import annotations

import random
import shutil
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

from . import fault_solve, fault_study
from .fault_tools import Outcome, make_desk, may_mount
from .parts import Part, Result

TRIES = 200
STUDIES = 24
"""Of the tries; each of these is resumed to its end."""
TEXT = f"""
{TRIES} times a solve or a study of a small scenario is hurt at a random moment, from the first line that is
read to the last file that is saved: `kill` (SIGKILL), `int` (Ctrl-C once), `int twice`, `term` (SIGTERM),
`kill worker` (of a study), `full disk` (a file system of random size), `file size` (a limit on every file,
as a quota is), `read-only` (the file system becomes so), `time limit`. Before half of the solves a plan
stands under the name. Afterwards:

- what has the plan's name is whole and passes the audit, or nothing has it;
- a plan that stood is still there, as it was or replaced by a whole one; cut off between the two renames it
  stands beside the place as `.NAME.before`, which the next command says;
- the exit code is one of the documented ones, and no traceback is shown;
- of a study every plan folder passes the audit, no worker is left, and the same command resumes it to its
  end without touching what was finished.
"""


def run(folder: Path, tries: int = TRIES, studies: int = STUDIES, seed: int = 0) -> Result:
    """Hurt solves and studies; `folder` must be empty."""
    draw = random.Random(seed)
    desk = make_desk(folder)
    if studies:
        desk = replace(desk, study_seconds=fault_study.seconds(folder))
    mounts = may_mount(folder)
    found = [fault_solve.hurt(desk, draw, mounts) for _ in range(tries - studies)]
    found += [fault_study.hurt(desk, draw, mounts) for _ in range(studies)]
    rows = _rows(found)
    said = "" if mounts else "Full disk and read-only were not tried: this user may not mount."
    wrong = [f"{o.what}, {o.kind}: {o.failure}" for o in found if o.failure]
    head = ("hurt", "fault", "times", "in phase", "exit codes", "left behind")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return Result(head, rows, wrong, said)


def _rows(found: list[Outcome]) -> list[tuple[str, ...]]:
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in found:
        groups[outcome.what, outcome.kind].append(outcome)
    return [
        (
            *key,
            str(len(group)),
            _counts(o.phase for o in group),
            _counts(str(o.code) for o in group),
            _counts(o.left for o in group),
        )
        for key, group in sorted(groups.items())
    ]


def _counts(words: object) -> str:
    counted = Counter(words)  # type: ignore[call-overload]
    return ", ".join(f"{word} {count}" for word, count in counted.most_common())


PART = Part("faults", "Faults", TEXT, run)
