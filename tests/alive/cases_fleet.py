"""Recorded cases: sites, chips, lots, power, resilience and the order of objectives."""

from __future__ import annotations

from alive.bases import (
    BOTH_YEARS,
    CAPEX,
    CARBON,
    KINDS,
    LOT,
    MOST,
    MOST_OPEN,
    NO_ROOM,
    ONE,
    OPEN,
    TOTAL,
)
from alive.record import Case

_OPEN_CAPEX = (*OPEN, "objective=capex")
_ALL = (*CAPEX, "chips.only=null")
_WAFERS = (*MOST, "chips.red_old.packaging=plate", "chips.red_old.per_wafer=10")
_NETWORKS = ("chips.blue.network=optical_torus", "chips.red_old.network=ethernet_clos")
_PODS = (*ONE, "chips.red_old.pod_chips=30000")
_FAILS = (*ONE, "chips.red_old.domain_chips=8", "chips.red_old.failures_per_mhour=100")
_LOSE = (*MOST_OPEN, "resilience={lose: zone, keep_frac: 0.5}")
_LOSE_SITE = (*MOST_OPEN, "resilience={lose: site, keep_frac: {2027: 0.5}}")
_THEN_MOST = (*CAPEX, "tie_breakers=[{objective: max_flop, slack: 0.1}]")
_DEAR_ENERGY = "zones.north.energy_usd_per_mwh=200"
_THEN_TCO = (*TOTAL, _DEAR_ENERGY, "objective=earliest", "tie_breakers=[{objective: tco}]")
_THEN_CARBON = (*TOTAL, "objective=capex", "tie_breakers=[{objective: carbon, slack: 0.99}]")
_AT_ONCE = (*CAPEX, "tie_breakers=[{objective: carbon}]")

_SITES = (
    Case("sites.min_mw", ONE, "sites.min_mw=100", "dearer", "60 MW are too few"),
    Case("sites.max_mw", MOST, "sites.max_mw=100", "less facility_mw", "of 150 MW"),
    Case("sites.force[]", _OPEN_CAPEX, "sites.force=[gamma]", "dearer", "a dear site"),
    Case("sites.forbid[]", _OPEN_CAPEX, "sites.forbid=[beta]", "dearer", "the cheapest site"),
    Case("sites.max_sites", MOST_OPEN, "sites.max_sites=1", "less delivered_eflops", "of three"),
    Case("sites.max_sites_per_zone", MOST_OPEN, "sites.max_sites_per_zone=1", "less sites", "of 3"),
    Case("sites.max_zones", MOST_OPEN, "sites.max_zones=1", "less sites", "of 2"),
    Case(
        "sites.max_chip_types",
        (*KINDS, "target.training_eflops=12"),
        "sites.max_chip_types=1",
        "dearer",
        "red_old alone, as blue is scarce",
    ),
    Case("resilience.lose", _LOSE, "resilience.lose=site", "more it_mw", "both sites of south"),
    Case("resilience.keep_frac", _LOSE, "resilience.keep_frac=0.4", "more it_mw", "less is kept"),
    Case(
        "resilience.keep_frac.*",
        _LOSE_SITE,
        "resilience.keep_frac.2027=0.65",
        "less it_mw",
        "no site may hold more than 0.35",
    ),
)
_CHIPS = (
    Case("buyer.wafer_frac", _WAFERS, "buyer.wafer_frac=0.1", "less chips", "4,000 wafers of 10"),
    Case("chips.only[]", KINDS, "chips.only=[red_old]", "dearer", "without blue"),
    Case("chips.forbid[]", _ALL, "chips.forbid=[blue]", "dearer", "without blue"),
    Case(
        "chips.projected[]",
        (*_ALL, "chips.blue.projected=yes"),
        "chips.projected=[blue]",
        "cheaper",
        "with blue, which is announced only",
    ),
    Case(
        "chips.networks[]",
        (*_ALL, *_NETWORKS),
        "chips.networks=[ethernet_clos]",
        "dearer",
        "without blue, which has another network",
    ),
    Case("chips.whole_pods", _PODS, "chips.whole_pods=all", "dearer", "two pods, of 60 kchips"),
    Case("chips.whole_pods[]", _PODS, "chips.whole_pods=[red_old]", "dearer", "two pods"),
    Case("chips.repair_hours", _FAILS, "chips.repair_hours=100", "dearer", "8 % are out"),
    Case("carbon.embodied", CARBON, "carbon.embodied=true", "more objective", "chips and halls"),
)
_LOTS = (
    Case(
        "commitments[].chip",
        LOT,
        LOT[-1].replace("red_old", "blue"),
        "cheaper",
        "a better chip for the price",
    ),
    Case(
        "commitments[].year",
        (*LOT, "chips.only=[red_old]"),
        LOT[-1].replace("2027", "2028"),
        "dearer",
        "too late for the first year",
    ),
    Case(
        "commitments[].lot_chips",
        LOT,
        LOT[-1].replace("10000", "20000"),
        "dearer",
        "more of the worse chip must be taken",
    ),
    Case(
        "commitments[].price_usd", LOT, LOT[-1].replace("15000", "16000"), "dearer", "1,000 a chip"
    ),
    Case(
        "commitments[].mandatory",
        LOT,
        LOT[-1].replace("true", "false"),
        "cheaper",
        "the lot may be left",
    ),
)
_POWER = (
    Case(
        "power.offer[]",
        (*ONE, "years=[2028]", *NO_ROOM),
        "power.offer=[gas]",
        "feasible",
        "no grid",
    ),
    Case(
        "power.lead_times",
        (*_OPEN_CAPEX, "sites.forbid=[beta]"),
        "power.lead_times=zone",
        "dearer",
        "north connects in 2028; south is dearer to build in",
    ),
    Case(
        "power.upgrades",
        (*ONE, "years=[2028]", *NO_ROOM),
        "power.upgrades=true",
        "feasible",
        "60 MW more than the headroom",
    ),
)
_ORDER = (
    Case("objective", OPEN, "objective=capex", "less capex_busd", "capex is what is kept low"),
    Case(
        "objective",
        (*BOTH_YEARS, "buyer.supply_frac=0.2", "objective=capex"),
        "objective=max_flop",
        "more delivered_eflops",
        "training is what is raised",
    ),
    Case("objective", CAPEX, "objective=carbon", "less carbon_kt", "liquid halls in place of air"),
    Case(
        "objective",
        TOTAL,
        "objective=earliest",
        "more cumulated_flop",
        "all is delivered in the first year",
    ),
    Case(
        "tie_breakers[].objective",
        _THEN_MOST,
        _THEN_MOST[-1].replace("max_flop", "carbon"),
        "less carbon_kt",
        "a tenth more capex goes into better halls",
    ),
    Case(
        "tie_breakers[].objective",
        _THEN_TCO,
        _THEN_TCO[-1].replace("tco", "capex"),
        "less capex_busd",
        "halls that waste more and cost less",
    ),
    Case(
        "tie_breakers[].objective",
        _THEN_CARBON,
        _THEN_CARBON[-1].replace("carbon", "earliest"),
        "more cumulated_flop",
        "nearly twice the capex buys an earlier end",
    ),
    Case(
        "tie_breakers[].slack",
        _AT_ONCE,
        "tie_breakers=[{objective: carbon, slack: 0.1}]",
        "less carbon_kt",
        "some capex may go into better halls",
    ),
)
CASES = (*_SITES, *_CHIPS, *_LOTS, *_POWER, *_ORDER)
