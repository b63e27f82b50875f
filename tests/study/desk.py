"""Study files over tests/tiny, and their runs solved in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dcplan.study import State, conduct, read_study
from dcplan.study.perform import perform

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "tiny" / "scenario.yaml"

ONE: dict[str, Any] = {
    "years": "[2027]",
    "money.discount_rate": 0,
    "target.training_eflops": 7.96,
    "limits": "null",
    "chips.only": "[red_old]",
    "power.offer": "[grid]",
    "sites.forbid": "[beta, gamma]",
}
"""As in the chapter proofs: 50 kchips in 60 MW of air-cooled halls at alpha, 346.654 MUSD."""
TWO = {**ONE, "sites.forbid": "[gamma]"}
THREE = {name: value for name, value in ONE.items() if name != "sites.forbid"}


def write(folder: Path, kind: dict[str, Any], base: dict[str, Any] = ONE, **more: Any) -> Path:
    """A study file; YAML takes JSON."""
    data = {"name": "tiny", "scenario": str(TINY), "set": base, **kind, **more}
    path = folder / "study.yaml"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def solve(file: Path, folder: Path) -> State:
    """Conduct a study without worker processes."""
    return conduct(read_study(file), folder, lambda tasks, look: (perform(t) for t in tasks))
