"""The tables of a plan by their keys, and the raw figures that it is held against."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dcplan.library import TABLES as LIBRARY_TABLES
from dcplan.library import Library
from dcplan.plan import TABLES, Plan
from dcplan.scenario import Scenario

Row = Mapping[str, Any]
SiteYear = tuple[str, int]

CURTAILMENT = {
    "0.25pct": ("headroom_025pct_mw", 0.0025),
    "0.5pct": ("headroom_05pct_mw", 0.005),
    "1pct": ("headroom_1pct_mw", 0.01),
}
TINY = 1e-6
"""Fewer chips or MW than this are none."""


@dataclass(frozen=True)
class Facts:
    """What the plan says, by key; a row is a mapping from column to value."""

    plan: Plan
    scenario: Scenario
    library: Library
    years: tuple[int, ...]
    sites: Mapping[SiteYear, Row]
    chips: Mapping[tuple[str, str, int], Row]
    commitments: Mapping[tuple[int, str], Row]
    power: Mapping[tuple[str, str, int], Row]
    links: Mapping[tuple[str, str, int], Row]
    zones: Mapping[tuple[str, int], Row]
    upgrades: Mapping[tuple[str, int, int], Row]
    money: Mapping[tuple[int, str, str], float]
    summary: Mapping[int, Row]
    raw: Mapping[str, Mapping[Any, Row]]
    """The library's tables by name and key."""

    def finance(self, item: str) -> float:
        """A figure of finance.csv, in its own unit."""
        return float(self.raw["finance"][item]["value"])

    def open_sites(self, year: int) -> list[str]:
        """Sites that the plan calls open in a year."""
        return [s for (s, y), row in self.sites.items() if y == year and row["open"]]

    def place(self, site: str) -> Row:
        """Row of the library's sites."""
        return self.raw["sites"][site]

    def chip(self, chip: str) -> Row:
        """Row of the library's chips."""
        return self.raw["chips"][chip]

    def watts(self, chip: str) -> float:
        """IT power of one chip with its network, W; a blank network is within it."""
        row = self.chip(chip)
        return float(row["it_w"] + blank_as(row["network_w"], 0.0))

    def list_usd(self, chip: str, year: int) -> float:
        """List price of one chip with its network in a year, USD."""
        row, rise = self.chip(chip), self.rise("chips", year)
        path = self.raw["chip_prices"].get((chip, year))
        price = path["price_usd"] if path else row["price_usd"] * rise
        return float(price + blank_as(row["network_usd"], 0.0) * rise)

    def rise(self, item: str, year: int, since: int | None = None) -> float:
        """How many times dearer an item is than in the base year, or than in `since`."""
        money = self.scenario.money
        yearly_rise: float = getattr(money.escalation, item)
        return float((1 + yearly_rise) ** (year - (since or money.base_year)))

    def supply(self, supply: str) -> Row:
        """Row of the library's supply options."""
        return self.raw["supply"][supply]

    def zone(self, site: str) -> Row:
        """Row of the zone that the library puts a site in."""
        return self.raw["zones"][self.place(site)["zone"]]

    def feeding(self, site: str, supply: str) -> str:
        """Zone whose grid, prices and emissions a supply has at a site."""
        return str(self.place(site)["zone_2" if supply == "grid_2" else "zone"])

    def curtailment(self, zone: str) -> tuple[str, float]:
        """Column of the zone's headroom and share of the hours cut, by its class."""
        wish = self.scenario.limits.curtailment
        if wish == "choose":
            wish = self.zones[zone, self.years[-1]]["curtailment"]
        return CURTAILMENT[wish]

    def cooling(self, site: str, year: int) -> Row:
        """Row of the site's cooling design in the site's climate."""
        key = (self.sites[site, year]["cooling"], self.place(site)["climate"])
        return self.raw["cooling"][key]

    def workload(self) -> Row:
        """The preset with the scenario's own fields in place of its."""
        own = self.scenario.workload.model_dump(exclude={"preset"}, exclude_none=True)
        return {**self.raw["workloads"][self.scenario.workload.preset], **own}

    def grown(
        self, table: Mapping[Any, Row], key: tuple[Any, ...], column: str, stood: float = 0.0
    ) -> float:
        """How much a figure is above that of the year before; the year ends the key.

        In the first year, how much it is above what `stood`.
        """
        last = table.get((*key[:-1], key[-1] - 1))
        before = stood if key[-1] == self.years[0] else 0.0
        return float(table[key][column] - (last[column] if last else before))

    def stands(self, site: str) -> Row | None:
        """Row of the existing fleet's sites, where the scenario takes the site over."""
        only = self.scenario.sites.existing
        return self.raw["fleet_sites"].get(site) if only is None or site in only else None

    def old_sites(self) -> list[str]:
        """Sites that the scenario takes over."""
        return [s for s in self.raw["fleet_sites"] if self.stands(s) is not None]

    def old_halls_mw(self, site: str) -> float:
        """IT MW of halls that stood before the first year."""
        row = self.stands(site)
        return float(row["built_it_mw"]) if row else 0.0

    def old_contract_mw(self, site: str, supply: str) -> float:
        """MW contracted before the first year."""
        row = self.raw["fleet_power"].get((site, supply))
        return float(row["contracted_mw"]) if row and self.stands(site) else 0.0

    def old_contracts(self) -> list[tuple[str, str]]:
        """Site and supply of the contracts taken over."""
        return [(s, g) for s, g in self.raw["fleet_power"] if self.stands(s)]

    def old_chips(self) -> list[tuple[str, str, int, Row]]:
        """Site, chip, year of purchase and row of all chips taken over."""
        rows = self.raw["fleet_chips"].items()
        return [(s, a, y, row) for (s, a, y), row in rows if self.stands(s)]

    def old_links(self) -> dict[tuple[str, str], float]:
        """Tb/s of corridors equipped before the first year, by their ends in order."""
        gone = {s for s in self.raw["fleet_sites"] if not self.stands(s)}
        rows = self.raw["fleet_links"].items()
        return {
            (min(ends), max(ends)): float(row["tbps"]) for ends, row in rows if not gone & set(ends)
        }

    def usable_flops(self, chip: str) -> float:
        """FLOP/s of one chip: peak x MFU (FP8 work may run in BF16) x share not being mended."""
        row, precision = self.chip(chip), self.workload()["precision"]
        formats = ("bf16", "fp8") if precision == "fp8" else ("bf16",)
        rates = [row[f"{f}_tflops"] * 1e12 * row[f"mfu_{f}_frac"] for f in formats]
        best = max((rate for rate in rates if not math.isnan(rate)), default=math.nan)
        repair_hours = self.scenario.chips.repair_hours
        if repair_hours is None:
            return best
        down_per_up = repair_hours * row["failures_per_mhour"] * row["domain_chips"] / 1e6
        return float(best / (1 + down_per_up))


def blank_as(value: float, instead: float) -> float:
    """A figure, or what a blank cell stands for."""
    return instead if math.isnan(value) else value


def gather(plan: Plan) -> Facts:
    """Arrange the tables of a plan."""
    tables = {name: _by_key(plan.table(name), t.keys) for name, t in TABLES.items()}
    return Facts(
        plan=plan,
        scenario=plan.scenario,
        library=plan.library,
        years=tuple(plan.scenario.years),
        sites=tables["sites"],
        chips=tables["chips"],
        commitments=tables["commitments"],
        power=tables["power"],
        links=tables["links"],
        zones=tables["zones"],
        upgrades=tables["upgrades"],
        money={key: row["musd"] for key, row in tables["money"].items()},
        summary={year: row for (year,), row in _by_key(plan.summary, ("year",)).items()},
        raw={name: _rows(plan.library.table(name)) for name in LIBRARY_TABLES},
    )


def _by_key(rows: pd.DataFrame, keys: tuple[str, ...]) -> dict[Any, Row]:
    return {tuple(row[key] for key in keys): row for row in _records(rows)}


def _rows(table: pd.DataFrame) -> dict[Any, Row]:
    return dict(zip(table.index.tolist(), _records(table), strict=True))


def _records(rows: pd.DataFrame) -> list[Row]:
    """Plain Python values, a mapping a row."""
    columns = [str(name) for name in rows]
    cells = zip(*(rows[name].tolist() for name in rows), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in cells]
