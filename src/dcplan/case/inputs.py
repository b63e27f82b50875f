"""From a scenario to the library it names, with the figures it replaces."""

from __future__ import annotations

from typing import Any

from dcplan.errors import InputError, Problem
from dcplan.library import Library, cite, locate, override, read
from dcplan.scenario import Scenario, apply_relative

Overrides = dict[str, dict[str, dict[str, float | str]]]


def read_library(scenario: Scenario) -> Library:
    """Find and read the folders of `scenario.library` and `existing`; replace what `overrides` says.

    Raises InputError: a folder that is not there under its field (`library.grid`), every problem
    of the files, or every override that does not fit.
    """
    return overridden(scenario, read_raw(scenario))


def read_raw(scenario: Scenario) -> Library:
    """The library as its files say; raises InputError like `read_library`."""
    folders: dict[str, Any] = {}
    problems: list[Problem] = []
    wanted = {kind: getattr(scenario.library, kind) for kind in ("models", "grid", "sites")}
    if scenario.existing is not None:
        wanted["fleet"] = scenario.existing
    for kind, name in wanted.items():
        try:
            folders[kind] = locate(kind, name, scenario.folder)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return read(**folders)


def overridden(scenario: Scenario, library: Library) -> Library:
    """Replace the figures that the scenario replaces; `library` is as its files say.

    Relative text such as "*0.8" changes the figure that stands in the file. Raises InputError
    with every override that has no cell, no figure to change, or a value out of bounds.
    """
    if not scenario.overrides:
        return library
    problems: list[Problem] = []
    values: Overrides = {}
    for table, rows in scenario.overrides.items():
        for row, cells in rows.items():
            for column, given in cells.items():
                where = f"overrides.{table}.{row}.{column}"
                try:
                    value = apply_relative(_stands(library, table, row, column), given, where)
                except InputError as error:
                    problems += error.problems
                    continue
                values.setdefault(table, {}).setdefault(row, {})[column] = value
    try:
        library = override(library, values)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return library


def _stands(library: Library, table: str, row: str, column: str) -> float | str:
    """The figure in the file; NaN where none is published, '' where there is no such cell."""
    try:
        value = cite(library, table, row, column).value
    except InputError:
        return ""  # `override` names the nearest table, row or column
    return float("nan") if value is None else value
