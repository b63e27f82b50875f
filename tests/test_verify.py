"""`dcplan verify`: every published figure that ships is near, or its reason is recorded."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dcplan.cli import app
from dcplan.errors import AuditFailed, InputError
from dcplan.library.read import shelf
from dcplan.verify import Finding, published, raise_if_unexplained
from dcplan.verify.page import markdown

ROOT = Path(__file__).parents[1]


def test_what_ships_is_near_or_explained(tmp_path: Path) -> None:
    """Proves that every plan is optimal, every figure accepted, and docs/published.md of this run.

    When the page differs: `dcplan verify -o docs/published.md`, and read what changed.
    """
    page = tmp_path / "published.md"
    done = CliRunner().invoke(app, ["verify", "--json", "-o", str(page)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["accepted"]
    assert {case["status"] for case in told["cases"]} == {"optimal"}
    # a reason that is not needed any more would hide the next difference
    assert [c["case"] for c in told["cases"] if c["near"] and c["reason"]] == []
    assert page.read_text("utf-8") == (ROOT / "docs" / "published.md").read_text("utf-8")


def finding(ours: float, reason: str, status: str = "optimal") -> Finding:
    case = replace(published()[0], published=100.0, reason=reason)
    return Finding(case, ours, status)


@pytest.mark.parametrize("ours", [84.0, 116.0, float("nan")])
def test_a_figure_that_is_off_needs_a_reason(ours: float) -> None:
    raise_if_unexplained(
        [finding(ours, "counted otherwise"), finding(86.0, ""), finding(114.0, "")]
    )
    with pytest.raises(AuditFailed, match="gives no reason"):
        raise_if_unexplained([finding(ours, "")])


def test_a_plan_that_is_not_proven_is_no_answer() -> None:
    with pytest.raises(AuditFailed, match="its plan is stopped"):
        raise_if_unexplained([finding(100.0, "counted otherwise", "stopped")])


def test_the_page_marks_what_is_off() -> None:
    text = markdown([finding(120.0, "counted otherwise"), finding(100.0, "")])
    assert "1.20 \\*" in text and "1.20: counted otherwise." in text
    assert "1 of 2 figures within 15%, 1 further off." in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",gigawatt-gb200,", ",gigawatt,", "it must be a file of plans"),
        ("EP_TCO", "EP_TCQ", "did you mean 'EP_TCO'?"),
        ("capex_busd_per_it_gw", "capex", "measure"),
        (",38,", ",-38,", "published"),
    ],
)
def test_a_broken_case_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = tmp_path / "published"
    shutil.copytree(shelf("published"), folder)
    text = (folder / "cases.csv").read_text("utf-8")
    (folder / "cases.csv").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match="line 2") as caught:
        published(folder)
    assert said in str(caught.value)
