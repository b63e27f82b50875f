"""Scenarios on the tiny library, each as small as the fields need that are tried on it.

Figures to reckon with are in the docstrings of tests/model: ONE is 50 kchips of red_old at alpha, in
50 MW (IT) of air halls that draw 60 MW.
"""

from __future__ import annotations

from alive.record import Settings

OPEN: Settings = (
    "years=[2027]",
    "money.discount_rate=0",
    "target.training_eflops=7.96",
    "limits=null",
    "chips.only=[red_old]",
    "power.offer=[grid]",
    "sites.min_mw=20",
    "solver.gap=1e-9",
    "solver.threads=1",
)
"""One year, one kind of chip, three sites to choose from."""
ONE = (*OPEN, "sites.min_mw=40", "sites.forbid=[beta, gamma]")
AT_RATE = (*ONE, "money.discount_rate=0.1")
CAPEX = (*ONE, "objective=capex")
CARBON = (*ONE, "objective=carbon")
MOST = (*ONE, "objective=max_flop", "target={}", "buyer.supply_frac=1")
MOST_OPEN = (*OPEN, "objective=max_flop", "target={}", "buyer.supply_frac=1")
AT_BETA = (*CAPEX, "sites.forbid=[alpha, gamma]")
TWO = (*OPEN, "sites.force=[alpha, beta]", "sites.forbid=[gamma]", "fibre.speeds_tbps=[40]")
"""Two sites and the fibre between them."""
TWO_AT_RATE = (*TWO, "money.discount_rate=0.1")
SLOW = (*TWO, "objective=max_flop", "target={}", "buyer.supply_frac=1", "fibre.speeds_tbps=[20]")
"""Two sites whose links slow the run."""
LOOSE = (*SLOW, "workload.preset=loose", "fibre.speeds_tbps=[4]")
BOTH_YEARS = (*ONE, "years=[2027, 2028]")
KINDS = (*CAPEX, "chips.only=[red_old, blue]")
"""red_old and blue, of which blue is cheaper for its rate and scarce."""
NO_ROOM = ("zones.north.headroom_025pct_mw=0", "zones.north.headroom_05pct_mw=5")
MIXED = (*ONE, "years=[2028]", "power.offer=[grid, gas]", "finance.gas_usd_per_mmbtu.value=6")
"""Grid and gas, of which gas costs a little more for its energy."""
TOTAL = (*BOTH_YEARS, "target={training_flop: 3e26, by: 2028}")
"""9.5 EFLOP/s kept up for a year, within two."""
LOT = (
    *BOTH_YEARS,
    "chips.only=[red_old, blue]",
    "commitments=[{name: x, chip: red_old, year: 2027, lot_chips: 10000, price_usd: 15000,"
    " mandatory: true}]",
)
DEAR = "chips.red_old.price_usd: 30000"


def futures(dear: str = DEAR, chance: float = 0.5, name: str = "dear") -> str:
    """Two futures, in one of which something is different."""
    first = f"{{name: plain, probability: {1 - chance}}}"
    return f"futures=[{first}, {{name: {name}, probability: {chance}, set: {{{dear}}}}}]"


RISKY = (*ONE, futures(), "risk={cvar_weight: 0.5, cvar_tail: 0.6}")
FLEET = (*OPEN, "existing=./fleet", "sites.forbid=[gamma]", "sites.existing=[alpha]")
