"""Fixtures over the tiny library."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dcplan.plan import Plan
from tiny_plans import Solved, solve_tiny


@pytest.fixture(scope="session")
def solve() -> Callable[..., Solved]:
    return solve_tiny


@pytest.fixture(scope="session")
def tiny_plan() -> Plan:
    return solve_tiny().plan()
