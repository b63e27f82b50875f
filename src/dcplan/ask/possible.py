"""Whether a problem has a plan at all: by its relaxation, by its network, and by a first plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import networkx as nx
import numpy as np
from scipy import sparse

from dcplan.api import Brief
from dcplan.ask.change import changed
from dcplan.ask.network import ANY_PLAN_GAP, HELD_GAP, Network, begun, fits, priced
from dcplan.case import Case
from dcplan.errors import InputError, NoPlan, StoppedEarly
from dcplan.proof import Cut
from dcplan.solve.first import first_plans
from dcplan.solve.infeasible import Relaxations, without_rows
from dcplan.solve.matrix import Floats, Matrix
from dcplan.solve.nearby import site_columns
from dcplan.solve.search import find_plan
from dcplan.solve.state import Search, Start
from dcplan.solve.watch import Watch

EPS = 1e-9
LEAST_S = 5.0
MOST_SITES = 0.8
KNOWN = 8
"""Networks of other plans that are tried before a search, the last ones found."""
Among = Literal["all", "first", "known"]
"""Which plans are looked at: all, first ones, or those with sites and ways of known ones."""


@dataclass(frozen=True)
class Problems:
    """One problem and those that differ from it by settings, each with its relaxations."""

    brief: Brief
    watch: Watch
    _known: dict[tuple[str, ...], Relaxations | None] = field(default_factory=dict)
    _cuts: dict[Cut, None] = field(default_factory=dict)
    networks: list[Network] = field(default_factory=list)
    """Whole plans of such problems, in the order in which they were found."""

    def relaxed(self, settings: Sequence[str] = ()) -> Relaxations | None:
        """The relaxations of the problem with settings; None where the settings do not fit."""
        key = tuple(settings)
        if key not in self._known:
            if len(self._known) > 4:
                self._known.pop(next(iter(self._known)))
            self._known[key] = self._made(key)
        return self._known[key]

    def _made(self, settings: tuple[str, ...]) -> Relaxations | None:
        case = self.brief.case
        if settings:
            try:
                case = changed(case.scenario, case.library, settings).case
            except InputError:
                return None
        return Relaxations(case, self.watch)

    @property
    def large(self) -> bool:
        """Whether a search that rules plans out may take longer than anybody waits."""
        relaxed = self.relaxed()
        return relaxed is not None and relaxed.large

    def fractional(
        self, settings: Sequence[str], free: Collection[str] = (), dropped: Collection[str] = ()
    ) -> bool | None:
        """Whether fractions of sites can meet the limits; None where that is not known."""
        relaxations = self.relaxed(settings)
        return None if relaxations is None else relaxations.meets(free, dropped)

    def whole(
        self,
        settings: Sequence[str],
        free: Collection[str] = (),
        dropped: Collection[str] = (),
        part: float = 1.0,
        among: Among = "all",
    ) -> bool | None:
        """Whether a whole plan meets the limits, in a `part` of the time left; None if not known.

        The fewer plans it is looked for `among`, the sooner and the less often that is known.
        """
        relaxations = None if self.watch.stopped else self.relaxed(settings)
        if relaxations is None:
            return None
        case, matrix = relaxations.published(free)
        if matrix is None:
            return False
        watch = self.watch
        share = min(1.0, max(part, LEAST_S / max(watch.left_s, 1e-9)))
        found: bool | None = False
        with watch.part(share):
            for piece in pieces(case, without_rows(matrix, dropped)):
                verdict = self._has_plan(case, piece, among)
                if verdict:
                    return True
                found = None if verdict is None else found
        return found

    def _has_plan(self, case: Case, matrix: Matrix, among: Among) -> bool | None:
        last = self.networks[-KNOWN:] if self.large else []
        if last and fits(begun(case, matrix, HELD_GAP, self.watch), reversed(last)):
            return True
        if among == "known":
            return None
        look = self._search if among == "all" else self.first
        try:
            found = look(case, matrix)
        except NoPlan:
            return False
        except StoppedEarly:
            return None
        return None if found is None else True

    def first(self, case: Case, matrix: Matrix, gap: float = ANY_PLAN_GAP) -> Network | None:
        """The network of a first plan of a large problem, within a gap where rounds enough are left.

        Raises NoPlan where not even without a network there is a plan.
        """
        state = begun(case, matrix, gap, self.watch)
        first_plans(state)
        return None if state.plan is None else self._learnt(state, state.plan)

    def _search(self, case: Case, matrix: Matrix) -> Network | None:
        """Search one of these problems for any plan, from what the searches of others learnt.

        Raises NoPlan or StoppedEarly without one.
        """
        # the clock and the stop are shared; what a search does in between is not told
        inner, start = replace(self.watch), Start(cuts=tuple(self._cuts))
        state = find_plan(
            priced(case), matrix, inner, start, gap=ANY_PLAN_GAP, quiet=True, explain=False
        )
        self._cuts.update(dict.fromkeys(state.proof))
        return None if state.plan is None else self._learnt(state, state.plan)

    def _learnt(self, state: Search, plan: Floats) -> Network:
        self.networks.append(Network(state, state.in_pool(plan)))
        return self.networks[-1]


def scattered(case: Case) -> bool:
    """Whether no part of the candidate network holds most of the sites."""
    return len(parts_of(case)[0]) < MOST_SITES * len(case.sites.sites)


def parts_of(case: Case) -> list[set[str]]:
    """Sites that candidate corridors join, the largest part first."""
    network = nx.Graph(list(case.fibre.corridors))
    network.add_nodes_from(case.sites.sites)
    parts = [set(part) & set(case.sites.sites) for part in nx.connected_components(network)]
    return sorted((part for part in parts if part), key=len, reverse=True)


def pieces(case: Case, matrix: Matrix) -> Iterator[Matrix]:
    """The problem on each part of the candidate network that could carry a plan by itself.

    Every plan lies within one part; where all corridors hang together that is the whole problem. Left out
    are parts whose sites cannot draw what the target takes, and those in which some row cannot hold.
    """
    parts = parts_of(case)
    if len(parts) == 1:
        yield matrix
        return
    columns, sizes = site_columns(case, matrix), case.bounds.largest_mw
    for part in parts:
        room = {y: sum(sizes[s, y] for s in part) for y in case.years}
        if any(room[y] < case.bounds.least_mw[y] * (1 - EPS) for y in case.years):
            continue
        upper = np.array(matrix.upper)
        upper[[j for s, places in columns.items() if s not in part for j in places]] = 0.0
        piece = replace(matrix, upper=upper)
        if _rows_can_hold(piece):
            yield piece


def _rows_can_hold(matrix: Matrix) -> bool:
    """Whether every row, by itself, holds somewhere between the bounds of its columns."""
    up, down = matrix.a.maximum(0), matrix.a.minimum(0)
    most = _reach(up, matrix.upper) + _reach(down, matrix.lower)
    least = -_reach(-up, matrix.lower) - _reach(-down, matrix.upper)
    slack = EPS * np.maximum(1.0, abs(matrix.a) @ np.ones(len(matrix.cost)))
    return bool(
        np.all(most >= matrix.row_lower - slack) and np.all(least <= matrix.row_upper + slack)
    )


def _reach(a: sparse.csr_array, ends: Floats) -> Floats:
    """`a @ ends`, infinite in rows where an infinite end counts."""
    known = np.isfinite(ends)
    without_end = abs(a) @ (~known).astype(float) > 0
    return np.where(without_end, np.inf, a @ np.where(known, ends, 0.0))
