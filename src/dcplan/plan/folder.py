"""A plan folder, written whole or not at all.

Everything goes into a hidden folder beside the target and reaches the disk before one rename puts
it in place. A plan that stood there is moved aside before and removed after; if the machine stops
between the two renames, it is still there as `.NAME.before`. Files that are not of a plan, such as
maps and notes, are kept.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from dcplan.errors import InputError, Problem
from dcplan.files import beside
from dcplan.library import FIGURES, Library, digest
from dcplan.library import TABLES as LIBRARY_TABLES
from dcplan.library.read import SHAPE_FILES, SOURCES_FILE
from dcplan.library.sheet import shown
from dcplan.plan import hedge
from dcplan.plan.futures import FUTURES
from dcplan.plan.layers import write_layers
from dcplan.plan.record import Plan, digest_of
from dcplan.plan.tables import TABLES
from dcplan.proof import as_json
from dcplan.scenario import Scenario, dump, parse, resolved

JSON_FILE = "plan.json"
RUN_FILE = "run.json"
"""What differs between two runs that find the same plan: how long they took."""
CUTS_FILE = "cuts.json"
"""What held up the bound; not there where nothing did."""
LAYERS_FILE = "plan.gpkg"
INPUTS = "inputs"
KINDS = ("models", "grid", "sites")
FLEET = "fleet"
BRANCHES = "futures"
OWN = {
    JSON_FILE,
    RUN_FILE,
    CUTS_FILE,
    LAYERS_FILE,
    INPUTS,
    BRANCHES,
    FUTURES.file,
    *(table.file for table in TABLES.values()),
}
SCALARS = (
    "status",
    "objective_name",
    "objective",
    "bound",
    "gap",
    "dcplan_version",
    "solver_version",
)
SECONDS = "solve_seconds"


def save(plan: Plan, folder: Path) -> None:
    """Write the plan folder; one that stands there is replaced. Equal plans give equal bytes.

    The time that the search took stands apart in `run.json`: two runs that find the same plan differ
    in nothing else. The folder holds `plan.json`, a CSV file per table, `plan.gpkg`, and under `inputs` the
    scenario and the library, so that it can be loaded, checked and solved again anywhere.
    Raises InputError, one line, when something else stands there or it cannot be written; then
    nothing is left behind and what stood there stands.
    """
    try:
        target = Path(os.path.realpath(folder))
        _refuse_other(target, folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside(target) as new:
            new.chmod(0o777 & ~_umask())
            _write(plan, new)
            _sync(new)
            _put_in_place(new, target)
    except OSError as error:
        place = f"{Path(error.filename).name}: " if error.filename else ""
        what = f"cannot be written ({place}{error.strerror or error}); make room or name another"
        raise InputError([Problem(shown(folder), what)]) from error


def fingerprint(plan: Plan) -> str:
    """SHA-256 of what a plan says, without the time it took: of plan.json and of every table.

    With several futures it is of the first one's plan and of what all come to.
    """
    found = hashlib.sha256(_json_text(plan).encode())
    for table in TABLES.values():
        found.update(_csv_text(plan.table(table.name)).encode())
    return found.hexdigest()


def before(folder: Path) -> Path:
    """Where the plan before stands while a new one takes its place."""
    return folder.with_name(f".{folder.name}.before")


def _refuse_other(target: Path, folder: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        what = "is a file; a plan is saved as a folder, name another"
        raise InputError([Problem(shown(folder), what)])
    if any(target.iterdir()) and not _is_plan(target):
        what = "is a folder of something else; name one that is new, empty or a plan"
        raise InputError([Problem(shown(folder), what)])


def _is_plan(folder: Path) -> bool:
    path = folder / JSON_FILE
    return path.is_file() and b'"dcplan_version"' in path.read_bytes()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _write(plan: Plan, folder: Path) -> None:
    (folder / JSON_FILE).write_text(_json_text(plan), encoding="utf-8")
    took = {SECONDS: _plain(plan.solve_seconds)}
    (folder / RUN_FILE).write_text(json.dumps(took, indent=2) + "\n", encoding="utf-8")
    if plan.cuts:
        text = json.dumps(as_json(plan.cuts), separators=(",", ":"), ensure_ascii=False)
        (folder / CUTS_FILE).write_text(text + "\n", encoding="utf-8")
    for table in TABLES.values():
        _write_csv(plan.table(table.name), folder / table.file)
    asked = plan.scenario if plan.futures is None else plan.futures.scenario
    _write_inputs(asked, plan.library, folder / INPUTS)
    write_layers(plan, folder / LAYERS_FILE)
    if plan.futures is not None:
        _write_csv(plan.futures.rows, folder / FUTURES.file)
        for name, part in zip(plan.futures.rows.future, plan.futures.parts, strict=True):
            (folder / BRANCHES / name).mkdir(parents=True)
            _write(part, folder / BRANCHES / name)


def _json_text(plan: Plan) -> str:
    data: dict[str, Any] = {name: _plain(getattr(plan, name)) for name in SCALARS}
    data["scenario"] = resolved(plan.scenario)
    data["scenario_hash"] = digest_of(plan.scenario)
    data["library_hash"] = digest(plan.library)
    data["summary"] = [
        {str(name): _plain(value) for name, value in row.items()}
        for row in plan.summary.astype(object).to_dict("records")
    ]
    data["stages"] = [
        {name: _plain(value) for name, value in asdict(stage).items()} for stage in plan.stages
    ]
    if plan.futures is not None:
        data["futures"] = hedge.as_json(plan.futures)
    data["audit"] = plan.audit
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """A value for JSON, which has no infinity and no NaN."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _write_csv(rows: pd.DataFrame, path: Path) -> None:
    path.write_text(_csv_text(rows), encoding="utf-8", newline="\n")


def _csv_text(rows: pd.DataFrame) -> str:
    flags = [str(name) for name in rows.select_dtypes(bool)]
    words = {name: rows[name].map({True: "yes", False: "no"}) for name in flags}
    text: str = rows.assign(**words).to_csv(index=False, lineterminator="\n")
    return text


def _write_inputs(scenario: Scenario, library: Library, folder: Path) -> None:
    """The scenario, naming the library beside it, and the library's files as they are."""
    named: dict[str, Any] = {"library": {kind: f"./{kind}" for kind in KINDS}}
    if scenario.existing is not None:
        named["existing"] = f"./{FLEET}"
    beside = parse({**resolved(scenario), **named})
    folder.mkdir()
    (folder / "scenario.yaml").write_text(dump(beside), encoding="utf-8")
    for kind in library.folders:
        (folder / kind).mkdir()
        own = [table.file for table in LIBRARY_TABLES.values() if table.folder == kind]
        for name in [*own, FIGURES.file, SOURCES_FILE, *SHAPE_FILES]:
            if (library.folders[kind] / name).is_file():
                shutil.copyfile(library.folders[kind] / name, folder / kind / name)


def _sync(folder: Path) -> None:
    """Wait until every file is on the disk, so that no rename comes before what it names."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_in_place(new: Path, target: Path) -> None:
    old = before(target)
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    _sync_folder(target.parent)
    if old.exists():
        _keep_others(old, target)
        shutil.rmtree(old, ignore_errors=True)


def _keep_others(old: Path, target: Path) -> None:
    """Move what is not of a plan, such as notes, from the folder before; also of its futures."""
    for path in old.iterdir():
        if path.name not in OWN:
            path.rename(target / path.name)
        elif path.name == BRANCHES:
            for branch in path.iterdir():
                if (target / BRANCHES / branch.name).is_dir():
                    _keep_others(branch, target / BRANCHES / branch.name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
