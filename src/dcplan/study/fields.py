"""The fields of a study: a base scenario, and the one question that many plans of it answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Strict, Tag, model_validator

from dcplan.objectives import ObjectiveName
from dcplan.scenario.fields import Block, Figure, Name, wrong

Number = Annotated[float, Field(ge=-1e32, le=1e32)]
MOST_RUNS = 10_000


class Steps(Block):
    """Evenly spread values."""

    start: Number = Field(alias="from", description="First value, in the unit of the field")
    end: Number = Field(alias="to", description="Last value, in the unit of the field")
    steps: int = Field(ge=2, le=1000, description="How many values, both ends included, a count")


def _list_or_steps(value: object) -> str:
    return "#steps" if isinstance(value, Mapping) else "#list"


Values = Annotated[
    Annotated[
        Annotated[tuple[Figure, ...], Strict(False), Field(min_length=1, max_length=1000)],
        Tag("#list"),
    ]
    | Annotated[Steps, Tag("#steps")],
    Discriminator(_list_or_steps),
]


class Front(Block):
    """The trade between two objectives."""

    objectives: Annotated[
        tuple[ObjectiveName, ...], Strict(False), Field(min_length=2, max_length=2)
    ] = Field(description="The two: tco, capex, carbon, max_flop or earliest; names")
    points: int = Field(default=7, ge=2, le=200, description="Plans asked for, a count")


class Tornado(Block):
    """What each uncertain figure does alone, from its low to its high."""

    most: int = Field(
        default=12,
        ge=1,
        le=500,
        description="Of the library's figures that the plan rests on and that have a low and a high, "
        "so many are tried, the weakest sources first; a count",
    )
    figures: Annotated[tuple[Name, ...], Strict(False)] = Field(
        default=(),
        description="If given, these figures of the library instead: table.row.column; names",
    )
    ranges: Mapping[
        Name, Annotated[tuple[Number, ...], Strict(False), Field(min_length=2, max_length=2)]
    ] = Field(
        default={},
        description="Further fields or figures with a range of your own: [low, high], in their unit",
    )


class Draw(Block):
    """A distribution of a field or figure; one of the two."""

    uniform: Annotated[tuple[Number, ...], Strict(False), Field(min_length=2, max_length=2)] | (
        None
    ) = Field(default=None, description="[low, high], in the unit of the field")
    triangular: Annotated[tuple[Number, ...], Strict(False), Field(min_length=3, max_length=3)] | (
        None
    ) = Field(default=None, description="[low, most likely, high], in the unit of the field")

    @model_validator(mode="after")
    def _one(self) -> Draw:
        if (self.uniform is None) == (self.triangular is None):
            raise wrong("takes one of uniform and triangular")
        ends = self.uniform or self.triangular or ()
        if list(ends) != sorted(ends) or ends[0] == ends[-1]:
            raise wrong("must rise from low to high")
        return self


class MonteCarlo(Block):
    """Plans of drawn figures, each made knowing its draw."""

    runs: int = Field(ge=1, le=MOST_RUNS, description="How many draws, a count")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of the draws, a number")
    draw: Mapping[Name, Draw] = Field(
        min_length=1, description="Distribution of each field or figure, drawn independently"
    )


class Alternatives(Block):
    """Other plans that are nearly as good."""

    plans: int = Field(default=10, ge=1, le=1000, description="Most plans beside the best, a count")
    within: Annotated[float, Field(gt=0.0, le=1.0)] = Field(
        default=0.01, description="How much worse than the best they may be, as a fraction"
    )
    differ: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="Sites that one of any two plans has and the other has not, at least; one in place "
        "of another counts twice; a count",
    )


class Enters(Block):
    """What may enter the plan; one of these."""

    chip: Name | None = Field(default=None, description="Chip that is bought; a name")
    site: Name | None = Field(default=None, description="Site that is open in the end; a name")
    supply: Name | None = Field(default=None, description="Supply that is contracted; a name")

    @property
    def asked(self) -> tuple[Literal["chip", "site", "supply"], str]:
        """Its kind and its name."""
        if self.chip is not None:
            return "chip", self.chip
        if self.site is not None:
            return "site", self.site
        return "supply", str(self.supply)

    @model_validator(mode="after")
    def _one(self) -> Enters:
        if sum(name is not None for name in (self.chip, self.site, self.supply)) != 1:
            raise wrong("takes one of chip, site and supply")
        return self


class BreakEven(Block):
    """Where something enters the plan, by halving."""

    enters: Enters = Field(description="What enters, a name")
    vary: Name = Field(description="Field or figure that is varied: a path as --set takes it")
    start: Number = Field(alias="from", description="One end, in the unit of the field")
    end: Number = Field(alias="to", description="The other end, in the unit of the field")
    tolerance: Annotated[float, Field(ge=1e-6, le=0.5)] = Field(
        default=0.01, description="How narrow the answer is, as a fraction of the range"
    )


class Timeline(Block):
    """The same target sooner or later, within the same plan years."""

    shift: Annotated[
        tuple[Annotated[int, Field(ge=-10, le=10)], ...],
        Strict(False),
        Field(min_length=1, max_length=21),
    ] = Field(
        default=(-1, 0, 1), description="By how many years the target moves, - is sooner; counts"
    )


Shown = Literal[
    "objective",
    "capex_busd",
    "opex_busd",
    "facility_mw",
    "delivered_eflops",
    "carbon_kt",
    "sites",
    "zones",
    "fibre_km",
    "usd_per_chip_hour",
]
"""Figures of a run that a chart can show."""
KINDS = ("sweep", "front", "tornado", "montecarlo", "alternatives", "break_even", "timeline")


class Study(Block):
    """Many plans of one scenario; exactly one of the kinds from `sweep` to `timeline` is given."""

    name: Name = Field(description="What the study is called; text")
    scenario: Name = Field(description="File of the base scenario, from the folder of the study")
    set: Mapping[Name, Figure] = Field(
        default={}, description="Fields or figures of the base to replace, path and value"
    )
    sweep: Mapping[Name, Values] | None = Field(
        default=None,
        min_length=1,
        max_length=4,
        description="Values of one field or more, each with each: a list or {from, to, steps}. A path "
        'that ends in *, as "chips.h100_sxm.price_usd*", multiplies what stands there',
    )
    front: Front | None = Field(default=None, description="The trade between two objectives")
    tornado: Tornado | None = Field(default=None, description="What each uncertain figure does")
    montecarlo: MonteCarlo | None = Field(default=None, description="Plans of drawn figures")
    alternatives: Alternatives | None = Field(
        default=None, description="Other plans that are nearly as good"
    )
    break_even: BreakEven | None = Field(default=None, description="Where something enters")
    timeline: Timeline | None = Field(default=None, description="The target sooner or later")
    shows: Shown = Field(
        default="objective",
        description="What the chart of a sweep or tornado shows of each plan; a name",
    )
    warm_starts: bool = Field(
        default=False,
        description="Whether a run starts from the nearest finished plan; true or false",
    )

    @property
    def kind(self) -> str:
        """Which question it is."""
        return next(name for name in KINDS if getattr(self, name) is not None)


def varied(study: Study) -> Iterator[tuple[tuple[str, ...], str, tuple[float | str, ...]]]:
    """What the file itself varies: the field of the study, the path that it names, and both ends."""
    for path, values in (study.sweep or {}).items():
        ends = (values.start, values.end) if isinstance(values, Steps) else (values[0], values[-1])
        yield ("sweep", path), path, ends
    for path, law in (study.montecarlo.draw if study.montecarlo else {}).items():
        drawn = law.uniform or law.triangular or ()
        yield ("montecarlo", "draw", path), path, (drawn[0], drawn[-1])
    if study.break_even:
        wish = study.break_even
        yield ("break_even", "vary"), wish.vary, (wish.start, wish.end)
    for path, both in (study.tornado.ranges if study.tornado else {}).items():
        yield ("tornado", "ranges", path), path, both


def given_kinds(data: Mapping[str, Any]) -> list[str]:
    """The kinds that stand in a file."""
    return [name for name in KINDS if name in data]
