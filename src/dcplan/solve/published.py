"""The published model of a case as arrays, and how large it is."""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy

from dcplan.case import Case, shortfalls
from dcplan.errors import NoPlan
from dcplan.model import build
from dcplan.solve.matrix import Matrix, compile_model


@dataclass(frozen=True)
class Sizes:
    """How large the published model is, and what building and handing it over took."""

    columns: int
    rows: int
    nonzeros: int
    binaries: int
    smallest: float
    """Smallest magnitude among the matrix coefficients."""
    largest: float
    build_seconds: float
    handover_seconds: float


def publish(case: Case) -> tuple[Matrix, Sizes]:
    """Build and compile the model; raises `NoPlan` on a quick bound."""
    if short := shortfalls(case):
        raise NoPlan("\n".join(["no plan can meet the target", *short]))
    forget_threads()
    started = time.monotonic()
    model = build(case)
    built = time.monotonic()
    matrix = compile_model(model)
    smallest, largest = matrix.coefficient_range()
    return matrix, Sizes(
        columns=matrix.a.shape[1],
        rows=matrix.a.shape[0],
        nonzeros=matrix.a.nnz,
        binaries=int(matrix.integer.sum()),
        smallest=smallest,
        largest=largest,
        build_seconds=built - started,
        handover_seconds=time.monotonic() - built,
    )


def forget_threads() -> None:
    """Let the next solve choose its threads: HiGHS keeps those of the first one of the process."""
    highspy.Highs.resetGlobalScheduler(True)
