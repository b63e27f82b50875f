"""File and line for problems that were found after reading, where only the field is known."""

from __future__ import annotations

from dcplan.errors import InputError, Problem
from dcplan.scenario.model import Scenario
from dcplan.scenario.sheet import FieldPath
from dcplan.scenario.words import known_fields


def placed(scenario: Scenario, error: InputError) -> InputError:
    """The same problems, those of a field of the scenario with the place it was written at.

    `limits.pue_site` becomes `10gw.yaml line 14, limits.pue_site`; a problem in a file of the
    library keeps its own place. A field that was not written gets the block round it.
    """
    return InputError(
        Problem(_placed(scenario, problem.where), problem.what) for problem in error.problems
    )


def _placed(scenario: Scenario, where: str) -> str:
    path = _field(where.split(",")[0])
    place = scenario.place(path) if path else ""
    return f"{place}, {where}" if place else where


def _field(where: str) -> FieldPath:
    """The path of fields that `where` spells, or () if it names something else."""
    path = tuple(where.split("."))
    for depth, name in enumerate(path):
        fields = known_fields(path[:depth])
        if fields and name not in fields:
            return ()
        if not fields:
            # Names of the library (a vendor, a row) follow; they may hold points and blanks.
            return _with_row(path) if path[0] == "overrides" else path
    return path


def _with_row(path: tuple[str, ...]) -> FieldPath:
    return (*path[:2], ".".join(path[2:-1]), path[-1]) if len(path) > 4 else path
