"""Where electricity comes from: what each supply option costs, carries and takes to build."""

from __future__ import annotations

from dcplan.library.columns import Table, number, positive, spare, text

SUPPLY = Table(
    "supply",
    "models",
    ("supply",),
    (
        text("supply", "key of the power supply option"),
        text("name", "name for people"),
        number("capex_usd_per_kw", "USD/kW", "to build or connect", 1e5),
        number(
            "fixed_usd_per_kw_year", "USD/kW/year", "operation and charges by contracted power", 1e4
        ),
        number(
            "variable_usd_per_mwh",
            "USD/MWh",
            "without fuel; blank: the zone's price less what fixed_usd_per_kw_year is of it",
            2e3,
            0,
            True,
        ),
        number("heat_rate_mmbtu_per_mwh", "MMBtu/MWh", "gas burnt; 0 without gas", 30),
        number("lead_years", "years", "from the base year to first power", 30),
        number("firm_frac", "fraction", "share of nameplate that counts as firm", 1),
        positive("capacity_factor_frac", "fraction", "most energy of a year by nameplate", 1),
        number("co2_kg_per_mwh", "kg/MWh", "operational; blank: the zone's", 2e3, blank=True),
        positive("life_years", "years", "economic life", 100),
        text("zone", "offered only in this zone; blank: anywhere", required=False),
        number("max_mw", "MW", "most the fleet can have; blank: no limit", 1e6, blank=True),
        *spare(
            number(
                "min_take_frac",
                "fraction",
                "share of the most energy of a year that is paid for, taken or not; blank: none",
                1,
                blank=True,
            )
        ),
    ),
)
