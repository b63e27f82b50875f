"""Problems and plans of tests/tiny and of the example with its own library."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import dcplan

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "tiny" / "scenario.yaml"
ARDEN = ROOT / "examples" / "own-library" / "scenario.yaml"

ONE = (
    *("years=[2027]", "money.discount_rate=0", "target.training_eflops=7.96", "limits=null"),
    *("chips.only=[red_old]", "power.offer=[grid]", "sites.forbid=[beta, gamma]"),
)
"""As in the chapter proofs: 50 kchips in 60 MW of air-cooled halls at alpha, 346.654 MUSD."""


def tiny(*settings: str) -> dcplan.Brief:
    return dcplan.load(TINY, settings)


@cache
def solved(*settings: str) -> dcplan.Plan:
    return tiny(*settings).solve()
