"""What fields, figures and objectives are called, and their units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dcplan.library import FINANCE_ITEMS, TABLES
from dcplan.objectives import OBJECTIVES
from dcplan.scenario.fields import Block, block_of
from dcplan.scenario.model import Scenario
from dcplan.study.read import Asked
from dcplan.units import MUSD_PER_BUSD

_SIGNS = "*+-"


def unit_of(path: str) -> str:
    """The unit of a field or figure; empty where it has none, and for a factor.

    >>> unit_of("limits.capex_busd.total"), unit_of("chips.h100_sxm.price_usd"), unit_of("limits.pue*")
    ('1e9 USD', 'USD', 'times')
    >>> unit_of("commitments.first batch.price_usd"), unit_of("workload.recovery")
    ('USD', '')
    """
    name = path.rstrip(_SIGNS + " ")
    if name != path:
        return "times" if path.endswith("*") else f"{path[-1]} {unit_of(name)}"
    table, _, rest = path.partition(".")
    if table in TABLES and rest.count("."):
        row, _, column = rest.rpartition(".")
        items = {item.name: item for item in FINANCE_ITEMS}
        found = items.get(row) if table == "finance" else TABLES[table].column(column)
        return found.unit if found is not None and "=" not in found.unit else ""
    *_, last = ["", *_descriptions(path)]
    unit = last.rpartition(", in ")[2] if ", in " in last else ""
    return "" if unit.startswith(("ratio", "a count")) or ";" in unit else unit


def _descriptions(path: str) -> Iterator[str]:
    block: type[Block] | None = Scenario
    for place, part in enumerate(path.split(".")):
        field: Any = block.model_fields.get(part) if block else None
        if field is None and place == 1 and block and "name" in block.model_fields:
            continue  # a block of a list is meant by its name
        if field is None:
            return
        yield str(field.description or "")
        block = block_of(field.annotation)


def named(path: str) -> str:
    """A field with its unit, for an axis or the head of a column.

    >>> named("limits.capex_busd.total")
    'limits.capex_busd.total, 1e9 USD'
    """
    unit = unit_of(path)
    return f"{path}, {unit}" if unit else path


def goal(asked: Asked) -> str:
    """The objective of the study."""
    return asked.scenario.objective


def scaled(objective: str, value: float) -> float:
    """A value as charts and tables have it: money in 1e9 USD."""
    return value / MUSD_PER_BUSD if OBJECTIVES[objective].in_money else value


def unit(objective: str) -> str:
    """The unit of `scaled`."""
    if objective == "earliest":
        return "year"
    return "1e9 USD" if OBJECTIVES[objective].in_money else OBJECTIVES[objective].unit


def told(objective: str, value: float) -> str:
    """A value in the objective's own unit, for a sentence."""
    return f"{value:.0f}" if objective == "earliest" else OBJECTIVES[objective].told(value)


def noun(objective: str) -> str:
    """What the objective is called."""
    words = {
        "tco": "total cost",
        "earliest": "year in which the training is done",
        "max_flop": "training of all years",
    }
    return words.get(objective, OBJECTIVES[objective].noun)
