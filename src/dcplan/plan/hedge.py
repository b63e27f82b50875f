"""What several futures come to, to plan.json and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dcplan.errors import InputError, Problem
from dcplan.library.sheet import read_sheet, shown
from dcplan.plan.futures import FUTURES
from dcplan.plan.record import Hedge, Plan, digest_of
from dcplan.plan.tables import as_frame
from dcplan.scenario import parse, resolved

_NUMBERS = ("objective", "bound", "gap", "expected_musd", "cvar_musd")
_KNOWING = "perfect_information_musd"
_UNKNOWN = {"bound": -math.inf, "gap": math.inf}


def as_json(hedge: Hedge) -> dict[str, Any]:
    """Plain data for plan.json: what was asked, found, and what it is worth."""
    data: dict[str, Any] = {"status": hedge.status}
    for name in _NUMBERS:
        value = getattr(hedge, name)
        data[name] = value if math.isfinite(value) else None
    data[_KNOWING] = None if (known := hedge.perfect_information_musd) is None else _ends(*known)
    data["stochastic_solution_musd"] = {
        str(row.future): _ends(row.saved_least_musd, row.saved_most_musd)
        if row.alone_serves == "yes"
        else None
        for row in hedge.rows.itertuples()
    }
    data["cannot_serve_all"] = hedge.rows[hedge.rows.alone_serves == "no"].future.tolist()
    if why := why_not_known(hedge):
        data["not_known"] = why
    data["scenario"] = resolved(hedge.scenario)
    data["scenario_hash"] = digest_of(hedge.scenario)
    return data


def why_not_known(hedge: Hedge) -> str:
    """Why it has no figure what planning for one future alone comes to; nothing if all is known."""
    rows = hedge.rows
    late = rows[rows.alone_least_musd.isna() | (rows.alone_serves == "unknown")].future
    if late.empty:
        return ""
    return f"the search ended before the plan for {', '.join(late)} alone was done"


def _ends(least: float, most: float) -> dict[str, float]:
    return {"least": least, "most": most}


def read_hedge(
    folder: Path, data: Any, where: str, load: Callable[[Path], Plan], branches: str
) -> Hedge:
    """The futures of a plan folder; `load` reads the folder of each. Raises InputError."""
    where = f"{where}, futures"
    if not isinstance(data, Mapping) or not isinstance(data.get("scenario"), dict):
        raise InputError([Problem(where, "is not an object with a scenario; solve again")])
    scenario = parse(data["scenario"], where=where, folder=folder)
    if digest_of(scenario) != data.get("scenario_hash"):
        raise InputError([Problem(where, "was changed since the plan was saved; solve again")])
    path = folder / FUTURES.file
    sheet = read_sheet(FUTURES, path)
    if not path.exists() or sheet.problems:
        raise InputError(
            sheet.problems or [Problem(shown(path), "is missing; the plan is not whole")]
        )
    rows = as_frame(sheet)
    if list(rows.future) != [future.name for future in scenario.futures]:
        raise InputError([Problem(shown(path), "has other futures than the scenario; solve again")])
    return Hedge(
        scenario=scenario,
        status=str(data.get("status")),
        **{name: _number(data, name, where) for name in _NUMBERS},
        perfect_information_musd=_range(data, _KNOWING, where),
        rows=rows,
        parts=tuple(load(folder / branches / name) for name in rows.future),
    )


def _number(data: Mapping[str, Any], name: str, where: str) -> float:
    value = data.get(name)
    if value is None and name in _UNKNOWN:
        return _UNKNOWN[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError([Problem(f"{where}, {name}", f"is {value!r}; it must be a number")])
    return float(value)


def _range(data: Mapping[str, Any], name: str, where: str) -> tuple[float, float] | None:
    found = data.get(name)
    if found is None:
        return None
    if not isinstance(found, Mapping):
        raise InputError([Problem(f"{where}, {name}", "is not an object with least and most")])
    inside = f"{where}, {name}"
    return _number(found, "least", inside), _number(found, "most", inside)
