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
    """Discounting, repayment, rising prices, limits and the objective; years are plan years.

    A purchase is repaid in equal yearly payments over its life, the first when it is bought, each
    at the start of a year, at the rate of its class. `life_years` None never wears out (land): its
    payment is the interest alone.
    """

    objective: str
    discount_rate: float
    discount: Mapping[int, float]
    """Present worth in the base year of 1 MUSD spent in year y."""
    end_discount: float
    """Present worth of 1 MUSD at the end of the horizon (start of the year after the last)."""
    base_year: int
    last_year: int
    rise: Mapping[str, float]
    """Yearly rise of the prices of an item, where they rise."""
    wacc: Mapping[str, float]
    """Rate of a class of purchases, where it is not the discount rate."""
    capex_limit_musd: Mapping[int, float]
    capex_total_limit_musd: float | None
    debt_limit_musd: Mapping[int, float]
    debt_frac: float
    property_tax_frac: float
    insurance_frac: float
    held: tuple[tuple[str, float], ...] = ()
    """(objective, worst value) of those settled before this one, in their own units."""

    @property
    def tax_insurance_frac(self) -> float:
        """Yearly cost of owning something, as a share of its price."""
        return self.property_tax_frac + self.insurance_frac

    def price_factor(self, item: str, year: int) -> float:
        """Price of an item in `year`, as a multiple of that in the base year."""
        return (1 + self.rise[item]) ** (year - self.base_year) if item in self.rise else 1.0

    def payment_frac(self, item: str, life_years: float | None) -> float:
        """Share of a price that is paid in each year of the life."""
        return 1 / _payments(life_years, self._rate(item))

    def owed_frac(self, item: str, bought: int, life_years: float | None, year: int) -> float:
        """Share of a price that is still owed at the end of `year`, its interest included."""
        if life_years is None:
            return 1.0
        left = max(0.0, life_years - (year + 1 - bought))
        rate = self._rate(item)
        return _payments(left, rate) / _payments(life_years, rate)

    def residual_frac(self, item: str, bought: int, life_years: float | None) -> float:
        """Share of a price that, credited at the end of the horizon, leaves the payments within it.

        With A_r(n) the worth of n payments of 1 at rate r, h years from the purchase to the end and
        r_c the rate of the class: (1 − A_r(min(n, h)) / A_{r_c}(n)) (1 + r)^h. Where r_c = r that is
        what is owed; where it is more, the dearer payments make it less, and it may be negative.
        """
        if item not in self.wacc:
            return self.owed_frac(item, bought, life_years, self.last_year)
        held = self.last_year + 1 - bought
        times = held if life_years is None else min(life_years, held)
        paid = _payments(times, self.discount_rate) / _payments(life_years, self._rate(item))
        return float((1 - paid) * (1 + self.discount_rate) ** held)

    def premium_frac(self, item: str, bought: int, life_years: float | None) -> float:
        """What the residual is beyond what is owed: 0 at the discount rate, less than 0 above it."""
        owed = self.owed_frac(item, bought, life_years, self.last_year)
        return self.residual_frac(item, bought, life_years) - owed

    def _rate(self, item: str) -> float:
        return self.wacc.get(item, self.discount_rate)


def _payments(years: float | None, rate: float) -> float:
    """Worth at the first of yearly payments of 1, one at once; without end where `years` is None.

    >>> _payments(2, 1.0)
    1.5
    """
    if rate == 0:
        return float("inf") if years is None else years
    whole = 1.0 if years is None else 1 - (1 + rate) ** -years
    return float(whole * (1 + rate) / rate)


def build(scenario: Scenario, library: Library) -> Money:
    """Read the money chapter's numbers from scenario and library."""
    wish, limits = scenario.money, scenario.limits
    rate, base = wish.discount_rate, wish.base_year
    last = scenario.years[-1]
    return Money(
        objective=scenario.objective,
        discount_rate=rate,
        discount={y: (1 + rate) ** (base - y) for y in scenario.years},
        end_discount=(1 + rate) ** (base - last - 1),
        base_year=base,
        last_year=last,
        rise={item: e for item, e in wish.escalation.model_dump().items() if e},
        wacc={
            item: own
            for item, own in wish.wacc.model_dump(exclude_none=True).items()
            if own != rate
        },
        capex_limit_musd=_musd_by_year(limits.capex_busd.per_year, scenario.years),
        capex_total_limit_musd=None
        if limits.capex_busd.total is None
        else limits.capex_busd.total * MUSD_PER_BUSD,
        debt_limit_musd=_musd_by_year(limits.debt_busd, scenario.years),
        debt_frac=wish.debt_frac or 0.0,
        property_tax_frac=float(library.finance.at["property_tax_frac", "value"]),
        insurance_frac=float(library.finance.at["insurance_frac", "value"]),
    )


def _musd_by_year(
    busd: float | Mapping[int, float] | None, years: tuple[int, ...]
) -> dict[int, float]:
    return {y: value * MUSD_PER_BUSD for y, value in yearly(busd, years).items()}
