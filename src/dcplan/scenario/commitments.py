"""Lots of chips that are taken and paid for, outside what the market would sell."""

from __future__ import annotations

from pydantic import Field

from dcplan.scenario.fields import Block, Name, PlanYear


class Commitment(Block):
    """A take-or-pay lot: signed, all of it is bought in its year, at its own price."""

    name: Name = Field(description="What the lot is called; text")
    chip: Name = Field(description="Row of the library's chips; a name")
    year: PlanYear = Field(description="Plan year in which the lot is delivered; a calendar year")
    lot_chips: float = Field(
        gt=0.0,
        le=1e9,
        description="Chips of the lot, reserved beside the buyer's share of the market, a count",
    )
    price_usd: float = Field(
        ge=0.0,
        le=1e8,
        description="Price per chip of the lot with server and network, in USD",
    )
    mandatory: bool = Field(
        default=False, description="Whether it is signed already (true) or may be left (false)"
    )
