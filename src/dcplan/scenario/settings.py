"""`--set path=value`: single changes to a scenario before it is checked.

`path=value` replaces, with the value in YAML (`buyer.channels=[merchant, google]`); `null` takes
a field out. `path*=0.8`, `path+=5` and `path-=5` change the number that stands there, or its
default, and on a yearly field every year's. Changes apply in the order given. A path is a field
of the scenario (`limits.pue`, `limits.power_gw.2028`); if it is none, a figure of the library:
table, row and column (`chips.h100_sxm.price_usd`, `chip_supply.h100_sxm/2028.world_chips`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from dcplan.errors import InputError, Problem, suggest
from dcplan.scenario.fields import Table
from dcplan.scenario.model import look
from dcplan.scenario.rules import PER_YEAR
from dcplan.scenario.sheet import FieldPath, Mark, Sheet
from dcplan.scenario.text import compose, plain
from dcplan.scenario.words import known_fields, shown

_ITEM = re.compile(r"\s*(?P<path>[^=]*?)\s*(?P<sign>[*+-]?)=(?P<value>.*)", re.DOTALL)
_RELATIVE = re.compile(r"\s*([*+-])\s*([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+\.)\s*")
_NULL = ("null", "~")


class _SettingError(Exception):
    """A setting that cannot be applied; the text says why."""


def apply(sheet: Sheet, settings: Iterable[str]) -> None:
    """Change the data of the sheet; faults are noted on it under the setting's own text."""
    for place, item in enumerate(settings):
        words = " ".join(item.split())
        mark = Mark((1, place), f"--set {words if len(words) <= 100 else words[:97] + '...'}")
        try:
            _apply(sheet, item, mark)
        except _SettingError as error:
            sheet.complain((), str(error), mark)


def apply_relative(
    current: float | str, value: float | str, where: str = "overrides"
) -> float | str:
    """What a library figure becomes under an override; relative text changes a number.

    `current` is what the library holds (NaN where nothing is published), `value` what
    `Scenario.overrides` holds, `where` names the figure in the InputError raised when there is
    no number to change or the result is not finite.

    >>> apply_relative(40000.0, "*0.8")
    32000.0
    >>> apply_relative(40000.0, 35000.0)
    35000.0
    >>> apply_relative("cold", "marine")
    'marine'
    """
    relative = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if relative is None or isinstance(current, (str, bool)):
        return value
    if math.isnan(current):
        what = f'is "{value}", but the library has no figure to change there; give the figure'
        raise InputError([Problem(where, what)])
    changed = _change(float(current), relative[1], float(relative[2]))
    if not math.isfinite(changed):
        what = f'is "{value}", which is too large a change of {current}'
        raise InputError([Problem(where, what)])
    return changed


def _apply(sheet: Sheet, item: str, mark: Mark) -> None:
    parts = _ITEM.fullmatch(item)
    if parts is None:
        raise _SettingError("has no '='; write path=value, such as limits.pue=1.12")
    path, text = _route(parts["path"], sheet.data), parts["value"].strip()
    if parts["sign"]:
        _relative(sheet, path, parts["sign"], _operand(parts["sign"], text), mark)
    elif text in _NULL:
        _remove(sheet, path, mark)
    else:
        _replace(sheet, path, text, mark)


def _route(text: str, data: Mapping[str, Any]) -> FieldPath:
    """The path of data a setting means: a field first, else a figure of the library."""
    names = tuple(text.split("."))
    if not all(names):
        raise _SettingError("has no full path; write path=value, such as limits.pue=1.12")
    tables, path = get_args(Table), _placed(names, data)
    is_field = names[0] in known_fields(()) and (
        len(names) < 2 or names[0] not in tables or names[1] in known_fields(names[:1])
    )
    if is_field or (len(names) == 2 and names[0] in known_fields(())):
        for depth, name in enumerate(path):
            fields = known_fields(path[:depth])
            if fields and isinstance(name, str) and name not in fields:
                raise _SettingError(f"is not a known field{suggest(name, fields)}")
        return path
    if names[0] not in tables:
        near = suggest(names[0], (*known_fields(()), *tables))
        raise _SettingError(f"does not start with a known field or library table{near}")
    if len(names) < 3:
        raise _SettingError(
            f"needs a row and a column of the table {names[0]}: {names[0]}.row.column=value"
        )
    # Only a row may have points in its name, so it takes whatever is left over.
    return ("overrides", names[0], ".".join(names[1:-1]), names[-1])


def _placed(names: tuple[str, ...], data: Mapping[str, Any]) -> FieldPath:
    """A block of a list is meant by its name: `commitments.first batch.price_usd`."""
    blocks = data.get(names[0])
    if len(names) < 3 or not isinstance(blocks, list):
        return names
    called = [str(block.get("name")) if isinstance(block, dict) else "" for block in blocks]
    if names[1] not in called:
        near = suggest(names[1], called) or f"; it has {', '.join(called) or 'none'}"
        raise _SettingError(f"names {shown(names[1])}, which is not one of {names[0]}{near}")
    return (names[0], called.index(names[1]), *names[2:])


def _operand(sign: str, text: str) -> float:
    number = _RELATIVE.fullmatch("*" + text)
    factor = float(number[2]) if number else math.inf
    if not math.isfinite(factor):
        raise _SettingError(f"has {shown(text)} after {sign}=; it must be a number without a sign")
    return factor


def _replace(sheet: Sheet, path: FieldPath, text: str, mark: Mark) -> None:
    if text.startswith("+"):
        form = _relative_form(path, text)
        raise _SettingError(f"begins with +; write {form} to add, or leave the + out to set")
    value = Sheet(mark)
    try:
        node = compose(text, mark, by_line=False)
    except InputError as error:
        hint = f"; write {_relative_form(path, text)} to change it" if text[0] in "*+-" else ""
        raise _SettingError(error.problems[0].what + hint) from None
    if node is None:
        raise _SettingError("has no value after '='; null takes the field out")
    data = plain(node, path, value, by_line=False)
    sheet.faults += value.faults
    holder = _holder(sheet, path, mark)
    holder[str(path[-1])] = data
    _remark(sheet, path, mark)


def _relative_form(path: FieldPath, text: str) -> str:
    """The relative form that `path=*0.8` was meant to be."""
    return f"{'.'.join(map(str, path))}{text[0]}={text[1:]}"


def _remove(sheet: Sheet, path: FieldPath, mark: Mark) -> None:
    _holder(sheet, path, mark).pop(str(path[-1]), None)
    _remark(sheet, path, mark)


def _relative(sheet: Sheet, path: FieldPath, sign: str, amount: float, mark: Mark) -> None:
    holder, name = _holder(sheet, path, mark), str(path[-1])
    current = holder.get(name)
    if path[0] == "overrides" and len(path) == 4 and not _is_number(current):
        holder[name] = _joined(current, sign, amount)
    else:
        if current is None and path[0] != "overrides":
            current = _default(path)
        holder[name] = _changed(current, ".".join(map(str, path)) in PER_YEAR, sign, amount)
    _remark(sheet, path, mark)


def _joined(current: object, sign: str, amount: float) -> str:
    """A relative override, on top of one that is already there."""
    if current is None:
        return f"{sign}{amount!r}"
    before = _RELATIVE.fullmatch(current) if isinstance(current, str) else None
    if before is None:
        raise _SettingError(f"cannot change {shown(current)}; it is not a number")
    if before[1] == "*" and sign == "*":
        return f"*{float(before[2]) * amount!r}"
    if "*" not in (before[1], sign):
        total = _change(_change(0.0, before[1], float(before[2])), sign, amount)
        return f"{total:+}"
    raise _SettingError(f"cannot be joined with {shown(current)}, which is there already")


def _changed(current: object, per_year: bool, sign: str, amount: float) -> Any:
    if per_year and isinstance(current, dict):
        return {year: _changed(value, False, sign, amount) for year, value in current.items()}
    if isinstance(current, bool) or not isinstance(current, (int, float)):
        if current is None:
            raise _SettingError("has nothing to change: the scenario gives no value; set it first")
        raise _SettingError(f"cannot change {shown(current)}; it is not a number")
    try:
        result = _change(float(current), sign, amount)
    except OverflowError:
        raise _SettingError(f"cannot be applied: {shown(current)} is too large") from None
    # A whole number stays one, so that counts and years can be changed too.
    return int(result) if isinstance(current, int) and result.is_integer() else result


def _change(current: float, sign: str, amount: float) -> float:
    return {"*": current * amount, "+": current + amount, "-": current - amount}[sign]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _default(path: FieldPath) -> Any:
    outer, last = path[:-1], str(path[-1])
    if last in known_fields(outer):
        return look({}, ".".join(map(str, path)))
    return None


def _holder(sheet: Sheet, path: FieldPath, mark: Mark) -> dict[str, Any]:
    """The mapping that holds the last name of the path, made where it is missing.

    One year of a yearly field that holds one number for all is set by writing the years out.
    """
    here: Any = sheet.data
    for depth, part in enumerate(path[:-1], start=1):
        if isinstance(part, int) or isinstance(path[depth], int):
            here = here[part]
            continue
        name, so_far = str(part), ".".join(map(str, path[:depth]))
        if name not in here:
            sheet.marks[path[:depth]] = mark
        inner = here.setdefault(name, {})
        if so_far in PER_YEAR and _is_number(inner):
            years = sheet.data.get("years")
            inner = {str(year): inner for year in years} if isinstance(years, list) else {}
            here[name] = inner
        if not isinstance(inner, dict):
            raise _SettingError(f"goes into {so_far}, which is {shown(inner)} and has no fields")
        here = inner
    holder: dict[str, Any] = here
    return holder


def _remark(sheet: Sheet, path: FieldPath, mark: Mark) -> None:
    for old in [known for known in sheet.marks if known[: len(path)] == path]:
        del sheet.marks[old]
    sheet.marks[path] = mark
