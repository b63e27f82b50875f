"""From a whole point of the pooled model to a plan.

    connect   where its ways do not join its sites, keep sites and designs and solve for the network
    price     keep every yes and no and solve the published model for all else        → plan, or none
    afresh    where that is dearer than the point was, keep the last year's sites and designs only
    retime    the same with the ways kept as well: when each site opens, under limits that have moved
    join      with sites, designs and ways given, solve for all else

Pooling lets chips change their site, so a point may promise what no plan with its yes and no can keep:
chips that idle for a year at a full site and run again at another. Its places are good nevertheless.
With them given, the published model is small, and finds when each should open.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np

from dcplan.case import Case
from dcplan.solve.cuts import violated_cuts
from dcplan.solve.ears import Ears, Way, grown
from dcplan.solve.matrix import WHOLE, Floats, Mask, Matrix
from dcplan.solve.nearby import nearby, site_columns, support
from dcplan.solve.order import root_columns, root_values
from dcplan.solve.part import Fixed, Part
from dcplan.solve.state import Search, solve_part
from dcplan.solve.wiring import wired

PLACES = ("sites.open", "halls.design")
NETWORK = ("fibre.way", "fibre.root")
WORTH = 0.125
"""Share of the gap that a plan must lose to its point to be made afresh."""


def settle_or_repair(state: Search, x: Floats) -> bool:
    """Make a plan of the pooled point `x`, or of its sites with a network that connects them.

    Returns False in the second case: the cuts found on the way serve the next MIP as well.
    """
    if _settle(state, x):
        return True
    connect(state, x)
    return False


def settle_if_whole(state: Search, x: Floats) -> bool:
    """Make a plan of a point of the pooled relaxation that is whole already; whether it is."""
    whole = np.where(state.pool.integer, np.rint(x), x)
    return bool(np.all(np.abs(whole - x) <= WHOLE)) and _settle(state, whole)


def connect(state: Search, x: Floats) -> None:
    """Make a plan of the sites and designs of `x` with the best network that joins them."""
    state.watch.phase = "connecting the sites"
    lit = grown(Ears(state.case, state.watch), opening(state, x))
    begun = None if lit is None else _begun(state, x, lit)
    here = _at_open_sites(state.case, state.pool, x)
    fixed = _rooted(state, x, _fixed(state.pool, PLACES, x, here), here)
    found = wired(state, here, fixed, begun, state.gap / 4)
    if found is not None and not settle_if_whole(state, found.relaxed):
        made = found.value < state.best and join(state, x, found.lit)
        if not made and state.plan is None:
            settled(state, here, fixed, state.gap / 4, begun)
    state.watch.phase = "looking for better plans"


def join(state: Search, x: Floats, lit: Mapping[Way, int]) -> bool:
    """Make a plan of the sites and designs of `x` with the ways lit from these years and no others."""
    state.watch.phase = "connecting the sites"
    point = _begun(state, x, lit)
    allowed = _at_open_sites(state.case, state.pool, x)
    fixed = _fixed(state.pool, (*PLACES, "fibre.way"), point, allowed)
    return settled(state, allowed, fixed, state.gap / 4, keep=True)


def opening(state: Search, x: Floats) -> dict[str, int]:
    """The year in which each open site of a pooled point opens."""
    opened: dict[str, int] = {}
    for (s, y), j in state.pool.column["sites.open"].items():
        if x[j] > 0.5:
            opened[s] = min(y, opened.get(s, y))
    return opened


def _rooted(state: Search, x: Floats, fixed: Fixed, allowed: Mask) -> Fixed:
    """The fixed columns, with the allowed roots of the sites that are open in `x`."""
    root = {index: j for index, j in root_columns(state.case, state.pool).items() if allowed[j]}
    columns = np.append(fixed[0], np.array([*root.values()], dtype=np.int64))
    values = np.append(fixed[1], root_values(root, opening(state, x)))
    order = np.argsort(columns)
    return columns[order], values[order]


def _begun(state: Search, x: Floats, lit: Mapping[Way, int]) -> Floats:
    """The places of `x` with the ways given, NaN where nothing is said."""
    point, column = np.full(len(x), np.nan), state.pool.column
    for name in PLACES:
        for j in column[name].values():
            point[j] = np.rint(x[j])
    for (u, v, y), j in column.get("fibre.way", {}).items():
        point[j] = float(y >= lit.get((u, v), math.inf))
    return point


def settled(
    state: Search,
    allowed: Mask,
    fixed: Fixed,
    gap: float,
    start: Floats | None = None,
    keep: bool = False,
) -> bool:
    """Make a plan with some columns fixed, by MIPs that learn what the last one's network lacked.

    The first begins at `start`, if that is better than nothing. None is made where none can beat the best. If
    it is to `keep` every yes and no, that plan will do.
    """
    while not state.watch.stopped:
        answer = solve_part(
            state,
            state.pool,
            allowed,
            gap,
            fixed=fixed,
            relayed=state.tree_years,
            start=start,
            cutoff=state.best,
        )
        if answer.x is None or answer.bound >= state.best:
            return False
        if (_keep if keep else _settle)(state, answer.x):
            return True
    return False


def _keep(state: Search, x: Floats) -> bool:
    """If the ways of `x` connect its sites, make a plan of every yes and no; else add cuts."""
    if joined := _joined(state, x):
        price(state, x)
    return joined


def _settle(state: Search, x: Floats) -> bool:
    """The same, and one of its last places where that is dearer than `x` was."""
    if not _joined(state, x):
        return False
    least = float(state.pool.cost @ x) + state.pool.offset
    value = price(state, x)
    if value - least > WORTH * state.gap * abs(least):
        _afresh(state, x)
    return True


def connected(state: Search, x: Floats) -> bool:
    """Whether the ways of a whole point of the pooled model join its sites."""
    return not violated_cuts(state.networks, x, 0.5, set())


def _joined(state: Search, x: Floats) -> bool:
    cuts = violated_cuts(state.networks, x, 0.5, state.seen)
    state.cuts += cuts
    return not cuts


def price(state: Search, x: Floats) -> float:
    """Make the best plan with every yes and no of the pooled point `x`; its value, infinite without one."""
    held = np.zeros(len(state.core.cost), dtype=bool)
    held[state.shared[0]] = True
    held &= state.core.integer
    value = _in_core(state, x)
    allowed = _at_open_sites(state.case, state.core, value)
    columns = np.flatnonzero(held & allowed)
    part = Part(
        state,
        state.core,
        allowed,
        whole=bool((state.core.integer & ~held).any()),
        fixed=(columns, np.rint(value[columns])),
    )
    answer = part.lift(part.engine.run(state.gap / 8))
    if answer.x is None:
        return np.inf
    if answer.value < state.best:
        state.best, state.plan = answer.value, answer.x
        state.watch.plans += 1
        state.report()
    return answer.value


def _afresh(state: Search, x: Floats) -> None:
    """Make the best plan with the last year's sites and designs of the pooled point `x`."""
    state.watch.phase = "making a plan of the places found"
    core = state.core
    allowed = nearby(state.case, core, support(state.pool, x), 0.5)
    allowed &= _at_last_places(state, _in_core(state, x))
    while not state.watch.stopped:
        years, best = state.tree_years, state.best
        answer = solve_part(state, core, allowed, state.gap / 4, relayed=years, cutoff=best)
        if answer.x is None or answer.bound >= best:
            break
        found = state.in_pool(answer.x)
        if _joined(state, found):
            # a rounded yes or no may leave a trace in what depends on it: solve that again, exactly
            price(state, found)
            break
    state.watch.phase = "looking for better plans"


def retime(state: Search, x: Floats) -> None:
    """Make the best plan with the ways and last places of the pooled point `x`, opened no sooner."""
    core, point = state.core, _in_core(state, x)
    allowed = _at_last_places(state, point)
    opened = list(core.column["sites.open"].values())
    allowed[opened] &= point[opened] > 0.5
    fixed = _fixed(core, NETWORK, point, allowed)
    answer = solve_part(state, core, allowed, state.gap / 4, fixed=fixed)
    if answer.x is not None and _joined(state, found := state.in_pool(answer.x)):
        # a rounded yes or no may leave a trace in what depends on it: solve that again, exactly
        price(state, found)


def _in_core(state: Search, x: Floats) -> Floats:
    """What the pooled point `x` says about the published model: all but its chips, which are 0."""
    here, there = state.shared
    point = np.zeros(len(state.core.cost))
    point[here] = x[there]
    return point


def _at_open_sites(case: Case, model: Matrix, x: Floats) -> Mask:
    """The columns of a model less those of the sites that its point `x` never opens."""
    opened = {s for (s, _), j in model.column["sites.open"].items() if x[j] > 0.5}
    kept = np.ones(len(model.cost), dtype=bool)
    for site, places in site_columns(case, model).items():
        kept[places] = site in opened
    for (site, _), j in model.column.get("fibre.root", {}).items():
        kept[j] = site in opened
    return kept


def _at_last_places(state: Search, x: Floats) -> Mask:
    """The columns of the published model less sites and designs that `x` has not in the last year."""
    designs, allowed = state.core.column["halls.design"], _at_open_sites(state.case, state.core, x)
    for (s, k, *rest), j in designs.items():
        last = (s, k, state.case.years[-1], *rest[1:])
        allowed[j] &= x[designs[last]] > 0.5
    return allowed


def _fixed(model: Matrix, names: Collection[str], x: Floats, allowed: Mask) -> Fixed:
    columns = np.array(
        sorted(j for name in names for j in model.column.get(name, {}).values() if allowed[j]),
        dtype=np.int64,
    )
    return columns, np.rint(x[columns])
