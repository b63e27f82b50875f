"""The kinds of limit that a plan may fail to meet: their names, and the rows they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from dcplan.units import FLOP_PER_EFLOPS_YEAR

ZONE_COUNT = "sites.number_in_zone"
SPREAD = "resilience.spread"
TARGET, ROOM, SUPPLY, KEEP = FREES = "target", "room", "supply", "keep"
"""What follows from a limit beside its rows, in the bounds of a case or in other rows: left out with it."""


@dataclass(frozen=True)
class Kind:
    """A kind of limit: the rows it stands in, and how a missing amount is told."""

    name: str
    rows: tuple[str, ...]
    unit: str
    per_unit: float = 1.0
    frees: str = ""
    """What else goes with it."""
    one_number: bool = False
    """Whether one number of the scenario stands in all its rows, so that they give together."""


_DOMAIN_ROWS = ("domains.fleet_in_row", "domains.site_in_row")
KINDS = (
    Kind("target.training_eflops", ("training.target",), "EFLOP/s less", frees=TARGET),
    Kind(
        "target.training_flop",
        ("training.total_target",),
        "FLOP less",
        FLOP_PER_EFLOPS_YEAR,
        TARGET,
    ),
    Kind("chips that goodput.csv knows", _DOMAIN_ROWS, "thousand chips more in step"),
    Kind("limits.power_gw", ("power.fleet_power",), "GW more", 1e-3, ROOM),
    Kind("headroom of the zones", ("power.headroom",), "GW more", 1e-3, ROOM),
    Kind("upgrades of the zones", ("grid.tier_size",), "GW more", 1e-3, ROOM),
    Kind("limits.zone_frac", ("power.zone_share",), "GW more in each zone", 1e-3, ROOM, True),
    Kind("supply of power", ("power.option_limit",), "GW more", 1e-3),
    Kind("supply of chips", ("chips.supply",), "thousand chips more", frees=SUPPLY),
    Kind("packaging wafers", ("chips.wafers",), "thousand wafers more", frees=SUPPLY),
    Kind("limits.vendor_frac", ("chips.vendor_share",), "EFLOP/s over the share"),
    Kind("limits.vendor_capex_frac", ("chips.vendor_capex",), "MUSD over the share"),
    Kind("sites.max_chip_types", ("chips.kinds_at_site",), "kinds more", one_number=True),
    Kind("sites.max_sites", ("sites.number_of_sites",), "sites more", frees=ROOM),
    Kind("sites.max_sites_per_zone", (ZONE_COUNT,), "sites more in each zone", one_number=True),
    Kind("sites.max_zones", ("sites.number_of_zones",), "zones more"),
    Kind("sites.force", ("sites.forced_open",), "sites fewer"),
    Kind("mandatory commitments", ("chips.lot_is_due",), "lots fewer"),
    Kind("limits.pue", ("halls.fleet_pue",), "MW of overhead more"),
    Kind(
        "resilience.keep_frac",
        ("resilience.rest_after_loss",),
        "EFLOP/s over what may be lost",
        frees=KEEP,
    ),
    Kind("limits.carbon_kt", ("carbon.carbon_of_year", "carbon.carbon_in_total"), "kt of CO2 more"),
    Kind("limits.water_ml", ("carbon.water_of_fleet", "carbon.water_of_site"), "ML more"),
    Kind("limits.debt_busd", ("money.debt_of_year",), "BUSD more", 1e-3),
    Kind("limits.capex_busd", ("money.capex_of_year", "money.capex_in_total"), "BUSD more", 1e-3),
)
