"""Plain data together with the place each part of it was written, and the faults found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dcplan.errors import InputError, Problem

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Mark:
    """A place in the input: `order` sorts it, `text` names it to a reader."""

    order: tuple[int, int]
    text: str


@dataclass(frozen=True)
class Fault:
    """One problem, before it is turned into a line of text."""

    mark: Mark
    path: FieldPath
    what: str


@dataclass
class Sheet:
    """A mapping of plain values with text keys, the mark of every path, and the faults so far."""

    top: Mark
    data: dict[str, Any] = field(default_factory=dict)
    marks: dict[FieldPath, Mark] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def mark(self, path: FieldPath) -> Mark:
        """Where `path` was written, or the nearest thing round it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.marks:
                return self.marks[path[:length]]
        return self.top

    def complain(self, path: FieldPath, what: str, mark: Mark | None = None) -> None:
        """Note a fault at `path`."""
        self.faults.append(Fault(mark or self.mark(path), path, what))


def dotted(path: FieldPath) -> str:
    """A path as a reader writes it.

    >>> dotted(("buyer", "channels", 1))
    'buyer.channels item 2'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f" item {part + 1}"
        else:
            text += f".{part}" if text else part
    return text if len(text) <= 120 else text[:117] + "..."


def refusal(faults: Iterable[Fault]) -> InputError:
    """All faults as one error, in the order of the lines they are on."""
    ordered = sorted(faults, key=lambda fault: (fault.mark.order, dotted(fault.path), fault.what))
    problems = tuple(
        dict.fromkeys(
            Problem(", ".join(filter(None, (fault.mark.text, dotted(fault.path)))), fault.what)
            for fault in ordered
        )
    )
    return InputError(problems)


def from_data(data: Mapping[Any, Any], where: str) -> Sheet:
    """A sheet over data that is already in memory; every part of it stands at `where`."""
    sheet = Sheet(Mark((0, 0), where))
    sheet.data = _plain(data, (), sheet)
    return sheet


def _plain(value: object, path: FieldPath, sheet: Sheet) -> Any:
    if isinstance(value, Mapping):
        result: dict[str, Any] = {}
        for key, inner in value.items():
            name = str(key)
            if name in result:
                sheet.complain((*path, name), "is given twice; keep one")
            result[name] = _plain(inner, (*path, name), sheet)
        return result
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(inner, (*path, place), sheet) for place, inner in enumerate(value)]
    if value is None:
        sheet.complain(path, NOTHING)
    return value


NOTHING = "has no value; give it one or take it out"
