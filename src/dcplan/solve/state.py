"""What a search knows while it runs, and the MIPs that it solves over parts of its models."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.proof import Cut, Kind
from dcplan.solve.blocks import Blocks
from dcplan.solve.cuts import Cuts, cuts_of, no_cuts, without_flow
from dcplan.solve.engine import Answer, Refuse
from dcplan.solve.matrix import FORCED, Floats, Ints, Mask, Matrix
from dcplan.solve.nearby import Support
from dcplan.solve.networks import Network, networks
from dcplan.solve.order import WayOfYear, serving_rows
from dcplan.solve.part import Fixed, Part
from dcplan.solve.pooling import pool_sites, shared_columns
from dcplan.solve.published import Sizes
from dcplan.solve.reduce import Margins, margins
from dcplan.solve.sift import first_columns
from dcplan.solve.watch import Watch, relative_gap

Decisions = Mapping[str, Mapping[Any, float]]

WHOLE_EPS = 1e-4


@dataclass(frozen=True)
class Start:
    """What a search may begin from."""

    decisions: Decisions | None = None
    """Those of a plan that meets every limit."""
    cuts: tuple[Cut, ...] = ()
    """What held up the relaxation of a search before, of this problem or another."""
    words: str = ""
    """What became of the plan that it was made of."""
    model: tuple[Matrix, Sizes] | None = None
    """The published model of the case, where it was built on the way."""


NOTHING = Start()


@dataclass(frozen=True)
class Relaxed:
    """What the strengthened relaxation tells about plans."""

    value: float
    x: Floats
    """Its point, over the columns of the pooled model."""
    support: Support
    blocks: Blocks
    """Of its sites and corridors, at the prices of its rows."""
    part: Part
    """The relaxation of the pooled model with its last basis."""
    loaded: bool = False
    """Whether it knows what sites draw."""

    def margins(self, state: Search) -> Margins:
        """By how much a plan with a site or corridor must at least pass it."""
        return margins(state.case, self.blocks, state.networks, state.forced_ways)


@dataclass
class Search:
    """State of one search; values and bounds are of the minimised form (sign removed)."""

    case: Case
    core: Matrix
    """The published model without its flow: a plan is a point of it whose network is connected."""
    pool: Matrix
    """Its relaxation with chips counted by kind of hall, in which places are looked for."""
    watch: Watch
    gap: float
    threads: int
    seed: int
    cuts: Cuts
    """Steiner cuts over the columns of `pool`."""
    zone_cuts: Cuts
    """Those of what zones share, which serve to prove a bound."""
    known: tuple[Cut, ...] = ()
    """Sets of nodes from a search before."""
    proof: tuple[Cut, ...] = ()
    """Sets of nodes whose cuts hold up the relaxation: what a search after may begin with."""
    seen: set[bytes] = field(default_factory=set)
    bound: float = -math.inf
    best: float = math.inf
    plan: Floats | None = None
    """The best point of `core`."""
    quiet: bool = False
    """Whether its values mean nothing to the watch."""
    start: Floats | None = None
    """The plan that the search began from; `plan` until it finds a better one."""

    @property
    def tree_years(self) -> tuple[int, ...]:
        """The years whose network is a tree."""
        return () if self.case.fibre.survivable else tuple(self.case.years)

    @cached_property
    def forced_ways(self) -> frozenset[WayOfYear]:
        """The ways of which a choice wants one lit, whether it serves a site or not."""
        pool = self.pool
        rows = [i for i, name in enumerate(pool.row_names) if name == FORCED]
        held = {j for i in rows for j in pool.a.indices[pool.a.indptr[i] : pool.a.indptr[i + 1]]}
        return frozenset(way for way, j in pool.column.get("fibre.way", {}).items() if j in held)

    @cached_property
    def serving(self) -> sparse.csr_array:
        """Rows `≥ 0` over the columns of `pool` by which every way of a tree's last year serves a site."""
        width, last = len(self.pool.cost), self.case.years[-1]
        if last not in self.tree_years or "fibre.way" not in self.pool.column:
            return sparse.csr_array((0, width))
        return serving_rows(self.pool.column, width, last, self.forced_ways)

    @cached_property
    def first_columns(self) -> Mask:
        """The columns of `pool` that its relaxation begins with."""
        return first_columns(self)

    @cached_property
    def networks(self) -> list[Network]:
        """The flow graphs over the columns of `pool`."""
        return networks(self.case, self.pool)

    @cached_property
    def loaded_networks(self) -> list[Network]:
        """The same with what sites draw."""
        return networks(self.case, self.pool, loaded=True)

    @cached_property
    def shared(self) -> tuple[Ints, Ints]:
        """The columns that both models have: in `core` and, in the same order, in `pool`."""
        return shared_columns(self.core, self.pool)

    def in_pool(self, x: Floats) -> Floats:
        """What a point of `core` says about the pooled model: all but its chips, which are NaN."""
        here, there = self.shared
        pooled = np.full(len(self.pool.cost), np.nan)
        pooled[there] = x[here]
        return pooled

    def rooted_cuts(self) -> Cuts:
        """For a network whose root is held: all sets of nodes so far, cut off from the root, without loads."""
        if not any(side is not None and side.kind == "fleet" for side in self.cuts.sides):
            return self.cuts
        sides = [
            replace(side, kind="site", spared=frozenset())
            for side in self.cuts.sides
            if side is not None
        ]
        return cuts_of(self.networks, list(dict.fromkeys(sides)), len(self.pool.cost))

    def rows_of(self, kind: Kind) -> Cuts:
        """The rows over the columns of `pool` of what is known of a kind from a search before."""
        sides = [cut for cut in self.known if cut.kind == kind]
        if not sides:
            return no_cuts(len(self.pool.cost))
        graphs = self.networks if kind == "site" else self.loaded_networks
        return cuts_of(graphs, sides, len(self.pool.cost))

    def cuts_of(self, model: Matrix, proving: bool = False) -> sparse.csr_array:
        """The cuts over the columns of either model; with those of the zones for proving a bound."""
        cuts = self.cuts.rows
        if proving:
            cuts = (self.cuts + self.zone_cuts).rows
        if model is self.pool:
            return cuts
        here, there = self.shared
        place = np.zeros(len(self.pool.cost), dtype=np.int64)
        place[there] = here
        found = cuts.tocoo()
        shape = (cuts.shape[0], len(self.core.cost))
        return sparse.csr_array((found.data, (found.row, place[found.col])), shape=shape)

    def start_at(self, decisions: Mapping[str, Mapping[Any, float]]) -> None:
        """Begin from a plan of this model under another objective; what that lacked is 0."""
        x = np.zeros(len(self.core.cost))
        for name, places in self.core.column.items():
            known = decisions.get(name, {})
            for index, j in places.items():
                x[j] = known.get(index, 0.0)
        self.plan = self.start = x
        self.best = float(self.core.cost @ x) + self.core.offset
        self.report()

    def learn(self, bound: float) -> None:
        """Raise the bound; where every value is whole, to the next whole number."""
        if self.core.whole_values and math.isfinite(bound):
            bound = float(math.ceil(bound - WHOLE_EPS))
        self.bound = max(self.bound, bound)
        self.report()

    @property
    def done(self) -> bool:
        """Whether the gap is closed or somebody or the clock stopped the search."""
        return self.watch.stopped or relative_gap(self.best, self.bound) <= self.gap

    def report(self) -> None:
        """Tell the watch, in the objective's own sense."""
        if self.quiet:
            return
        sign = self.core.sign
        self.watch.bound = sign * self.bound if math.isfinite(self.bound) else None
        self.watch.best = sign * self.best if math.isfinite(self.best) else None


def begin(
    case: Case,
    matrix: Matrix,
    watch: Watch,
    gap: float | None = None,
    *,
    quiet: bool = False,
    cuts: tuple[Cut, ...] = (),
) -> Search:
    """A search of the published `matrix` that knows `cuts` at most; `gap` replaces the scenario's."""
    options = case.scenario.solver
    core = without_flow(matrix)
    pool = pool_sites(core)
    none = no_cuts(len(pool.cost))
    state = Search(
        case=case,
        core=core,
        pool=pool,
        watch=watch,
        gap=options.gap if gap is None else gap,
        threads=options.threads,
        seed=options.seed,
        cuts=none,
        zone_cuts=none,
        known=cuts,
        quiet=quiet,
    )
    state.cuts = state.rows_of("site") + state.rows_of("fleet")
    return state


def solve_part(
    state: Search,
    model: Matrix,
    allowed: Mask,
    gap: float,
    *,
    fixed: Fixed | None = None,
    relayed: Collection[int] = (),
    proving: bool = False,
    start: Floats | None = None,
    cutoff: float = math.inf,
    refuse: Refuse | None = None,
) -> Answer:
    """One MIP over the allowed columns of a model (the others at 0) with all cuts so far.

    It begins at `start` (NaN where that says nothing), else at the best plan where that is allowed,
    and ends where nothing is below `cutoff`, or early at a point of the model to `refuse`.
    """
    part = Part(state, model, allowed, whole=True, relayed=relayed, fixed=fixed, proving=proving)
    if start is not None:
        part.start_from(start)
    elif state.plan is not None:
        plan = state.plan if model is state.core else state.in_pool(state.plan)
        if not plan[~allowed].any():
            part.start_from(plan)
    look = None if refuse is None else lambda x: refuse(part.wide(x))
    return part.lift(part.engine.run(gap, cutoff, look))
