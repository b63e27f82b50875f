"""YAML text to plain data, keeping the line of every key and refusing what is unsafe or doubtful.

Only the node tree of the YAML library is used: no tag builds an object, aliases (which can make
a small file huge) are refused, keys stay the text they are, and a key given twice is a fault.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from dcplan.scenario.sheet import NOTHING, Fault, FieldPath, Mark, Sheet, refusal

MOST_BYTES = 1_000_000
MOST_DEPTH = 20
_TAG = "tag:yaml.org,2002:"
_KINDS = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "value", "merge")
_NUMBERS = (_TAG + "int", _TAG + "float", _TAG + "bool")


SCENARIO = "a scenario (dcplan new writes one)"


def load_file(file: Path, what: str = SCENARIO) -> Sheet:
    """Read a YAML file whose top is a mapping; InputError where it cannot be read at all.

    `what` it must hold is said where it is empty.
    """
    top = Mark((0, 0), str(file))
    sheet = Sheet(top)
    node = compose(_content(file, top), top, by_line=True)
    if node is None:
        raise _unreadable(top, f"is empty; it must hold {what}")
    if not isinstance(node, MappingNode):
        kind = "a list" if isinstance(node, SequenceNode) else "a single value"
        raise _unreadable(top, f"holds {kind}; it must hold fields such as name: and years:")
    sheet.data = plain(node, (), sheet, by_line=True)
    return sheet


def _content(file: Path, top: Mark) -> str:
    try:
        if file.is_dir():
            raise _unreadable(top, "is a folder; it must be a scenario file")
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable(top, "does not exist; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(top, f"cannot be read: {reason}") from None
    if len(content) > MOST_BYTES:
        raise _unreadable(top, f"is larger than {MOST_BYTES} bytes; a scenario must be smaller")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 text (byte {error.start + 1}); save it as UTF-8"
        raise _unreadable(top, what) from None


def compose(text: str, top: Mark, *, by_line: bool) -> Node | None:
    """The node tree of YAML text, None if there is nothing in it; InputError if it is broken."""
    try:
        with warnings.catch_warnings():
            # an anchor given twice is harmless here: what uses one is refused
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
        return node
    except MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        mark = _line(top, place.line) if by_line and place else top
        reason = " ".join(str(error.problem or error.context).split())
        raise _unreadable(mark, f"is not valid YAML: {reason}") from None
    except RecursionError:
        raise _unreadable(top, f"is nested more than {MOST_DEPTH} deep; flatten it") from None
    except (YAMLError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        # The reader reports characters it refuses without a mark, and slips on some broken input.
        reason = getattr(error, "reason", None) or "it cannot be parsed"
        raise _unreadable(top, f"is not valid YAML: {reason}") from None


def plain(node: Node, path: FieldPath, sheet: Sheet, *, by_line: bool) -> Any:
    """Dicts with text keys, lists, numbers, flags and text; marks and faults go to the sheet."""
    return _Reader(sheet, by_line).value(node, path)


class _Reader:
    """One walk over a node tree."""

    def __init__(self, sheet: Sheet, by_line: bool) -> None:
        self.sheet = sheet
        self.by_line = by_line
        self.seen: set[int] = set()
        self.numbers = YAML(typ="safe", pure=True).constructor

    def mark(self, node: Node) -> Mark:
        return _line(self.sheet.top, node.start_mark.line) if self.by_line else self.sheet.top

    def value(self, node: Node, path: FieldPath) -> Any:
        """The plain value of one node."""
        self.sheet.marks.setdefault(path, self.mark(node))
        if id(node) in self.seen:
            self.sheet.complain(path, "repeats a part by alias (*name); write the value out")
            return None
        self.seen.add(id(node))
        if len(path) > MOST_DEPTH:
            self.sheet.complain(path, f"is nested more than {MOST_DEPTH} deep; flatten it")
            return None
        if str(node.tag).removeprefix(_TAG) not in _KINDS:
            self.sheet.complain(path, "carries a YAML tag (!name); write it without")
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(inner, (*path, place)) for place, inner in enumerate(node.value)]
        return self.scalar(node, path) if isinstance(node, ScalarNode) else None

    def mapping(self, node: MappingNode, path: FieldPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, inner in node.value:
            if not isinstance(key, ScalarNode) or id(key) in self.seen:
                self.sheet.complain(path, "has a key that is not plain text", self.mark(key))
                continue
            self.seen.add(id(key))
            here = (*path, key.value)
            if key.value in result:
                first = (
                    f" (first on line {self.sheet.marks[here].order[1]})" if self.by_line else ""
                )
                what = f"is given twice{first}; keep one"
                self.sheet.complain(here, what, self.mark(key))
                continue
            self.sheet.marks[here] = self.mark(key)
            result[key.value] = self.value(inner, here)
        return result

    def scalar(self, node: ScalarNode, path: FieldPath) -> Any:
        if node.tag == _TAG + "null":
            self.sheet.complain(path, NOTHING)
            return None
        if node.tag not in _NUMBERS:
            return node.value
        if _may_be_relative(path) and node.value.startswith("+"):
            number = node.value[1:]
            what = f'is {node.value}; write "+{number}" in quotes to add, {number} to set'
            self.sheet.complain(path, what)
            return None
        try:
            return self.numbers.construct_object(node)
        except (ValueError, KeyError):
            return node.value


def _may_be_relative(path: FieldPath) -> bool:
    """Whether text such as "+5" means a change there."""
    return path[:1] == ("overrides",) or (path[:1] == ("futures",) and path[2:3] == ("set",))


def _line(top: Mark, line: int) -> Mark:
    return Mark((top.order[0], line + 1), f"{top.text} line {line + 1}")


def _unreadable(mark: Mark, what: str) -> Exception:
    return refusal([Fault(mark, (), what)])
