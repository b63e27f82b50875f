"""One limit of a scenario, and how much of it a plan takes up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """One limit and what the plan takes up of it.

    `where` is a key of the library (a zone, chip, vendor, site, supply option or link), or empty
    for the whole fleet; `year` is None for a limit on all years together. `used` and `limit` are
    in `unit`. `base` is what both are counted from: a PUE is overhead above 1.
    """

    name: str
    where: str
    year: int | None
    used: float
    limit: float
    unit: str
    floor: bool = False
    """Whether `used` must be at least `limit`."""
    base: float = 0.0

    @property
    def spare_frac(self) -> float:
        """What is left, as a share of the limit; below 0 where the limit is broken.

        >>> Limit("power", "", 2030, 9.0, 10.0, "MW").spare_frac
        0.1
        >>> Limit("target", "", 2030, 12.0, 10.0, "EFLOP/s", floor=True).spare_frac
        0.2
        """
        left = self.used - self.limit if self.floor else self.limit - self.used
        whole = abs(self.limit - self.base)
        return left / whole if whole else left
