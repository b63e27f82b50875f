"""Models that turn on every option, and the tiny case as it is written out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from dcplan import case as cases
from dcplan import scenario

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"


@cache
def build_case(*settings: str) -> cases.Case:
    wish = scenario.read(TINY, settings)
    return cases.build(wish, cases.read_library(wish))


@pytest.fixture(scope="session")
def tiny_case() -> Callable[..., cases.Case]:
    """The case of tests/tiny with settings."""
    return build_case


IN_STEP = (
    "sites.max_sites=3",
    "sites.max_sites_per_zone=1",
    "sites.force=[gamma]",
    "limits.zone_frac=0.6",
    "supply.gas.max_mw=100",
    "fibre.max_path_km=500",
    "fibre.lease=true",
)
AS_REPLICAS = (*IN_STEP, "workload.preset=loose")
MOST_TRAINING = (*IN_STEP, "objective=max_flop")
RINGS = ("fibre.topology=survivable", "fibre.lease=true")


@pytest.fixture(scope="session")
def every_option() -> tuple[cases.Case, ...]:
    """Cases that have every equation between them; the second has its sites as replicas, the
    fourth a survivable network.
    """
    return tuple(build_case(*s) for s in (IN_STEP, AS_REPLICAS, MOST_TRAINING, RINGS))
