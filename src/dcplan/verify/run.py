"""Solve what the cases ask, and hold it against what was published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dcplan.api import Plan, load
from dcplan.case import Case
from dcplan.errors import AuditFailed
from dcplan.verify.cases import Published
from dcplan.words import figure

TOLERANCE = 0.15


@dataclass(frozen=True)
class Finding:
    """A published figure with ours beside it, in one unit."""

    case: Published
    ours: float
    status: str
    """Of the plan: 'optimal', or why ours cannot be relied on."""

    @property
    def ratio(self) -> float:
        """Ours by what was published."""
        return self.ours / self.case.published

    @property
    def near(self) -> bool:
        """Whether the two differ by no more than 15 % of what was published."""
        return abs(self.ratio - 1) <= TOLERANCE

    @property
    def accepted(self) -> bool:
        """Whether the plan is proven, and ours is near or has its reason recorded."""
        return self.status == "optimal" and (self.near or bool(self.case.reason))


def compare(
    cases: Sequence[Published], show: Callable[[int, int], None] = lambda done, of: None
) -> tuple[Finding, ...]:
    """Solve every plan once and read all its figures off it; `show` is told how many are done."""
    paths = list(dict.fromkeys(case.plan for case in cases))
    solved: dict[Path, tuple[Plan, Case]] = {}
    for done, path in enumerate(paths):
        show(done, len(paths))
        brief = load(path)
        solved[path] = (brief.solve(), brief.case)
    return tuple(_finding(case, *solved[case.plan]) for case in cases)


def _finding(case: Published, plan: Plan, built: Case) -> Finding:
    return Finding(case, case.measure.read(plan.record, built), plan.status)


def raise_if_unexplained(found: Sequence[Finding]) -> None:
    """Raise AuditFailed with a line for every figure that is off without a recorded reason."""
    lines = [_line(f) for f in found if not f.accepted]
    if lines:
        raise AuditFailed("\n".join(lines))


def _line(found: Finding) -> str:
    case = found.case
    if found.status != "optimal":
        return f"{case.case}: its plan is {found.status}; it must be optimal and pass the audit"
    told = f"ours is {figure(found.ours)}, {figure(found.ratio, 3)} of {figure(case.published)}"
    return f"{case.case}: {told} {case.measure.unit}; cases.csv gives no reason"
