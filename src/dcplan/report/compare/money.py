"""Money by item and year, the bridge from one objective to the other, and what is proven of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dcplan.objectives import OBJECTIVES
from dcplan.plan import Plan
from dcplan.report.facts import years as years_of
from dcplan.words import dollars, figure, percent

Row = tuple[Any, ...]
Key = tuple[str, str]
"""(kind, item) of the table money; (`delivered` or `emitted`, year) for rates and emissions."""

_NOISE_FRAC = 1e-9

UNITS = {name: objective.unit for name, objective in OBJECTIVES.items()}
GOALS = {name: f"{o.noun}, the goal" for name, o in OBJECTIVES.items()} | {"tco": "total cost"}
_MORE = {
    "max_flop": ("trains more", "trains less"),
    "carbon": ("emits more", "emits less"),
    "earliest": ("is there later", "is there sooner"),
}
ROUNDING: Key = ("rounding", "solver")
"""What the objective, as the solver gave it, is off from the sum of its items."""


def worth(plan: Plan, kind: str, year: int) -> float:
    """Present worth of 1 MUSD of a row of the table money, as the objective `tco` counts it."""
    money = plan.scenario.money
    # Residual values stand in the last year's rows and come in when it is over.
    when = year + 1 if kind == "residual" else year
    factor = float((1 + money.discount_rate) ** (money.base_year - when))
    return -factor if kind == "residual" else factor


def rows(letter: str, a: Plan, b: Plan, years: Sequence[int]) -> list[Row]:
    """Rows of the frame `money`: those of the years in common, and what is left after the last."""
    old, new = _by_year(a), _by_year(b)
    whole = years_of(a) == years_of(b)
    found = []
    for year, kind, item in sorted({*old, *new}):
        if year not in years or (kind == "residual" and not whole):
            continue
        before, after = old.get((year, kind, item), 0.0), new.get((year, kind, item), 0.0)
        present = worth(b, kind, year) * after - worth(a, kind, year) * before
        if before != after or present:
            found.append((letter, year, kind, item, before, after, after - before, present))
    return found


def bridge(letter: str, a: Plan, b: Plan) -> list[Row]:
    """Rows of the frame `bridge`; their differences add up to that of the objectives."""
    if not comparable(a, b):
        return []
    old, new, unit = _parts(a), _parts(b), UNITS[a.objective_name]
    items = [
        (letter, *key, unit, old.get(key, 0.0), new.get(key, 0.0))
        for key in dict.fromkeys([*old, *new])
    ]
    found: list[Row] = [(*row, row[-1] - row[-2]) for row in items if row[-1] != row[-2]]
    left = (b.objective - a.objective) - math.fsum(row[-1] for row in found)
    if left and (found or _gain(a, b)):
        parts = [plan.objective - math.fsum(by.values()) for plan, by in ((a, old), (b, new))]
        found.append((letter, *ROUNDING, unit, *parts, left))
    return found


def present_musd(plan: Plan) -> float:
    """Total cost at present worth, from the table money."""
    return math.fsum(worth(plan, k, y) * musd for (y, k, _), musd in _by_year(plan).items())


def comparable(a: Plan, b: Plan) -> bool:
    """Whether the objectives are of one kind and over the same years."""
    return a.objective_name == b.objective_name and years_of(a) == years_of(b)


def proof(letter: str, a: Plan, b: Plan) -> list[Row]:
    """The row of the frame `proof`: the objectives' difference and its range given both gaps."""
    if not comparable(a, b):
        return []
    gain = _gain(a, b)
    if OBJECTIVES[a.objective_name].most:  # the bound is above what was found
        low, high = b.objective - a.bound, b.bound - a.objective
    else:
        low, high = b.bound - a.objective, b.objective - a.bound
    words = _words(letter, a, gain, low, high)
    return [
        (letter, UNITS[a.objective_name], a.objective, b.objective, gain, low, high, words),
    ]


def _gain(a: Plan, b: Plan) -> float:
    """Difference of the objectives, 0 where only the last digits of a float differ."""
    gain = b.objective - a.objective
    return gain if abs(gain) > _NOISE_FRAC * max(abs(a.objective), abs(b.objective)) else 0.0


def _words(letter: str, a: Plan, gain: float, low: float, high: float) -> str:
    unit = UNITS[a.objective_name]
    more, less = _MORE.get(a.objective_name, ("is dearer", "is cheaper"))
    share = f" ({percent(abs(gain / a.objective))})" if a.objective else ""
    said = f"{letter} {more if gain > 0 else less} than A by {amount(abs(gain), unit)}{share}"
    if not gain:
        said = f"{letter} and A are worth the same"
    if not (math.isfinite(low) and math.isfinite(high)):
        return (
            f"{said}. One of the searches proved no bound, so the best plans may differ otherwise."
        )
    if high - low <= _NOISE_FRAC * abs(a.objective):
        return f"{said}, and both are proven best."
    if low < 0 < high:
        return (
            f"{said}, which is within the two plans' gaps: the best plans may differ by anything "
            f"from {signed_amount(low, unit)} to {signed_amount(high, unit)}."
        )
    least, most = (amount(end, unit) for end in sorted((abs(low), abs(high))))
    if least == most:
        return f"{said}, sure to within {amount(high - low, unit)} given both gaps."
    return f"{said}: at least {least}, at most {most} given both gaps."


def amount(value: float, unit: str = "MUSD") -> str:
    """Money, or what else an objective counts."""
    return dollars(value) if unit == "MUSD" else f"{figure(value)} {unit}"


def signed_amount(value: float, unit: str = "MUSD") -> str:
    """The same with its sign."""
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return sign + amount(abs(value), unit)


def _by_year(plan: Plan) -> Mapping[tuple[int, str, str], float]:
    rows = plan.money
    keys = zip(rows.year.astype(int), rows.kind.astype(str), rows["item"].astype(str), strict=True)
    return dict(zip(keys, rows.musd.astype(float), strict=True))


def _parts(plan: Plan) -> dict[Key, float]:
    """The objective by item, in its own unit."""
    sums: dict[Key, list[float]] = defaultdict(list)
    for key, value in _terms(plan):
        sums[key].append(value)
    return {key: math.fsum(values) for key, values in sums.items()}


def _terms(plan: Plan) -> Iterator[tuple[Key, float]]:
    if plan.objective_name == "max_flop":
        for year, rate in zip(plan.summary.year, plan.summary.delivered_eflops, strict=True):
            yield ("delivered", str(int(year))), float(rate)
        return
    if plan.objective_name == "carbon":
        emitted = plan.summary.carbon_kt + plan.summary.embodied_kt
        for year, kt in zip(plan.summary.year, emitted, strict=True):
            yield ("emitted", str(int(year))), float(kt)
        return
    if plan.objective_name == "earliest":
        yield ("target", "plan year"), plan.objective
        return
    for (year, kind, item), musd in _by_year(plan).items():
        if plan.objective_name == "tco":
            yield (kind, item), worth(plan, kind, year) * musd
        elif kind == "capex":
            yield (kind, item), musd
