"""First places: sites and designs chosen while the network is relaxed.

What the fibre costs depends on the places far more than the places on it, and the cuts make its
relaxation near exact. So places are found first, by diving: solve the relaxation, open what it opens
most, solve again. Then single sites are moved as long as that gains.
Neither proves anything; what they find is connected and checked like every other point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from dcplan.case import Case
from dcplan.geography import great_circle_km
from dcplan.solve.cuts import networks
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.matrix import Floats, Ints, Mask
from dcplan.solve.relax import cut_loop, take_cuts
from dcplan.solve.state import Search, engine, relaxation

Places = dict[str, tuple[str, int]]
"""Design and first year of every open site."""

PLACES = ("sites.open", "halls.design")
MOSTLY = 0.8
HARDLY = 0.05
WHOLE = 1e-6
GAIN = 1e-5


def dive(state: Search, allowed: Mask) -> Floats | None:
    """A point of core's relaxation whose sites and designs are whole; None where the dive fails.

    The last year is settled first, since sites stay. What a year has mostly open is opened, what it
    hardly uses is left, and if nothing is so clear, the most open site is opened. Where that leaves
    no point, the first of these choices is turned round, once.
    """
    columns = np.flatnonzero(allowed)
    lp = engine(state, columns)
    ranks = _ranks(state, columns)
    answer = lp.run()
    fixed = np.zeros(len(columns), dtype=bool)
    while answer.x is not None and not state.watch.stopped:
        x = answer.x
        choice = _choose(x, ranks, fixed)
        if choice is None:
            whole = np.zeros(len(allowed))
            whole[columns] = x
            return whole
        answer = _follow(lp, fixed, choice, np.rint(x[choice]))
    return None


def _ranks(state: Search, columns: Ints) -> list[Ints]:
    """Columns to make whole, in turn: sites open in the last year, …, in the first; designs."""
    place = {int(j): i for i, j in enumerate(columns)}
    opened, design = (state.core.column[name] for name in PLACES)
    by_year = [
        [place[j] for (_, t), j in opened.items() if t == y and j in place]
        for y in reversed(state.case.years)
    ]
    return [np.array(r) for r in (*by_year, [place[j] for j in design.values() if j in place])]


def _choose(x: Floats, ranks: list[Ints], fixed: Mask) -> Ints | None:
    """The next columns to fix at their nearest whole value, the clearest first; None when done."""
    for rank in ranks:
        open_ = rank[~fixed[rank] & (np.abs(x[rank] - np.rint(x[rank])) > WHOLE)]
        if len(open_):
            clear = open_[(x[open_] >= MOSTLY) | (x[open_] <= HARDLY)]
            order = clear if (x[clear] >= MOSTLY).any() else open_[np.argmax(x[open_])][None]
            return np.asarray(order[np.argsort(-x[order], kind="stable")])
    return None


def _follow(lp: Engine, fixed: Mask, choice: Ints, value: Floats) -> Answer:
    value = np.where(np.arange(len(choice)) == 0, 1.0, value)
    lp.set_bounds(choice, value, value)
    answer = lp.run_warm()
    if answer.x is None:
        lp.set_bounds(choice, 0.0, 1.0)
        lp.set_bounds(choice[:1], 0.0, 0.0)
        answer = lp.run_warm()
        choice = choice[:1]
    fixed[choice] = True
    return answer


def exchange(state: Search, allowed: Mask, x: Floats) -> Floats:
    """Better places by single moves, each valued by the relaxation from its last basis.

    What seems to gain is valued again with all cuts of its network. A site gives way to one near it or
    to none, opens a year earlier or later, or takes another design. A move that gains is made; the
    end is a round of all sites without one.
    """
    columns, lp = relaxation(state, allowed)
    place = {int(j): i for i, j in enumerate(columns)}
    chosen = _read(state, x)
    graphs = networks(state.case, lp.matrix)
    _hold(state, lp, place, chosen)
    best = cut_loop(state, lp, graphs)
    sites = sorted({s for (s, _), j in state.core.column["sites.open"].items() if allowed[j]})
    tried, idle, turn = {frozenset(chosen.items())}, 0, 0
    while best.x is not None and idle < len(chosen) and not state.watch.stopped:
        site = sorted(chosen)[turn % len(chosen)]
        idle, turn = idle + 1, turn + 1
        for moved in _moves(state.case, sites, chosen, site):
            key = frozenset(moved.items())
            if key in tried or state.watch.stopped:
                continue
            tried.add(key)
            _hold(state, lp, place, moved)
            answer = lp.run_warm(cutoff=best.value)
            least = best.value - GAIN * abs(best.value)
            if answer.status == "optimal" and answer.value < least:
                answer = cut_loop(state, lp, graphs)
            if answer.status == "optimal" and answer.value < least:
                best, chosen, idle = answer, moved, 0
    take_cuts(state, lp.matrix, lp.added_rows)
    whole = np.zeros(len(allowed))
    whole[columns] = best.x if best.x is not None else x[columns]
    return whole


def _read(state: Search, x: Floats) -> Places:
    """Design and first year of every open site of a point."""
    design = state.core.column["halls.design"]
    found: Places = {}
    for (s, k, y), j in sorted(design.items(), key=lambda item: -item[0][2]):
        if x[j] > 0.5:
            found[s] = (k, y)
    return found


def _hold(state: Search, lp: Engine, place: Mapping[int, int], chosen: Places) -> None:
    """Fix every site and design of the relaxation as chosen."""
    held: dict[int, float] = {}
    for (s, y), j in state.core.column["sites.open"].items():
        if j in place:
            held[place[j]] = float(s in chosen and y >= chosen[s][1])
    for (s, k, y), j in state.core.column["halls.design"].items():
        if j in place:
            held[place[j]] = float(s in chosen and k == chosen[s][0] and y >= chosen[s][1])
    value = np.fromiter(held.values(), dtype=float)
    lp.set_bounds(np.fromiter(held, dtype=np.int64), value, value)


def _moves(case: Case, candidates: list[str], chosen: Places, site: str) -> Iterator[Places]:
    """Every choice that differs from the one made by one move of a site."""
    rest = {s: c for s, c in chosen.items() if s != site}
    design, first = chosen[site]
    point = case.sites.point
    for other in sorted(candidates, key=lambda s: great_circle_km(point[s], point[site])):
        if other not in chosen and design in case.halls.at_site[other]:
            yield {**rest, other: (design, first)}
    for year in (first - 1, first + 1):
        if year in case.years:
            yield {**rest, site: (design, year)}
    for other in case.halls.at_site[site]:
        if other != design:
            yield {**rest, site: (other, first)}
    if site not in case.sites.forced:
        yield rest
