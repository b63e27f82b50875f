"""The slow parts in little; whole they run by `python -m tests.trust`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dcplan.model import BOOK
from trust import fuzz, infeasible, mutant_list, oracle, oracle_cases, parts, registry

TESTS = Path(__file__).parent


FEW = """
import sys
from pathlib import Path
from trust import faults
found = faults.run(Path(sys.argv[1]), tries=6, studies=0, seed=3)
sys.stdout.write(f"{sum(int(row[2]) for row in found.rows)} tried\\n" + "\\n".join(found.failures))
"""


def test_a_few_faults(tmp_path: Path) -> None:
    """**Proves** what docs/trust/faults.md says, on a few moments; 200 stand there.

    In a process of its own: those that are hurt are forks, which must not come from one that has
    solved something.
    """
    words = [sys.executable, "-c", FEW, str(tmp_path)]
    done = subprocess.run(words, cwd=TESTS, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "6 tried\n"), done.stderr


@pytest.mark.parametrize("part", registry.PARTS, ids=lambda part: part.name)
def test_every_part_has_its_page(part: parts.Part) -> None:
    """**Proves** that a page stands for what is registered, and that it tells of no failure."""
    text = (parts.PAGES / f"{part.name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {part.title}\n")
    assert part.text.strip() in text
    assert "\nNo failure." in text


def test_a_few_hostile_inputs(tmp_path: Path) -> None:
    """**Proves** what docs/trust/fuzz.md says, on a hundred inputs. **Sensitivity** any traceback."""
    found = fuzz.run(tmp_path, cases=100, seconds=60, seed=7, workers=1)
    assert list(found.failures) == []


def test_a_few_random_cases(tmp_path: Path) -> None:
    """**Proves** what docs/trust/oracle.md says, on a few cases. **Sensitivity** one cut too many."""
    found = oracle.run(tmp_path, count=8, workers=1)
    assert list(found.failures) == []


def test_cuts_of_a_neighbourhood_hold_everywhere(tmp_path: Path) -> None:
    """**Proves** that case 35, whose optimum such cuts once lost, is solved. **Sensitivity** 2 MUSD."""
    assert oracle.compared(oracle_cases.draw_case(35), tmp_path) == "equal"


def test_mutants_are_of_this_source() -> None:
    """**Proves** that each fault of docs/trust/mutants.md can still be put in, in every chapter."""
    for mutant in mutant_list.MUTANTS:
        text = (parts.ROOT / "src" / "dcplan" / mutant.file).read_text(encoding="utf-8")
        assert text.count(mutant.before) == 1, mutant
    names = {chapter.__name__.split(".")[-1] for chapter in BOOK}
    assert names <= {mutant.chapter.split("/")[-1] for mutant in mutant_list.MUTANTS}


def test_a_few_ways_without_a_plan(tmp_path: Path) -> None:
    """**Proves** what `python -m tests.trust infeasible` is to ask, of a small example: the limit that was
    changed conflicts, and there are three repairs or a word on why not."""
    ways = (
        infeasible.Way("power", ("limits.power_gw.2028=0.3",), ("limits.power_gw",)),
        infeasible.Way("capex", ("limits.capex_busd.total=10",), ("limits.capex_busd",)),
    )
    found = infeasible.run(tmp_path, ways, parts.EXAMPLES / "own-library" / "scenario.yaml")
    assert list(found.failures) == []
