"""The kinds of value a scenario is made of: strict numbers, names, values by year.

Strict means that the text "10" and the flag `true` are not numbers, and that no number is
infinite: what a file says is what the model gets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
)
from pydantic_core import PydanticCustomError

T = TypeVar("T")


class Block(BaseModel):
    """A block of named fields: frozen, unknown names refused, numbers strict and finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def wrong(what: str) -> PydanticCustomError:
    """An error of a field in house words: `what` is shown after `where:` just as it stands."""
    return PydanticCustomError("house", "{what}", {"what": what})


def _year(key: object) -> object:
    """A year as a key; JSON and YAML hand keys over as text."""
    if isinstance(key, str) and re.fullmatch("[0-9]{4}", key):
        return int(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return key
    raise wrong("is not a year; the keys here are plan years such as 2028")


def _one_line(text: str) -> str:
    # Names reach terminals, tables and file names, where control characters do harm.
    if re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text):
        raise wrong("has a line break or control character; it must be one line of plain text")
    return text


def _once(values: tuple[T, ...]) -> tuple[T, ...]:
    twice = [value for place, value in enumerate(values) if value in values[:place]]
    if twice:
        raise wrong(f'names "{twice[0]}" twice; each may stand once')
    return values


def _consecutive(years: tuple[int, ...]) -> tuple[int, ...]:
    for before, after in pairwise(years):
        if after <= before:
            raise wrong(f"has {after} after {before}; years must rise")
        if after != before + 1:
            raise wrong(
                f"leaves out {before + 1}; plan years must follow one another, "
                "since spending in a year left out would be lost"
            )
    return years


def _rising(values: tuple[float, ...]) -> tuple[float, ...]:
    for before, after in pairwise(values):
        if after <= before:
            raise wrong(f"has {after} after {before}; the values must rise")
    return values


def _one_or_many(value: object) -> str:
    return "#by_year" if isinstance(value, Mapping) else "#all_years"


def _number_or_text(value: object) -> str:
    return "#text" if isinstance(value, str) else "#number"


def _text_or_list(value: object) -> str:
    return "#text" if isinstance(value, str) else "#list"


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"\S"),
    AfterValidator(_one_line),
]
Names = Annotated[tuple[Name, ...], Strict(False), AfterValidator(_once)]
SomeNames = Annotated[tuple[Name, ...], Strict(False), Field(min_length=1), AfterValidator(_once)]

AllOrNames = Annotated[
    Annotated[Literal["all"], Tag("#text")] | Annotated[Names, Tag("#list")],
    Discriminator(_text_or_list),
]

PlanYear = Annotated[int, Field(ge=2026, le=2060)]
PlanYears = Annotated[
    tuple[PlanYear, ...],
    Strict(False),
    Field(min_length=1, max_length=15),
    AfterValidator(_consecutive),
]
KeyYear = Annotated[int, BeforeValidator(_year)]
PerYear = Annotated[
    Annotated[T, Tag("#all_years")] | Annotated[Mapping[KeyYear, T], Tag("#by_year")],
    Discriminator(_one_or_many),
]

Share = Annotated[float, Field(gt=0.0, le=1.0)]
ShareOrNone = Annotated[float, Field(ge=0.0, le=1.0)]
Pue = Annotated[float, Field(ge=1.0, le=3.0)]
PowerGw = Annotated[float, Field(ge=0.0, le=1000.0)]
Busd = Annotated[float, Field(ge=0.0, le=100_000.0)]
Kilotonnes = Annotated[float, Field(ge=0.0, le=1e7)]
Megalitres = Annotated[float, Field(ge=0.0, le=1e7)]
UsdPerTonne = Annotated[float, Field(ge=0.0, le=1e5)]
# Nothing of a loss can be kept whole, so 1 itself is refused.
Kept = Annotated[float, Field(gt=0.0, lt=1.0)]
Eflops = Annotated[float, Field(ge=0.0, le=1e7)]
Flop = Annotated[float, Field(gt=0.0, le=1e32)]
Speeds = Annotated[
    tuple[Annotated[float, Field(gt=0.0, le=1e6)], ...],
    Strict(False),
    Field(min_length=1, max_length=50),
    AfterValidator(_rising),
]

Table = Literal[
    "chips",
    "chip_supply",
    "chip_prices",
    "wafers",
    "cooling",
    "supply",
    "reach",
    "workloads",
    "replicas",
    "goodput",
    "finance",
    "zones",
    "upgrades",
    "nodes",
    "corridors",
    "sites",
    "fleet_sites",
    "fleet_power",
    "fleet_chips",
    "fleet_links",
]

# A figure that replaces one of the library: a value, or "*0.8", "+5", "-5" on what stands there.
Figure = Annotated[
    Annotated[float, AllowInfNan(False), Tag("#number")] | Annotated[Name, Tag("#text")],
    Discriminator(_number_or_text),
]


def yearly(value: float | Mapping[int, float] | None, years: Sequence[int]) -> dict[int, float]:
    """The value of a yearly field in each plan year; years without one are absent.

    >>> yearly(1.15, [2027, 2028])
    {2027: 1.15, 2028: 1.15}
    >>> yearly({2028: 4.0}, [2027, 2028])
    {2028: 4.0}
    """
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {year: float(value[year]) for year in years if year in value}
    return dict.fromkeys(years, float(value))


def block_of(annotation: Any) -> type[Block] | None:
    """The block of fields that an annotation stands for, or None where it is a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return annotation
    inner = getattr(annotation, "__args__", ())
    return next((block for part in inner if (block := block_of(part)) is not None), None)
