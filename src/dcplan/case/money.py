"""Money as the model counts it: real MUSD of the base year, discounted to that year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dcplan.library import Library
from dcplan.scenario import Scenario, yearly
from dcplan.units import MUSD_PER_BUSD

CAPEX_ITEMS = ("chips", "facility", "land", "power", "fibre")
OPEX_ITEMS = ("energy", "power", "chips", "facility", "staff", "fibre", "carbon")


@dataclass(frozen=True)
class Money:
    """Discounting, limits and the objective; years are plan years."""

    objective: str
    discount_rate: float
    discount: Mapping[int, float]
    """Present worth in the base year of 1 MUSD spent in year y."""
    end_discount: float
    """Present worth of 1 MUSD at the end of the horizon (start of the year after the last)."""
    last_year: int
    capex_limit_musd: Mapping[int, float]
    capex_total_limit_musd: float | None
    tax_insurance_frac: float
    held: tuple[tuple[str, float], ...] = ()
    """(objective, worst value) of those settled before this one, in their own units."""

    def residual_frac(self, year: int, life_years: float | None) -> float:
        """Share of a purchase in `year` that its remaining life is worth at the end of the horizon.

        A purchase is repaid in equal yearly payments over its life, each at the start of a year;
        what is left to pay after the horizon is its residual value. `life_years` None never wears
        out (land).

        >>> Money("tco", 0.0, {}, 1.0, 2030, {}, None, 0.0).residual_frac(2029, 5)
        0.6
        """
        if life_years is None:
            return 1.0
        left = max(0.0, life_years - (self.last_year + 1 - year))
        return self._payments(left) / self._payments(life_years)

    def _payments(self, years: float) -> float:
        if self.discount_rate == 0:
            return years
        return float(1 - (1 + self.discount_rate) ** -years) / self.discount_rate


def build(scenario: Scenario, library: Library) -> Money:
    """Read the money chapter's numbers from scenario and library."""
    rate, base = scenario.money.discount_rate, scenario.money.base_year
    last = scenario.years[-1]
    capex = scenario.limits.capex_busd
    return Money(
        objective=scenario.objective,
        discount_rate=rate,
        discount={y: (1 + rate) ** (base - y) for y in scenario.years},
        end_discount=(1 + rate) ** (base - last - 1),
        last_year=last,
        capex_limit_musd={
            y: busd * MUSD_PER_BUSD for y, busd in yearly(capex.per_year, scenario.years).items()
        },
        capex_total_limit_musd=None if capex.total is None else capex.total * MUSD_PER_BUSD,
        tax_insurance_frac=float(library.finance.at["tax_insurance_frac", "value"]),
    )
