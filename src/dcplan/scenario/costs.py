"""Blocks about money: how years compare, prices that move, what is repaid and borrowed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dcplan.scenario.fields import Block, PerYear, Share, UsdPerTonne

Rate = Annotated[float, Field(ge=0.0, lt=0.5)]
Rise = Annotated[float, Field(gt=-0.5, lt=0.5)]


class Escalation(Block):
    """Real yearly rates by which prices rise from the base year on; 0 where nothing is said.

    A price that is stated for its year stands as it is: of chip_prices.csv, a lot, or carbon.
    """

    chips: Rise = Field(
        default=0.0, description="Of chips, their network and upkeep, as a fraction per year"
    )
    facility: Rise = Field(default=0.0, description="Of halls and upkeep, as a fraction per year")
    land: Rise = Field(default=0.0, description="Of land, as a fraction per year")
    power: Rise = Field(
        default=0.0,
        description="Of connections, upgrades and plant with their fixed cost, as a fraction per "
        "year",
    )
    fibre: Rise = Field(
        default=0.0, description="Of routes, equipment, upkeep and rent, as a fraction per year"
    )
    energy: Rise = Field(default=0.0, description="Of energy and fuel, as a fraction per year")
    staff: Rise = Field(default=0.0, description="Of staff, as a fraction per year")


class Wacc(Block):
    """Real cost of capital by class of asset; discount_rate where nothing is said."""

    chips: Rate | None = Field(default=None, description="Of chips, as a fraction per year")
    facility: Rate | None = Field(default=None, description="Of halls, as a fraction per year")
    land: Rate | None = Field(default=None, description="Of land, as a fraction per year")
    power: Rate | None = Field(
        default=None, description="Of connections, upgrades and plant, as a fraction per year"
    )
    fibre: Rate | None = Field(
        default=None, description="Of routes and equipment, as a fraction per year"
    )


class Money(Block):
    """How money of different years is compared."""

    base_year: int = Field(
        default=2026,
        ge=2020,
        le=2060,
        description="Year all money is discounted to, and from which prices rise and lead times "
        "count; a calendar year",
    )
    discount_rate: float = Field(
        default=0.085, ge=0.0, lt=0.5, description="Real discount rate, as a fraction per year"
    )
    wacc: Wacc = Field(
        default=Wacc(),
        description="Rates at which purchases are repaid, as fractions per year; what falls within "
        "the plan is discounted at discount_rate",
    )
    escalation: Escalation = Field(
        default=Escalation(), description="Real rises of prices, as fractions per year"
    )
    debt_frac: Share | None = Field(
        default=None,
        description="Part of every purchase that is borrowed, for limits.debt_busd, as a fraction",
    )
    carbon_usd_per_t: PerYear[UsdPerTonne] | None = Field(
        default=None,
        description="Price of the emissions counted in each plan year, in USD per t of CO2",
    )
