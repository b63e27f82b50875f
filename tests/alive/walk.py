"""The fields of a scenario down to single values, and which of them two scenarios differ in.

A path is written `limits.capex_busd.total`; one entry of a mapping is `.*`, of a list `[]`, a choice
from words `=word`. A yearly field is two: one number for all years, and one for each (`.*`).
"""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from dcplan.scenario import Scenario


@cache
def leaves(kind: Any = Scenario, path: str = "") -> tuple[str, ...]:
    """Every path of the schema, in its order; values of two kinds are told apart by their name.

    >>> [path for path in leaves() if path.startswith("limits.pue")]
    ['limits.pue', 'limits.pue.*', 'limits.pue_site']
    """
    rows = list(_walk(kind, path))
    count = Counter(leaf for leaf, _ in rows)
    return tuple(f"{leaf}:{name}" if count[leaf] > 1 else leaf for leaf, name in rows)


def _walk(kind: Any, path: str) -> Iterator[tuple[str, str]]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _walk(inner[0], path)
    elif origin in (Union, types.UnionType):
        for part in inner:
            if part is not type(None):
                yield from _walk(part, path)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from _walk(field.annotation, f"{path}.{name}".lstrip("."))
    elif origin is Literal:
        yield from ((f"{path}={word}", "word") for word in inner)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _walk(inner[1], f"{path}.*")
    elif origin is tuple:
        yield from _walk(inner[0], f"{path}[]")
    elif kind in (str, int, float, bool):
        yield path, kind.__name__
    elif kind is Any:
        yield path, "any"
    else:
        raise TypeError(f"{path} is {kind}; teach the walk what its values are")


def touched(one: Scenario, two: Scenario) -> set[str]:
    """Leaves in which two scenarios differ."""
    before, after = _values(one), _values(two)
    differ = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    known, found = leaves(), set()
    for path in differ:
        values = [*before.get(path, ()), *after.get(path, ())]
        words = {f"{path}={value}" for _, value in values} | {path}
        kinds = {f"{path}:{type(value).__name__}" for _, value in values}
        found |= {leaf for leaf in known if leaf in words | kinds}
    return found


def _values(scenario: Scenario) -> dict[str, list[tuple[Any, Any]]]:
    """What stands at every path, with the keys and places on the way to it."""
    found: dict[str, list[tuple[Any, Any]]] = {}

    def look(value: Any, path: str, way: tuple[Any, ...]) -> None:
        if isinstance(value, BaseModel):
            for name in type(value).model_fields:
                look(getattr(value, name), f"{path}.{name}".lstrip("."), way)
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                look(inner, f"{path}.*", (*way, key))
        elif isinstance(value, tuple):
            for place, inner in enumerate(value):
                look(inner, f"{path}[]", (*way, place))
        elif value is not None:
            found.setdefault(path, []).append((way, value))

    look(scenario, "", ())
    return found
