"""What limits lack in a relaxation: slacks in their rows, and the least sum of these."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.solve.engine import Answer, Engine
from dcplan.solve.kinds import KINDS, Kind
from dcplan.solve.matrix import Floats, Ints, Matrix
from dcplan.solve.watch import Watch

MISSING = "limits.missing"
SMALLEST_SHARE = 1e-6
SLACK_COST = 1e4
"""Of a slack of 1. The solver takes a reduced cost within 1e-7 for 0, and other columns go into the thousands:
at a cost of 1 it told 5 % more than the least of examples/10gw.yaml under a capex of 440 BUSD."""
ZONE_SHARE, FLEET_POWER = "power.zone_share", "power.fleet_power"
_ONE_NUMBER = {name for kind in KINDS if kind.one_number for name in kind.rows}
COUNTED = ("sites", "zones", "lots", "kinds")


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
            known = by_year.get(year, 0.0)
            by_year[year] = max(known, amount) if self.kind.one_number else known + amount
        told = sorted(by_year.items())
        per = self.kind.per_unit
        return ", ".join(_told(per * amount, self.kind.unit, y) for y, amount in told)


def _told(amount: float, unit: str, year: str) -> str:
    shown = f"{amount:,.4g}"
    noun, _, rest = unit.partition(" ")
    one = f"{noun.removesuffix('s')} {rest}" if noun in COUNTED else unit
    return f"{shown} {one if shown == '1' else unit} ({year})"


@dataclass(frozen=True)
class Elastic:
    """A relaxation some of whose rows may give: the least sum of what they give."""

    matrix: Matrix
    rows: Ints
    lp: Engine

    def least(self, kinds: Collection[Kind]) -> Answer | None:
        """The least that the rows of some kinds must give for all others to hold; None if they cannot do.

        Each run begins from nothing, by an interior point: on examples/10gw.yaml that takes 6 to 11 s, while
        some runs of the simplex, from a basis or not, had not ended after minutes.
        """
        names = frozenset(name for kind in kinds for name in kind.rows)
        if names in self._known:
            return self._known[names]
        mine = np.array([self.matrix.row_names[i] in names for i in self.rows])
        group = groups(self.matrix, self.rows)
        most = np.zeros(group.max() + 1)
        most[group[mine]] = inf
        self.lp.set_bounds(np.arange(len(most)) + len(self.matrix.cost), 0.0, most)
        self.lp.forget()
        answer = self.lp.run(solver="ipm")
        if answer.status == "stalled":
            answer = self.lp.run(solver="simplex")
        found = answer if answer.status == "optimal" and answer.x is not None else None
        if answer.status != "stopped":
            self._known[names] = found
        return found

    @cached_property
    def _known(self) -> dict[frozenset[str], Answer | None]:
        return {}

    def told(self, kind: Kind, answer: Answer) -> Short | None:
        """An answer as what is missing."""
        if answer.x is None or answer.status != "optimal":
            return None
        given = answer.x[len(self.matrix.cost) :]
        return Short(kind, lacking(self.matrix, self.rows, given), answer.x, self.matrix)


def elastic(matrix: Matrix, rows: Ints, watch: Watch, threads: int) -> Elastic:
    """The relaxation of `matrix` whose `rows` may give, each relative to its limit."""
    made = with_slack(matrix, rows)
    return Elastic(matrix, rows, Engine(made, watch, integer=False, threads=threads, seed=0))


def with_slack(matrix: Matrix, rows: Ints) -> Matrix:
    """The matrix with the sum of relative slacks in `rows`, columns `MISSING` by group, as its only cost."""
    signs, group = relative_slack(matrix, rows), groups(matrix, rows)
    count, first = int(group.max()) + 1, len(matrix.cost)
    slack = sparse.csr_array((signs, (rows, group)), shape=(matrix.a.shape[0], count))
    return replace(
        matrix,
        a=sparse.csr_array(sparse.hstack([matrix.a, slack])),
        lower=np.append(matrix.lower, np.zeros(count)),
        upper=np.append(matrix.upper, np.full(count, np.inf)),
        cost=np.append(np.zeros(first), np.full(count, SLACK_COST)),
        integer=np.append(matrix.integer, np.zeros(count, dtype=bool)),
        offset=0.0,
        sign=1,
        column={**matrix.column, MISSING: {k: first + k for k in range(count)}},
    )


def groups(matrix: Matrix, rows: Ints) -> Ints:
    """The slack that each of some rows has: one of its own, or where one number stands in many, theirs."""
    known: dict[Any, int] = {}
    keys = (matrix.row_names[i] if matrix.row_names[i] in _ONE_NUMBER else (int(i),) for i in rows)
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


def lacking(matrix: Matrix, rows: Ints, given: Floats) -> dict[tuple[str, Any], float]:
    """What some rows lack where their slacks, by group, have these values; in the model's units."""
    shares = given[groups(matrix, rows)]
    scale = np.abs(relative_slack(matrix, rows))
    return {
        (matrix.row_names[i], matrix.row_index[i]): float(share * unit)
        for i, share, unit in zip(rows, shares, scale, strict=True)
        if share > SMALLEST_SHARE
    }


def relative_slack(matrix: Matrix, rows: Ints) -> Floats:
    """What a slack of 1 puts into each of some rows: its limit, on the side that loosens it.

    A slack loosens whichever side of its row is finite; of an equality, the lower.
    """
    names, index = matrix.row_names, matrix.row_index
    fleet = {
        y: i for i, (name, y) in enumerate(zip(names, index, strict=True)) if name == FLEET_POWER
    }
    # beside a share of the fleet's load stands no number but the limit of that load
    beside = [fleet.get(index[i][-1], i) if names[i] == ZONE_SHARE else i for i in rows]
    scale = np.array([_scale(matrix, int(i)) for i in beside], dtype=float)
    return np.where(np.isfinite(matrix.row_lower[rows]), scale, -scale)


def _scale(matrix: Matrix, row: int) -> float:
    sides: Floats = np.array([matrix.row_lower[row], matrix.row_upper[row]])
    finite = np.abs(sides[np.isfinite(sides)])
    return float(max(finite.max(initial=0.0), 1.0))
