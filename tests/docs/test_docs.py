"""Every block of code in docs/ runs, every generated page is that of the code."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from dcplan.scenario import parse
from dcplan.study import Study

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
PROGRAM = [sys.executable, "-c", "from dcplan.cli import main; main()"]
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
    for block in blocks(page):
        if block.language == "bash":
            for line in block.text.splitlines():
                run(shlex.split(line, comments=True), tmp_path)
        elif block.language == "python":
            execute([sys.executable, "-c", block.text], tmp_path)
        elif block.language == "yaml":
            is_scenario(block.text)
        else:
            assert block.language in SHOWN, f"a block of {block.language!r} is not tested"


def run(words: list[str], folder: Path) -> None:
    if words:
        assert words[0] in ("dcplan", "cp"), f"{words[0]} is not run by this test"
        execute([*PROGRAM, *words[1:]] if words[0] == "dcplan" else words, folder)


def execute(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def is_scenario(text: str) -> None:
    """A whole scenario, or fields that may replace those of an example; or a study."""
    yaml = YAML(typ="safe", pure=True)
    if "scenario" in yaml.load(text):
        Study.model_validate(yaml.load(text))
        return
    example = yaml.load((ROOT / "examples" / "1gw.yaml").read_text(encoding="utf-8"))
    parse({**example, **yaml.load(text)})


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
