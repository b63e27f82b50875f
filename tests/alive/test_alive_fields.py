"""Every field of a scenario does what it says: for each there is a recorded case.

A field that is added needs a line in one of the cases files of this folder; a field that changes no
plan is dead, and goes.
"""

from __future__ import annotations

import pytest

from alive import cases_fleet, cases_limits, cases_money, cases_run
from alive.record import Case, read, verdict
from alive.test_alive_labels import LABELS
from alive.walk import leaves, touched
from dcplan.scenario import Scenario
from dcplan.scenario.commitments import Commitment
from dcplan.scenario.fields import PerYear

CASES: tuple[Case, ...] = (
    *cases_money.CASES,
    *cases_limits.CASES,
    *cases_fleet.CASES,
    *cases_run.CASES,
)


def _leaves_of(case: Case) -> set[str]:
    return touched(read(case.base), read(case.changed))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.then} {case.change}")
def test_a_field_does_what_is_recorded(case: Case) -> None:
    found = {leaf.split("=")[0] for leaf in _leaves_of(case)}
    assert found == {case.field}, f"{case.change} changes {sorted(found)}, not {case.field}"
    wrong = verdict(case)
    assert not wrong, f"{case.field}: {case.change} must make it {case.then}, {case.why}; {wrong}"


def test_every_field_has_a_case() -> None:
    covered = {leaf for case in CASES for leaf in _leaves_of(case)} | set(LABELS)
    dead = [leaf for leaf in leaves() if leaf not in covered]
    assert not dead, (
        f"no recorded case for {', '.join(dead)}: add one to tests/alive/cases_*.py that shows in "
        "which direction it moves the plan, or take the field out"
    )


def test_every_case_has_a_field() -> None:
    known = {leaf.split("=")[0] for leaf in leaves()}
    named = {case.field for case in CASES} | set(LABELS)
    assert not named - known, f"no such field any more: {sorted(named - known)}; drop their cases"


class Wider(Scenario):
    """A scenario with a field that somebody added, and a block in a list."""

    spare_mw: PerYear[float] | None = None
    more: tuple[Commitment, ...] = ()


def test_a_new_field_is_found() -> None:
    new = set(leaves(Wider)) - set(leaves())
    assert {"spare_mw", "spare_mw.*", "more[].chip", "more[].mandatory"} <= new
    assert all(leaf.startswith(("spare_mw", "more[]")) for leaf in new)
