"""What the checks of the fields report, in the words of a scenario's author."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from dcplan.errors import suggest
from dcplan.scenario.fields import Block, Table, block_of
from dcplan.scenario.model import Scenario, look
from dcplan.scenario.rules import conflicts
from dcplan.scenario.sheet import FieldPath, Sheet

_MUST = {
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "finite_number": "must be a finite number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_type": "must be text",
    "string_unicode": "must be text of valid characters",
    "string_too_short": "must be text of at least {min_length} character",
    "string_too_long": "must be text of at most {max_length} characters",
    "string_pattern_mismatch": "must not be blank",
    "tuple_type": "must be a list such as [a, b]",
    "too_short": "must have at least {min_length} entry",
    "too_long": "must have at most {max_length} entries",
    "dict_type": "must be a block of names and values",
}


T = TypeVar("T", bound=Block)


def check(sheet: Sheet) -> Scenario | None:
    """The scenario on the sheet, or None after noting every fault it has."""
    found, known = fitted(sheet, Scenario)
    for where, what in conflicts(known, lambda path: look(known, path)):
        sheet.complain(where, what)
    return None if sheet.faults else found


def fitted(sheet: Sheet, root: type[T]) -> tuple[T | None, dict[str, Any]]:
    """The block on the sheet, None where it has faults, which are noted; and the data without them."""
    found: T | None = None
    errors: list[ErrorDetails] = []
    try:
        found = root.model_validate(sheet.data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    known: dict[str, Any] = _copy(sheet.data)
    paths = [_path(sheet.data, detail["loc"]) for detail in errors]
    blank = [fault.path for fault in sheet.faults if _is_blank(sheet.data, fault.path)]
    # What holds a faulty part may be reported too, as too short: the part alone is worth telling.
    # The rules of a scenario itself, whose path is empty, run in `check` on what is known.
    inside: set[FieldPath] = {()} if root is Scenario else set()
    inside |= {path[:size] for path in paths for size in range(len(path))}
    inside |= {path[:size] for path in blank for size in range(len(path) + 1)}
    for path, detail in zip(paths, errors, strict=True):
        on_key = detail["loc"][-1:] == ("[key]",)
        if path not in inside:
            sheet.complain(path, _words(detail, path, on_key, root))
        _blank(known, path, on_key)
    return found, known


def known_fields(path: FieldPath, root: type[Block] = Scenario) -> tuple[str, ...]:
    """The names that may stand in the block at `path`, in the order of the schema."""
    block: type[Block] | None = root
    by_name = False
    for part in _named(path):
        field = _fields(block).get(part) if block else None
        if field is None and by_name:
            by_name = False  # a name that the author chose, for a block of its own
            continue
        block = block_of(field.annotation) if field else None
        by_name = field is not None and _is_by_name(field.annotation)
    return tuple(_fields(block)) if block else ()


def _is_by_name(annotation: Any) -> bool:
    """Whether a field holds values by names that the author chooses."""
    if get_origin(annotation) is Mapping:
        return True
    return any(_is_by_name(part) for part in getattr(annotation, "__args__", ()))


def _fields(block: type[Block]) -> dict[str, FieldInfo]:
    """The fields of a block by the names that a file has."""
    return {field.alias or name: field for name, field in block.model_fields.items()}


def _words(detail: ErrorDetails, path: FieldPath, on_key: bool, root: type[Block]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "float_type" and type(detail["input"]) is int:
        kind = "finite_number"
    if kind == "house":
        return str(context["what"])
    if kind == "extra_forbidden":
        return f"is not a known field{suggest(str(path[-1]), known_fields(path[:-1], root))}"
    if kind == "missing":
        return f"is missing; give it a value ({_meaning(path, root)})"
    if kind == "literal_error" and on_key:
        tables = get_args(Table)
        near = suggest(str(path[-1]), tables)
        return f"is not a table of the library{near or '; the tables are ' + ', '.join(tables)}"
    if kind == "literal_error":
        must = "must be " + str(context["expected"]).replace("'", "")
    elif kind == "model_type":
        must = "must be a block with " + ", ".join(known_fields(path, root))
    else:
        must = _MUST.get(kind, "cannot be used here").format(**context)
        if "entry" in must and context["min_length"] > 1:
            must = must.replace("entry", "entries")
    return f"is {shown(path[-1] if on_key else detail['input'])}; it {must}"


def shown(value: object) -> str:
    """A value as it would stand in the file, cut to a readable length."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**40:
        return "a number of more than 40 digits"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _meaning(path: FieldPath, root: type[Block]) -> str:
    block = root
    *outer, last = _named(path)
    for part in outer:
        field = _fields(block).get(part)  # none for a name that the author chose
        block = (field and block_of(field.annotation)) or block
    return str(_fields(block)[last].description)


def _named(path: FieldPath) -> list[str]:
    """The names of a path, without the places in lists, whose entries are all alike."""
    return [part for part in path if isinstance(part, str)]


def _path(data: Any, loc: tuple[int | str, ...]) -> FieldPath:
    """The error's place in the data, without the marks of alternatives it went through."""
    path: list[int | str] = []
    for part in loc:
        in_list = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if in_list or (isinstance(data, Mapping) and part in data):
            data = data[part]
        elif part == "[key]" or str(part).startswith("#"):
            continue
        path.append(part)
    return tuple(path)


def _is_blank(data: Any, path: FieldPath) -> bool:
    try:
        for part in path:
            data = data[part]
    except (KeyError, IndexError, TypeError):
        return False
    return data is None


def _blank(data: Any, path: FieldPath, on_key: bool) -> None:
    """Make a faulty part unknown, so that the rules between fields pass over it."""
    for part in path[:-1]:
        if not isinstance(data, dict) or not isinstance(data.get(part), (dict, list)):
            return
        if isinstance(data[part], list):
            data[part] = None
            return
        data = data[part]
    if on_key:
        data.pop(path[-1], None)
    elif path and path[-1] in data:
        data[path[-1]] = None


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value
