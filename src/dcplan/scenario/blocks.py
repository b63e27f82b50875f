"""The blocks of a scenario: every choice a user may make, with its unit, bounds and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from dcplan.scenario.fields import (
    AllOrNames,
    Block,
    Busd,
    Name,
    Names,
    PerYear,
    PowerGw,
    Pue,
    Share,
    ShareOrNone,
    SomeNames,
    Speeds,
)
from dcplan.scenario.footprint import CarbonLimit, WaterLimit


class LibraryNames(Block):
    """Which figures are used: names that ship, or paths beside the scenario."""

    grid: Name = Field(description="Grid: zones, headroom, energy prices, fibre corridors; a name")
    sites: Name = Field(description="Candidate sites; a name")
    models: Name = Field(
        default="base", description="Chips, cooling, supply, fibre, workloads; a name"
    )


class Buyer(Block):
    """Who buys, and how much of the world's chips can be had."""

    channels: SomeNames = Field(description="Sales channels this buyer can use; names")
    supply_frac: Share = Field(
        default=0.25, description="Most of the world's yearly output of each chip, as a fraction"
    )
    wafer_frac: Share | None = Field(
        default=None,
        description="Most of the world's yearly wafers of each packaging, as a fraction",
    )


class Capex(Block):
    """Limits on capital expenditure."""

    total: Busd | None = Field(default=None, description="Over all plan years, in 1e9 USD")
    per_year: PerYear[Busd] | None = Field(
        default=None, description="In each plan year, in 1e9 USD"
    )


class Limits(Block):
    """What the fleet must stay within; a limit left out, or a year left out, is free."""

    power_gw: PerYear[PowerGw] | None = Field(
        default=None, description="Facility power of the fleet in each plan year, in GW"
    )
    pue: PerYear[Pue] | None = Field(
        default=None,
        description="Power usage effectiveness, average of the fleet in each plan year, ratio",
    )
    pue_site: Pue | None = Field(
        default=None, description="Power usage effectiveness of any one site, ratio"
    )
    capex_busd: Capex = Field(default=Capex(), description="Capital expenditure, in 1e9 USD")
    debt_busd: PerYear[Busd] | None = Field(
        default=None,
        description="Debt outstanding at the end of each plan year: money.debt_frac of what is not "
        "yet repaid of all purchases, in 1e9 USD",
    )
    carbon_kt: CarbonLimit = Field(default=CarbonLimit(), description="Emissions, in kt of CO2")
    water_ml: WaterLimit = Field(default=WaterLimit(), description="Water for cooling, in ML")
    zone_frac: Share | None = Field(
        default=None, description="Most of the fleet's power in one grid zone, as a fraction"
    )
    vendor_frac: Mapping[Name, ShareOrNone] = Field(
        default={},
        description="Most of the fleet's compute rate in chips of one vendor, as a fraction",
    )
    vendor_capex_frac: Mapping[Name, ShareOrNone] = Field(
        default={},
        description="Most of each year's purchases of chips, by price, from one vendor, "
        "as a fraction",
    )
    curtailment: Literal["0.25pct", "0.5pct", "1pct", "choose"] = Field(
        default="0.5pct",
        description="Curtailed energy a year on which zone headroom is rated and which training "
        "loses, in percent; choose: decided for each zone",
    )


class Sites(Block):
    """Which sites may be opened, and how large."""

    min_mw: float = Field(
        default=100.0,
        gt=0.0,
        le=20_000.0,
        description="Least facility power of an open site, in MW",
    )
    max_mw: float = Field(
        default=2000.0, gt=0.0, le=20_000.0, description="Most facility power of a site, in MW"
    )
    force: Names = Field(default=(), description="Sites that must be opened; names")
    forbid: Names = Field(default=(), description="Sites that must not be opened; names")
    existing: SomeNames | None = Field(
        default=None, description="If given, only these sites of the existing fleet; names"
    )
    max_sites: int | None = Field(default=None, ge=1, le=10_000, description="Most sites, a count")
    max_sites_per_zone: int | None = Field(
        default=None, ge=1, le=10_000, description="Most sites in one grid zone, a count"
    )
    max_zones: int | None = Field(
        default=None, ge=1, le=10_000, description="Most grid zones with an open site, a count"
    )
    max_chip_types: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Most kinds of chip bought for any one site over all years, a count",
    )


class Chips(Block):
    """Which chips may be bought."""

    only: SomeNames | None = Field(default=None, description="If given, no other chips; names")
    forbid: Names = Field(default=(), description="Chips that may not be bought; names")
    projected: Names = Field(default=(), description="Announced, unreleased chips to admit; names")
    networks: SomeNames | None = Field(
        default=None, description="If given, only chips whose system has such a network; names"
    )
    whole_pods: AllOrNames = Field(
        default=(),
        description="Chips bought only in whole systems (pod_chips of the library), or all; names",
    )
    repair_hours: float | None = Field(
        default=None,
        gt=0.0,
        le=8760.0,
        description="Time that the chips which a failure takes out together stay out, in hours",
    )


class Power(Block):
    """Where electricity may come from."""

    offer: SomeNames = Field(
        default=("grid",),
        description="Rows of the library's supply; grid_2 is a connection to the grid of a site's "
        "second zone; names",
    )
    lead_times: Literal["supply", "zone"] = Field(
        default="supply",
        description="When a grid connection can stand: after lead_years of supply.csv, or after "
        "large_load_years of the zone; a name",
    )
    upgrades: bool = Field(
        default=False,
        description="Whether connections may pass a zone's headroom by paying for the network "
        "upgrades of upgrades.csv; a flag",
    )


class Fibre(Block):
    """How the sites of one training run are joined."""

    topology: Literal["tree", "survivable"] = Field(
        default="tree",
        description="Least network that joins the sites (tree), or one that any one corridor may "
        "be cut from (survivable); a name",
    )
    max_link_km: float | None = Field(
        default=None, gt=0.0, le=20_000.0, description="Longest single link, in km"
    )
    max_path_km: float | None = Field(
        default=None,
        gt=0.0,
        le=50_000.0,
        description="Longest path along a tree from one of its sites, the hub, to any other; "
        "1,000 km take light 4.9 ms; in km",
    )
    lease: bool = Field(
        default=False,
        description="Whether pairs in existing conduits may be leased by the year; true or false",
    )
    speeds_tbps: Speeds = Field(
        default=(250.0, 500.0, 1000.0, 2000.0, 4000.0, 6000.0, 8000.0, 10000.0),
        description="Network speeds to choose from, rising, in Tb/s",
    )


class Solver(Block):
    """How long and how far to search."""

    gap: float = Field(
        default=1e-4, ge=0.0, lt=1.0, description="Relative gap to stop at, as a fraction"
    )
    time_limit_s: float = Field(
        default=600.0, gt=0.0, le=1e7, description="Longest search, in seconds"
    )
    threads: int = Field(default=2, ge=1, le=1024, description="Processor threads, a count")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Seed of the search, a number")
