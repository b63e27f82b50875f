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
    futures,
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

BOOK = (*CHAPTERS, futures)
"""Every chapter, with the one that several futures call for."""

__all__ = ["BOOK", "CHAPTERS", "build"]


def build(case: Case) -> pyo.ConcreteModel:
    """Write every chapter for `case`; raise if a chapter posted what no equation reads.

    With several futures, each has the chapters in a block `m.future[name]` of its own.
    """
    m = pyo.ConcreteModel(name=case.name)
    with PauseGC():
        if case.futures is None:
            _write(m, case)
            return m
        m.future = pyo.Block(case.futures.names)
        for name, branch in case.futures.cases.items():
            _write(m.future[name], branch)
        futures.write(m, case.futures)
    return m


def _write(m: pyo.Block, case: Case) -> None:
    ledger = Ledger()
    for chapter in CHAPTERS:
        chapter.write(m, case, ledger)
    if unread := ledger.unread():
        raise ValueError(f"posted but read by no equation: {', '.join(unread)}")
