"""The parts, in the order in which they run; a new one is a line here."""

from __future__ import annotations

from . import faults, fuzz, infeasible, mutants, oracle, packages, same, solvers
from .parts import Part

PARTS: tuple[Part, ...] = (
    *(same.PART, solvers.PART, faults.PART, packages.PART),
    *(infeasible.PART, oracle.PART, fuzz.PART, mutants.PART),
)
