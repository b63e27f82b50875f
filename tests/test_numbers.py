"""The numbers that a solver gets: every example's coefficients lie close enough together."""

from __future__ import annotations

from pathlib import Path

import pytest

import dcplan

EXAMPLES = Path(__file__).parents[1] / "examples"
SCENARIOS = sorted([*EXAMPLES.glob("*.yaml"), EXAMPLES / "own-library" / "scenario.yaml"])
LARGEST_RANGE = 1e8
"""Beyond it a tolerance of 1e-6 on the largest coefficient hides a whole unit of the smallest."""


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_coefficient_range(path: Path) -> None:
    """**Proves** it of the matrix as `dcplan check` tells it, on what is handed to the solver.

    **Sensitivity** one price left in USD, or one big-M of the whole fleet, passes it.
    """
    sizes = dcplan.load(path).check().sizes
    assert sizes.smallest > 0
    assert sizes.largest / sizes.smallest < LARGEST_RANGE
