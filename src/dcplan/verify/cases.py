"""The cases that ship: what was published, by whom, and which plan of ours is held against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dcplan.errors import InputError, Problem, suggest
from dcplan.library import CONFIDENCE, Source, Table
from dcplan.library.columns import choice, positive, text
from dcplan.library.read import SOURCES_FILE, shelf
from dcplan.library.sheet import frame, read_sheet, shown
from dcplan.library.sources import read_sources, source_ids
from dcplan.verify.measures import MEASURES, Measure

PLANS = "plans"
CASES = Table(
    "cases",
    "",
    ("case",),
    (
        text("case", "key of the comparison"),
        text("name", "what is compared, for people"),
        text("plan", "scenario that is solved for it, under plans/"),
        choice("measure", "what is read off the plan", *MEASURES),
        positive("published", "that of the measure", "what was published", 1e12),
        choice("confidence", "of the published figure", *CONFIDENCE),
        text("sources", "ids of SOURCES.md, separated by ;"),
        text("note", "what is counted there and here", required=False),
        text("reason", "why they differ by more than 15 %", required=False),
    ),
)


@dataclass(frozen=True)
class Published:
    """One published figure, and where ours comes from."""

    case: str
    name: str
    plan: Path
    measure: Measure
    published: float
    confidence: str
    sources: tuple[Source, ...]
    note: str
    reason: str


def published(folder: Path | None = None) -> tuple[Published, ...]:
    """The cases of a folder, of the one that ships by default. Raises InputError."""
    folder = folder or shelf("published")
    sheet = read_sheet(CASES, folder / CASES.file)
    sources, problems = read_sources(folder / SOURCES_FILE)
    problems = [*sheet.problems, *problems]
    if problems:
        raise InputError(problems)
    rows = frame(sheet).reset_index().to_dict("records")
    found = []
    for row, line in zip(rows, sheet.lines, strict=True):
        plan = folder / PLANS / f"{row['plan']}.yaml"
        where = f"{shown(folder / CASES.file)} line {line}"
        if not plan.is_file():
            what = f"is '{row['plan']}'; it must be a file of {PLANS}"
            problems.append(Problem(f"{where}, plan", what))
        problems += _unknown(row["sources"], sources, where)
        if not problems:
            cited = tuple(sources[name] for name in source_ids(row["sources"]))
            own = {"plan": plan, "measure": MEASURES[row["measure"]], "sources": cited}
            found.append(Published(**{**{str(k): v for k, v in row.items()}, **own}))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _unknown(cell: str, sources: Mapping[str, Source], where: str) -> list[Problem]:
    ids = [name for name in source_ids(cell) if name not in sources]
    what = "is '{}'; it must be an id of SOURCES.md{}"
    return [Problem(f"{where}, sources", what.format(i, suggest(i, sources))) for i in ids]
