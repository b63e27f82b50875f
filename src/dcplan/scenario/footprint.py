"""Blocks about what a fleet emits, drinks and can lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from dcplan.scenario.fields import Block, Kept, Kilotonnes, Megalitres, Name, PerYear


class CarbonLimit(Block):
    """Limits on emissions: operational, and embodied where carbon.embodied is true."""

    total: Kilotonnes | None = Field(default=None, description="Over all plan years, in kt of CO2")
    per_year: PerYear[Kilotonnes] | None = Field(
        default=None, description="In each plan year, in kt of CO2"
    )


class WaterLimit(Block):
    """Limits on the water that cooling takes on site."""

    per_year: PerYear[Megalitres] | None = Field(
        default=None, description="Of the fleet in each plan year, in ML"
    )
    sites: Mapping[Name, Megalitres] = Field(
        default={}, description="Of a named site in any year, in ML"
    )
    climates: Mapping[Name, Megalitres] = Field(
        default={}, description="Of every single site in a named climate in any year, in ML"
    )


class Resilience(Block):
    """What must go on when a whole zone or site is lost; both fields or neither."""

    lose: Literal["zone", "site"] | None = Field(
        default=None,
        description="What may be lost, any one at a time: a grid zone with all its sites, or a "
        "site; a name",
    )
    keep_frac: PerYear[Kept] | None = Field(
        default=None,
        description="Least share of the fleet's compute rate that the rest still has in each plan "
        "year, and so of the rate delivered; a year left out may lose all, as a fraction",
    )


class Carbon(Block):
    """Which emissions are counted."""

    embodied: bool = Field(
        default=False,
        description="Whether making the chips and halls counts, in the year they are bought; a flag",
    )
