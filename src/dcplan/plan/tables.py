"""The tables of a plan, declared once: columns, units and meaning; one row a fact.

Capex stands once: of buildings and land in sites.csv, of chips, power and links in their own tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from dcplan.library.columns import Column, Table, Value, flag, number, text
from dcplan.library.sheet import Sheet, arrays

DIGITS = 10


def _amount(name: str, unit: str, meaning: str, *, blank: bool = False) -> Column:
    # No bounds: a wrong plan must be readable too, so that the audit can say what is wrong.
    return number(name, unit, meaning, None, None, blank)


def _count(name: str, unit: str, meaning: str) -> Column:
    return number(name, unit, meaning, None, None, kind="integer")


_YEAR = _count("year", "year", "plan year")
_LAT = number("lat", "degrees north", "latitude, WGS 84", 90, -90)
_LON = number("lon", "degrees east", "longitude, WGS 84", 180, -180)
_BY_RATE = "cost of the year by delivered rate; blank without"
_BY_HOURS = "cost of the year by 8,760 h of each running chip; blank without"
_OWED = "owed at the end of the year; blank if not limited"

SITES = Table(
    "sites",
    "",
    ("site_id", "year"),
    (
        text("site_id", "key of the library's sites"),
        text("name", "name for people"),
        text("zone", "utility zone"),
        text("state", "state or country"),
        _LAT,
        _LON,
        _YEAR,
        flag("open", "whether the site is open in that year"),
        text("cooling", "cooling design of its halls"),
        _amount("built_it_mw", "MW", "IT load that its halls can hold"),
        _amount("it_mw", "MW", "IT load of the running chips"),
        _amount("facility_mw", "MW", "IT load times PUE"),
        _amount("pue", "facility MW per IT MW", "of the design in this climate"),
        _amount("delivered_eflops", "EFLOP/s", "its part of the fleet's rate, by compute"),
        _amount("capex_musd", "MUSD", "buildings and land bought in that year"),
        _amount("water_ml", "ML", "water that cooling takes in that year"),
        _amount("embodied_kt", "kt CO2", "in halls built in that year; 0 unless it is counted"),
        _amount("stood_it_mw", "MW", "of built_it_mw, what stood before the first year"),
    ),
    optional=True,
)
CHIPS = Table(
    "chips",
    "",
    ("site_id", "chip", "year"),
    (
        text("site_id", "key of the library's sites"),
        text("chip", "key of the library's chips"),
        text("vendor", "who makes it"),
        _YEAR,
        _amount("added", "chips", "bought in that year"),
        _amount("standing", "chips", "bought by then and within their life, stood included"),
        _amount("running", "chips", "switched on"),
        _amount("it_mw", "MW", "IT load of those that run"),
        _amount("capex_musd", "MUSD", "price of those bought in that year"),
        _amount("embodied_kt", "kt CO2", "in those bought in that year; 0 unless it is counted"),
        _amount("pods", "pods", "whole systems bought in that year; 0 where any number may be"),
        _amount("stood", "chips", "of standing, those that were there before the first year"),
    ),
    optional=True,
)
COMMITMENTS = Table(
    "commitments",
    "",
    ("year", "name"),
    (
        text("name", "of the lot in the scenario"),
        text("chip", "key of the library's chips"),
        _YEAR,
        flag("mandatory", "whether it had to be signed"),
        flag("signed", "whether the lot is taken"),
        _amount("lot_chips", "chips", "of the lot"),
        _amount("price_usd", "USD", "per chip of the lot"),
        _amount(
            "capex_musd", "MUSD", "price of the lot, within that of its chips; 0 if not signed"
        ),
    ),
    optional=True,
)
POWER = Table(
    "power",
    "",
    ("site_id", "supply", "year"),
    (
        text("site_id", "key of the library's sites"),
        text("supply", "key of the library's supply options"),
        text("zone", "zone whose grid it connects to; of other supply, the site's zone"),
        _YEAR,
        _amount("contracted_mw", "MW", "contracted nameplate"),
        _amount("ended_mw", "MW", "contracted the year before and given up"),
        _amount("energy_gwh", "GWh", "energy taken in that year"),
        _amount("capex_musd", "MUSD", "of what is newly contracted"),
        _amount("opex_musd", "MUSD", "fixed and variable cost, fuel, tax and insurance"),
        _amount("carbon_kt", "kt CO2", "operational emissions"),
        _amount("stood_mw", "MW", "contracted before the first year, whatever has ended since"),
        _amount("unused_gwh", "GWh", "energy that is paid for and not taken in that year"),
    ),
    optional=True,
)
LINKS = Table(
    "links",
    "",
    ("node_a", "node_b", "year"),
    (
        text("node_a", "one end: a site or a junction"),
        text("node_b", "other end"),
        text("kind", "existing conduit, new build or spur"),
        text("reach_class", "key of the library's reach classes"),
        _YEAR,
        _amount("km", "km", "length of the route"),
        _amount("tbps", "Tb/s", "speed of the link, each way"),
        _count("pairs", "pairs", "fibre pairs lit"),
        text("held", "own cable, or pairs leased by the year: own or leased"),
        _amount("capex_musd", "MUSD", "route and equipment bought in that year"),
        _amount("stood_tbps", "Tb/s", "speed that it was equipped for before the first year"),
    ),
    optional=True,
)
ZONES = Table(
    "zones",
    "",
    ("zone", "year"),
    (
        text("zone", "key of the library's zones"),
        text("name", "name for people"),
        _YEAR,
        text("curtailment", "class of curtailed hours that the zone's sites accept"),
        _amount("headroom_mw", "MW", "new load the grid can take at the accepted curtailment"),
        _amount("upgraded_mw", "MW", "what network upgrades add to it"),
        _amount("contracted_mw", "MW", "grid connections contracted"),
        _amount("facility_mw", "MW", "facility load"),
        _amount("left_mw", "MW", "headroom, upgrades and stood_mw less contracted connections"),
        _amount("stood_mw", "MW", "connected before the first year, outside the headroom"),
    ),
    optional=True,
)
UPGRADES = Table(
    "upgrades",
    "",
    ("zone", "tier", "year"),
    (
        text("zone", "key of the library's zones"),
        _count("tier", "tier", "of the library's upgrades"),
        _YEAR,
        _amount("upgraded_mw", "MW", "connections that it allows, of all bought by then"),
        _amount("capex_musd", "MUSD", "of what is bought in that year"),
        _amount("opex_musd", "MUSD", "tax and insurance"),
    ),
    optional=True,
)
MONEY = Table(
    "money",
    "",
    ("year", "kind", "item"),
    (
        _YEAR,
        text("kind", "capex, opex, or residual: worth after the last year"),
        text("item", "what it is spent on"),
        _amount("musd", "MUSD", "real, of the base year, not discounted"),
    ),
    optional=True,
)
NODES = Table(
    "nodes",
    "",
    ("node",),
    (text("node", "an end of a link"), _LAT, _LON),
    optional=True,
)
TABLES = {
    t.name: t for t in (SITES, CHIPS, COMMITMENTS, POWER, LINKS, ZONES, UPGRADES, MONEY, NODES)
}

SUMMARY = Table(
    "summary",
    "",
    ("year",),
    (
        _YEAR,
        _count("sites", "sites", "open sites"),
        _amount("it_mw", "MW", "IT load"),
        _amount("facility_mw", "MW", "facility load"),
        _amount("pue", "facility MW per IT MW", "fleet average; blank without load", blank=True),
        _amount("chips", "chips", "standing"),
        _amount("compute_eflops", "EFLOP/s", "running chips x peak x MFU x goodput"),
        _amount("delivered_eflops", "EFLOP/s", "after exchange between sites"),
        _amount("capex_busd", "1e9 USD", "purchases of that year"),
        _amount("opex_busd", "1e9 USD", "costs of that year"),
        _amount("carbon_kt", "kt CO2", "operational emissions"),
        _amount("fibre_km", "km", "route length of lit links"),
        _amount("fibre_tbps", "Tb/s", "speed of every link; 0 without links"),
        _amount("embodied_kt", "kt CO2", "in chips and halls of that year; 0 unless counted"),
        _amount("water_ml", "ML", "water that cooling takes"),
        _amount("cumulated_flop", "FLOP", "delivered from the first plan year to the end of this"),
        _amount("domain_chips", "chips", "that work in step: the fleet's, or the largest site's"),
        _amount("year_busd", "1e9 USD", "payments on what was bought, over its life, and opex"),
        _amount("musd_per_eflops_year", "MUSD per EFLOP/s-year", _BY_RATE, blank=True),
        _amount("usd_per_chip_hour", "USD per chip-hour", _BY_HOURS, blank=True),
        _amount("debt_busd", "1e9 USD", _OWED, blank=True),
    ),
    optional=True,
)


def tidy(table: Table, rows: Iterable[Sequence[Value | None]]) -> pd.DataFrame:
    """Return rows, in the order of the declared columns, as a typed frame sorted by its keys."""
    columns: dict[str, list[Value | None]] = {column.name: [] for column in table.columns}
    places = [list(columns).index(key) for key in table.keys]
    for row in sorted(rows, key=lambda row: [row[place] for place in places]):
        for column, value in zip(table.columns, row, strict=True):
            columns[column.name].append(_cell(column, value))
    return as_frame(Sheet(table, table.file, columns))


def as_frame(sheet: Sheet) -> pd.DataFrame:
    """Return a sheet's rows with the keys as ordinary columns, in the declared order."""
    return pd.DataFrame(arrays(sheet))


def rounded(value: float) -> float:
    """Round to 10 significant digits: beyond those stands only the solver's noise.

    >>> rounded(99.99999999999)
    100.0
    """
    return float(f"{value:.{DIGITS}g}") + 0.0


def _cell(column: Column, value: Value | None) -> Value | None:
    return rounded(float(value)) if column.kind == "number" and value is not None else value
