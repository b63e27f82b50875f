"""Pooling: one stock of chips for all halls of a kind in place of one at every site.

A kind of hall is a cooling design with the rack densities that it holds. A site has one design for
good, so the chips of a plan can be counted by kind: added[a,kind,y] stands for the sum of added[s,a,y]
over the sites whose design is of that kind, and a chip runs only in halls that hold its racks. A row
about one site that holds such a variable is added up over the sites. Of these rows,

    houses_all      stands for each kind: its used_mw is the load of what runs in it
    standing_chips  stands for each kind: no more run than were bought for it; whole_pods likewise
    dense_racks     is left out: no chip runs in a kind that does not hold it

Every plan of the model gives a point of the pooled one, of the same cost, so every bound of it is a bound
of the model; it has a fraction of the columns. It forgets that chips stay at their site, within a kind,
so plans come from the model itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from dcplan.solve.matrix import Floats, Ints, Mask, Matrix

POOLED_VARIABLES = ("chips.added", "chips.running", "chips.pods")
USED, RUNNING, STOOD = "halls.used_mw", "chips.running", "chips.kept"
BY_KIND = ("halls.houses_all", "chips.standing_chips", "chips.whole_pods")
RACKS = "halls.dense_racks"
NO_KIND = -1
EQUAL = 1e-9


@dataclass(frozen=True)
class Kinds:
    """The kinds of hall, numbered."""

    of_design: dict[tuple[str, str], int]
    """By site and design."""
    held: list[frozenset[Any]]
    """Density steps, with what follows them in the row's index, that each holds."""
    steps: dict[Any, set[Any]]
    """Density steps that a chip's racks pass, by chip and what follows it."""

    def hold(self, kind: int, chip: str, rest: tuple[Any, ...]) -> bool:
        """Whether the racks of a chip may stand in a kind."""
        return {(step, *rest) for step in self.steps.get((chip, *rest), ())} <= self.held[kind]


@dataclass(frozen=True)
class Copies:
    """The columns of the matrix, a pooled one once for each kind that its site may have."""

    source: Ints
    """Column of the matrix."""
    kind: Ints
    place: Ints
    """Column of the pooled model."""
    column: dict[str, dict[Any, int]]
    """The pooled model's."""


def pool_sites(matrix: Matrix) -> Matrix:
    """Return the relaxation of `matrix` whose pooled variables are told by kind, not by site."""
    copies = _copies(matrix, _kinds(matrix))
    spread = sparse.csc_array(matrix.a)[:, copies.source].tocoo()
    group, split, kept = _row_groups(matrix)
    width = int(copies.kind.max(initial=NO_KIND)) + 2
    entry = kept[spread.row]
    row, col, value = spread.row[entry], spread.col[entry], spread.data[entry]
    if np.any(split[row] & (copies.kind[col] == NO_KIND)):
        raise ValueError("a row by kind of hall holds a variable without one")
    key = group[row] * width + np.where(split[row], copies.kind[col] + 1, 0)
    keys = np.unique(np.append(key, group[kept & ~split] * width))
    shape = (len(keys), len(copies.source))
    a = sparse.csc_array(sparse.coo_array((value, (np.searchsorted(keys, key), col)), shape=shape))
    first = np.asarray(np.unique(copies.place, return_index=True)[1], dtype=np.int64)
    _refuse_unequal(a, matrix.cost[copies.source], copies.place, first)
    lower, upper = _sides(matrix, group, split)
    groups = keys // width
    head = np.asarray(np.unique(group, return_index=True)[1], dtype=np.int64)[groups]
    source = copies.source[first]
    return Matrix(
        a=sparse.csr_array(a[:, first]),
        row_lower=lower[groups],
        row_upper=upper[groups],
        lower=_summed(copies.place, matrix.lower[copies.source]),
        upper=_summed(copies.place, matrix.upper[copies.source]),
        cost=matrix.cost[source],
        offset=matrix.offset,
        sign=matrix.sign,
        integer=matrix.integer[source],
        column=copies.column,
        row_names=tuple(matrix.row_names[i] for i in head),
        row_index=tuple(matrix.row_index[i] for i in head),
    )


def shared_columns(matrix: Matrix, pool: Matrix) -> tuple[Ints, Ints]:
    """Columns of the matrix that the pooled model has too, and where."""
    pairs = [
        (j, pool.column[name][index])
        for name, places in matrix.column.items()
        if name not in POOLED_VARIABLES
        for index, j in places.items()
    ]
    here, there = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return here, there


def _kinds(matrix: Matrix) -> Kinds:
    used = {j: index for index, j in matrix.column.get(USED, {}).items()}
    running = {j: index for index, j in matrix.column.get(RUNNING, {}).items()}
    held: dict[tuple[str, str], set[Any]] = {(s, k): set() for s, k, *_ in used.values()}
    steps: dict[Any, set[Any]] = {}
    for i, name in enumerate(matrix.row_names):
        if name == RACKS:
            _, step, *rest = matrix.row_index[i]
            for j in matrix.a.indices[matrix.a.indptr[i] : matrix.a.indptr[i + 1]]:
                if j in used:
                    held[used[j][0], used[j][1]].add((step, *rest))
                elif j in running:
                    steps.setdefault((running[j][1], *rest), set()).add(step)
    number: dict[tuple[str, frozenset[Any]], int] = {}
    of_design = {
        (s, k): number.setdefault((k, frozenset(able)), len(number))
        for (s, k), able in held.items()
    }
    return Kinds(of_design, [able for _, able in number], steps)


def _copies(matrix: Matrix, kinds: Kinds) -> Copies:
    at: dict[str, list[int]] = {}
    for (s, _), q in kinds.of_design.items():
        at.setdefault(s, []).append(q)
    source: list[int] = []
    kind: list[int] = []
    place: list[int] = []
    column: dict[str, dict[Any, int]] = {}
    count = 0
    for name, places in matrix.column.items():
        here = column.setdefault(name, {})
        for index, j in places.items():
            for told, q in _told_by_kind(name, index, kinds, at):
                if told not in here:
                    here[told] = count
                    count += 1
                source.append(j)
                kind.append(q)
                place.append(here[told])
    return Copies(
        source=np.array(source, dtype=np.int64),
        kind=np.array(kind, dtype=np.int64),
        place=np.array(place, dtype=np.int64),
        column=column,
    )


def _told_by_kind(
    name: str, index: Any, kinds: Kinds, at: dict[str, list[int]]
) -> Iterator[tuple[Any, int]]:
    """Indices and kinds in the pooled model of one variable of the matrix."""
    if name in POOLED_VARIABLES:
        site, chip, *rest = index
        for q in dict.fromkeys(at[site]):
            if name != RUNNING or kinds.hold(q, chip, tuple(rest)):
                yield (chip, q, *rest), q
    elif name == USED:
        yield index, kinds.of_design[index[0], index[1]]
    elif name == STOOD:
        # what stands is in halls of one design
        yield index, at[index[0]][0]
    else:
        yield index, NO_KIND


def _row_groups(matrix: Matrix) -> tuple[Ints, Mask, Mask]:
    """Number of each row's group, whether that is split by kind, and whether it is kept at all."""
    sites = {index[0] for name in POOLED_VARIABLES for index in matrix.column.get(name, {})}
    pooled = np.zeros(len(matrix.cost))
    for name in POOLED_VARIABLES:
        pooled[list(matrix.column.get(name, {}).values())] = 1.0
    holds = abs(matrix.a) @ pooled > 0
    summed = {name for name, held in zip(matrix.row_names, holds, strict=True) if held}
    names = np.array(matrix.row_names)
    group = _numbers(
        (name, index[1:])
        if name in summed and isinstance(index, tuple) and index[0] in sites
        else ("", i)
        for i, (name, index) in enumerate(zip(matrix.row_names, matrix.row_index, strict=True))
    )
    return group, np.isin(names, BY_KIND), names != RACKS


def _sides(matrix: Matrix, group: Ints, split: Mask) -> tuple[Floats, Floats]:
    """Sides of each group of rows, summed; of one that is split, every row has 0 or none."""
    sides = []
    for side in (matrix.row_lower, matrix.row_upper):
        if np.any(side[split & np.isfinite(side)] != 0):
            raise ValueError("a row by kind of hall has a side other than 0")
        sides.append(_summed(group, side))
    return sides[0], sides[1]


def _summed(group: Ints, values: Floats) -> Floats:
    """The sum of the values of each group."""
    total = np.zeros(int(group.max(initial=-1)) + 1)
    np.add.at(total, group, values)
    return total


def _refuse_unequal(a: sparse.csc_array, cost: Floats, place: Ints, first: Ints) -> None:
    """Raise where columns that are to be merged differ: the pooled model would not be a relaxation."""
    probe = np.random.default_rng(0).uniform(1.0, 2.0, a.shape[0])
    value = a.T @ probe + cost
    scale = abs(a).T @ probe + abs(cost) + 1.0
    if np.any(np.abs(value - value[first][place]) > EQUAL * scale):
        raise ValueError("a row tells the sites of pooled chips apart; give it a variable by site")


def _numbers(keys: Iterable[Hashable]) -> Ints:
    """Number the keys by first appearance."""
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)
