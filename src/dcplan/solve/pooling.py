"""Pooling: one stock of chips for the whole fleet in place of one at every site.

Rows about one site that hold a pooled variable are added up over the sites, and the columns of such a
variable, whose coefficients are then equal, become one column that stands for their sum. Adding rows is a
relaxation and merging equal columns is exact, so every bound of the pooled model is a bound of the
published one; it has a fraction of the columns. It forgets that chips stay at their site, so plans
come from the published model.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dcplan.solve.matrix import Floats, Matrix

Ints = NDArray[np.int64]

POOLED_VARIABLES = ("chips.added", "chips.running", "chips.pods")
EQUAL = 1e-9


def pool_sites(matrix: Matrix) -> Matrix:
    """Return the relaxation of `matrix` whose pooled variables are indexed without their site."""
    sites = {index[0] for name in POOLED_VARIABLES for index in matrix.column.get(name, {})}
    pooled_rows = _pooled_rows(matrix)
    rows = _groups(
        (name, index[1:])
        if name in pooled_rows and isinstance(index, tuple) and index[0] in sites
        else ("", i)
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
    _refuse_unequal(summed, matrix.cost, columns, first)
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


def _pooled_rows(matrix: Matrix) -> set[str]:
    """Names of the rows in which some pooled variable stands."""
    pooled = np.zeros(len(matrix.cost))
    for name in POOLED_VARIABLES:
        pooled[list(matrix.column.get(name, {}).values())] = 1.0
    holds = abs(matrix.a) @ pooled > 0
    return {name for name, held in zip(matrix.row_names, holds, strict=True) if held}


def _refuse_unequal(summed: sparse.csc_array, cost: Floats, columns: Ints, first: Ints) -> None:
    """Raise where columns that are to be merged differ: the pooled model would not be a relaxation."""
    probe = np.random.default_rng(0).uniform(1.0, 2.0, summed.shape[0])
    value = summed.T @ probe + cost
    scale = abs(summed).T @ probe + abs(cost) + 1.0
    if np.any(np.abs(value - value[first][columns]) > EQUAL * scale):
        raise ValueError("a row tells the sites of pooled chips apart; give it a variable by site")


def _groups(keys: Iterable[Hashable]) -> Ints:
    """Number the keys by first appearance."""
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)


def _first(groups: Ints) -> Ints:
    """Position of the first member of each group."""
    return np.asarray(np.unique(groups, return_index=True)[1], dtype=np.int64)
