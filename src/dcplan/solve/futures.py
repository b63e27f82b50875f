"""Several futures as one matrix: shared columns merged, so that the search sees one set of places.

The published model has all chapters once for each future and U1 that holds what is shared together.
Here a shared variable is one column under its own name and index, and any other is told by its future:
the place of the future comes last in its index, so that a site stays the first. Rows about shared
columns alone stand once where they are equal. The search then runs as on any other matrix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.case import Futures
from dcplan.model.futures import is_shared
from dcplan.solve.matrix import Ints, Mask, Matrix

Decisions = Mapping[str, Mapping[Any, float]]

TOGETHER = "futures.together"
_OF_FUTURE = re.compile(r"future\[(?P<future>[^\]]*)\]\.(?P<name>.*)")


def merge(matrix: Matrix, futures: Futures) -> Matrix:
    """The same problem with one column for each shared decision, and without the rows U1."""
    column, place = _places(matrix, futures)
    shared = np.zeros(place.max() + 1, dtype=bool)
    for name, places in column.items():
        if is_shared(name):
            shared[list(places.values())] = True
    first = np.asarray(np.unique(place, return_index=True)[1], dtype=np.int64)
    width = len(first)
    merger = sparse.csr_array((np.ones(len(place)), (np.arange(len(place)), place)))
    a = sparse.csr_array(matrix.a @ merger)
    keep = _rows_kept(matrix, a, shared)
    rows = [_told(n, i, futures) for n, i in zip(matrix.row_names, matrix.row_index, strict=True)]
    lower, upper = np.full(width, -np.inf), np.full(width, np.inf)
    np.maximum.at(lower, place, matrix.lower)
    np.minimum.at(upper, place, matrix.upper)
    return Matrix(
        a=sparse.csr_array(a[keep]),
        row_lower=matrix.row_lower[keep],
        row_upper=matrix.row_upper[keep],
        lower=lower,
        upper=upper,
        cost=merger.T @ matrix.cost,
        offset=matrix.offset,
        sign=matrix.sign,
        integer=matrix.integer[first],
        column=column,
        row_names=tuple(rows[i][0] for i in keep),
        row_index=tuple(rows[i][1] for i in keep),
    )


def _places(matrix: Matrix, futures: Futures) -> tuple[dict[str, dict[Any, int]], Ints]:
    """Variables by name and index with their new columns, and the new column of each old one."""
    column: dict[str, dict[Any, int]] = {}
    place = np.full(len(matrix.cost), -1, dtype=np.int64)
    count = 0
    for full, places in matrix.column.items():
        for index, j in places.items():
            name, told = _told(full, index, futures, shared=True)
            known = column.setdefault(name, {})
            if told not in known:
                known[told] = count
                count += 1
            place[j] = known[told]
    return column, place


def _told(full: str, index: Any, futures: Futures, shared: bool = False) -> tuple[str, Any]:
    """Name without its future, and index with the future's place unless all futures share it."""
    found = _OF_FUTURE.fullmatch(full)
    if found is None:
        return full, index
    name = found["name"]
    if shared and is_shared(name):
        return name, index
    place = futures.names.index(found["future"])
    return name, (*index, place) if isinstance(index, tuple) else (index, place)


def _rows_kept(matrix: Matrix, a: sparse.csr_array, shared: Mask) -> Ints:
    """All rows but U1; of equal ones over shared columns alone, the first."""
    a.sort_indices()
    alone = np.asarray(abs(a) @ (~shared).astype(float) == 0)
    seen: set[tuple[bytes, bytes, float, float]] = set()
    kept: list[int] = []
    for i, name in enumerate(matrix.row_names):
        if name == TOGETHER:
            continue
        if alone[i]:
            part = slice(a.indptr[i], a.indptr[i + 1])
            sides = float(matrix.row_lower[i]), float(matrix.row_upper[i])
            key = (a.indices[part].tobytes(), a.data[part].tobytes(), *sides)
            if key in seen:
                continue
            seen.add(key)
        kept.append(i)
    return np.array(kept, dtype=np.int64)


def decisions_of(found: Decisions, futures: Futures) -> dict[str, dict[str, dict[Any, float]]]:
    """The decisions of each future, with names and indices as its case alone has them."""
    split: dict[str, dict[str, dict[Any, float]]] = {name: {} for name in futures.names}
    for name, values in found.items():
        if name.startswith("futures."):
            continue
        for w, future in enumerate(futures.names):
            if is_shared(name):
                split[future][name] = dict(values)
                continue
            split[future][name] = {
                index[0] if len(index) == 2 else index[:-1]: value
                for index, value in values.items()
                if index[-1] == w
            }
    return split
