"""Every block of code in docs/ runs, every generated page is that of the code."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from dcplan.scenario import parse
from dcplan.study import Study

from .warm import Warm

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
RUN = ("bash", "python")
# Shown, not run: a command that needs a person, or what a command prints.
SHOWN = ("text", "csv")


class Block(NamedTuple):
    """One fenced block: its language and its text."""

    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    return [Block(*pair) for pair in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks_run(page: Path, tmp_path: Path) -> None:
    """Proves that what a page tells a reader to type works, from top to bottom."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    found = blocks(page)
    for block in found:
        if block.language == "yaml":
            is_scenario(block.text)
        elif block.language not in RUN:
            assert block.language in SHOWN, f"a block of {block.language!r} is not tested"
    if any(block.language in RUN for block in found):
        with Warm() as warm:
            for block in found:
                run(block, warm, tmp_path)


def run(block: Block, warm: Warm, folder: Path) -> None:
    if block.language == "python":
        code, told = warm.run("python", [block.text], folder)
        assert code == 0, told
    for line in block.text.splitlines() if block.language == "bash" else ():
        words = shlex.split(line, comments=True)
        if words and words[0] == "cp":
            subprocess.run(words, cwd=folder, check=True)
        elif words:
            assert words[0] == "dcplan", f"{words[0]} is not run by this test"
            code, told = warm.run("dcplan", words[1:], folder)
            assert code == 0, told


def is_scenario(text: str) -> None:
    """A whole scenario, or fields that may replace those of an example; or a study."""
    yaml = YAML(typ="safe", pure=True)
    if "scenario" in yaml.load(text):
        Study.model_validate(yaml.load(text))
        return
    example = yaml.load((ROOT / "examples" / "1gw.yaml").read_text(encoding="utf-8"))
    parse({**example, **yaml.load(text)})


@cache
def generated() -> dict[str, str]:
    pages: dict[str, str] = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()
    return pages


@pytest.mark.parametrize(
    "name",
    [
        "book.md",
        "scenario.md",
        "scenario.schema.json",
        "study.md",
        "study.schema.json",
        "tables.md",
    ],
)
def test_generated_page_is_that_of_the_code(name: str) -> None:
    """Proves it; when it fails, run `python docs/generate.py` and read what changed."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generated()[name]


def test_readme_has_two_commands() -> None:
    """Proves that the one which .ci/run takes for the tests stands once, on one line."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert sum("/pytest" in line for line in lines) == 1
    assert sum("dcplan solve examples/10gw.yaml" in line for line in lines) >= 1
