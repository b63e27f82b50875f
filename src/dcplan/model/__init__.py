"""The model as a table of contents: one chapter per subject, meeting in one ledger.

`build(case)` writes the mixed-integer model; each chapter's docstring is its page of the book.
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from dcplan.case import Case
from dcplan.model import (
    carbon,
    chips,
    domains,
    fibre,
    grid,
    halls,
    links,
    money,
    power,
    resilience,
    sites,
    training,
)
from dcplan.model.ledger import Ledger

CHAPTERS = (
    *(sites, chips, halls, grid, power, fibre, links),
    *(training, domains, resilience, carbon, money),
)

__all__ = ["CHAPTERS", "build"]


def build(case: Case) -> pyo.ConcreteModel:
    """Write every chapter for `case`; raise if a chapter posted what no equation reads."""
    m = pyo.ConcreteModel(name=case.name)
    ledger = Ledger()
    with PauseGC():
        for chapter in CHAPTERS:
            chapter.write(m, case, ledger)
    if unread := ledger.unread():
        raise ValueError(f"posted but read by no equation: {', '.join(unread)}")
    return m
