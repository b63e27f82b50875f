"""The case of tests/tiny with settings, and the settings that make it one site, one year, one chip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dcplan import case as cases
from dcplan import scenario

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"


@pytest.fixture(scope="session")
def tiny_case() -> Callable[..., cases.Case]:
    def build(*settings: str) -> cases.Case:
        wish = scenario.read(TINY, settings)
        return cases.build(wish, cases.read_library(wish))

    return build
