"""A scenario as a whole: its blocks, and the check that they agree.

The models hold plain data and nothing else. What a name means (a chip, a site, a preset) is
looked up later, in the library; here only the form and the agreement of fields are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PrivateAttr, Strict, model_validator
from pydantic_core import PydanticUndefined

from dcplan.objectives import ObjectiveName
from dcplan.scenario.blocks import (
    Buyer,
    Chips,
    Fibre,
    LibraryNames,
    Limits,
    Power,
    Sites,
    Solver,
)
from dcplan.scenario.commitments import Commitment
from dcplan.scenario.costs import Money
from dcplan.scenario.fields import Block, Figure, Name, PlanYears, Table, block_of, wrong
from dcplan.scenario.footprint import Carbon, Resilience
from dcplan.scenario.futures import Futures, Risk
from dcplan.scenario.rules import conflicts
from dcplan.scenario.sheet import FieldPath
from dcplan.scenario.training import Target, TieBreaker, Workload


class Scenario(Block):
    """One planning problem as its author states it."""

    name: Name = Field(description="What the plan is called; text")
    library: LibraryNames = Field(description="Which figures are used; names or paths")
    existing: Name | None = Field(
        default=None,
        description="Fleet that stands before the first year, with its sites, chips, power and "
        "fibre; a name that ships, or a path",
    )
    buyer: Buyer = Field(description="Who buys the chips")
    years: PlanYears = Field(description="Plan years, one after another; calendar years")
    money: Money = Field(default=Money(), description="How money is compared over time")
    workload: Workload = Field(description="The training run")
    target: Target = Field(
        default=Target(training_eflops=0.0),
        description="What the fleet must deliver: a rate, FLOP by a date, or both; not needed for "
        "max_flop",
    )
    limits: Limits = Field(default=Limits(), description="What the fleet must stay within")
    sites: Sites = Field(default=Sites(), description="Which sites, in MW and counts")
    chips: Chips = Field(default=Chips(), description="Which chips; names")
    commitments: Annotated[tuple[Commitment, ...], Strict(False)] = Field(
        default=(), description="Take-or-pay lots of chips"
    )
    power: Power = Field(default=Power(), description="Which electricity; names")
    fibre: Fibre = Field(default=Fibre(), description="Network, in km and Tb/s")
    resilience: Resilience = Field(default=Resilience(), description="What must survive a loss")
    carbon: Carbon = Field(default=Carbon(), description="Which emissions are counted")
    objective: ObjectiveName = Field(
        description="Least total cost (tco), least capex, most training (max_flop), least "
        "emissions (carbon), or the first year in which target.training_flop is delivered "
        "(earliest); a name"
    )
    tie_breakers: Annotated[tuple[TieBreaker, ...], Strict(False)] = Field(
        default=(),
        description="Objectives after the first, in order, each among the plans that the ones "
        "before leave",
    )
    futures: Futures = Field(
        default=(),
        description="Ways in which things may turn out: places, cooling and fibre are chosen once "
        "for all of them, the rest in each",
    )
    risk: Risk = Field(default=Risk(), description="How the costs of the futures are weighed")
    solver: Solver = Field(default=Solver(), description="How to search")
    overrides: Mapping[Table, Mapping[Name, Mapping[Name, Figure]]] = Field(
        default={},
        description="Library figures to replace, as table, row, column, value in the unit of the "
        'column; "*0.8", "+5" and "-5" in quotes change the figure that stands there',
    )

    _folder: Path = PrivateAttr(default_factory=Path)
    _marks: Mapping[FieldPath, str] = PrivateAttr(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where relative library paths start: the folder of the file, else the current one."""
        return self._folder

    def place(self, path: FieldPath) -> str:
        """Where a field was written (`10gw.yaml line 14`), or the nearest thing round it."""
        written = (self._marks.get(path[:size]) for size in range(len(path), -1, -1))
        return next(filter(None, written), "")

    def __eq__(self, other: object) -> bool:
        """Scenarios are equal when their fields are; where they stand does not matter."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    @model_validator(mode="after")
    def _agree(self) -> Scenario:
        given = self.model_dump(exclude_unset=True)
        for path, what in conflicts(given, lambda path: look(given, path)):
            raise wrong(f"{'.'.join(map(str, path))}: {what}")
        return self


def standing_in(scenario: Scenario, folder: Path, marks: Mapping[FieldPath, str]) -> Scenario:
    """The same scenario, written at `marks`, with relative library paths starting in `folder`."""
    moved = scenario.model_copy()
    moved._folder = folder
    moved._marks = marks
    return moved


def look(given: Mapping[str, Any], path: str) -> Any:
    """What data says at a dotted path of fields, else the default; None where there is neither."""
    here: Any = given
    block: type[Block] = Scenario
    *outer, last = path.split(".")
    for name in outer:
        here = here.get(name, {})
        inner = block_of(block.model_fields[name].annotation)
        if inner is None or not isinstance(here, Mapping):
            return None
        block = inner
    default = block.model_fields[last].get_default(call_default_factory=True)
    return here.get(last, None if default is PydanticUndefined else default)
