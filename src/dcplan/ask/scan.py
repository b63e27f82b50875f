"""Limits that a relaxation cannot tell the amount of: taken out, or loosened step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dcplan.ask.steps import DIGITS, Step, step_to
from dcplan.case import Case
from dcplan.scenario import resolved

FACTORS = (1.01, 1.03, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)


@dataclass(frozen=True)
class Lever:
    """A field that can be loosened by a factor."""

    path: str
    unit: str
    loosened: Callable[[float, float], float]
    """Its value after a factor, from its value now."""
    off: str = "null"
    """What takes the limit out."""
    structural: bool = False
    """Whether it shapes the model, so that no single row of it stands for the limit."""
    whole: bool = False


def _more(value: float, factor: float) -> float:
    return value * factor


def _less(value: float, factor: float) -> float:
    return value / factor


def _share(value: float, factor: float) -> float:
    return min(1.0, value * factor)


def _above_one(value: float, factor: float) -> float:
    return 1.0 + (value - 1.0) * factor


def _kept(value: float, factor: float) -> float:
    return max(0.001, 1.0 - (1.0 - value) * factor)


LEVERS = (
    Lever("sites.max_mw", "MW", lambda v, f: min(v * f, 20_000.0), "20000", structural=True),
    Lever("sites.min_mw", "MW", _less, "0.001", structural=True),
    Lever("fibre.max_link_km", "km", _more, structural=True),
    Lever("fibre.max_path_km", "km", _more, structural=True),
    Lever("limits.pue_site", "", _above_one, structural=True),
    Lever("buyer.supply_frac", "", _share),
    Lever("limits.vendor_frac", "", _share),
    Lever("limits.vendor_capex_frac", "", _share),
    Lever("sites.max_chip_types", "kinds", _more, whole=True),
    Lever("sites.max_sites", "sites", _more, whole=True),
    Lever("sites.max_sites_per_zone", "sites", _more, whole=True),
    Lever("sites.max_zones", "zones", _more, whole=True),
    Lever("limits.zone_frac", "", _share),
    Lever("resilience.keep_frac", "", _kept),
    Lever("limits.pue", "", _above_one),
    Lever("limits.carbon_kt.per_year", "kt", _more),
    Lever("limits.carbon_kt.total", "kt", _more),
    Lever("limits.water_ml.per_year", "ML", _more),
    Lever("limits.debt_busd", "BUSD", _more),
    Lever("limits.capex_busd.per_year", "BUSD", _more),
    Lever("limits.capex_busd.total", "BUSD", _more),
    Lever("limits.power_gw", "GW", _more),
    Lever("target.training_flop", "FLOP", _less),
    Lever("target.training_eflops", "EFLOP/s", _less),
)
LISTS = ("sites.forbid", "sites.force")
"""Lists of names that may be emptied."""


def stands(case: Case, path: str) -> Any:
    """What the scenario says at a path of fields; None where it says nothing."""
    here: Any = resolved(case.scenario)
    for name in path.split("."):
        here = here.get(name) if isinstance(here, Mapping) else None
    return here


def scaled(case: Case, lever: Lever, factor: float) -> list[Step]:
    """Settings that loosen every year of a field by a factor; none where it stays as it is."""
    now = stands(case, lever.path)
    if now is None:
        return []
    values = now if isinstance(now, Mapping) else {"": now}
    found = []
    for year, value in values.items():
        then = _round(lever, lever.loosened(float(value), factor), float(value))
        if then != value and value:
            path = f"{lever.path}.{year}" if year else lever.path
            found.append(step_to(path, float(value), then, lever.unit))
    return found


def _round(lever: Lever, then: float, now: float) -> float:
    if lever.whole:
        return float(math.ceil(then)) if then > now else float(math.floor(then))
    if then == now:
        return now
    # three digits of the change, on the side that gives no less
    unit = 10.0 ** (math.floor(math.log10(abs(then - now))) - DIGITS + 1)
    side = math.ceil if then > now else math.floor
    return now + side((then - now) / unit + (-1e-6 if then > now else 1e-6)) * unit


def emptied(case: Case, path: str) -> list[list[Step]]:
    """Ways to loosen a list of names: each name left out, and all of them."""
    names = list(stands(case, path) or ())
    if not names:
        return []
    ways = [[n for n in names if n != name] for name in names] if 1 < len(names) <= 5 else []
    found = []
    for left in [*ways, []]:
        gone = [name for name in names if name not in left]
        what = f"without {', '.join(gone)} in {path}"
        found.append([Step(f"{path}=[{', '.join(left)}]", what, len(gone) / len(names))])
    return found
