"""Prices of limits with every yes and no fixed: the duals of the linear program that is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dcplan.solve.engine import Engine
from dcplan.solve.state import Search

Row = tuple[str, Any]
"""Name and index."""


@dataclass(frozen=True)
class Prices:
    """Of one plan, in the objective's unit, minimised form."""

    dual: Mapping[Row, float]
    """What the objective rises by for one more on the right side of a row, while nothing else changes."""
    value: Mapping[str, Mapping[Any, float]]
    """The decisions at that optimum, by variable and index."""


def prices(found: Search) -> Prices | None:
    """Solve what is left of a plan's model when its integers stand; None if that ends without an answer."""
    if found.plan is None:
        return None
    core, integer = found.core, np.flatnonzero(found.core.integer)
    lp = Engine(core, found.watch, integer=False, threads=found.threads, seed=found.seed)
    lp.set_bounds(integer, found.plan[integer], found.plan[integer])
    answer = lp.run()
    if answer.status != "optimal" or answer.x is None or answer.dual is None:
        return None
    return Prices(
        {
            (name, index): float(dual)
            for name, index, dual in zip(core.row_names, core.row_index, answer.dual, strict=True)
            if dual
        },
        {
            name: {index: float(answer.x[j]) for index, j in places.items()}
            for name, places in core.column.items()
        },
    )
