"""Why no plan exists, in the planner's words: what each kind of limit alone would have to give.

One kind of limit at a time (target, power, chips, capex, …) gets a slack in each of its rows and the
relaxation is solved for the least sum of slacks, each relative to its limit. The amounts are those
of a relaxation: at least so much is missing. Where a kind also bounds the sizes and rates that the
other rows are made of, those are worked out as if it were not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.case import Case, bounds, shortfalls
from dcplan.model import build
from dcplan.solve.cuts import without_flow
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.kinds import KINDS, ROOM, SUPPLY, TARGET, ZONE_COUNT, Kind
from dcplan.solve.matrix import Floats, Ints, Matrix, compile_model
from dcplan.solve.pooling import pool_sites
from dcplan.solve.published import forget_threads
from dcplan.solve.watch import Watch

SMALLEST_SHARE = 1e-6
LARGE = 100_000
NO_PART = 1e-12


@dataclass(frozen=True)
class Short:
    """What a kind of limit lacks in the relaxation."""

    kind: Kind
    missing: Mapping[tuple[str, Any], float]
    """By name and index of the row, in the model's units."""
    point: Floats
    matrix: Matrix

    @property
    def words(self) -> str:
        """The amounts by year."""
        by_year: dict[str, float] = {}
        for (_, index), amount in self.missing.items():
            last = index[-1] if isinstance(index, tuple) else index
            year = str(last) if last is not None else "in total"
            by_year[year] = by_year.get(year, 0.0) + amount
        told = sorted(by_year.items())
        per = self.kind.per_unit
        return ", ".join(_told(per * amount, self.kind.unit, y) for y, amount in told)


def _told(amount: float, unit: str, year: str) -> str:
    shown = f"{amount:,.4g}"
    one = unit.replace("sites ", "site ").replace("lots ", "lot ").replace("kinds ", "kind ")
    return f"{shown} {one if shown == '1' else unit} ({year})"


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

    def short(self, kinds: Iterable[Kind]) -> Short | None:
        """The least that these kinds of limit must give together; None where it is of no help."""
        kinds = tuple(kinds)
        matrix = self.pooled({kind.frees for kind in kinds if kind.frees})
        names = {name for kind in kinds for name in kind.rows}
        if matrix is None or self.watch.stopped:
            return None
        rows = np.array([i for i, name in enumerate(matrix.row_names) if name in names])
        answer = self._run(_with_slack(matrix, rows)) if len(rows) else None
        if answer is None or answer.x is None or answer.status != "optimal":
            return None
        missing = {
            (matrix.row_names[i], matrix.row_index[i]): float(share) * _scale(matrix, int(i))
            for i, share in zip(rows, answer.x[-len(rows) :], strict=True)
            if share > SMALLEST_SHARE
        }
        return Short(kinds[0], missing, answer.x, matrix)

    @cached_property
    def suspects(self) -> tuple[Kind, ...]:
        """Kinds of limit that may be short: those with a part in one proof that there is no plan.

        The proof is by the duals of the relaxation in which every kind may give. It rests on no bound that
        follows from a limit, so a kind without a part in it cannot help alone. All of them where the
        relaxation without those bounds has a point.
        """
        matrix = self.pooled((TARGET, ROOM, SUPPLY))
        names = {name for kind in KINDS for name in kind.rows}
        rows = [i for i, name in enumerate(matrix.row_names) if name in names] if matrix else []
        if matrix is None or not rows or self.watch.stopped:
            return KINDS
        answer = self._run(_with_slack(matrix, np.array(rows)))
        proven = answer is not None and answer.status == "optimal" and answer.value > SMALLEST_SHARE
        if answer is None or answer.dual is None or not proven:
            return KINDS
        felt = {matrix.row_names[i] for i in rows if abs(answer.dual[i]) > NO_PART}
        return tuple(kind for kind in KINDS if felt & set(kind.rows))

    def meets(self, free: Collection[str] = (), dropped: Collection[str] = ()) -> bool | None:
        """Whether the relaxation without the rows of these names has a point; None if time is over."""
        matrix = self.pooled(free)
        if matrix is None:
            return False
        return self.has_point(without_rows(matrix, dropped))

    def has_point(self, matrix: Matrix) -> bool | None:
        """Whether a relaxation has a point; None if time is over."""
        answer = self._run(replace(matrix, cost=np.zeros(len(matrix.cost))), crossover=False)
        if answer is None or answer.status == "stopped":
            return None
        return answer.status == "optimal"

    def _run(self, matrix: Matrix, crossover: bool = True) -> Answer | None:
        threads = self.case.scenario.solver.threads
        # on examples/10gw.yaml the simplex takes minutes to rule a point out, the other seconds;
        # where one method ends without a verdict, another has one
        methods = ("ipm", "simplex") if matrix.a.nnz > LARGE else ("simplex", "ipm")
        for method in methods:
            lp = Engine(matrix, self.watch, integer=False, threads=threads, seed=0)
            edge = "on" if crossover else "off"
            answer = lp.run(0.0, solver=method, run_crossover=edge)
            if answer.status != "stalled":
                return answer
        return None


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
    """The model of a loosened case; S3 keeps the scenario's number, not one that follows from headroom."""
    matrix = compile_model(build(loose))
    forget_threads()
    if ROOM not in free:
        return matrix
    most = case.sites.max_sites_per_zone or inf
    upper = [
        most if name == ZONE_COUNT else side
        for name, side in zip(matrix.row_names, matrix.row_upper, strict=True)
    ]
    return replace(matrix, row_upper=np.array(upper))


def _with_slack(matrix: Matrix, rows: Ints) -> Matrix:
    """The matrix with the sum of relative slacks in `rows` as its only cost."""
    count = len(rows)
    scale = np.array([_scale(matrix, int(i)) for i in rows])
    # a slack loosens whichever side of its row is finite; of an equality, the lower
    below = np.isfinite(matrix.row_lower[rows])
    signs = np.where(below, scale, -scale)
    shape = (matrix.a.shape[0], count)
    slack = sparse.csr_array((signs, (rows, np.arange(count))), shape=shape)
    return replace(
        matrix,
        a=sparse.csr_array(sparse.hstack([matrix.a, slack])),
        lower=np.append(matrix.lower, np.zeros(count)),
        upper=np.append(matrix.upper, np.full(count, np.inf)),
        cost=np.append(np.zeros(len(matrix.cost)), np.ones(count)),
        integer=np.append(matrix.integer, np.zeros(count, dtype=bool)),
        offset=0.0,
    )


def _scale(matrix: Matrix, row: int) -> float:
    sides: Floats = np.array([matrix.row_lower[row], matrix.row_upper[row]])
    finite = np.abs(sides[np.isfinite(sides)])
    return float(max(finite.max(initial=0.0), 1.0))
