"""Recorded cases: targets and limits."""

from __future__ import annotations

from alive.bases import (
    AT_BETA,
    AT_RATE,
    BOTH_YEARS,
    CAPEX,
    KINDS,
    MIXED,
    MOST,
    MOST_OPEN,
    ONE,
    TOTAL,
)
from alive.record import Case

_DEBT = (*AT_RATE, "limits.debt_busd=0.8", "money.debt_frac=0.5")
_DEBT_OF = (*_DEBT, "limits.debt_busd={2027: 0.8}")

CASES = (
    Case(
        "target.training_eflops",
        ONE,
        "target.training_eflops=8",
        "dearer",
        "more must be delivered",
    ),
    Case(
        "target.training_eflops.*",
        (*BOTH_YEARS, "target.training_eflops={2027: 4, 2028: 7}"),
        "target.training_eflops.2028=7.5",
        "dearer",
        "more must be delivered in the second year",
    ),
    Case("target.training_flop", TOTAL, "target.training_flop=3.2e26", "dearer", "more in total"),
    Case("target.by", TOTAL, "target.by=2027", "dearer", "the same in one year, not in two"),
    Case("limits.power_gw", ONE, "limits.power_gw=0.05", "infeasible", "it takes 55 MW"),
    Case("limits.power_gw", MOST, "limits.power_gw=0.1", "less delivered_eflops", "of 150 MW"),
    Case("limits.power_gw.*", MOST, "limits.power_gw.2027=0.1", "less facility_mw", "of 150 MW"),
    Case("limits.pue", ONE, "limits.pue=1.15", "dearer", "liquid halls in place of air"),
    Case("limits.pue.*", ONE, "limits.pue.2027=1.15", "dearer", "liquid halls in place of air"),
    Case("limits.pue_site", ONE, "limits.pue_site=1.15", "dearer", "no air halls at any site"),
    Case("limits.pue_site", ONE, "limits.pue_site=1.15", "less pue", "no air halls at any site"),
    Case("limits.capex_busd.total", MOST, "limits.capex_busd.total=1", "less chips", "less money"),
    Case("limits.capex_busd.per_year", ONE, "limits.capex_busd.per_year=1", "infeasible", "1.52"),
    Case(
        "limits.capex_busd.per_year.*",
        MOST,
        "limits.capex_busd.per_year.2027=1",
        "less delivered_eflops",
        "less money in the year",
    ),
    Case("limits.debt_busd", _DEBT, "limits.debt_busd=0.5", "infeasible", "0.6 are owed"),
    Case("limits.debt_busd.*", _DEBT_OF, "limits.debt_busd.2027=0.5", "infeasible", "0.6 are owed"),
    Case("money.debt_frac", _DEBT, "money.debt_frac=0.9", "infeasible", "1.1 are owed"),
    Case("limits.carbon_kt.total", CAPEX, "limits.carbon_kt.total=120", "dearer", "air emits 126"),
    Case("limits.carbon_kt.per_year", CAPEX, "limits.carbon_kt.per_year=120", "dearer", "the same"),
    Case(
        "limits.carbon_kt.per_year.*",
        CAPEX,
        "limits.carbon_kt.per_year.2027=120",
        "less carbon_kt",
        "air emits 126",
    ),
    Case("limits.water_ml.per_year", AT_BETA, "limits.water_ml.per_year=500", "dearer", "of 526"),
    Case(
        "limits.water_ml.per_year.*",
        AT_BETA,
        "limits.water_ml.per_year={2027: 500}",
        "less water_ml",
        "liquid halls take 175 where air takes 526",
    ),
    Case("limits.water_ml.sites.*", AT_BETA, "limits.water_ml.sites.beta=500", "dearer", "of 526"),
    Case(
        "limits.water_ml.climates.*", AT_BETA, "limits.water_ml.climates.hot=500", "dearer", "526"
    ),
    Case("limits.zone_frac", MOST_OPEN, "limits.zone_frac=0.51", "less it_mw", "beta and gamma"),
    Case("limits.vendor_frac.*", KINDS, "limits.vendor_frac.Blue=0.2", "dearer", "Red is dearer"),
    Case(
        "limits.vendor_capex_frac.*",
        KINDS,
        "limits.vendor_capex_frac.Blue=0.2",
        "dearer",
        "Red is dearer",
    ),
    Case(
        "limits.curtailment",
        (*MOST, "sites.max_mw=140", "limits.curtailment=0.25pct"),
        "limits.curtailment=0.5pct",
        "more facility_mw",
        "north takes 150 MW at 0.5 %, 100 at 0.25 %",
    ),
    Case(
        "limits.curtailment",
        ONE,
        "limits.curtailment=1pct",
        "dearer",
        "more hours lost to training",
    ),
    Case(
        "limits.curtailment",
        (*MOST, "limits.curtailment=1pct"),
        "limits.curtailment=choose",
        "more delivered_eflops",
        "the site takes what it can use of a better class",
    ),
    Case("money.carbon_usd_per_t", ONE, "money.carbon_usd_per_t=50", "dearer", "126 kt are paid"),
    Case(
        "money.carbon_usd_per_t.*",
        MIXED,
        "money.carbon_usd_per_t={2028: 50}",
        "dearer",
        "what is emitted is paid for",
    ),
)
