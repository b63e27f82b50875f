"""A part of one of a search's models: some of its columns, the others at 0, with all cuts found so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from dcplan.solve.cuts import Cuts, no_cuts
from dcplan.solve.engine import Answer, Engine
from dcplan.solve.matrix import Floats, Ints, Mask, Matrix
from dcplan.solve.order import WayOfYear, order_rows

if TYPE_CHECKING:
    from dcplan.solve.state import Search

Fixed = tuple[Ints, Floats]
"""Columns and the values they are held at."""


class Part:
    """One HiGHS model of the part: a relaxation unless it is to be `whole`.

    Rows in which no kept column stands are left out.
    """

    def __init__(
        self,
        state: Search,
        model: Matrix,
        allowed: Mask,
        *,
        whole: bool = False,
        relayed: Collection[int] = (),
        fixed: Fixed | None = None,
        proving: bool = False,
        cuts: Cuts | None = None,
    ) -> None:
        """Take the `allowed` columns of the model, those of `fixed` at their values.

        `relayed` are years whose network is a tree in order (`order.py`); a part that is `proving` a
        bound has the cuts of what zones share too. It has `cuts` in place of all so far, if they are given.
        """
        self.model, self.columns = model, np.flatnonzero(allowed)
        self.found = no_cuts(len(model.cost))
        """Cuts that were added to it since they were kept last, over all columns of the model."""
        self.cuts = state.cuts_of(model, proving) if cuts is None else cuts.rows
        """All its cuts, over all columns of the model."""
        self._idle = np.zeros(0, dtype=np.int64)
        matrix, self._rows = _restricted(model, self.cuts, self.columns)
        if not whole:
            matrix = replace(matrix, integer=np.zeros(len(self.columns), dtype=bool))
        if relayed and matrix.column.get("fibre.way"):
            matrix = _in_order(matrix, relayed, state.forced_ways)
        self.engine = Engine(
            matrix, state.watch, integer=whole, threads=state.threads, seed=state.seed
        )
        if fixed is not None:
            self.hold(*fixed)

    def hold(self, columns: Ints, value: Floats) -> None:
        """Fix columns of the model, all of them kept here."""
        self.engine.set_bounds(np.searchsorted(self.columns, columns), value, value)

    def add_cuts(self, cuts: Cuts) -> None:
        """Add cuts over the columns of the model."""
        self.found += cuts
        first = self.model.a.shape[0] + self.cuts.shape[0]
        self._rows = np.append(self._rows, np.arange(first, first + len(cuts)))
        self.cuts = sparse.csr_array(sparse.vstack([self.cuts, cuts.rows]))
        rows = sparse.csr_array(sparse.csc_array(cuts.rows)[:, self.columns])
        self.engine.add_rows(rows, np.zeros(rows.shape[0]), np.full(rows.shape[0], np.inf))

    def let_go(self, dual: Floats, longest: int, batch: int) -> bool:
        """Take out the cuts whose dual was 0 in so many answers on end, if they are more than a batch.

        Whether it did; `dual` is that of the last answer.
        """
        _, of_cuts = self.multipliers(dual)
        self._idle = np.append(self._idle, np.zeros(len(of_cuts) - len(self._idle), dtype=np.int64))
        self._idle = np.where(of_cuts == 0.0, self._idle + 1, 0)
        kept = self._idle < longest
        if len(kept) - kept.sum() <= batch:
            return False
        place = self._rows - self.model.a.shape[0]
        gone = (place >= 0) & ~kept[np.maximum(place, 0)]
        self.engine.delete_rows(np.flatnonzero(gone))
        place = np.cumsum(kept)[np.maximum(place, 0)] - 1
        cut = self._rows >= self.model.a.shape[0]
        self._rows = np.where(cut, self.model.a.shape[0] + place, self._rows)[~gone]
        self.found = self.found.some(kept[len(kept) - len(self.found) :])
        self.cuts, self._idle = sparse.csr_array(self.cuts[np.flatnonzero(kept)]), self._idle[kept]
        return True

    @property
    def left_out(self) -> Ints:
        """The columns of the model that it does not have."""
        out = np.ones(len(self.model.cost), dtype=bool)
        out[self.columns] = False
        return np.flatnonzero(out)

    @property
    def whole(self) -> bool:
        """Whether it has all columns of the model."""
        return len(self.columns) == len(self.model.cost)

    def take_in(self, columns: Ints) -> None:
        """Add columns of the model to a relaxed part, at the end of its own; its last basis stays."""
        model = self.model
        a = sparse.csc_array(sparse.vstack([model.a, self.cuts]))
        more = sparse.csc_array(sparse.csr_array(a[:, columns])[self._rows])
        cost, lower, upper = model.cost[columns], model.lower[columns], model.upper[columns]
        self.engine.add_columns(more, cost, lower, upper)
        self.columns = np.append(self.columns, columns)
        outside = np.ones(a.shape[0], dtype=bool)
        outside[self._rows] = False
        rows = sparse.csr_array(a[:, self.columns])
        fresh = np.flatnonzero(outside & (np.diff(rows.indptr) > 0))
        sides = _sides(model, self.cuts.shape[0])
        self.engine.add_rows(sparse.csr_array(rows[fresh]), *(side[fresh] for side in sides))
        self._rows = np.append(self._rows, fresh)

    def multipliers(self, dual: Floats) -> tuple[Floats, Floats]:
        """The row duals of the part for all rows of the model and all its cuts, 0 where it has no such row.

        They may be of an answer from before its last rows.
        """
        count = self.model.a.shape[0]
        full = np.zeros(count + self.cuts.shape[0])
        full[self._rows[: len(dual)]] = dual
        return full[:count], full[count:]

    def start_from(self, plan: Floats) -> None:
        """Offer the whole values of a point of the model, where known; HiGHS completes them."""
        whole = self.columns[self.model.integer[self.columns] & np.isfinite(plan[self.columns])]
        self.engine.start_from(np.searchsorted(self.columns, whole), np.rint(plan[whole]))

    def wide(self, x: Floats) -> Floats:
        """A point of the part over all columns of the model."""
        full = np.zeros(len(self.model.cost))
        full[self.columns] = x[: len(self.columns)]
        return full

    def lift(self, answer: Answer) -> Answer:
        """The answer with its point over all columns of the model, whole where that is asked."""
        if answer.x is None:
            return answer
        x = self.wide(answer.x)
        if self.engine.integer:
            x = np.where(self.model.integer, np.rint(x), x)
        return replace(answer, x=x)


def _restricted(model: Matrix, cuts: sparse.csr_array, columns: Ints) -> tuple[Matrix, Ints]:
    """The model and its cuts over some columns, and which of all these rows are left."""
    stacked = sparse.csc_array(sparse.vstack([model.a, cuts]))
    a = sparse.csr_array(stacked[:, columns])
    rows = np.flatnonzero(np.diff(a.indptr) > 0)
    lower, upper = _sides(model, cuts.shape[0])
    matrix = replace(
        model,
        a=sparse.csr_array(a[rows]),
        row_lower=lower[rows],
        row_upper=upper[rows],
        lower=model.lower[columns],
        upper=model.upper[columns],
        cost=model.cost[columns],
        integer=model.integer[columns],
        column=_within(model, columns),
        row_names=(),
        row_index=(),
    )
    return matrix, rows


def _sides(model: Matrix, cuts: int) -> tuple[Floats, Floats]:
    """The sides of the rows of a model and of so many cuts."""
    return (
        np.append(model.row_lower, np.zeros(cuts)),
        np.append(model.row_upper, np.full(cuts, np.inf)),
    )


def _within(model: Matrix, columns: Ints) -> dict[str, dict[Any, int]]:
    place = {int(j): i for i, j in enumerate(columns)}
    return {
        name: {index: place[j] for index, j in places.items() if j in place}
        for name, places in model.column.items()
    }


def _in_order(matrix: Matrix, years: Collection[int], forced: Collection[WayOfYear]) -> Matrix:
    rows, lower, depths = order_rows(matrix.column, len(matrix.cost), years, forced)
    wide = sparse.hstack([matrix.a, sparse.csr_array((matrix.a.shape[0], depths))])
    return replace(
        matrix,
        a=sparse.csr_array(sparse.vstack([wide, rows])),
        row_lower=np.append(matrix.row_lower, lower),
        row_upper=np.append(matrix.row_upper, np.full(len(lower), np.inf)),
        lower=np.append(matrix.lower, np.zeros(depths)),
        upper=np.append(matrix.upper, np.full(depths, max(depths - 1.0, 0.0))),
        cost=np.append(matrix.cost, np.zeros(depths)),
        integer=np.append(matrix.integer, np.zeros(depths, dtype=bool)),
    )
