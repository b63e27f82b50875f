"""From a file, or from data in memory, to a checked scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dcplan.scenario.model import Scenario, standing_in
from dcplan.scenario.settings import apply
from dcplan.scenario.sheet import Sheet, from_data, refusal
from dcplan.scenario.text import load_file
from dcplan.scenario.words import check


def read(path: Path, settings: Sequence[str] = ()) -> Scenario:
    """Read a scenario file, apply `--set` items in their order, and check the result.

    Raises InputError with every problem found, in the order of the file's lines.
    """
    return _finish(load_file(path), settings, path.parent)


def parse(
    data: Mapping[Any, Any],
    settings: Sequence[str] = (),
    *,
    where: str = "scenario",
    folder: Path | None = None,
) -> Scenario:
    """Check data in memory, such as `resolved` returned; `where` names it in messages.

    Years as keys may be numbers or, as JSON has them, text. `folder` is where relative library
    paths start, by default the current folder. Raises InputError with every problem found.
    """
    return _finish(from_data(data, where), settings, folder or Path())


def _finish(sheet: Sheet, settings: Sequence[str], folder: Path) -> Scenario:
    apply(sheet, settings)
    found = check(sheet)
    if found is None:
        raise refusal(sheet.faults)
    marks = {path: mark.text for path, mark in sheet.marks.items()}
    return standing_in(found, folder, {**marks, (): sheet.top.text})
