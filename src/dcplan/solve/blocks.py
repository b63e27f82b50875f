"""What is left of a relaxation once the rows that tie sites and corridors together are priced.

Take multipliers for every row that ties sites and corridors together (targets, headroom, fibre cuts, money,
…) and put them into the costs. The rows that are left fall apart: one small block per site, one per corridor.
For any multipliers of the right sign the least values of all blocks add up to a bound on every plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from dcplan.case import Case
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import Floats, Ints, Matrix
from dcplan.solve.nearby import CORRIDOR_VARIABLES, site_columns
from dcplan.solve.watch import Watch

LONGEST_S = 60.0
"""Of one look at all blocks. It is not interrupted, for without it a relaxation has no bound."""


@dataclass(frozen=True)
class Blocks:
    """The blocks of a model at given multipliers, or of some of its columns."""

    model: Matrix
    block: Ints
    """Number of the site or corridor that each column of the model is about; −1 for all others."""
    rows: Ints
    """Rows of the model that hold columns of one block only."""
    columns: Ints
    """Columns of the model in these blocks."""
    cost: Floats
    """Of all columns of the model, less what the multipliers of the other rows make of them."""
    reduced_cost: Floats
    """The same less what the multipliers of all rows make of them."""
    threads: int

    def least(self, held: Iterable[int] = ()) -> Floats | None:
        """The least value of each block with some columns held at one; None where they cannot be."""
        x = self._point(self._matrix, held)
        if x is None:
            return None
        values = self._matrix.cost * x
        total = np.bincount(self.block[self.columns], weights=values, minlength=self.count)
        return np.asarray(total, dtype=np.float64)

    def most(self, wanted: Iterable[int]) -> Floats:
        """A point, over all columns of the model, at which some columns of different blocks are largest."""
        cost = np.zeros(len(self.cost))
        cost[[*wanted]] = -1.0
        full = np.zeros(len(cost))
        x = self._point(self.model.part(self.rows, self.columns, cost))
        if x is not None:
            full[self.columns] = x
        return full

    @property
    def count(self) -> int:
        """Number of blocks."""
        return int(self.block.max(initial=-1)) + 1

    @cached_property
    def _matrix(self) -> Matrix:
        return self.model.part(self.rows, self.columns, self.cost)

    def _point(self, matrix: Matrix, held: Iterable[int] = ()) -> Floats | None:
        engine = Engine(matrix, Watch(LONGEST_S), integer=False, threads=self.threads, seed=0)
        columns = np.searchsorted(self.columns, np.array([*held], dtype=np.int64))
        engine.set_bounds(columns, 1.0, 1.0)
        return engine.run().x


def block_of_column(case: Case, model: Matrix) -> Ints:
    """Number of the site or corridor that a column is about; −1 for the fleet's and the roots.

    Sites come first, in their order in the case, then its corridors.
    """
    block = np.full(len(model.cost), -1, dtype=np.int64)
    for i, places in enumerate(site_columns(case, model).values()):
        block[places] = i
    block[list(model.column.get("fibre.root", {}).values())] = -1
    number = {pair: len(case.sites.sites) + i for i, pair in enumerate(case.fibre.corridors)}
    for name in CORRIDOR_VARIABLES:
        for (u, v, *_), j in model.column.get(name, {}).items():
            block[j] = number[min(u, v), max(u, v)]
    return block


def rows_of_one_block(model: Matrix, block: Ints) -> Ints:
    """Rows all of whose columns belong to the same block."""
    owner = block[model.a.indices]
    filled = np.diff(model.a.indptr) > 0
    starts = model.a.indptr[:-1][filled]
    low = np.full(model.a.shape[0], -1, dtype=np.int64)
    high = low.copy()
    low[filled] = np.minimum.reduceat(owner, starts)
    high[filled] = np.maximum.reduceat(owner, starts)
    return np.flatnonzero((low >= 0) & (low == high))


def priced(
    case: Case, model: Matrix, multipliers: Floats, cuts: sparse.csr_array, more: Floats
) -> Blocks:
    """The blocks of a model at multipliers of its rows and `more` of its cuts."""
    block = block_of_column(case, model)
    rows = rows_of_one_block(model, block)
    own = np.zeros(len(multipliers))
    own[rows] = multipliers[rows]
    cost = model.cost - model.a.T @ (multipliers - own) - cuts.T @ more
    return Blocks(
        model=model,
        block=block,
        rows=rows,
        columns=np.flatnonzero(block >= 0),
        cost=cost,
        reduced_cost=cost - model.a.T @ own,
        threads=case.scenario.solver.threads,
    )
