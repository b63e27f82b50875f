"""The scenarios that the futures of a scenario make."""

from __future__ import annotations

from collections.abc import Iterator

from dcplan.errors import InputError, Problem
from dcplan.scenario.futures import Future, settings_of
from dcplan.scenario.model import Scenario
from dcplan.scenario.read import parse
from dcplan.scenario.write import resolved

_MOST_NAME = 130


def branches(scenario: Scenario) -> tuple[tuple[Future, Scenario], ...]:
    """Each future with the scenario as it is in it, which has no futures of its own.

    Raises InputError with every change that does not fit, at the place where it was written.
    """
    made: list[tuple[Future, Scenario]] = []
    problems: list[Problem] = []
    for place, future in enumerate(scenario.futures):
        try:
            made.append((future, _branch(scenario, future)))
        except InputError as error:
            problems += _placed(scenario, place, future, error)
    if problems:
        raise InputError(problems)
    return tuple(made)


def _branch(scenario: Scenario, future: Future) -> Scenario:
    data = {k: v for k, v in resolved(scenario).items() if k not in ("futures", "risk")}
    data["name"] = f"{scenario.name[:_MOST_NAME]} · {future.name}"
    items = [item for _, item in settings_of(future)]
    return parse(data, items, where="scenario", folder=scenario.folder)


def _placed(scenario: Scenario, place: int, future: Future, error: InputError) -> Iterator[Problem]:
    """A problem under the item that made it, else under the future as a whole."""
    at = {item: path for path, item in settings_of(future)}
    for problem in error.problems:
        given, _, rest = problem.where.removeprefix("--set ").partition(", ")
        path = at.get(given)
        inside = ("futures", place, "set", *((path,) if path else ()))
        mark = scenario.place(inside)
        where = f"futures.{future.name}.set" + (f".{path}" if path else "")
        field = rest if path else problem.where.removeprefix("scenario, ")
        what = f"{field} {problem.what}" if field and field != path else problem.what
        yield Problem(f"{mark}, {where}" if mark else where, what)
