"""Every table of the library, declared once: columns, units, bounds and meaning.

Reading, error messages, overrides and `dcplan data show` all follow these declarations.
"""

from __future__ import annotations

from dcplan.library.chip_tables import CHIP_PRICES, SALE, WAFERS
from dcplan.library.columns import Table, choice, flag, number, positive, spare, text
from dcplan.library.fleet_tables import FLEET
from dcplan.library.goodput_table import GOODPUT
from dcplan.library.grid_tables import UPGRADES, ZONES
from dcplan.library.power_tables import SUPPLY

CONFIDENCE = (
    "datasheet",
    "measured",
    "press",
    "analyst estimate",
    "own estimate",
    "recalled",
)
_YEAR = number("year", "year", "year of sale", 2100, 2000, kind="integer")
_LAT = number("lat", "degrees north", "latitude, WGS 84", 90, -90)
_LON = number("lon", "degrees east", "longitude, WGS 84", 180, -180)

CHIPS = Table(
    "chips",
    "models",
    ("chip",),
    (
        text("chip", "key of the accelerator in its deployed system"),
        text("name", "name for people"),
        text("vendor", "who makes it; vendor shares are limited by this name"),
        text("channel", "who may buy it: merchant, or the one owner whose transfer price this is"),
        flag("trains", "whether it is sold for training"),
        flag(
            "projected",
            "whether it is an own projection past the announced chips, offered only by name",
        ),
        number("earliest_year", "year", "first year it runs all year", 2100, 2000, True, "integer"),
        positive("bf16_tflops", "TFLOP/s", "dense BF16 peak of one chip", 1e6, True),
        positive("fp8_tflops", "TFLOP/s", "dense FP8 peak of one chip", 1e6, True),
        positive("mfu_bf16_frac", "fraction", "share of the BF16 peak in training", 1, True),
        positive("mfu_fp8_frac", "fraction", "share of the FP8 peak in training", 1, True),
        positive("it_w", "W", "IT power per chip with its host, without network_w", 1e6, True),
        number(
            "price_usd",
            "USD",
            "price per chip with its server, without network_usd",
            1e8,
            blank=True,
        ),
        positive("rack_kw", "kW", "power of one rack of it", 1e4, True),
        number("life_years", "years", "years it may run before it must go", 50, 1, kind="integer"),
        *spare(number("embodied_kg", "kg CO2", "of making one, with server and network", 1e6)),
        *SALE,
    ),
)
CHIP_SUPPLY = Table(
    "chip_supply",
    "models",
    ("chip", "year"),
    (
        text("chip", "key of chips.csv"),
        _YEAR,
        number("world_chips", "chips", "new chips the whole world can buy in that year", 1e9),
    ),
    optional=True,
)
COOLING = Table(
    "cooling",
    "models",
    ("cooling", "climate"),
    (
        text("cooling", "key of the cooling design"),
        text("climate", "class of climate, as in sites.csv"),
        number("pue", "facility MW per IT MW", "mean power usage effectiveness", 3, 1),
        number("capex_usd_per_kw_it", "USD/kW IT", "mechanical plant", 1e5),
        positive("max_rack_kw", "kW", "densest rack it can cool", 1e4),
        number("wue_l_per_kwh", "L/kWh IT", "water taken on site, mean of a year", 20),
    ),
)
REACH = Table(
    "reach",
    "models",
    ("reach_class",),
    (
        text("reach_class", "key of the class of link"),
        text("name", "name for people"),
        positive("max_km", "km", "longest route it serves", 2e4),
        positive("tbps_per_pair", "Tb/s", "capacity of one fibre pair", 1e4),
        number("new_usd_per_km", "USD/km", "civil works of a new route", 1e7),
        number("duct_usd_per_km", "USD/km", "cable in an existing duct", 1e7),
        number("hut_usd_per_km", "USD/km", "amplifier huts of a new route", 1e7),
        number("pair_usd", "USD/pair", "terminals of a pair at both ends", 1e9),
        number("pair_usd_per_km", "USD/pair/km", "amplifiers of a pair", 1e7),
        number("optics_usd_per_tbps", "USD per Tb/s", "transceivers at both ends", 1e8),
        number("lease_usd_per_pair_km_year", "USD/pair/km/year", "rent of pairs in a conduit", 1e6),
    ),
)
WORKLOADS = Table(
    "workloads",
    "models",
    ("workload",),
    (
        text("workload", "key of the training run"),
        text("name", "name for people"),
        positive("params_b", "1e9 parameters", "exchanged between sites", 1e7),
        positive("active_params_b", "1e9 parameters", "active per token", 1e7),
        positive("batch_mtokens", "1e6 tokens", "global batch of one optimiser step", 1e6),
        positive("bits_per_param", "bit", "sent per parameter", 64),
        choice("precision", "number format of the matrix work", "bf16", "fp8"),
        number("sync_every_steps", "steps", "H, steps between exchanges", 1e5, 1, kind="integer"),
        positive("overlap_steps", "steps", "steps of compute that can hide the exchange", 1e5),
        positive("goodput_frac", "fraction", "time not lost to restarts and checkpoints", 1),
    ),
)
REPLICAS = Table(
    "replicas",
    "models",
    ("sites",),
    (
        number("sites", "sites", "number of replicas, one a site", 1e4, 1, kind="integer"),
        positive("eta_frac", "fraction", "worth of delivered FLOP with that many replicas", 1),
    ),
    optional=True,
)
FINANCE = Table(
    "finance",
    "models",
    ("item",),
    (
        text("item", "key of the figure; the list is fixed"),
        number("value", "as the column unit says", "the figure"),
        text("unit", "unit of the value"),
        text("meaning", "what it is"),
    ),
)
FINANCE_ITEMS = (
    number("facility_usd_per_kw_it", "USD/kW IT", "building and electrical plant", 1e6),
    positive("facility_life_years", "years", "life of the facility", 100),
    positive("fibre_life_years", "years", "life of fibre and its plant", 100),
    number("land_acres_per_mw", "acres/MW", "land per facility MW", 100),
    number("chip_maintenance_frac", "fraction/year", "of chip capex", 1),
    number("facility_maintenance_frac", "fraction/year", "of facility capex", 1),
    number("property_tax_frac", "fraction/year", "of all that stands, land apart, as new", 1),
    number("insurance_frac", "fraction/year", "of all that stands, land apart, as new", 1),
    number("staff_fte_per_100mw", "FTE per 100 MW", "staff on site", 1e4),
    number("staff_usd_per_fte_year", "USD/FTE/year", "cost of one", 1e7),
    positive("load_factor_frac", "fraction", "mean load by rated load", 1),
    number("gas_usd_per_mmbtu", "USD/MMBtu", "delivered gas", 200),
    number("fibre_maintenance_usd_per_km_year", "USD/km/year", "per route km", 1e6),
    number("route_factor", "route km per straight km", "length of a new route", 5, 1),
    number("facility_embodied_kg_per_kw_it", "kg CO2/kW IT", "of building halls and plant", 1e5),
    number("lease_most_pairs", "pairs", "most pairs that can be leased in one conduit", 1e5),
)
NODES = Table(
    "nodes",
    "grid",
    ("node",),
    (text("node", "key of the junction"), text("name", "name for people"), _LAT, _LON),
    optional=True,
)
CORRIDORS = Table(
    "corridors",
    "grid",
    ("node_a", "node_b"),
    (
        text("node_a", "one end: a node or a site"),
        text("node_b", "other end: a node or a site"),
        choice(
            "kind", "what is laid: pairs of a conduit, or civil works", "existing", "new", "spur"
        ),
        positive("km", "km", "length of the route", 2e4),
    ),
    optional=True,
)
SITES = Table(
    "sites",
    "sites",
    ("site",),
    (
        text("site", "key of the candidate site"),
        text("name", "name for people"),
        text("zone", "key of zones.csv"),
        *spare(text("zone_2", "another zone whose grid is in reach of the place; blank: none")),
        text("state", "state or country, for maps and tables"),
        _LAT,
        _LON,
        text("climate", "class of climate, as in cooling.csv"),
        positive("max_mw", "MW", "facility MW published for the place; blank: none", 1e5, True),
        number("construction_factor", "1 = national mean", "local cost of building", 10, 0.1),
        number("land_usd_per_acre", "USD/acre", "price of land", 1e8),
    ),
)
_MODELS = (
    CHIPS,
    CHIP_SUPPLY,
    CHIP_PRICES,
    WAFERS,
    COOLING,
    SUPPLY,
    REACH,
    WORKLOADS,
    REPLICAS,
    GOODPUT,
    FINANCE,
)
_ALL = (*_MODELS, ZONES, UPGRADES, NODES, CORRIDORS, SITES, *FLEET)
TABLES = {table.name: table for table in _ALL}
# Stands in every folder: where the figures of its tables come from and how sure they are.
FIGURES = Table(
    "figures",
    "",
    ("table", "row", "column"),
    (
        text("table", "name of the table"),
        text("row", "key of the row, key1/key2 with two keys; * for all"),
        text("column", "name of the column; * for all"),
        number("low", "unit of the figure", "plausible low end", None, None, True),
        number("high", "unit of the figure", "plausible high end", None, None, True),
        choice("confidence", "how the figure is known", *CONFIDENCE),
        text("sources", "ids of SOURCES.md, separated by ;"),
        text("note", "derivation of an own estimate, or what to bear in mind", required=False),
    ),
    optional=True,
)
