"""What if: the plan of a changed problem beside the plan of the problem as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcplan.api import Brief, Plan, compare
from dcplan.ask.change import changed, refuse_futures
from dcplan.ask.warm import start_from
from dcplan.errors import InputError, Problem
from dcplan.solve.watch import Watch

if TYPE_CHECKING:
    from dcplan.report.compare import Comparison

Show = Callable[[Watch], None]


@dataclass(frozen=True, eq=False)
class Whatif:
    """Two plans, and what the change did to the first."""

    settings: tuple[str, ...]
    baseline: Plan
    plan: Plan
    started: str
    """How the search for the second began."""

    @property
    def comparison(self) -> Comparison:
        """The second plan held against the first."""
        return self.comparison_as(("as it stands", "changed"))

    def comparison_as(self, names: Sequence[str]) -> Comparison:
        """The same under names that people call the two plans."""
        return compare(self.baseline, self.plan, names=names)

    def __repr__(self) -> str:
        return f"<Whatif {', '.join(self.settings)}: {self.comparison.verdict('B')}>"


def whatif(
    asked: Brief | Plan,
    settings: Sequence[str],
    watch: Watch | None = None,
    show: Show | None = None,
) -> Whatif:
    """The plan with `--set` items applied, and its difference from the plan without.

    The plan as it stands is `asked` or, of a problem, solved for first; the search for the other
    starts from it where its sites can meet the new limits. Raises InputError, NoPlan, StoppedEarly.

        >>> found = whatif(plan, ["limits.power_gw.2028+=0.1"])    # doctest: +SKIP
        >>> found.comparison.headline                              # doctest: +SKIP
    """
    if not settings:
        raise InputError([Problem("--set", "is missing; give a change, such as limits.pue=1.12")])
    refuse_futures(asked)
    if isinstance(asked, Plan):
        scenario, library = asked.record.scenario, asked.record.library
    else:
        scenario, library = asked.case.scenario, asked.case.library
    # a setting that cannot be applied is told before the first search, not after it
    other = changed(scenario, library, settings)
    baseline = asked if isinstance(asked, Plan) else asked.solve(show=show)
    start = start_from(other.case, baseline)
    found = other.solve(watch, show, start)
    return Whatif(tuple(settings), baseline, found, start.words)
