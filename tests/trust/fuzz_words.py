"""Hostile values, trees of data with them in it, and the YAML or JSON that says so."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

SCRIPT = "<script>alert(1)</script>"
PATHS = (
    *("../../etc", "/etc/passwd", "/dev/zero", "~", "~root", "..", ".", "", "base/../../x"),
    *("C:\\Windows", "a\\b", "file:///etc", "x" * 10_000, "./\x00", "con", "./grid/zones.csv"),
)
TEXTS = (
    *PATHS,
    *(SCRIPT, '"><img src=x onerror=alert(1)>', "=HYPERLINK(0)", "@SUM(A1)", "-2+3", "+1", "*1.1"),
    *(
        "\x1b[31mred\x1b[0m",
        "a\nb",
        "a\rb",
        "\u202eabc",
        "\u200b",
        "\U0001f4a9",
        "é" * 300,
        "\ud7ff",
    ),
    *("None", "null", "~", "yes", "no", "on", "nan", "NaN", ".inf", "1e999", "١٢", "1_000", "0x10"),
    *(
        "1,5",
        "1.5 GW",
        "5pct",
        "$5",
        "{}",
        "[]",
        "{{7*7}}",
        "%s%n",
        "${HOME}",
        "'; drop table",
        "\t",
    ),
    *(
        "2027",
        "2027-01-01",
        "12:30:45",
        "__class__",
        "__proto__",
        " ",
        "#",
        "&a",
        "*a",
        "!!str",
        "|",
    ),
)
NUMBERS = (
    *(0, -0.0, 1, -1, 0.5, 2, 1e-320, 1e-12, 1e9, -1e9, 1e15, 1e40, 1e300, -1e300, 10**30, 10**400),
    *(2**31, 2**63, 2**64, 2026, 2027, 2028, 2029, 1900, 9999, 100000, 1.7976931348623157e308),
)
TOKENS = (
    *(
        ".nan",
        ".inf",
        "-.inf",
        "~",
        "null",
        "true",
        "false",
        "!!python/object:os.system {}",
        "!x 1",
    ),
    *(
        "0o17",
        "0b11",
        "1:30",
        "2027-01-01",
        "*missing",
        "&a 1",
        "<<",
        "? x",
        "|\n a",
        "1e",
        "--",
        "=1",
    ),
    *("1" * 5000, "0x" + "f" * 400, "1e999999999", "-", "[", "{", "'", '"', "%", "@", "`", "---"),
)


@dataclass(frozen=True)
class Raw:
    """Text that is written as it stands."""

    text: str


@dataclass
class Map:
    """Keys and values in order; a key may stand twice."""

    pairs: list[tuple[Any, Any]]


def tree(data: Any) -> Any:
    """Data as lists and maps that may be bent."""
    if isinstance(data, dict):
        return Map([(key, tree(value)) for key, value in data.items()])
    return [tree(value) for value in data] if isinstance(data, (list, tuple)) else data


def text_of(node: Any) -> str:
    """A tree as one line of YAML; as JSON where it holds nothing that JSON has not."""
    if isinstance(node, Raw):
        return node.text
    if isinstance(node, Map):
        return "{" + ", ".join(f"{_key(k)}: {text_of(v)}" for k, v in node.pairs) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(text_of, node)) + "]"
    if isinstance(node, int) and not isinstance(node, bool) and abs(node) > 10**300:
        return "1" + "0" * 400
    return json.dumps(node, ensure_ascii=False)


def _key(key: Any) -> str:
    return key.text if isinstance(key, Raw) else json.dumps(str(key), ensure_ascii=False)


def hostile(draw: random.Random, raw: bool = True) -> Any:
    """A value that nobody asked for."""
    kind = draw.randrange(8)
    if kind < 3:
        return draw.choice(TEXTS)
    if kind < 5:
        return draw.choice(NUMBERS)
    if kind == 5 and raw:
        return Raw(draw.choice(TOKENS))
    if kind == 6:
        return draw.choice(([], [[]], Map([]), None, True, False, [None], [1, "a"], [1] * 500))
    deep: Any = draw.choice((1, "x", [], Map([])))
    for _ in range(draw.choice((2, 5, 25, 150))):
        deep = [deep] if draw.random() < 0.5 else Map([("a", deep)])
    return deep


def bend(node: Any, draw: random.Random, words: Sequence[Any]) -> Any:
    """The tree with one thing changed at a random place; `words` are keys it may know."""
    places = _places(node)
    if not places:
        return node
    holder, at = draw.choice(places)
    items = holder.pairs if isinstance(holder, Map) else holder
    value = items[at][1] if isinstance(holder, Map) else items[at]
    kind = draw.randrange(10)
    if kind == 0:
        del items[at]
    elif kind == 1:
        items.insert(draw.randrange(len(items) + 1), items[at])
    elif kind == 2 and isinstance(holder, Map):
        items[at] = (_other_key(items[at][0], draw, words), value)
    elif kind == 3 and isinstance(holder, Map):
        items.append((_other_key(items[at][0], draw, words), hostile(draw)))
    elif kind == 4 and isinstance(value, (int, float)) and not isinstance(value, bool):
        _put(holder, at, _near(value, draw))
    elif kind == 5:
        other, there = draw.choice(places)
        _put(
            holder, at, deepcopy(other.pairs[there][1] if isinstance(other, Map) else other[there])
        )
        if len(text_of(node)) > 400_000:
            _put(holder, at, 1)
    else:
        _put(holder, at, hostile(draw))
    return node


def _other_key(key: Any, draw: random.Random, words: Sequence[Any]) -> Any:
    ways = (key, f"{key}s", str(key)[1:], draw.choice(words), draw.choice(TEXTS), Raw("? [a]\n"))
    return draw.choice((*ways, Raw("<<"), draw.choice(NUMBERS), str(key).upper()))


def _near(value: float, draw: random.Random) -> float:
    try:
        return draw.choice((value * 1e3, value / 1e3, -value, value + 1, value * 1.01, value * 0))
    except OverflowError:
        return value


def _put(holder: Any, at: int, value: Any) -> None:
    if isinstance(holder, Map):
        holder.pairs[at] = (holder.pairs[at][0], value)
    else:
        holder[at] = value


def _places(node: Any, depth: int = 0) -> list[tuple[Any, int]]:
    """Every place of a tree as its holder and position there."""
    items = [v for _, v in node.pairs] if isinstance(node, Map) else node
    if not isinstance(items, list) or depth > 60:
        return []
    found = [(node, at) for at in range(len(items))]
    for value in items:
        found += _places(value, depth + 1)
    return found


def bomb(draw: random.Random) -> str:
    """YAML that is small and means something huge, or deep."""
    kind = draw.randrange(4)
    if kind == 0:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
        return "\n".join(lines) + "\n"
    if kind == 1:
        return "a: " + "[" * draw.choice((30, 1000, 20_000)) + "\n"
    if kind == 2:
        return "a: &a {b: *a}\n"
    return "".join(f"{' ' * i}a:\n" for i in range(draw.choice((25, 300)))) + "\n"
