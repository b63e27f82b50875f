"""How chips are sold: pods, network, failures, packaging; their prices by year; packaging wafers."""

from __future__ import annotations

from dcplan.library.columns import Table, choice, number, positive, spare, text

_YEAR = number("year", "year", "year of sale", 2100, 2000, kind="integer")

SALE = spare(
    number(
        "pod_chips", "chips", "in one system as it is sold (whole pods)", 1e6, 1, kind="integer"
    ),
    choice(
        "network",
        "what joins its systems; chips.networks chooses by it",
        "infiniband_clos",
        "ethernet_clos",
        "optical_torus",
        "electrical_torus",
    ),
    number("network_w", "W", "IT power of the network per chip; blank: in it_w", 1e6),
    number("network_usd", "USD", "price of the network per chip; blank: in price_usd", 1e8),
    number("domain_chips", "chips", "that one failure takes out together", 1e6, 1, kind="integer"),
    number("failures_per_mhour", "per 1e6 chip hours", "failures that stop a domain", 1e6),
    text("packaging", "packaging whose wafers it takes, as in wafers.csv; blank: not counted"),
    positive("per_wafer", "chips per wafer", "packaged from one wafer; blank: not counted", 1e4),
)
"""Columns of chips.csv that a library may leave out."""

CHIP_PRICES = Table(
    "chip_prices",
    "models",
    ("chip", "year"),
    (
        text("chip", "key of chips.csv"),
        _YEAR,
        number("price_usd", "USD", "in that year, in place of price_usd of chips.csv", 1e8),
    ),
    optional=True,
    open=True,
)
WAFERS = Table(
    "wafers",
    "models",
    ("packaging", "year"),
    (
        text("packaging", "key of the packaging, as in chips.csv"),
        _YEAR,
        number("world_wafers", "wafers", "that the whole world can package in that year", 1e9),
    ),
    optional=True,
    open=True,
)
