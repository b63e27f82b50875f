"""What was asked differently: fields of the scenario and figures of the library."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from dcplan.library import TABLES, Library
from dcplan.library.sheet import key_text
from dcplan.plan import Plan
from dcplan.scenario import resolved

Row = tuple[Any, ...]
_ABSENT = None
ROW = "a row"
"""What stands for a row of a table that the other library does not have."""


def rows(letter: str, a: Plan, b: Plan) -> list[Row]:
    """Rows of the frame `inputs`; overrides stand with the figures they set."""
    return [
        *((letter, "scenario", *row) for row in _fields(a, b)),
        *((letter, "library", *row) for row in _figures(a.library, b.library)),
    ]


def _fields(a: Plan, b: Plan) -> Iterator[Row]:
    old, new = (dict(_flat(resolved(plan.scenario))) for plan in (a, b))
    for path in dict.fromkeys([*old, *new]):
        if path.split(".")[0] != "overrides" and old.get(path) != new.get(path):
            yield path, "", old.get(path, _ABSENT), new.get(path, _ABSENT)


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Fields by the path that `--set` takes."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        yield path, ", ".join(map(_item, value))
    else:
        yield path, value


def _item(value: Any) -> str:
    if isinstance(value, (int, float)):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _figures(a: Library, b: Library) -> Iterator[Row]:
    for name, table in TABLES.items():
        old, new = a.table(name), b.table(name)
        if old.equals(new):
            continue
        units = {column.name: column.unit for column in table.columns}
        before, after = old.to_dict("index"), new.to_dict("index")
        for key in dict.fromkeys([*before, *after]):
            path = f"{name}.{key_text(key)}"
            if key not in before or key not in after:
                here = (_ABSENT, ROW) if key in after else (ROW, _ABSENT)
                yield path, "", *here
                continue
            for column, value in after[key].items():
                if not _equal(before[key][column], value):
                    unit = str(after[key].get("unit", "")) or units[str(column)]
                    yield f"{path}.{column}", unit, *map(_plain, (before[key][column], value))


def _equal(a: Any, b: Any) -> bool:
    return bool(a == b) or (_plain(a) is None and _plain(b) is None)


def _plain(value: Any) -> Any:
    """A cell as plain data, None where blank."""
    value = value.item() if hasattr(value, "item") else value
    blank = value == "" or (isinstance(value, float) and math.isnan(value))
    return None if blank else value
