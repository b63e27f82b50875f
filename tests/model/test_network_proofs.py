"""The rows of the network on a grid with a choice of paths, as HiGHS reads them in the model.

The search holds cuts of its own in place of these rows, so only a model that is solved as it is written
can show a fault in them. To the corridors of tests/tiny come alpha–j2, beta–j1, beta–j3 and j2–j3, all
in conduits. At 40 Tb/s, in MUSD:

    alpha–j1   30 km   1.14        beta–j1   95 km   1.79        j1–j2  200 km   2.88
    alpha–j2   50 km   1.34        beta–j3   40 km   1.24        j2–j3  300 km   3.98
                                   beta–j2   60 km   4.44, a new build
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tiny_plans import TINY, solve_plainly

from .test_model_proofs import TWO, near

MORE = "alpha,j2,existing,50\nbeta,j1,existing,95\nbeta,j3,existing,40\nj2,j3,existing,300\n"
ALONE = 400 / 11 * (20 + 10 + 1.2 * 0.32) + 2000 / 3 + 300 + 1.4 / 3 + 12.6
"""Both sites without fibre, as in test_fibre_cost_of_a_path."""

Fibre = Callable[..., float]


@pytest.fixture(scope="module")
def fibre(tmp_path_factory: pytest.TempPathFactory) -> Fibre:
    """What the fibre between alpha and beta costs with settings, in MUSD."""
    folder = tmp_path_factory.mktemp("paths") / "tiny"
    shutil.copytree(TINY.parent, folder)
    for name, lines in (("corridors", MORE), ("nodes", "j3,Far junction,33.5,-98\n")):
        with (folder / "grid" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(lines)
    return lambda *settings: solve_plainly(folder / TINY.name, *TWO, *settings).objective - ALONE


def test_a_tree_within_the_longest_path(fibre: Fibre) -> None:
    """**Proves** F4 to F8 where there is a choice, and F12: 125 km by j1 for 2.93, or 110 by j2 for 5.78.

    **Sensitivity** lengths left out of F12, which allows the path of 125 km at any limit.
    """
    assert fibre() == near(1.14 + 1.79)
    assert fibre("fibre.max_path_km=125") == near(1.14 + 1.79)
    assert fibre("fibre.max_path_km=120") == near(1.34 + 4.44)


def test_a_network_that_survives_a_cut(fibre: Fibre) -> None:
    """**Proves** F9 to F11: both paths are lit, since by j3 the second would cost 1.34 + 3.98 + 1.24.

    **Sensitivity** a way back against the ways, which leaves one path, with a way from j2 into alpha and
    one from beta to j3 for L6 and L7: 5.51. With the new build at 0.1 MUSD/km the ring is by j3.
    """
    rings = "fibre.topology=survivable"
    assert fibre(rings) == near(1.14 + 1.79 + 1.34 + 4.44)
    dear = "reach.short.new_usd_per_km=100000"
    assert fibre(rings, dear) == near(1.14 + 1.79 + 1.34 + 3.98 + 1.24)
