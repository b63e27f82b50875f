"""First places: sites and designs chosen while the network is relaxed.

What the fibre costs depends on the places far more than the places on it, and the cuts make its
relaxation near exact. So places are found first, by diving: solve the relaxation, open what it opens
most, solve again. Then single sites are moved as long as that gains.
Neither proves anything; what they find is connected and checked like every other point.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dcplan.case import Case
from dcplan.geography import great_circle_km
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.matrix import WHOLE, Floats, Ints, Mask
from dcplan.solve.order import root_columns, root_values
from dcplan.solve.part import Part
from dcplan.solve.relax import cut_loop
from dcplan.solve.state import Search

Places = dict[str, tuple[str, int]]
"""Design and first year of every open site."""

PLACES = ("sites.open", "halls.design")
MOSTLY = 0.8
HARDLY = 0.05
GAIN = 1e-5
ANY = -1


def dive(state: Search, allowed: Mask) -> Floats | None:
    """A point of the pooled relaxation whose sites and designs are whole; None where the dive fails.

    The last year is settled first, since sites stay. What a year has mostly open is opened, what it
    hardly uses is left, and if nothing is so clear, the most open site is opened. After each step the
    network is cut again, lest whole sites be joined by fractions of ways. Where a step leaves no point,
    the first of its choices is turned round, once.
    """
    part = Part(state, state.pool, allowed)
    lp, columns = part.engine, part.columns
    ranks = _ranks(state, columns)
    answer = cut_loop(state, part)
    fixed = np.zeros(len(columns), dtype=bool)
    while answer.x is not None and not state.watch.stopped:
        x = answer.x
        choice = _choose(x, ranks, fixed)
        if choice is None:
            return part.lift(answer).x
        answer = _follow(lp, fixed, choice, np.rint(x[choice]))
        if answer.x is not None:
            answer = cut_loop(state, part)
    return None


def _ranks(state: Search, columns: Ints) -> list[Ints]:
    """Columns to make whole, in turn: sites open in the last year, …, in the first; designs."""
    place = {int(j): i for i, j in enumerate(columns)}
    opened, design = (state.pool.column[name] for name in PLACES)
    by_year = [
        [place[j] for (_, t), j in opened.items() if t == y and j in place]
        for y in reversed(state.case.years)
    ]
    return [
        np.array(r, dtype=np.int64)
        for r in (*by_year, [place[j] for j in design.values() if j in place])
    ]


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

    A move changes no more than the values at which sites and designs are held, so the reduced costs of
    the best relaxation tell what it costs at least; only what may gain by them is solved, and what
    seems to gain is valued again with all cuts of its network. A site gives way to one near it or to
    none, opens a year earlier or later, or takes another design. A move that gains is made; the end is
    a round of all sites without one.
    """
    rooted = bool(root_columns(state.case, state.pool))
    part = Part(state, state.pool, allowed, cuts=state.rooted_cuts() if rooted else None)
    lp, held = part.engine, _Held(state, part.columns)
    chosen = places(state, x)
    value = held.at(chosen)
    lp.set_bounds(held.columns, value, value)
    best = cut_loop(state, part)
    price = lp.reduced_cost[held.columns]
    sites = sorted({s for (s, _), j in state.pool.column["sites.open"].items() if allowed[j]})
    tried, idle, turn = {frozenset(chosen.items())}, 0, 0
    while best.x is not None and idle < len(chosen) and not state.watch.stopped:
        site = sorted(chosen)[turn % len(chosen)]
        idle, turn = idle + 1, turn + 1
        for moved in _moves(state.case, sites, chosen, site):
            key = frozenset(moved.items())
            if key in tried or state.watch.stopped:
                continue
            tried.add(key)
            least = best.value - GAIN * abs(best.value)
            then = held.at(moved)
            if best.value + price @ (then - value) >= least:
                continue
            lp.set_bounds(held.columns, then, then)
            answer = lp.run_warm(cutoff=best.value)
            if answer.status == "optimal" and answer.value < least:
                answer = cut_loop(state, part)
            if answer.status == "optimal" and answer.value < least:
                best, chosen, value, idle = answer, moved, then, 0
                price = lp.reduced_cost[held.columns]
    better = part.lift(best).x
    return x if better is None else better


def places(state: Search, x: Floats) -> Places:
    """Design and first year of every open site of a point."""
    design = state.pool.column["halls.design"]
    found: Places = {}
    for (s, k, y), j in sorted(design.items(), key=lambda item: -item[0][2]):
        if x[j] > 0.5:
            found[s] = (k, y)
    return found


class _Held:
    """The columns of a part that say which sites are open, with which design, and the root."""

    def __init__(self, state: Search, columns: Ints) -> None:
        place = {int(j): i for i, j in enumerate(columns)}
        named = [pair for name in PLACES for pair in state.pool.column[name].items()]
        index = [index for index, j in named if j in place]
        sites, designs = (sorted({i[n] for i in state.pool.column["halls.design"]}) for n in (0, 1))
        self._site_number = {s: n for n, s in enumerate(sites)}
        self._design_number = {k: n for n, k in enumerate(designs)}
        self._site = np.array([self._site_number[i[0]] for i in index], dtype=np.int64)
        self._design = np.array([self._design_number.get(i[1], ANY) for i in index], dtype=np.int64)
        self._year = np.array([i[-1] for i in index], dtype=np.int64)
        held = np.array([place[j] for _, j in named if j in place], dtype=np.int64)
        self._root = {
            index: j for index, j in root_columns(state.case, state.pool).items() if j in place
        }
        rooted = np.array([place[j] for j in self._root.values()], dtype=np.int64)
        self.columns = np.append(held, rooted)

    def at(self, chosen: Places) -> Floats:
        """Their values for given places."""
        first = np.full(len(self._site_number), np.inf)
        design = np.zeros(len(first), dtype=np.int64)
        for site, (k, year) in chosen.items():
            first[self._site_number[site]] = year
            design[self._site_number[site]] = self._design_number[k]
        fits = (self._design == ANY) | (self._design == design[self._site])
        roots = root_values(self._root, {site: year for site, (_, year) in chosen.items()})
        return np.append(np.where(fits & (self._year >= first[self._site]), 1.0, 0.0), roots)


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
