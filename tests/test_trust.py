"""The slow parts in little; whole they run by `python -m tests.trust`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from trust import parts, registry

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
