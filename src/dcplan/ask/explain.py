"""Explain: why a problem has no plan, or what binds in its plan."""

from __future__ import annotations

from collections.abc import Callable

from dcplan.api import Brief, Plan
from dcplan.ask.change import refuse_futures
from dcplan.ask.infeasible import Infeasible, explain_infeasible, ruled_out
from dcplan.ask.worth import Worth, explain_worth
from dcplan.errors import NoPlan
from dcplan.solve.watch import Watch


def explain(
    asked: Brief | Plan, show: Callable[[Watch], None] | None = None
) -> Infeasible | tuple[Worth, ...]:
    """What binds in a plan, or in the plan of a problem; of a problem without one, why there is none.

    An `Infeasible` has what is short, a smallest set of limits that conflict, and repairs that were each
    tried. A `Worth` is a limit with its slack and what one more unit is worth: with places fixed, and
    exactly. Raises InputError, StoppedEarly.

        >>> found = dcplan.explain(dcplan.load("mine.yaml"))    # doctest: +SKIP
        >>> [repair.settings for repair in found.repairs.verified]    # doctest: +SKIP
    """
    refuse_futures(asked)
    if isinstance(asked, Plan):
        return explain_worth(asked, show=show)
    try:
        if ruled_out(asked, None, show):
            raise NoPlan("no plan meets all limits")
        plan = asked.solve(None, show, explain=False)
    except NoPlan:
        found = explain_infeasible(asked, None, show)
        if found is None:
            raise
        return found
    return explain_worth(plan, show=show)
