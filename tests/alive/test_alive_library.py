"""Every column of the library acts: some scenario's model changes with its figures.

A column that no equation reads is not in a table. Those that only label stand in LABELS, each checked
to be told to people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alive.test_alive_tables import LABELS
from dcplan import case as cases
from dcplan import model, scenario
from dcplan.case import Case, read_library
from dcplan.errors import InputError, NoPlan
from dcplan.library import Library
from dcplan.library.columns import Column, flag
from dcplan.library.schema import TABLES
from dcplan.solve.matrix import compile_model
from model.conftest import AS_REPLICAS, BY_RULES, FOOTPRINT, GROWING_GRID, IN_TOTAL, STANDS
from tiny_plans import TINY

_FREE = ("objective=max_flop", "target={}", "limits=null", "solver.gap=1e-9")
MORE = (
    *_FREE,
    *("chips.repair_hours=10", "chips.red_new.domain_chips=8"),
    *("chips.red_new.failures_per_mhour=100", "chips.blue.domain_chips=8"),
    *("chips.blue.failures_per_mhour=50", "chips.networks=[ethernet_clos]"),
    *("chips.red_new.network=ethernet_clos", "chips.blue.network=ethernet_clos"),
    *("supply.gas.zone=north", "power.offer=[grid, gas, grid_2]", "power.lead_times=zone"),
    *("buyer.wafer_frac=0.5", "chips.red_new.packaging=plate", "chips.red_new.per_wafer=10"),
    *("chips.blue.packaging=foil", "chips.blue.per_wafer=5"),
    *("wafers.foil/2027.world_wafers=10000", "wafers.foil/2028.world_wafers=30000"),
    *("chip_prices.blue/2028.price_usd=20000", "chip_prices.red_new/2028.price_usd=30000"),
    "limits.capex_busd.total=12",
)
"""What the model's own tests of every option leave blank."""
STEPS = tuple((*_FREE, f"workload.recovery={name}") for name in ("restart_5min", "islands_8"))
BASES = (MORE, FOOTPRINT, STANDS, GROWING_GRID, BY_RULES, AS_REPLICAS, IN_TOTAL, *STEPS)
FIRST = {"goodput": (IN_TOTAL, *STEPS), "replicas": (AS_REPLICAS,), "upgrades": (GROWING_GRID,)}
"""Where to look first, to be quick."""
ITEMS = [("finance", "value", item) for item in read_library(scenario.read(TINY, ())).finance.index]
"""Each figure of finance.csv is a column of its own."""
COLUMNS = [
    (table.name, column.name, None)
    for table in TABLES.values()
    for column in table.columns
    if (table.name, column.name) not in {*LABELS, ("finance", "value")}
]


@cache
def _wish(settings: tuple[str, ...]) -> tuple[scenario.Scenario, Library]:
    wish = scenario.read(TINY, settings)
    return wish, read_library(wish)


def _told(case: Case) -> str:
    """All that a model can know of a case; where it is the same, so is the model."""
    return repr([getattr(case, field.name) for field in fields(case) if field.name != "library"])


def _print(case: Case) -> str:
    """A fingerprint of the compiled model."""
    if cases.shortfalls(case):
        raise NoPlan("some limit alone puts the target out of reach")
    matrix = compile_model(model.build(case))
    parts = (matrix.a.data, matrix.a.indices, matrix.a.indptr, matrix.row_lower, matrix.row_upper)
    more = (matrix.lower, matrix.upper, matrix.cost, np.array([matrix.offset]), matrix.integer)
    found = hashlib.sha256()
    for part in (*parts, *more):
        found.update(np.ascontiguousarray(part).tobytes())
    return found.hexdigest()


@cache
def _before(settings: tuple[str, ...]) -> tuple[str, str]:
    case = cases.build(*_wish(settings))
    return _told(case), _print(case)


def _cells(column: Column, value: Any, pool: Iterable[Any]) -> list[Any]:
    """Other values that one cell could hold; a blank stays blank."""
    if pd.isna(value):
        return []
    if column.kind == "integer":
        return [value + 1, value - 1, value * 2]
    if column.kind == "number":
        return [value + 1, value * 1.07, value * 0.5, value * 3]
    every = (True, False) if column.kind == "flag" else column.choices or pool
    return [other for other in every if other != value]


def _columns(library: Library, table: str, column: Column, item: str | None) -> Iterator[list[Any]]:
    """The column with other values: all its figures changed, or one row."""
    frame = library.table(table).reset_index()
    values = list(frame[column.name])
    pool = [*dict.fromkeys(values), *library.zones.index[:1]]
    if column.name.startswith("node_"):
        pool += [*library.nodes.index, *library.sites.index]
    rows = [_cells(column, value, pool) for value in values]
    if item is not None:
        rows = [row if name == item else [] for row, name in zip(rows, frame["item"], strict=True)]
    elif column.kind == "number":
        for place in range(4):
            yield [row[place] if row else old for row, old in zip(rows, values, strict=True)]
    elif column.name in library.table(table).index.names:
        for one, two in pairwise(dict.fromkeys(values)):
            turned = {one: two, two: one}
            yield [turned.get(value, value) for value in values]
    for place, others in enumerate(rows):
        for other in others:
            yield [*values[:place], other, *values[place + 1 :]]


def _changed(library: Library, table: str, column: Column, item: str | None) -> Iterator[Library]:
    """The library with other values in one column."""
    frame = library.table(table)
    keys = list(frame.index.names)
    for values in _columns(library, table, column, item):
        other = frame.reset_index().assign(**{column.name: values})
        if not other.duplicated(keys).any():
            yield replace(library, **{table: other.set_index(keys)})


def _acts(name: str, column: Column, item: str | None) -> bool:
    for base in (*FIRST.get(name, ()), *BASES):
        wish, library = _wish(base)
        told, before = _before(base)
        for other in _changed(library, name, column, item):
            try:
                case = cases.build(wish, other)
                if _told(case) != told and _print(case) != before:
                    return True
            except (InputError, NoPlan):
                continue
    return False


@pytest.mark.parametrize(("table", "name", "item"), [*COLUMNS, *ITEMS])
def test_a_column_acts(table: str, name: str, item: str | None) -> None:
    column = TABLES[table].column(name)
    assert column is not None
    assert _acts(table, column, item), (
        f"no model of BASES changes with {table}.{item or name}: give a base that reads it, or take "
        "it out of the schema and the files"
    )


def test_a_dead_column_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alive.test_alive_library.BASES", BASES[:2])
    wish, library = _wish(BASES[0])
    painted = replace(library, nodes=library.nodes.assign(painted=True))
    monkeypatch.setattr("alive.test_alive_library._wish", lambda _: (wish, painted))
    case = cases.build(wish, painted)
    before = _told(case), _print(case)
    monkeypatch.setattr("alive.test_alive_library._before", lambda _: before)
    assert not _acts("nodes", flag("painted", "of no use"), None)
    assert _acts("nodes", TABLES["nodes"].columns[2], None)
