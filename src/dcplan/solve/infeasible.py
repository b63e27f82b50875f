"""Why no plan exists, in the planner's words: what each kind of limit alone would have to give.

One kind of limit at a time (target, power, chips, capex, …) gets a slack in each of its rows and the
relaxation is solved for the least sum of slacks, each relative to its limit. The amounts are those
of a relaxation: at least so much is missing. Where a kind also bounds the sizes and rates that the
other rows are made of, those are worked out as if it were not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from dcplan.case import Case, bounds, shortfalls
from dcplan.model import build
from dcplan.solve.cuts import without_flow, without_network
from dcplan.solve.elastic import SLACK_COST, SMALLEST_SHARE, Elastic, Short, elastic
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.kinds import FREES, KEEP, KINDS, ROOM, SPREAD, SUPPLY, TARGET, ZONE_COUNT, Kind
from dcplan.solve.matrix import Matrix, compile_model
from dcplan.solve.pooling import pool_sites
from dcplan.solve.published import forget_threads
from dcplan.solve.watch import Watch

NO_PART = 1e-12


@dataclass(frozen=True)
class Relaxations:
    """Relaxations of one case with some of what its bounds rest on left out, each made once."""

    case: Case
    watch: Watch

    @cached_property
    def _made(self) -> dict[frozenset[str], tuple[Case, Matrix | None]]:
        return {}

    def published(self, free: Collection[str] = ()) -> tuple[Case, Matrix | None]:
        """The case and its model without what is in `free`; no model where no speed carries the target."""
        key = frozenset(free)
        if key not in self._made:
            loose = loosened(self.case, key) if key else self.case
            slow = any(not loose.bounds.speeds_tbps[y] for y in loose.years)
            self._made[key] = loose, None if slow else _counted(self.case, key, loose)
        return self._made[key]

    def pooled(self, free: Collection[str] = ()) -> Matrix | None:
        """Its relaxation with one stock of chips."""
        _, matrix = self.published(free)
        return None if matrix is None else pool_sites(without_flow(matrix))

    def joined(self, free: Collection[str] = ()) -> Matrix | None:
        """Its relaxation with one stock of chips in which fibre costs nothing."""
        _, matrix = self.published(free)
        return None if matrix is None else pool_sites(without_network(matrix))

    @cached_property
    def large(self) -> bool:
        """Whether what rests on the bounds that follow from limits takes too long to be solved again."""
        matrix = self.published(FREES)[1]
        return matrix is not None and matrix.large

    def short(self, kinds: Iterable[Kind]) -> Short | None:
        """The least that these kinds of limit must give together; None where it is of no help."""
        kinds = tuple(kinds)
        if self._proof is not None and self.large:
            answer = None if self.watch.stopped else self._proof[0].least(kinds)
            return None if answer is None else self._proof[0].told(kinds[0], answer)
        if self._proof is not None and self._proof[0].least(kinds) is None:
            return None
        made = self._elastic(frozenset(kind.frees for kind in kinds if kind.frees))
        answer = None if made is None or self.watch.stopped else made[0].least(kinds)
        return None if made is None or answer is None else made[0].told(kinds[0], answer)

    @cached_property
    def _elastics(self) -> dict[frozenset[str], tuple[Elastic, Answer] | None]:
        return {}

    def _elastic(self, free: frozenset[str]) -> tuple[Elastic, Answer] | None:
        """The relaxation without what is in `free` and the least that all may give whose bounds are free.

        Solved once for all kinds of limit; None where that is not enough for a point.
        """
        if free not in self._elastics:
            matrix = self.joined(free) if self.large else self.pooled(free)
            names = {
                name for kind in KINDS if not kind.frees or kind.frees in free for name in kind.rows
            }
            rows = [i for i, n in enumerate(matrix.row_names) if n in names] if matrix else []
            self._elastics[free] = None
            if matrix is not None and rows and not self.watch.stopped:
                threads = self.case.scenario.solver.threads
                made = elastic(matrix, np.array(rows), self.watch, threads)
                answer = made.lp.run_lp()
                if answer.status == "optimal" and answer.dual is not None:
                    self._elastics[free] = made, answer
        return self._elastics[free]

    @cached_property
    def _proof(self) -> tuple[Elastic, frozenset[str]] | None:
        """A proof by duals that there is no plan, with the names of the rows that have a part in it.

        Of the relaxation in which every kind of limit may give, so that it rests on no bound that
        follows from one. None where that relaxation has a point.
        """
        made, answer = self._elastic(frozenset(FREES)) or (None, None)
        if made is None or answer is None or answer.dual is None:
            return None
        if answer.value <= SMALLEST_SHARE * SLACK_COST:
            return None
        dual, names = answer.dual, made.matrix.row_names
        return made, frozenset(names[i] for i in made.rows if abs(dual[i]) > NO_PART * SLACK_COST)

    @property
    def proven(self) -> bool:
        """Whether `suspects` are those of a proof; then all other kinds may be left out at once."""
        return self._proof is not None

    @property
    def suspects(self) -> tuple[Kind, ...]:
        """Kinds of limit that may be short: those with a part in one proof that there is no plan.

        A kind without a part in it cannot help alone. All of them where there is no such proof.
        """
        if self._proof is None:
            return KINDS
        _, felt = self._proof
        return tuple(kind for kind in KINDS if felt & set(kind.rows))

    def meets(self, free: Collection[str] = (), dropped: Collection[str] = ()) -> bool | None:
        """Whether the relaxation without the rows of these names has a point; None if time is over.

        Of a large problem, where that is known of it, the one without the bounds that follow from limits.
        """
        if self._proof is not None and self.large:
            if not dropped:
                return False
            kinds = [kind for kind in KINDS if set(kind.rows) & set(dropped)]
            found = self._proof[0].least(kinds)
            return None if self.watch.stopped else found is not None
        matrix = self.joined(free) if self.large else self.pooled(free)
        if matrix is None:
            return False
        return self.has_point(without_rows(matrix, dropped))

    def has_point(self, matrix: Matrix) -> bool | None:
        """Whether a relaxation has a point; None if time is over."""
        free = replace(matrix, cost=np.zeros(len(matrix.cost)))
        threads = self.case.scenario.solver.threads
        # where the simplex ends without a verdict, the other method has one
        lp = Engine(free, self.watch, integer=False, threads=threads, seed=0)
        answer = lp.run_lp()
        return None if answer.status in ("stopped", "stalled") else answer.status == "optimal"


def shortages(case: Case, watch: Watch) -> str:
    """Name every kind of limit that, loosened alone, lets the relaxation meet all others."""
    watch.phase = "finding what is short"
    found = short_alone(Relaxations(case, watch))
    known = shortfalls(case)
    lines = [f"  {short.kind.name}: at least {short.words}" for short in found]
    if lines:
        lines = ["any one of these would be needed:", *lines]
    elif watch.stopped:
        lines = ["the search for what is short was stopped; give it more time"]
    else:
        lines = ["no single kind of limit, loosened alone, would do; several conflict"]
    return "\n".join(["no plan meets all limits", *known, *lines])


def short_alone(relaxations: Relaxations) -> list[Short]:
    """Kinds of limit that would do if loosened alone, with the least amounts."""
    # where time is short, fields of the scenario come before figures of the library
    kinds = sorted(relaxations.suspects, key=lambda kind: " " in kind.name)
    found = (relaxations.short([kind]) for kind in kinds)
    return [short for short in found if short is not None and short.missing]


def loosened(case: Case, free: Collection[str]) -> Case:
    """The case with its bounds as if some limits were not there; the limits stand in their rows."""
    run, power, grid, chips, sites = case.training, case.power, case.grid, case.chips, case.sites
    if TARGET in free:
        run = replace(run, target_eflops={}, target_flop=None)
    if ROOM in free:
        power = replace(power, fleet_limit_mw={}, zone_frac=None)
        grid = replace(grid, headroom_mw=dict.fromkeys(grid.zones, inf))
        sites = replace(sites, max_sites=None)
    if SUPPLY in free:
        chips = replace(chips, supply_kchips=dict.fromkeys(chips.supply_kchips, inf))
        chips = replace(chips, wafer_limit_kwafers={})
    made = bounds.build(case.years, sites, chips, case.halls, grid, power, case.fibre, run)
    return replace(case, bounds=made)


def without_rows(matrix: Matrix, names: Collection[str]) -> Matrix:
    """The matrix with the rows of these names holding nothing."""
    gone = np.array([name in names for name in matrix.row_names], dtype=bool)
    return replace(
        matrix,
        row_lower=np.where(gone, -inf, matrix.row_lower),
        row_upper=np.where(gone, inf, matrix.row_upper),
    )


def _counted(case: Case, free: Collection[str], loose: Case) -> Matrix:
    """The model of a loosened case without R2 if what follows from resilience is free.

    S3 keeps the scenario's number, not one that follows from headroom.
    """
    matrix = compile_model(build(loose))
    forget_threads()
    if KEEP in free:
        matrix = without_rows(matrix, (SPREAD,))
    if ROOM not in free:
        return matrix
    most = case.sites.max_sites_per_zone or inf
    upper = [
        most if name == ZONE_COUNT else side
        for name, side in zip(matrix.row_names, matrix.row_upper, strict=True)
    ]
    return replace(matrix, row_upper=np.array(upper))
