"""What a grid says of its zones: headroom, prices, waits, and what more of it costs."""

from __future__ import annotations

from dcplan.library.columns import Table, number, positive, spare, text

ZONES = Table(
    "zones",
    "grid",
    ("zone",),
    (
        text("zone", "key of the utility planning zone"),
        text("name", "name for people"),
        number("headroom_025pct_mw", "MW", "new load at 0.25 % of hours curtailed", 1e6),
        number("headroom_05pct_mw", "MW", "new load at 0.5 % of hours curtailed", 1e6),
        number("headroom_1pct_mw", "MW", "new load at 1 % of hours curtailed", 1e6),
        number("energy_usd_per_mwh", "USD/MWh", "price of energy to a large user", 2e3),
        number("co2_kg_per_mwh", "kg/MWh", "mean intensity of generation", 2e3),
        *spare(
            number(
                "large_load_years",
                "years",
                "from the base year to a new connection of a large load; blank: as supply.csv",
                30,
                blank=True,
            )
        ),
    ),
)
UPGRADES = Table(
    "upgrades",
    "grid",
    ("zone", "tier"),
    (
        text("zone", "key of zones.csv"),
        number("tier", "tier", "order in which they are bought, from 1", 20, 1, kind="integer"),
        positive("extra_mw", "MW", "connections beyond the headroom that it allows", 1e6),
        number("usd_per_kw", "USD/kW", "network upgrade, paid by the load; rises by tier", 1e5),
        number("lead_years", "years", "from the base year until it carries load", 30),
    ),
    optional=True,
)
