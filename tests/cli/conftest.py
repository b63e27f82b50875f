"""A small scenario in a folder of its own, and the command line run in that folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dcplan.cli import app

EXAMPLES = Path(__file__).parents[2] / "examples"
SCENARIO = """\
name: Small
library: {grid: ./grid, sites: ./sites}
buyer: {channels: [merchant], supply_frac: 0.02}
years: [2027, 2028]
workload: {preset: moe-2t}
target: {training_eflops: {2027: 60, 2028: 120}}
limits: {power_gw: 0.2}
sites: {min_mw: 20, max_mw: 200}
objective: tco
solver: {gap: 1e-3, time_limit_s: 60}
"""
Dcplan = Callable[..., Result]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with `small.yaml` and its library."""
    for kind in ("grid", "sites"):
        shutil.copytree(EXAMPLES / "own-library" / kind, tmp_path / kind)
    (tmp_path / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def dcplan(desk: Path) -> Dcplan:
    """Run a command in the working folder, in this process."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run
