"""Recorded cases: years, money, and figures of the library that a scenario names or replaces."""

from __future__ import annotations

from alive.bases import AT_RATE, CAPEX, FLEET, ONE, RISKY, TWO, TWO_AT_RATE, futures
from alive.record import Case

_ALL = (*CAPEX, "chips.only=null")


def _of(block: str, items: str, value: float, base: tuple[str, ...], why: str) -> list[Case]:
    return [
        Case(f"money.{block}.{item}", base, f"money.{block}.{item}={value}", "dearer", why)
        for item in items.split()
    ]


CASES = (
    Case("library.grid", ONE, "library.grid={dear}/grid", "dearer", "dearer energy"),
    Case("library.sites", ONE, "library.sites={dear}/sites", "dearer", "dearer building"),
    Case("library.models", ONE, "library.models={dear}/models", "dearer", "dearer chips"),
    Case(
        "existing",
        (*CAPEX, "sites.forbid=[gamma]", "chips.only=[red_old]"),
        "existing=./fleet",
        "cheaper",
        "what stands is not bought",
    ),
    Case(
        "sites.existing[]",
        (*FLEET, "target.training_eflops=0"),
        "sites.existing=[alpha, beta]",
        "dearer",
        "beta is kept up as well",
    ),
    Case("buyer.channels[]", _ALL, "buyer.channels=[merchant, google]", "cheaper", "house chip"),
    Case("buyer.supply_frac", ONE, "buyer.supply_frac=0.1", "infeasible", "40 kchips of 50"),
    Case("years[]", ONE, "years=[2027, 2028]", "dearer", "a year more is run and paid"),
    Case(
        "money.base_year",
        AT_RATE,
        "money.base_year=2027",
        "dearer",
        "the same spending is worth more a year later",
    ),
    Case(
        "money.base_year",
        (*ONE, "power.offer=[gas]", "years=[2027, 2028]"),
        "money.base_year=2025",
        "feasible",
        "gas stands two years after the base year",
    ),
    Case(
        "money.discount_rate",
        (*ONE, "money.base_year=2027"),
        "money.discount_rate=0.1",
        "dearer",
        "what is bought is repaid with interest",
    ),
    *_of("wacc", "chips facility land power", 0.2, AT_RATE, "repaid at a higher rate"),
    *_of("wacc", "fibre", 0.2, TWO_AT_RATE, "repaid at a higher rate"),
    *_of(
        "escalation", "chips facility land power energy staff", 0.1, AT_RATE, "prices rise to 2027"
    ),
    *_of("escalation", "fibre", 0.1, TWO, "prices rise to 2027"),
    Case("overrides.*.*.*:float", ONE, "chips.red_old.price_usd=21000", "dearer", "1,000 more"),
    Case("overrides.*.*.*:str", ONE, 'chips.red_old.price_usd="*0.9"', "cheaper", "a tenth less"),
    Case(
        "futures[].probability", (*ONE, futures()), futures(chance=0.7), "dearer", "dear more often"
    ),
    Case(
        "futures[].set.*",
        (*ONE, futures()),
        futures("chips.red_old.price_usd: 40000"),
        "dearer",
        "dearer when it comes",
    ),
    Case("risk.cvar_weight", RISKY, "risk.cvar_weight=0.9", "dearer", "the worst counts more"),
    Case("risk.cvar_tail", RISKY, "risk.cvar_tail=0.5", "dearer", "nothing else is in the worst"),
)
