"""The page of questions is that of its tables, its studies can be asked, and one is asked again."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dcplan.study import conduct, read_study
from dcplan.study.perform import perform

ROOT = Path(__file__).parents[2]
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "questions.py"))
CHEAP = ROOT / "examples" / "questions" / "10-h100.yaml"


def test_the_page_is_that_of_its_tables() -> None:
    """Proves it; when it fails, run `python docs/questions.py` and read what changed."""
    page = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    assert page == SCRIPT["render"]()
    assert not re.search(r"\bnan\b", page)
    assert "—" not in page, "a number that is not there"


def test_every_study_has_its_table() -> None:
    """Proves that no table is left of a study that is gone, and none is missing."""
    assert {path.stem for path in SCRIPT["files"]()} == set(SCRIPT["sheets"]())


@pytest.mark.parametrize("file", SCRIPT["files"](), ids=lambda file: file.stem)
def test_a_study_can_be_asked(file: Path) -> None:
    """Proves that scenario, settings and library fit."""
    assert read_study(file).case.sites.sites


def test_a_question_asked_again_has_the_same_answer(tmp_path: Path) -> None:
    """Proves that the tables come from the studies, on every fifth plan of the cheapest one."""
    state = conduct(
        read_study(CHEAP), tmp_path, lambda tasks, look: (perform(t) for t in tasks), shard=(1, 5)
    )
    told = SCRIPT["sheets"]()[CHEAP.stem].runs.set_index("run")
    assert len(state.results) == 3
    for name, row in state.results.items():
        assert row.tco_musd == pytest.approx(told.tco_musd[name], rel=1e-5)
        assert row.usd_per_chip_hour == pytest.approx(told.usd_per_chip_hour[name], rel=1e-5)
        assert row.chips == ("h100_sxm",)
    assert not pd.isna(told.objective).any()
