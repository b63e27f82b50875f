"""What binds in a plan, and what one more unit of it is worth: with its places fixed, and solved again."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dcplan.api import Brief, Plan
from dcplan.ask.change import brief_of, changed
from dcplan.ask.interval import Interval, worse
from dcplan.ask.network import Network
from dcplan.ask.unit import Unit
from dcplan.ask.units import unit_of, why_no_unit
from dcplan.ask.warm import start_from, suggestion
from dcplan.case import Case
from dcplan.errors import InputError, NoPlan, StoppedEarly
from dcplan.report.limit import Limit
from dcplan.report.limits import BINDS_FRAC, CLOSE_FRAC, limits
from dcplan.solve.adopt import adopt
from dcplan.solve.matrix import Matrix
from dcplan.solve.prices import Prices, prices
from dcplan.solve.published import publish
from dcplan.solve.settle import price
from dcplan.solve.state import Start, begin
from dcplan.solve.watch import Watch, run_watched

Show = Callable[[Watch], None]
LEAST_S = 5.0
EXACT_GAP = 1e-9
ZERO = 1e-9
"""Share of the objective that is rounding."""


@dataclass(frozen=True, eq=False)
class Worth:
    """A limit, or the same limit of several places and years that one field sets."""

    limits: tuple[Limit, ...]
    """The tightest first."""
    unit: Unit | None
    """What one more of it is; None where no single field gives it."""
    fixed: float | None
    """By how much one more unit betters the objective with sites, cooling, ways and every other yes and no
    fixed; for a target, by how much it worsens it. By the duals, or where these are silent by solving what
    is left once more. None where neither tells."""
    exact: Interval | None
    """The same by a search of the whole problem with one more unit."""
    note: str = ""
    """Why there is no exact value, or no unit."""

    @property
    def spare_frac(self) -> float:
        """What is left of the tightest of them."""
        return self.limits[0].spare_frac

    @property
    def binds(self) -> bool:
        """Whether less than 0.5 % is left."""
        return self.spare_frac < BINDS_FRAC

    def as_data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "limits": [
                {
                    **{"name": limit.name, "where": limit.where, "year": limit.year},
                    **{"used": limit.used, "limit": limit.limit, "unit": limit.unit},
                    "spare_frac": limit.spare_frac,
                }
                for limit in self.limits
            ],
            "binds": self.binds,
            "one_more": self.unit.words if self.unit else None,
            "set": self.unit.setting if self.unit else None,
            "costs": self.unit.tightens if self.unit else None,
            "places_fixed": self.fixed,
            "solved_again": self.exact.as_data() if self.exact else None,
            "note": self.note,
        }


def explain_worth(
    plan: Plan,
    settings: Sequence[str] = (),
    quick: bool = False,
    watch: Watch | None = None,
    show: Show | None = None,
) -> tuple[Worth, ...]:
    """Every limit of a plan, those that bind first, with what one more useful unit is worth.

    The first value is the dual with places fixed, times the unit. The second is the exact change by a
    search from the plan, with the least and most that both gaps leave; `quick` leaves it out. `settings`
    are of the solver. Values are of the first objective. Takes the scenario's time limit.
    """
    brief = brief_of(plan)
    if settings:
        brief = changed(brief.scenario, brief.case.library, settings)
    watch = watch or Watch(brief.scenario.solver.time_limit_s)
    places = None
    if brief.scenario.objective != "earliest":
        places = run_watched(lambda: _places(brief, plan, watch), watch, show)
    rows = sorted(_grouped(brief, plan, places.prices if places else None), key=_order)
    if quick:
        return tuple(rows)
    # where something is whole, a limit with a little to spare may bind all the same
    found, left = [], [row for row in rows if row.spare_frac < CLOSE_FRAC and row.unit]
    for row in rows:
        if row in left:
            share = max(LEAST_S, watch.left_s / len(left))
            left.remove(row)
            row = _solved(brief, plan, places, row, settings, watch, share, show)
        found.append(row)
    return tuple(found)


@dataclass(frozen=True)
class _Places:
    """A plan with its places fixed."""

    prices: Prices | None
    network: Network
    value: float
    """Of the best plan with every yes and no of it, minimised form."""


def _places(brief: Brief, plan: Plan, watch: Watch) -> _Places | None:
    try:
        matrix, _ = publish(brief.case)
    except NoPlan:
        return None
    found = adopt(brief.case, matrix, suggestion(plan), watch)
    if found is None or found.plan is None:
        return None
    network = Network(found, found.in_pool(found.plan))
    return _Places(prices(found), network, _value(brief.case, matrix, network, watch))


def _value(case: Case, matrix: Matrix, network: Network, watch: Watch) -> float:
    state = begin(case, matrix, watch, EXACT_GAP, quiet=True)
    return price(state, network.over(state))


def _by_hand(places: _Places | None, row: Worth, case: Case, start: Start, watch: Watch) -> Worth:
    """The worth with the places fixed where the duals are silent.

    What follows from a limit, such as the largest size of a site, stands in coefficients, which have none.
    """
    if row.fixed != 0.0 or row.unit is None or places is None or start.model is None:
        return row
    gain = places.value - _value(case, start.model[0], places.network, watch)
    if not math.isfinite(gain):
        return row
    gain = gain if abs(gain) > ZERO * abs(places.value) else 0.0
    return replace(row, fixed=(-gain if row.unit.tightens else gain) + 0.0)


def _grouped(brief: Brief, plan: Plan, priced: Prices | None) -> list[Worth]:
    groups: dict[str, list[Limit]] = {}
    units: dict[str, Unit | None] = {}
    for limit in limits(plan.record):
        unit = unit_of(brief.case, limit)
        key = unit.setting if unit else f"{limit.name} {limit.where} {limit.year}"
        groups.setdefault(key, []).append(limit)
        units[key] = unit
    return [
        Worth(
            tuple(sorted(found, key=lambda limit: limit.spare_frac)),
            units[key],
            _fixed(units[key], priced),
            None,
            "" if units[key] else why_no_unit(found[0]),
        )
        for key, found in groups.items()
    ]


def _fixed(unit: Unit | None, priced: Prices | None) -> float | None:
    """What is gained by one more of a limit, or what one more of a target costs."""
    felt = unit.felt(priced) if unit is not None and priced is not None else None
    return None if felt is None or unit is None else (felt if unit.tightens else -felt) + 0.0


def _order(row: Worth) -> tuple[bool, float, float]:
    return not row.binds, -(row.fixed or 0.0) if row.binds else 0.0, row.spare_frac


def _solved(
    brief: Brief,
    plan: Plan,
    places: _Places | None,
    row: Worth,
    settings: Sequence[str],
    watch: Watch,
    share_s: float,
    show: Show | None,
) -> Worth:
    unit = row.unit
    if unit is None:
        return row
    if brief.scenario.objective == "earliest":
        return replace(row, note="objective earliest has no price")
    if watch.stopped:
        return replace(row, note="not solved again: time was over")
    inner = Watch(share_s)
    try:
        other = changed(brief.scenario, brief.case.library, [*settings, unit.setting])
        start = start_from(other.case, plan, inner)
        row = _by_hand(places, row, other.case, start, inner)
        found = other.solve(inner, show, start, False)
    except InputError as error:
        return replace(row, note=f"cannot be set: {error}")
    except NoPlan:
        return replace(row, note="no plan has one more")
    except StoppedEarly:
        return replace(row, note="not known: no plan was found in time")
    if inner.interrupted:
        watch.stop()
    pair = (plan, found) if unit.tightens else (found, plan)
    exact = worse(*pair)
    if exact.known or math.isfinite(exact.high):
        return replace(row, exact=exact)
    return replace(row, note=exact.words)
