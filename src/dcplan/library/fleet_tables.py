"""A fleet that stands before a plan begins: its sites, contracts, chips and lit fibre."""

from __future__ import annotations

from dcplan.library.columns import Table, number, positive, spare, text

_SITE = text("site", "key of the site, as in fleet_sites.csv")

FLEET_SITES = Table(
    "fleet_sites",
    "fleet",
    ("site",),
    (
        text("site", "key of the site, as in sites.csv"),
        text("cooling", "cooling design of its halls, as in cooling.csv"),
        positive("built_it_mw", "MW", "IT load that its halls can hold", 1e5),
    ),
)
FLEET_POWER = Table(
    "fleet_power",
    "fleet",
    ("site", "supply"),
    (
        _SITE,
        text("supply", "key of supply.csv"),
        positive("contracted_mw", "MW", "contracted nameplate", 1e5),
    ),
    optional=True,
)
FLEET_CHIPS = Table(
    "fleet_chips",
    "fleet",
    ("site", "chip", "year"),
    (
        _SITE,
        text("chip", "key of chips.csv"),
        number("year", "year", "bought; the first of its life", 2100, 2000, kind="integer"),
        positive("chips", "chips", "bought in that year", 1e9),
        *spare(
            number(
                "paid_usd",
                "USD",
                "per chip with server and network, as of the base year; blank: as in chips.csv",
                1e8,
            )
        ),
    ),
    optional=True,
)
FLEET_LINKS = Table(
    "fleet_links",
    "fleet",
    ("node_a", "node_b"),
    (
        text("node_a", "one end of a corridor: a node or a site"),
        text("node_b", "other end"),
        positive("tbps", "Tb/s", "speed that its cable, pairs and optics are good for", 1e6),
    ),
    optional=True,
)
FLEET = (FLEET_SITES, FLEET_POWER, FLEET_CHIPS, FLEET_LINKS)
