"""What is wrong in a study file is told in one line with file, line and field, before anything is solved."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import pytest
from pydantic import model_validator
from typer.testing import CliRunner

from dcplan.cli import app
from dcplan.errors import InputError
from dcplan.scenario.fields import Block, wrong
from dcplan.scenario.sheet import refusal
from dcplan.scenario.text import load_file
from dcplan.scenario.words import fitted
from dcplan.study import read_study
from dcplan.study.kinds import KINDS
from study.desk import ONE, write

PUE = {"sweep": {"limits.pue": [1.1]}}
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"sweep": {}}, "sweep", "is {}; it must have at least 1 entry"),
    ({"sweep": {"nope": [1]}}, "sweep.nope", "does not start with a known field"),
    ({"sweep": {"chips.nope.price_usd": [1, 2]}}, "sweep.chips.nope.price_usd", "nope"),
    ({**PUE, "set": {"nope": 1}}, "set.nope", "does not start with a known field"),
    ({**PUE, "set": {**ONE, "limits.pue": 9}}, "set.limits.pue", "is 9; it must be at most 3.0"),
    ({**PUE, "warm_starts": "yes"}, "warm_starts", 'is "yes"; it must be true or false'),
    ({"front": {"objectives": ["tco"]}}, "front.objectives", "it must have at least 2 entries"),
    (
        {"montecarlo": {"runs": 2, "draw": {"nope": {"uniform": [1, 2]}}}},
        "draw.nope",
        "known field",
    ),
    (
        {"montecarlo": {"runs": 2, "draw": {"chips.nope.price_usd": {"triangular": [1, 2, 3]}}}},
        "draw.chips.nope.price_usd",
        "nope",
    ),
    (
        {"break_even": {"enters": {"chip": "red_old"}, "vary": "nope", "from": 1, "to": 2}},
        "break_even.vary",
        "does not start with a known field",
    ),
    ({"tornado": {"ranges": {"chips.nope.price_usd": [1, 2]}}}, "ranges.chips.nope", "nope"),
    ({"tornado": {"ranges": {"limits.pue": [1.2, 1.1]}}}, "ranges.limits.pue", "must rise"),
    ({}, "study.yaml:", "asks nothing; give exactly one of sweep, front,"),
]


@pytest.mark.parametrize(("data", "field", "what"), BAD, ids=[field for _, field, _ in BAD])
def test_what_is_wrong_is_told_before_a_solve(
    tmp_path: Path, data: dict[str, Any], field: str, what: str
) -> None:
    """**Proves** one line with file, line, field and what it is. **Sensitivity** a study that runs and
    ends without a plan or a reason, an error without its place."""
    file = write(tmp_path, data, **({} if "set" not in data else {"base": data["set"]}))
    with pytest.raises(InputError) as caught:
        asked = read_study(file)
        KINDS[asked.study.kind].runs(asked, {})
    (line,) = str(caught.value).splitlines()
    assert line.startswith(str(file)) and field in line and what in line, line
    assert " line " in line or data == {}


class Odd(Block):
    """A block with a rule over all of it."""

    a: int = 0

    @model_validator(mode="after")
    def _never(self) -> Self:
        raise wrong("has an a that does not fit its b")


def test_a_rule_over_all_of_a_file_is_told(tmp_path: Path) -> None:
    """**Proves** that a fault of the file as a whole, whose path is empty, is told with the file's name.
    **Sensitivity** exit code 2 without a word."""
    file = tmp_path / "odd.yaml"
    file.write_text("a: 1\n", encoding="utf-8")
    sheet = load_file(file, "something odd")
    assert fitted(sheet, Odd)[0] is None
    assert str(refusal(sheet.faults)) == f"{file}: has an a that does not fit its b"


def test_a_study_of_invalid_runs_says_why(tmp_path: Path) -> None:
    """**Proves** exit 2 and the first reason where only the whole case shows that a value does not fit."""
    data = {"sweep": {"sites.force": ["[nowhere]", "[no place]"]}}
    words = ["study", str(write(tmp_path, data)), "-o", str(tmp_path / "out"), "--workers", "1"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2, done.stderr
    assert "2 invalid. sites.force=[nowhere]: " in " ".join(done.stdout.split())
