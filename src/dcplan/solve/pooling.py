"""Pooling: one stock of chips for the whole fleet in place of one at every site.

Rows of the same name that differ only by site are added up, and the columns of a pooled variable,
whose coefficients are then equal, become one column that stands for their sum. Adding rows is a
relaxation and merging equal columns is exact, so every bound of the pooled model is a bound of the
published one; it has a fraction of the columns. It forgets that chips stay at their site, so plans
come from the published model.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dcplan.solve.matrix import Matrix

Ints = NDArray[np.int64]

POOLED_VARIABLES = ("chips.added", "chips.running")
POOLED_ROWS = ("chips.standing_chips", "halls.houses_all", "halls.dense_racks")


def pool_sites(matrix: Matrix) -> Matrix:
    """Return the relaxation of `matrix` whose pooled variables are indexed without their site."""
    rows = _groups(
        (name, index[1:]) if name in POOLED_ROWS else ("", i)
        for i, (name, index) in enumerate(zip(matrix.row_names, matrix.row_index, strict=True))
    )
    owner: list[Hashable] = list(range(len(matrix.cost)))
    for name in POOLED_VARIABLES:
        for index, j in matrix.column.get(name, {}).items():
            owner[j] = (name, index[1:])
    columns = _groups(owner)
    first_row, first = _first(rows), _first(columns)
    adder = sparse.csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))))
    summed = sparse.csc_array(adder @ matrix.a)
    pooled = {
        name: {index[1:]: int(columns[j]) for index, j in places.items()}
        if name in POOLED_VARIABLES
        else {index: int(columns[j]) for index, j in places.items()}
        for name, places in matrix.column.items()
    }
    return Matrix(
        a=sparse.csr_array(summed[:, first]),
        row_lower=adder @ matrix.row_lower,
        row_upper=adder @ matrix.row_upper,
        lower=matrix.lower[first],
        upper=matrix.upper[first],
        cost=matrix.cost[first],
        offset=matrix.offset,
        sign=matrix.sign,
        integer=matrix.integer[first],
        column=pooled,
        row_names=tuple(matrix.row_names[i] for i in first_row),
        row_index=tuple(matrix.row_index[i] for i in first_row),
    )


def _groups(keys: Iterable[Hashable]) -> Ints:
    """Number the keys by first appearance."""
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)


def _first(groups: Ints) -> Ints:
    """Position of the first member of each group."""
    return np.asarray(np.unique(groups, return_index=True)[1], dtype=np.int64)
