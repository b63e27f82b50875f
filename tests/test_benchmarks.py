"""The benchmarks in little; whole they run by `python -m benchmarks`."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from benchmarks import page, table
from benchmarks.cases import CASES, GW1, GW10, ROOT, Case, Sites
from benchmarks.made import settings_of, sites

import dcplan

SHOWN = page.read_all()


def small(case: Case) -> Case:
    """With 20 places in place of more, which take seconds to load."""
    if case.scenario not in (GW1, GW10):
        return case
    return replace(case, sites=replace(case.sites or Sites(20), counties=20))


def distinct() -> list[Case]:
    """Those that differ in more than gap and number of places."""
    found = {(c.scenario, c.settings, c.chips, small(c).sites): c for c in CASES}
    return list(found.values())


@pytest.mark.parametrize("case", distinct(), ids=lambda case: f"{case.group}: {case.name}")
def test_cases_are_valid(case: Case, tmp_path: Path) -> None:
    """Proves that no case ends a long run because its settings or its library are refused."""
    settings = [*settings_of(small(case), tmp_path), *case.settings]
    brief = dcplan.load(ROOT / case.scenario, settings)
    if case.axis == "years":
        assert len(brief.case.years) == case.size
    if case.axis == "chips":
        assert len(brief.case.chips.sold) == case.size


def test_fewer_places_are_a_part_of_more() -> None:
    few, more = sites(Sites(5)), sites(Sites(9, copies=2))
    assert [row["site"] for row in few] == [row["site"] for row in more[::2]][:5]
    assert len({row["site"] for row in more}) == 18
    assert all(len(sites(c.sites)) == c.size for c in CASES if c.sites and c.axis == "sites")


def test_page_is_that_of_the_results() -> None:
    """Proves it; when it fails, run `python -m benchmarks.page`."""
    text = page.PAGE.read_text(encoding="utf-8")
    assert SHOWN and text == page.written(text, SHOWN)
    assert not [line for one in SHOWN for line in table.disagreements(one)]


def test_results_name_no_machine() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in page.files())
    assert str(ROOT) not in text and "/tmp" not in text
    assert all({"processor", "cores", "memory_gb"} <= set(one["machine"]) for one in SHOWN)


def test_solvers_agree(tmp_path: Path) -> None:
    """Proves that all find the same on the smallest case, within the gaps, each in its own process."""
    out = tmp_path / "results.json"
    words = ["--groups", "small", "--only", "^tiny", "--limit", "20", "-o", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words], cwd=ROOT, capture_output=True, text=True
    )
    results = json.loads(out.read_text(encoding="utf-8"))
    (case,) = results["cases"]
    runs = {run["solver"]: run for run in case["runs"]}
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(runs) == {"dcplan", "HiGHS"} | ({"SCIP"} if find_spec("pyscipopt") else set())
    for run in runs.values():
        assert run["status"] == "optimal" and table.reached(run, case["gap"])
        assert run["objective"] == pytest.approx(
            runs["dcplan"]["objective"], rel=2 * case["gap"] + 1e-6
        )
        assert run["peak_mb"] > 10


def test_ranges_that_do_not_meet_are_told() -> None:
    """Proves that a bound beyond another's plan is seen, and one in the plan's rounding is not."""

    def told(bound: float) -> list[str]:
        ours = {"solver": "dcplan", "status": "optimal", "objective": 100.0, "bound": 99.9}
        other = {"solver": "SCIP", "status": "stopped", "objective": None, "bound": bound}
        case = {"group": "g", "name": "n", "runs": [ours, other]}
        return table.disagreements({"cases": [case]})

    assert not told(100.00005)
    assert told(100.1) == ["g, n: SCIP and dcplan do not agree"]
