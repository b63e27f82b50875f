"""From a study file to a checked study with its base scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dcplan.api import load
from dcplan.case import Case, read_library
from dcplan.errors import InputError, Problem
from dcplan.library import digest
from dcplan.scenario import Scenario, parse, read, resolved
from dcplan.scenario.sheet import Sheet, refusal
from dcplan.scenario.text import load_file
from dcplan.scenario.words import fitted
from dcplan.scenario.write import without_null
from dcplan.study.fields import KINDS, Study, given_kinds, varied

ONE_THREAD = "solver.threads=1"
HOLDS = "a study: name, scenario and one of " + ", ".join(KINDS)


@dataclass(frozen=True, eq=False)
class Asked:
    """A study as it was read: `place` of a field tells where it stands in the file."""

    study: Study
    scenario: Scenario
    """The base, with what the study sets; one thread unless it says otherwise."""
    case: Case
    library_digest: str
    _sheet: Sheet
    folder: Path = Path()
    """Of the study."""

    def where(self, *path: str) -> str:
        """A field as messages name it."""
        return f"{self._sheet.mark(path).text}, {'.'.join(path)}"

    def with_settings(self, settings: Sequence[str], *path: str) -> Scenario:
        """The base changed by `--set` items; InputError at the field of the study that asks so."""
        try:
            changed = parse(resolved(self.scenario), settings, folder=self.scenario.folder)
        except InputError as error:
            where = self.where(*path)
            raise InputError(
                Problem(where, f"{problem.where}: {problem.what}") for problem in error.problems
            ) from None
        return changed


def read_study(file: Path) -> Asked:
    """Read a study file and the scenario that it names.

    Raises InputError with every problem of the study, then of the scenario, each with its place.
    """
    sheet = load_file(file, HOLDS)
    study, _ = fitted(sheet, Study)
    found = given_kinds(sheet.data)
    if len(found) != 1:
        said = f"has {' and '.join(found)}" if found else "asks nothing"
        sheet.complain(tuple(found[1:2]), f"{said}; give exactly one of {', '.join(KINDS)}")
    if "shows" in sheet.data and found not in (["sweep"], ["tornado"]):
        sheet.complain(("shows",), "is for a sweep or a tornado; leave it out")
    if study is None or sheet.faults:
        raise refusal(sheet.faults)
    path = file.parent / study.scenario
    settings = [setting(name, value) for name, value in study.set.items()]
    try:
        if not path.is_file():
            raise InputError([Problem("", f"is {study.scenario}; there is no such file")])
    except (OSError, ValueError):
        raise refused(sheet, "scenario", "cannot be a file name") from None
    except InputError as error:
        raise refused(sheet, "scenario", error.problems[0].what) from None
    if "solver.threads" not in study.set:
        settings = [ONE_THREAD, *settings]
    try:
        case = load(path, settings).case
    except InputError as error:
        raise _at_set(sheet, study, error) from None
    asked = Asked(study, read(path, settings), case, digest(case.library), sheet)
    _try_out(asked)
    return asked


def _at_set(sheet: Sheet, study: Study, error: InputError) -> InputError:
    """The same problems; what the study sets is told where it stands in the file."""
    placed = []
    for problem in error.problems:
        where = problem.where
        for name, value in study.set.items():
            item = f"--set {setting(name, value)}"
            if where.startswith(item):
                where = f"{sheet.mark(('set', name)).text}, set.{name}{where[len(item) :]}"
                break
        placed.append(Problem(where, problem.what))
    return InputError(placed)


def _try_out(asked: Asked) -> None:
    """Refuse what is varied where neither end of it can be set, before anything is solved."""
    problems: list[Problem] = []
    for field, path, ends in varied(asked.study):
        found = [_unfit(asked, field, setting(path, value)) for value in ends]
        if all(found):
            problems += found[0]
    if problems:
        raise InputError(problems)


def _unfit(asked: Asked, field: tuple[str, ...], item: str) -> tuple[Problem, ...]:
    """Why scenario and library do not take a `--set` item, at the field that asks so."""
    try:
        wish = asked.with_settings([item], *field)
    except InputError as error:
        return error.problems
    try:
        read_library(wish)
    except InputError as error:
        where = asked.where(*field)
        return tuple(Problem(where, f"{p.where}: {p.what}") for p in error.problems)
    return ()


def refused(sheet: Sheet, field: str, what: str) -> InputError:
    """An error at a field of the file."""
    sheet.complain((field,), what)
    return refusal(sheet.faults)


def setting(path: str, value: float | str) -> str:
    """The `--set` item that gives a field a value.

    >>> setting("limits.pue", 1.1), setting("chips.a.price_usd*", 0.8), setting("sites.force", "[a]")
    ('limits.pue=1.1', 'chips.a.price_usd*=0.8', 'sites.force=[a]')
    """
    if isinstance(value, str):
        return f"{path}={value}"
    return f"{path}={number(value)}"


def number(value: float) -> str:
    """A number as a file has it: to twelve digits, whole ones without a point.

    >>> number(3.0), number(0.1 + 0.2), number(4e28)
    ('3', '0.3', '4e+28')
    """
    return f"{value:.12g}"


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a study, with meaning, unit and bounds of every field."""
    schema: dict[str, Any] = without_null(Study.model_json_schema(by_alias=True))
    kinds = [{"required": [name]} for name in KINDS]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "oneOf": kinds}
