"""Rules among the futures of a scenario; see `rules` for their form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dcplan.scenario.futures import PRICED, path_fault

PROBABILITY_EPS = 1e-6

Conflict = tuple[tuple[str | int, ...], str]


def futures_conflicts(given: Mapping[str, Any], look: Callable[[str], Any]) -> Iterator[Conflict]:
    """Every disagreement among futures, and between them and the rest of the scenario."""
    listed = look("futures")
    if listed is None:
        return  # what stands there is wrong in itself
    rows = [row for row in listed if isinstance(row, Mapping)]
    yield from _names(rows)
    yield from _fixed(rows)
    chances = [row.get("probability") for row in rows]
    known = [p for p in chances if isinstance(p, (int, float))]
    if rows and len(known) == len(chances) and abs(sum(known) - 1) > PROBABILITY_EPS:
        told = " + ".join(f"{p:g}" for p in known)
        what = f"have probabilities {told} = {sum(known):.6g}; they must add up to 1"
        yield ("futures",), what
    if len(rows) < 2:
        if isinstance(given.get("risk"), Mapping) and look("risk.cvar_weight"):
            yield ("risk",), "has no effect without several futures; give those, or leave it out"
        return
    goal = look("objective")
    if goal is not None and goal not in PRICED:
        what = f"is {goal}; several futures can be weighed by {' or '.join(PRICED)} only"
        yield ("objective",), what
    if look("tie_breakers"):
        yield ("tie_breakers",), "cannot be used with several futures; leave out one of both"
    risk = given.get("risk")
    if isinstance(risk, Mapping) and "cvar_weight" not in risk and "cvar_tail" in risk:
        yield ("risk", "cvar_tail"), "has no effect without risk.cvar_weight, such as 0.5"


def _names(rows: list[Mapping[str, Any]]) -> Iterator[Conflict]:
    seen: dict[str, str] = {}
    for place, row in enumerate(rows):
        name = row.get("name")
        if not isinstance(name, str):
            continue
        if (before := seen.get(name.lower())) is not None:
            # some systems do not tell capital letters in the names of folders
            alike = "" if before == name else f', which differs from "{before}" by capitals only'
            what = f'is "{name}"{alike}, as is one before; each name may stand once'
            yield ("futures", place, "name"), what
        seen[name.lower()] = name


def _fixed(rows: list[Mapping[str, Any]]) -> Iterator[Conflict]:
    for place, row in enumerate(rows):
        changes = row.get("set")
        for path in changes if isinstance(changes, Mapping) else ():
            if what := path_fault(str(path)):
                yield ("futures", place, "set", path), what
