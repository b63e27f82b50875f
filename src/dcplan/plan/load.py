"""Read a plan folder back, with all that is wrong with it said in one go."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dcplan.case.inputs import overridden
from dcplan.errors import InputError, Problem
from dcplan.library import Library, digest, read
from dcplan.library.columns import LARGEST_WHOLE, Column
from dcplan.library.sheet import Sheet, read_sheet, read_text, shown
from dcplan.objectives import OBJECTIVES, Stage
from dcplan.plan.folder import (
    BRANCHES,
    CUTS_FILE,
    FLEET,
    INPUTS,
    JSON_FILE,
    KINDS,
    RUN_FILE,
    SCALARS,
    SECONDS,
    before,
)
from dcplan.plan.hedge import read_hedge
from dcplan.plan.record import Hedge, Plan, digest_of
from dcplan.plan.tables import SUMMARY, TABLES, as_frame
from dcplan.proof import Cut, from_json
from dcplan.scenario import Scenario, parse

_TEXTS = ("status", "objective_name", "dcplan_version", "solver_version")
_STAGE_NUMBERS = ("value", "bound", "gap")
_WANTED = (*SCALARS, "scenario", "scenario_hash", "library_hash", "summary", "stages", "audit")


def load(folder: Path) -> Plan:
    """Read a plan folder as `save` wrote it; the tables are read as they stand, not judged.

    Raises InputError: no such folder, no plan in it, a broken file, a missing table or column, a
    cell that is not a number, or a scenario or library changed since the plan was saved.
    """
    _refuse_no_plan(folder)
    data = _read_json(folder / JSON_FILE)
    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, table in TABLES.items():
        path = folder / table.file
        if not path.exists():
            problems.append(Problem(shown(path), "is missing; the plan is not whole"))
            continue
        sheet = read_sheet(table, path)
        problems += sheet.problems
        if not sheet.problems:
            frames[name] = as_frame(sheet)
    if problems:
        raise InputError(problems)
    _refuse_loose_ends(frames["links"], frames["nodes"], folder / TABLES["nodes"].file)
    scenario, library = _inputs(folder, data)
    return Plan(
        **_scalars(data, shown(folder / JSON_FILE)),
        solve_seconds=_seconds(folder),
        scenario=scenario,
        library=library,
        summary=_summary(data["summary"], f"{shown(folder / JSON_FILE)}, summary"),
        site_rows=frames["sites"],
        link_rows=frames["links"],
        chips=frames["chips"],
        commitments=frames["commitments"],
        power=frames["power"],
        zones=frames["zones"],
        upgrades=frames["upgrades"],
        money=frames["money"],
        nodes=frames["nodes"],
        audit=data["audit"],
        cuts=_cuts(folder / CUTS_FILE),
        stages=_stages(data["stages"], f"{shown(folder / JSON_FILE)}, stages"),
        futures=_futures(folder, data),
    )


def _futures(folder: Path, data: Mapping[str, Any]) -> Hedge | None:
    if "futures" not in data:
        return None
    return read_hedge(folder, data["futures"], shown(folder / JSON_FILE), load, BRANCHES)


def _refuse_no_plan(folder: Path) -> None:
    where = shown(folder)
    aside = before(Path(os.path.realpath(folder)))
    if not folder.exists() and (aside / JSON_FILE).is_file():
        what = f"is missing; a save was cut short and left the plan before as {aside}: rename it"
        raise InputError([Problem(where, what)])
    if not folder.is_dir():
        what = "is not a folder; a plan is a folder that dcplan solve has written"
        raise InputError([Problem(where, what)])
    if not (folder / JSON_FILE).is_file():
        what = f"holds no {JSON_FILE}; it is not a folder that dcplan solve has written"
        raise InputError([Problem(where, what)])


def _refuse_loose_ends(links: pd.DataFrame, nodes: pd.DataFrame, path: Path) -> None:
    loose = sorted({*links.node_a, *links.node_b} - {*nodes.node})
    if loose:
        what = f"lacks {loose[0]}, where a link ends; solve again"
        raise InputError([Problem(shown(path), what)])


def _cuts(path: Path) -> tuple[Cut, ...]:
    return from_json(_object(path), shown(path)) if path.exists() else ()


def _seconds(folder: Path) -> float:
    path = folder / RUN_FILE
    if not path.exists():
        raise InputError([Problem(shown(path), "is missing; the plan is not whole")])
    value = _object(path).get(SECONDS)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        what = f"is {value!r}; it must be a number"
        raise InputError([Problem(f"{shown(path)}, {SECONDS}", what)])
    return float(value)


def _read_json(path: Path) -> dict[str, Any]:
    where, data = shown(path), _object(path)
    absent = [name for name in _WANTED if name not in data]
    if absent:
        raise InputError([Problem(where, f"has no '{name}'; solve again") for name in absent])
    if not isinstance(data["audit"], (dict, type(None))):
        raise InputError([Problem(f"{where}, audit", "is not an object; solve again")])
    return data


def _object(path: Path) -> dict[str, Any]:
    where = shown(path)
    try:
        # beyond it no float holds every whole number, so no plan was saved with one
        data = json.loads(read_text(path), parse_int=_whole)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError([Problem(f"{where}{line}", "is not JSON; solve again")]) from error
    if not isinstance(data, dict):
        raise InputError([Problem(where, "is not a JSON object; solve again")])
    return data


def _whole(digits: str) -> int:
    value = int(digits) if len(digits) < len(str(LARGEST_WHOLE)) + 2 else LARGEST_WHOLE + 1
    if abs(value) > LARGEST_WHOLE:
        raise ValueError(f"{digits[:20]} is too large")
    return value


def _scalars(data: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Texts and numbers; JSON has no infinity, so null stands for a bound or gap not found."""
    goal = OBJECTIVES.get(str(data["objective_name"]))
    unknown = {"bound": goal.unknown if goal else -math.inf, "gap": math.inf}
    found = {name: unknown.get(name) if data[name] is None else data[name] for name in SCALARS}
    problems = []
    for name, value in found.items():
        wanted = str if name in _TEXTS else (int, float)
        if not isinstance(value, wanted) or isinstance(value, bool):
            must = "text" if name in _TEXTS else "a number"
            problems.append(Problem(f"{where}, {name}", f"is {value!r}; it must be {must}"))
    if problems:
        raise InputError(problems)
    return found


def _stages(rows: Any, where: str) -> tuple[Stage, ...]:
    found = []
    for row in rows if isinstance(rows, list) else [rows]:
        goal = OBJECTIVES.get(str(row.get("objective"))) if isinstance(row, dict) else None
        if goal is None:
            raise InputError([Problem(where, "is not a list of objectives; solve again")])
        unknown = {"bound": goal.unknown, "gap": math.inf}
        cells: dict[str, Any] = {
            n: unknown.get(n) if row.get(n) is None else row[n] for n in _STAGE_NUMBERS
        }
        for name, value in cells.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                what = f"has {value!r} for {name}; it must be a number"
                raise InputError([Problem(where, what)])
        found.append(Stage(goal.name, **cells))
    return tuple(found)


def _inputs(folder: Path, data: Mapping[str, Any]) -> tuple[Scenario, Library]:
    inputs, where = folder / INPUTS, f"{shown(folder / JSON_FILE)}, scenario"
    if not isinstance(data["scenario"], dict):
        raise InputError([Problem(where, "is not an object; solve again")])
    scenario = parse(data["scenario"], where=where, folder=inputs)
    if digest_of(scenario) != data["scenario_hash"]:
        raise InputError([Problem(where, "was changed since the plan was saved; solve again")])
    fleet = inputs / FLEET if scenario.existing is not None else None
    library = read(inputs / KINDS[0], inputs / KINDS[1], inputs / KINDS[2], fleet)
    if digest(library) != data["library_hash"]:
        what = "holds other library files than those the plan was saved with; solve again"
        raise InputError([Problem(shown(inputs), what)])
    return scenario, overridden(scenario, library)


def _summary(rows: Any, where: str) -> pd.DataFrame:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError([Problem(where, "is not a list of objects; solve again")])
    columns = {c.name: [_number(row, c, where) for row in rows] for c in SUMMARY.columns}
    return as_frame(Sheet(SUMMARY, where, {name: list(cells) for name, cells in columns.items()}))


def _number(row: Mapping[str, Any], column: Column, where: str) -> float | int | None:
    value = row.get(column.name)
    if value is None and not column.required:
        return None
    wanted = int if column.kind == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted):
        what = f"has {value!r} for {column.name}; it must be a number"
        raise InputError([Problem(where, what)])
    return value
