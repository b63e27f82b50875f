"""The hand-over: a Pyomo model as sparse arrays, with the place of every variable.

`LinearStandardFormCompiler` and `passModel` are the fastest road from Pyomo to HiGHS that also keeps
the maps which cuts, warm starts and the reading of results need.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

LARGE = 100_000
"""Entries of a matrix."""


WHOLE = 1e-6
"""What is nearer to a whole number counts as one."""
FORCED = "forced"
"""Name of a row by which a choice is forced."""


@dataclass(frozen=True)
class Matrix:
    """`min cost·x + offset` over `row_lower ≤ a x ≤ row_upper`, `lower ≤ x ≤ upper`, some x integer.

    A model that maximises is stored with its cost negated and `sign` −1. `column` finds a variable:
    `column["chips.added"][site, chip, year]`; `row_names` holds the chapter and name of each row.
    """

    a: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    offset: float
    sign: int
    integer: NDArray[np.bool_]
    column: Mapping[str, Mapping[Any, int]]
    row_names: tuple[str, ...]
    row_index: tuple[Any, ...]

    def coefficient_range(self) -> tuple[float, float]:
        """Smallest and largest magnitude among the matrix coefficients."""
        size = np.abs(self.a.data[self.a.data != 0])
        return float(size.min()), float(size.max())

    @property
    def large(self) -> bool:
        """Whether it is so large that a search takes minutes, and a relaxation seconds."""
        return int(self.a.nnz) > LARGE

    @property
    def whole_values(self) -> bool:
        """Whether the objective of every integer point is a whole number."""
        priced = self.cost != 0
        factors = np.append(self.cost[priced], self.offset)
        return bool(self.integer[priced].all() and np.all(factors == np.rint(factors)))

    def part(self, rows: Ints, columns: Ints, cost: Floats) -> Matrix:
        """The named rows over the named columns, with other costs and without names."""
        return Matrix(
            a=sparse.csr_array(self.a[rows][:, columns]),
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            lower=self.lower[columns],
            upper=self.upper[columns],
            cost=cost[columns],
            offset=0.0,
            sign=1,
            integer=self.integer[columns],
            column={},
            row_names=(),
            row_index=(),
        )

    def among(self, kept: Mask) -> Matrix:
        """The model over the kept columns, less the rows that hold none of them."""
        a = sparse.csr_array(self.a[:, np.flatnonzero(kept)])
        rows = np.diff(a.indptr) > 0
        place = np.cumsum(kept) - 1
        return replace(
            self,
            a=sparse.csr_array(a[rows]),
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            lower=self.lower[kept],
            upper=self.upper[kept],
            cost=self.cost[kept],
            integer=self.integer[kept],
            column={
                name: {index: int(place[j]) for index, j in places.items() if kept[j]}
                for name, places in self.column.items()
            },
            row_names=tuple(itertools.compress(self.row_names, rows)),
            row_index=tuple(itertools.compress(self.row_index, rows)),
        )

    def without(self, variables: set[str], constraints: set[str]) -> Matrix:
        """The same model less whole named variables and the rows named in `constraints`."""
        keep_row = np.array([name not in constraints for name in self.row_names])
        keep = np.ones(len(self.cost), dtype=bool)
        for name in variables:
            keep[list(self.column[name].values())] = False
        new_place = np.cumsum(keep) - 1
        return Matrix(
            a=sparse.csr_array(self.a[keep_row][:, keep]),
            row_lower=self.row_lower[keep_row],
            row_upper=self.row_upper[keep_row],
            lower=self.lower[keep],
            upper=self.upper[keep],
            cost=self.cost[keep],
            offset=self.offset,
            sign=self.sign,
            integer=self.integer[keep],
            column={
                name: {index: int(new_place[j]) for index, j in places.items()}
                for name, places in self.column.items()
                if name not in variables
            },
            row_names=tuple(itertools.compress(self.row_names, keep_row)),
            row_index=tuple(itertools.compress(self.row_index, keep_row)),
        )


def compile_model(m: pyo.ConcreteModel) -> Matrix:
    """Turn the built model into arrays, one row a constraint."""
    with PauseGC():
        form = LinearStandardFormCompiler().write(m, mixed_form=True)
    rhs = np.array(form.rhs, dtype=float)
    kinds = np.array([row.bound_type for row in form.rows], dtype=int)
    goal = form.objectives[0]
    column: dict[str, dict[Any, int]] = {}
    for j, var in enumerate(form.columns):
        column.setdefault(var.parent_component().name, {})[var.index()] = j
    return Matrix(
        a=sparse.csr_array(form.A),
        row_lower=np.where(kinds <= 0, rhs, -np.inf),
        row_upper=np.where(kinds >= 0, rhs, np.inf),
        lower=np.array([-np.inf if v.lb is None else v.lb for v in form.columns], dtype=float),
        upper=np.array([np.inf if v.ub is None else v.ub for v in form.columns], dtype=float),
        cost=np.asarray(form.c.todense(), dtype=float).ravel(),
        offset=float(np.ravel(form.c_offset)[0]),
        sign=1 if goal.sense == pyo.minimize else -1,
        integer=np.array([v.is_integer() or v.is_binary() for v in form.columns]),
        column=column,
        row_names=tuple(row.constraint.parent_component().name for row in form.rows),
        row_index=tuple(row.constraint.index() for row in form.rows),
    )
