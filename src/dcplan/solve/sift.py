"""Sites that the relaxation of a large problem leaves out until their price says otherwise.

    P := the sites that the relaxation without a network likes best, and those that must be in
    repeat
        LP over the sites in P and all corridors, with cuts                                → value, duals
        price every site left out: the least value of its block (`blocks.py`)
        value + Σ least values                                                             → bound
        take in the sites whose value is below 0; end if the sum of these is next to nothing

The duals of the rows in the LP, and 0 for the rows that stand only outside, are multipliers for the whole
problem, so the sum is a bound of all of it, whichever sites are in. Two rows outside are given better
ones, from what the columns that they hold have left of their cost: that a root is open, so that a root at a
site left out costs nothing before the site does; and that an open site is entered (or left) by a way, which
charges the site for the cheapest way to it. This is sifting, or column generation by blocks
(Dantzig and Wolfe 1960, with the blocks' columns taken in whole).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from dcplan.solve.blocks import Blocks, priced
from dcplan.solve.cuts import without_network
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import WHOLE, Floats, Ints, Mask, Matrix
from dcplan.solve.nearby import site_columns

if TYPE_CHECKING:
    from dcplan.case import Case
    from dcplan.solve.engine import Answer
    from dcplan.solve.part import Part
    from dcplan.solve.state import Search

SITES = 60
"""So many are taken in first."""
WORTH = 0.01
"""Share of the gap that the sites left out may take from the bound."""
HALF = 0.5
OPEN_ROOT = "fibre.root_is_open"
JOINED = ("fibre.entered_if_open", "links.entered", "links.left")


def first_columns(state: Search) -> Mask:
    """Columns of the pooled model to begin with: all, less those of the sites that are left out."""
    case, pool = state.case, state.pool
    chosen = np.ones(len(pool.cost), dtype=bool)
    if not state.core.large or len(case.sites.sites) <= SITES:
        return chosen
    extra = _extra(state)
    if extra is None:
        return chosen
    held = {*case.sites.forced, *case.sites.stood, *_in_plan(state)}
    places = list(case.sites.sites)
    held |= {places[i] for i in np.argsort(extra, kind="stable")[:SITES]}
    of_site = columns_of_sites(case, pool)
    for site in set(places) - held:
        chosen[of_site[site]] = False
    # a row that asks for something needs a column that can give it
    asks = (pool.row_lower > 0) | (pool.row_upper < 0)
    short = asks & (abs(pool.a) @ chosen.astype(float) == 0)
    needed = np.unique(pool.a[np.flatnonzero(short)].indices)
    for site in set(places) - held:
        if np.isin(of_site[site], needed).any():
            chosen[of_site[site]] = True
    return chosen


def columns_of_sites(case: Case, model: Matrix) -> dict[str, Ints]:
    """The columns that go in and out with each site, its roots among them."""
    found = site_columns(case, model)
    for (site, _), j in model.column.get("fibre.root", {}).items():
        found[site].append(j)
    return {site: np.array(sorted(columns), dtype=np.int64) for site, columns in found.items()}


@dataclass(frozen=True)
class Prices:
    """A relaxation whose rows are priced."""

    blocks: Blocks
    bound: float
    """Of the whole problem, whichever sites the relaxation left out."""
    wanted: Ints
    """Columns of the sites left out whose price is below 0; none where they hardly matter."""


def price(state: Search, part: Part, answer: Answer) -> Prices:
    """Price what a relaxed part of the pooled model leaves out; the answer must have duals."""
    case, pool = state.case, state.pool
    assert answer.dual is not None
    multipliers, more = part.multipliers(answer.dual)
    out = np.ones(len(pool.cost), dtype=bool)
    out[part.columns] = False
    of_site = columns_of_sites(case, pool)
    left = [site for site, columns in of_site.items() if out[columns].any()]
    if left:
        multipliers = _charged(pool, multipliers, part.cuts.T @ more, set(left))
    blocks = priced(case, pool, multipliers, part.cuts, more)
    if not left:
        return Prices(blocks, answer.value, np.zeros(0, dtype=np.int64))
    least = replace(blocks, columns=np.flatnonzero(out & (blocks.block >= 0))).least()
    if least is None:
        return Prices(blocks, -np.inf, np.flatnonzero(out))
    short = float(least.sum())
    number = {site: i for i, site in enumerate(case.sites.sites)}
    wanted = [of_site[site] for site in left if least[number[site]] < 0]
    if not wanted or short > -WORTH * state.gap * abs(answer.value):
        return Prices(blocks, answer.value + short, np.zeros(0, dtype=np.int64))
    return Prices(blocks, answer.value + short, np.concatenate(wanted))


def _charged(model: Matrix, multipliers: Floats, of_cuts: Floats, sites: set[str]) -> Floats:
    """The multipliers with better ones for the rows of the sites left out that tie them to the network."""
    y = multipliers.copy()
    reduced = model.cost - model.a.T @ y - of_cuts
    rows = [
        (name, i)
        for i, (name, index) in enumerate(zip(model.row_names, model.row_index, strict=True))
        if name in (OPEN_ROOT, *JOINED) and index[0] in sites
    ]
    for name, i in sorted(rows, key=lambda row: row[0] != OPEN_ROOT):
        place = slice(model.a.indptr[i], model.a.indptr[i + 1])
        # as a row that is at least 0: the site less its root, or its ways and root less the site
        sign = 1.0 if np.isfinite(model.row_lower[i]) else -1.0
        columns, factors = model.a.indices[place], sign * model.a.data[place]
        left = reduced[columns] / np.abs(factors)
        if name == OPEN_ROOT:
            charge = max(0.0, -float(np.min(left[factors < 0])))
        else:
            charge = max(0.0, float(np.min(left[factors > 0], initial=np.inf)))
        if np.isfinite(charge):
            y[i] += sign * charge
            reduced[columns] -= charge * factors
    return y


def _extra(state: Search) -> Floats | None:
    """What each site costs more than it is worth while the network is free; infinite where it cannot open."""
    state.watch.phase = "relaxing the problem"
    case, model = state.case, without_network(state.pool)
    relaxed = replace(model, integer=np.zeros(len(model.cost), dtype=bool))
    lp = Engine(relaxed, state.watch, integer=False, threads=state.threads, seed=state.seed)
    answer = lp.run()
    if answer.status != "optimal" or answer.dual is None:
        return None
    state.learn(answer.value)
    none = sparse.csr_array((0, len(model.cost)))
    blocks = priced(case, model, answer.dual, none, np.zeros(0))
    opened = [model.column["sites.open"][s, case.years[-1]] for s in case.sites.sites]
    most = blocks.most(opened)
    can = [j for j in opened if most[j] > 1 - WHOLE]
    base, forced = blocks.least(), blocks.least(can)
    if base is None or forced is None:
        return None
    able = np.array([most[j] > 1 - WHOLE for j in opened])
    return np.where(able, (forced - base)[: len(opened)], np.inf)


def _in_plan(state: Search) -> set[str]:
    """The sites of the best plan so far."""
    if state.plan is None:
        return set()
    opened = state.core.column["sites.open"]
    return {s for (s, _), j in opened.items() if state.plan[j] > HALF}
