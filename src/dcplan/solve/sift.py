"""Sites that the relaxation of a large problem leaves out until their price says otherwise.

    P := the sites that the relaxation without a network likes best, and those that must be in
    repeat
        LP over the sites in P, with cuts                                                  → value, duals
        price every site left out: the least value of its block (`blocks.py`)
        value + Σ least values                                                             → bound
        take in the sites whose value is below 0; end if the sum of these is next to nothing

The duals of the rows in the LP, and 0 for the rows that stand only outside, are multipliers for the whole
problem, so the sum is a bound of all of it, whichever sites are in. Two rows outside are given better
ones, from what the columns that they hold have left of their cost: that a root is open, so that a root at a
site left out costs nothing before the site does; and that an open site is entered (or left) by a way, which
charges the site for the cheapest way to it. This is sifting, or column generation by blocks
(Dantzig and Wolfe 1960, with the blocks' columns taken in whole).

The sites to begin with are found in the same way, without a network: from some of each zone, the best by
price are taken, twice. Of very many corridors those to sites left out are left out as well, unless they lie
on the cheapest paths between the others.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from dcplan.solve.blocks import Blocks, block_of_column, priced
from dcplan.solve.cuts import without_network
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import WHOLE, Floats, Ints, Mask, Matrix
from dcplan.solve.nearby import Support, nearby

if TYPE_CHECKING:
    from dcplan.case import Case
    from dcplan.solve.engine import Answer
    from dcplan.solve.part import Part
    from dcplan.solve.state import Search

SITES = 60
"""So many are taken in first."""
LOOKS = 2
CORRIDORS = 2_000
"""Where there are more, not all are taken in first."""
WORTH = 0.01
"""Share of the gap that the sites left out may take from the bound."""
HALF = 0.5
OPEN_ROOT = "fibre.root_is_open"
JOINED = ("fibre.entered_if_open", "links.entered", "links.left")


def first_columns(state: Search) -> Mask:
    """Columns of the pooled model to begin with: all, less those of what is left out."""
    case, pool = state.case, state.pool
    places = case.sites.sites
    if not state.core.large or len(places) <= SITES:
        return np.ones(len(pool.cost), dtype=bool)
    state.watch.phase = "relaxing the problem"
    opened = {*case.sites.forced, *case.sites.stood, *_in_plan(state), *_first_sites(state)}
    corridors = case.fibre.corridors
    if len(corridors) > CORRIDORS:
        nodes = set(case.fibre.nodes) - (set(places) - opened)
        corridors = tuple((u, v) for u, v in corridors if u in nodes and v in nodes)
    chosen = nearby(case, pool, Support(dict.fromkeys(opened, 1.0), frozenset(corridors)), 0.5)
    owner = _owners(case, pool)
    for i, site in enumerate(places):
        if site not in opened:
            chosen[owner == i] = False
    # a row that asks for something needs a column that can give it
    asks = (pool.row_lower > 0) | (pool.row_upper < 0)
    short = asks & (abs(pool.a) @ chosen.astype(float) == 0)
    chosen |= np.isin(owner, owner[np.unique(pool.a[np.flatnonzero(short)].indices)])
    return chosen


def _owners(case: Case, model: Matrix) -> Ints:
    """Number of the site or corridor that goes in and out with each column, roots with their sites; else −1."""
    owner = block_of_column(case, model)
    number = {site: i for i, site in enumerate(case.sites.sites)}
    for (site, *_), j in model.column.get("fibre.root", {}).items():
        owner[j] = number[site]
    return owner


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
    out, owner = part.left_out, _owners(case, pool)
    left = np.unique(owner[out])
    if len(left):
        sites = {case.sites.sites[i] for i in left if i < len(case.sites.sites)}
        multipliers = _charged(pool, multipliers, part.cuts.T @ more, sites)
    blocks = priced(case, pool, multipliers, part.cuts, more)
    if not len(left):
        return Prices(blocks, answer.value, out)
    least = replace(blocks, columns=out[blocks.block[out] >= 0]).least()
    if least is None:
        return Prices(blocks, -np.inf, out)
    short = float(least.sum())
    wanted = out[np.isin(owner[out], np.flatnonzero(least < 0))]
    if short > -WORTH * state.gap * abs(answer.value):
        wanted = wanted[:0]
    return Prices(blocks, answer.value + short, wanted)


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


def _first_sites(state: Search) -> set[str]:
    """The sites that the relaxation without a network likes best; all where it finds none of them enough."""
    case, model = state.case, without_network(state.pool)
    places, last = case.sites.sites, case.years[-1]
    opened = np.array([model.column["sites.open"][site, last] for site in places])
    owner = _owners(case, model)
    relaxed = replace(model, integer=np.zeros(len(model.cost), dtype=bool))
    best, able = _by_turns(case)[:SITES], None
    for _ in range(LOOKS):
        stood = [i for i, site in enumerate(places) if site in case.sites.stood]
        kept = (owner < 0) | np.isin(owner, [*best, *stood])
        part = relaxed.among(kept)
        lp = Engine(part, state.watch, integer=False, threads=state.threads, seed=state.seed)
        answer = lp.run()
        if answer.status != "optimal" or answer.dual is None:
            return set(places)
        multipliers = np.zeros(model.a.shape[0])
        multipliers[np.diff(model.a[:, np.flatnonzero(kept)].indptr) > 0] = answer.dual
        none = sparse.csr_array((0, len(model.cost)))
        blocks = priced(case, model, multipliers, none, np.zeros(0))
        able = blocks.most(opened)[opened] > 1 - WHOLE if able is None else able
        least, forced = blocks.least(), blocks.least(opened[able])
        if least is None or forced is None:
            return set(places)
        outside = np.setdiff1d(np.arange(len(places)), [*best, *stood])
        state.learn(answer.value + float(least[outside].sum()))
        price = np.where(able, forced[: len(places)], np.inf)
        best = [int(i) for i in np.argsort(price, kind="stable")[:SITES]]
    return {places[i] for i in best}


def _by_turns(case: Case) -> list[int]:
    """Numbers of the sites, one of each zone in turn, its largest first."""
    number = {site: i for i, site in enumerate(case.sites.sites)}
    queues = [
        sorted(here, key=lambda site: -case.sites.max_mw[site])
        for here in case.sites.in_zone.values()
    ]
    turns = itertools.zip_longest(*queues)
    return [number[site] for turn in turns for site in turn if site is not None]


def _in_plan(state: Search) -> set[str]:
    """The sites of the best plan so far."""
    if state.plan is None:
        return set()
    opened = state.core.column["sites.open"]
    return {s for (s, _), j in opened.items() if state.plan[j] > HALF}
