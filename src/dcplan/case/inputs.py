"""From a scenario to the library it names, with the figures it replaces."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from dcplan.errors import InputError, Problem
from dcplan.library import TABLES, Library, cite, locate, override, read
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

    Relative text such as "*0.8" changes the figure that stands in the file. A row with `*` in place of
    a key means every row that fits: relative text changes each figure that is known, also one that is
    replaced by name; a value is that of the rows that are not named. Raises InputError with every
    override that has no cell, no figure to change, or a value out of bounds.
    """
    if not scenario.overrides:
        return library
    problems: list[Problem] = []
    values: Overrides = {}
    # the rows that are named come first, so that a change of all finds what they say
    for (table, row, column), given in sorted(
        _flat(scenario.overrides), key=lambda c: "*" in c[0][1]
    ):
        where = f"overrides.{table}.{row}.{column}"
        for name, stands in _cells(library, values, table, row, column, given):
            try:
                value = apply_relative(stands, given, where)
            except InputError as error:
                problems += error.problems
                continue
            values.setdefault(table, {}).setdefault(name, {})[column] = value
    try:
        library = override(library, values)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return library


def _flat(overrides: Mapping[Any, Any]) -> Iterator[tuple[tuple[str, str, str], float | str]]:
    for table, rows in overrides.items():
        for row, cells in rows.items():
            for column, given in cells.items():
                yield (table, row, column), given


def _cells(
    library: Library, values: Overrides, table: str, row: str, column: str, given: float | str
) -> Iterator[tuple[str, float | str]]:
    """The rows that an override means, each with the figure that stands there so far."""
    if "*" not in row or table not in TABLES:
        yield row, _stands(library, table, row, column)
        return
    said = {name: cells[column] for name, cells in values.get(table, {}).items() if column in cells}
    relative = isinstance(given, str) and given.strip()[:1] in ("*", "+", "-")
    found = 0
    for key in library.table(table).index:
        name = "/".join(map(str, key)) if isinstance(key, tuple) else str(key)
        if not _fits(row, name):
            continue
        found += 1
        stands = said.get(name, _stands(library, table, name, column))
        unknown = isinstance(stands, float) and math.isnan(stands)
        if (relative and not unknown) or (not relative and name not in said):
            yield name, stands
    if not found:
        yield row, ""  # `override` tells that there is no such row


def _fits(pattern: str, name: str) -> bool:
    """Whether a row is meant by a pattern, part by part.

    >>> _fits("liquid_full/*", "liquid_full/cold"), _fits("*/cold", "legacy_air/marine"), _fits("*", "a/b")
    (True, False, True)
    """
    if pattern == "*":
        return True
    parts, names = pattern.split("/"), name.split("/")
    return len(parts) == len(names) and all(
        p in ("*", n) for p, n in zip(parts, names, strict=True)
    )


def _stands(library: Library, table: str, row: str, column: str) -> float | str:
    """The figure in the file; NaN where none is published, '' where there is no such cell."""
    try:
        value = cite(library, table, row, column).value
    except InputError:
        return ""  # `override` names the nearest table, row or column
    return float("nan") if value is None else value
