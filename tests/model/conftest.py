"""Models that turn on every option, and the tiny case as it is written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from dcplan import case as cases
from dcplan import scenario

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"


@cache
def build_case(*settings: str) -> cases.Case:
    wish = scenario.read(TINY, settings)
    return cases.build(wish, cases.read_library(wish))


@pytest.fixture(scope="session")
def tiny_case() -> Callable[..., cases.Case]:
    """The case of tests/tiny with settings."""
    return build_case


IN_STEP = (
    "sites.max_sites=3",
    "sites.max_sites_per_zone=1",
    "sites.max_zones=2",
    "sites.force=[gamma]",
    "limits.zone_frac=0.6",
    "supply.gas.max_mw=100",
    "fibre.max_path_km=500",
    "fibre.lease=true",
)
AS_REPLICAS = (*IN_STEP, "workload.preset=loose")
FOOTPRINT = (
    *IN_STEP,
    *("objective=carbon", "carbon.embodied=true", "money.carbon_usd_per_t=50"),
    *("limits.carbon_kt.total=2000", "limits.carbon_kt.per_year=1000"),
    *("limits.water_ml.per_year=900", "limits.water_ml.sites={beta: 300}"),
    *("resilience.lose=zone", "resilience.keep_frac={2028: 0.4}"),
)
MOST_TRAINING = (*IN_STEP, "objective=max_flop")
BY_RULES = (
    "buyer.wafer_frac=0.5",
    "chips.red_new.packaging=plate",
    "chips.red_new.per_wafer=10",
    "chips.red_new.network_w=100",
    "chips.red_new.network_usd=500",
    "chips.whole_pods=[red_new]",
    "chips.red_new.pod_chips=72",
    "limits.vendor_capex_frac.Blue=0.5",
    "sites.max_chip_types=2",
    "chip_prices.blue/2028.price_usd=20000",
    "commitments=[{name: x, chip: red_new, year: 2028, lot_chips: 7200, price_usd: 30000,"
    " mandatory: true}]",
)
GROWING_GRID = (
    *IN_STEP,
    "power.offer=[grid, gas, rent]",
    "power.upgrades=true",
    "limits.curtailment=choose",
    "limits.debt_busd=9",
    "money.debt_frac=0.7",
    "money.wacc={chips: 0.12, power: 0.07}",
    "supply.gas.min_take_frac=0.8",
)
STANDS = (*GROWING_GRID[len(IN_STEP) :], "existing=./fleet", "power.offer=[grid, gas]")
IN_TOTAL = (
    *IN_STEP,
    *("objective=earliest", "target.training_flop=2e27", "target.by=2028"),
    *("workload.recovery=restart_1min", "resilience.lose=site", "resilience.keep_frac=0.4"),
)
DOMAINS = (*AS_REPLICAS, "workload.recovery=restart_1min", "objective=capex")
RINGS = ("fibre.topology=survivable", "fibre.lease=true")


@pytest.fixture(scope="session")
def hedged_case() -> cases.Case:
    """Two futures with a weight on the dearer one."""
    futures = "{name: calm, probability: 0.6}, {name: dear, probability: 0.4, set: {%s}}"
    change = "zones.north.energy_usd_per_mwh: '+20', limits.pue: 1.25"
    wish = (f"futures=[{futures % change}]", "risk={cvar_weight: 0.5, cvar_tail: 0.3}")
    return cases.build_all(
        scenario.read(
            TINY, ("years=[2028]", "target.training_eflops=60", "limits.power_gw=0.32", *wish)
        )
    )


@pytest.fixture(scope="session")
def every_option() -> tuple[cases.Case, ...]:
    """Cases that have every equation between them.

    The second has its sites as replicas, the fourth decides on the grid of each zone, the
    fifth has every rule on buying, the sixth a survivable network, the seventh takes a fleet over;
    the eighth and ninth have goodput by chips in step, one for the earliest total and one with its
    tco held; the last has the chapters of resilience, carbon and water.
    """
    wishes = (IN_STEP, AS_REPLICAS, MOST_TRAINING, GROWING_GRID, BY_RULES, RINGS, STANDS)
    domains = build_case(*DOMAINS)
    held = replace(domains, money=replace(domains.money, held=(("tco", 3000.0),)))
    before = tuple(build_case(*wish) for wish in wishes)
    return (*before, build_case(*IN_TOTAL), held, build_case(*FOOTPRINT))
