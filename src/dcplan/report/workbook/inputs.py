"""What a plan was solved from, as rows: the scenario, the library's figures, their sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dcplan.library import TABLES, cite
from dcplan.library.columns import Column, Value, number, text
from dcplan.library.sheet import key_text
from dcplan.plan import Plan
from dcplan.report.workbook.formats import SAME_ROW
from dcplan.report.workbook.listing import Listing
from dcplan.scenario import Scenario, resolved
from dcplan.scenario.fields import Block, block_of

Path = tuple[str, ...]
_KINDS = ("number", "integer", "choice")
_LEAD = re.compile("^(in|as|an?) ")


class Given(NamedTuple):
    """A field of the scenario: its path in words, value, unit and meaning."""

    path: str
    value: Value
    unit: str
    meaning: str


def scenario_listing(plan: Plan) -> Listing:
    """Every field as resolved, one a row; lists are JSON."""
    columns = (
        text("path", "field of the scenario; a part that is no plain word stands in quotes"),
        Column("value", SAME_ROW, "text", "as resolved, defaults written out; lists are JSON"),
        text("unit", "unit of the value"),
        text("meaning", "what the field says"),
    )
    return Listing(
        "Scenario",
        "plan_scenario",
        "Scenario: all that was asked for",
        columns,
        list(given(plan.scenario)),
    )


def given(scenario: Scenario) -> Iterator[Given]:
    """Yield the fields of a scenario in their order."""
    for path, value in _leaves((), resolved(scenario)):
        unit, meaning = _told(path)
        yield Given(".".join(map(_part, path)), value, unit, meaning)


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Value]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves((*path, str(key)), inner)
    else:
        plain = isinstance(value, (str, int, float))
        yield path, value if plain else json.dumps(value, ensure_ascii=False)


def _part(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name) else json.dumps(name, ensure_ascii=False)


def _told(path: Path) -> tuple[str, str]:
    """Unit and meaning of a field; a description ends in its unit.

    >>> _told(("limits", "power_gw", "2028"))
    ('GW', 'Facility power of the fleet in each plan year')
    """
    if path[0] == "overrides" and len(path) == 4:
        column = TABLES[path[1]].column(path[3])
        return (column.unit, f"in place of the library's: {column.meaning}") if column else ("", "")
    block: type[Block] | None = Scenario
    description = ""
    for name in path:
        if block is None:
            break
        known = block.model_fields[name]
        description, block = known.description or "", block_of(known.annotation)
    if path[0] == "overrides":
        return "", description
    meaning, _, unit = description.rpartition("; " if "; " in description else ", ")
    plain = _LEAD.sub("", _LEAD.sub("", unit))
    return {"calendar years": "calendar year"}.get(plain, plain), meaning


def assumptions(plan: Plan) -> Listing:
    """The figures of the library that the plan rests on, with range, confidence and sources."""
    columns = (
        text("table", "table of the library"),
        text("row", "key of its row"),
        text("column", "name of the column"),
        Column("value", SAME_ROW, "text", "as used, overrides of the scenario applied"),
        text("unit", "unit of value, low and high"),
        number("low", SAME_ROW, "plausible low end; blank: none given"),
        number("high", SAME_ROW, "plausible high end; blank: none given"),
        text("confidence", "how the figure is known; scenario: set there"),
        text("sources", "ids on the sheet Sources, in the same folder"),
        text("folder", "folder of the library"),
        text("meaning", "what the column says"),
        text("note", "derivation, or what to bear in mind"),
    )
    rows = [_figure(plan, *cell) for cell in _used(plan)]
    title = "Assumptions: the library's figures that this plan rests on"
    kept = [row for row in rows if row[3] is not None]
    return Listing("Assumptions", "plan_assumptions", title, columns, kept)


def _figure(plan: Plan, table: str, row: str, column: Column) -> tuple[Value | None, ...]:
    found = cite(plan.library, table, row, column.name)
    meaning = str(plan.library.finance.at[row, "meaning"]) if table == "finance" else column.meaning
    ids = ";".join(source.id for source in found.sources)
    value, low, high = found.value, found.low, found.high
    confidence, note = found.confidence, found.note
    own = getattr(plan.scenario.workload, column.name, None) if table == "workloads" else None
    if own is not None:
        value, low, high, confidence, ids, note = own, None, None, "scenario", "", ""
    where = TABLES[table].folder
    told = (table, row, column.name, value, found.unit, low, high, confidence, ids, where)
    return (*told, meaning, note)


def _used(plan: Plan) -> Iterator[tuple[str, str, Column]]:
    """Yield table, row and column of what the plan bought, opened, lit or pays for."""
    for name, keys in _keys(plan).items():
        table = TABLES[name]
        there = set(plan.library.table(name).index)
        free = [c for c in table.columns if c.name not in table.keys and c.kind in _KINDS]
        for key in dict.fromkeys(keys):
            if key in there:
                yield from ((name, key_text(key), column) for column in free)


def _keys(plan: Plan) -> dict[str, Iterable[Any]]:
    library, sites, links = plan.library, plan.site_rows, plan.link_rows
    bought = plan.chips[plan.chips.added > 0]
    climates = library.sites.climate.to_dict()
    ends = [*zip(links.node_a, links.node_b, strict=True)]
    return {
        "workloads": [plan.scenario.workload.preset],
        "replicas": sorted(set(plan.summary.sites)),
        "goodput": list(library.goodput.index if plan.scenario.workload.recovery else ()),
        "chips": sorted(set(plan.chips.chip)),
        "chip_supply": sorted(set(zip(bought.chip, bought.year, strict=True))),
        "cooling": sorted(
            {(k, climates.get(s)) for s, k in zip(sites.site_id, sites.cooling, strict=True)}
        ),
        "supply": sorted(set(plan.power.supply)),
        "reach": sorted(set(links.reach_class)),
        "finance": list(library.finance.index),
        "zones": sorted(set(sites.zone)),
        "sites": sorted(set(sites.site_id)),
        "corridors": [*ends, *((b, a) for a, b in ends)],
    }


def sources(plan: Plan) -> Listing:
    """Every source of the library's three folders."""
    columns = (
        text("folder", "folder of the library"),
        text("id", "as on the sheet Assumptions"),
        text("title", "what it is"),
        text("where", "where it is to be found"),
        text("date", "when it was published"),
        text("licence", "on what terms"),
    )
    rows = plan.library.sources.reset_index()
    cells = [tuple(str(row[c.name]) for c in columns) for row in rows.to_dict("records")]
    return Listing("Sources", "plan_sources", "Sources of the library's figures", columns, cells)
