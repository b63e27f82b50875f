"""What a fleet emits and the water it takes: which of it counts, its price and its limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dcplan.case.chips import Chips
from dcplan.case.sites import Sites
from dcplan.errors import Problem, suggest
from dcplan.library import Library
from dcplan.scenario import Scenario, yearly
from dcplan.units import kt_per_kchip, kt_per_mw


@dataclass(frozen=True)
class Carbon:
    """Emissions in kt of CO2 a year, water in ML a year."""

    counted: bool
    """Whether any limit, price or objective asks for the emissions."""
    embodied: bool
    chip_kt_per_kchip: Mapping[str, float]
    """Embodied in thousand chips; empty unless it counts."""
    hall_kt_per_mw: float
    """Embodied in 1 MW (IT) of halls; 0 unless it counts."""
    limit_kt: Mapping[int, float]
    total_limit_kt: float | None
    price_musd_per_kt: Mapping[int, float]
    water_limit_ml: Mapping[int, float]
    site_water_limit_ml: Mapping[str, float]
    """Limit of single sites, where they have one."""

    def waters(self, site: str, year: int) -> bool:
        """Whether some limit asks for the water of a site in a year."""
        return year in self.water_limit_ml or site in self.site_water_limit_ml


def build(
    scenario: Scenario, library: Library, sites: Sites, chips: Chips, problems: list[Problem]
) -> Carbon:
    """Read limits and prices; a chip whose embodied carbon is unknown cannot be offered with it."""
    limits, embodied = scenario.limits.carbon_kt, scenario.carbon.embodied
    price = yearly(scenario.money.carbon_usd_per_t, scenario.years)
    of_chip = {a: float(library.chips.at[a, "embodied_kg"]) for a in chips.sold} if embodied else {}
    problems += [
        Problem(
            "carbon.embodied",
            f"counts the making of '{chip}', which is not published: give "
            f"overrides.chips.{chip}.embodied_kg, or name it in chips.forbid",
        )
        for chip, kg in of_chip.items()
        if math.isnan(kg)
    ]
    hall_kg = float(library.finance.at["facility_embodied_kg_per_kw_it", "value"])
    limited = limits.total is not None or limits.per_year is not None
    asked = {scenario.objective, *(later.objective for later in scenario.tie_breakers)}
    return Carbon(
        counted=limited or bool(price) or "carbon" in asked,
        embodied=embodied,
        chip_kt_per_kchip={a: kt_per_kchip(kg) for a, kg in of_chip.items()},
        hall_kt_per_mw=kt_per_mw(hall_kg) if embodied else 0.0,
        limit_kt=yearly(limits.per_year, scenario.years),
        total_limit_kt=limits.total,
        # 1 USD/t is 1,000 USD/kt
        price_musd_per_kt={y: usd / 1e3 for y, usd in price.items()},
        water_limit_ml=yearly(scenario.limits.water_ml.per_year, scenario.years),
        site_water_limit_ml=_site_water_ml(scenario, library, sites, problems),
    )


def _site_water_ml(
    scenario: Scenario, library: Library, sites: Sites, problems: list[Problem]
) -> Mapping[str, float]:
    """The lower of the limits that name a site or its climate."""
    wish = scenario.limits.water_ml
    climates = set(library.cooling.index.get_level_values("climate"))
    for field, named, known in (
        ("sites", wish.sites, set(library.sites.index)),
        ("climates", wish.climates, climates),
    ):
        problems += [
            Problem(
                f"limits.water_ml.{field}",
                f"names '{name}', which the library does not have{suggest(name, known)}",
            )
            for name in named
            if name not in known
        ]
    found = {
        s: min(wish.sites.get(s, math.inf), wish.climates.get(sites.climate[s], math.inf))
        for s in sites.sites
    }
    return {s: ml for s, ml in found.items() if math.isfinite(ml)}
