"""Why there is no plan: what is short, which limits conflict, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dcplan.api import Brief
from dcplan.ask.change import refuse_futures
from dcplan.ask.conflict import Conflict, conflict
from dcplan.ask.possible import Problems, scattered
from dcplan.ask.repair import Repairs, repairs
from dcplan.ask.scan import stands
from dcplan.ask.tried import Repair
from dcplan.case import shortfalls
from dcplan.errors import NoPlan, StoppedEarly
from dcplan.solve.infeasible import short_alone
from dcplan.solve.watch import Watch, run_watched


@dataclass(frozen=True)
class Infeasible:
    """A problem without a plan, explained in the names of its fields."""

    certain: bool | None
    """True: no plan exists. None: none was found in time, and none was ruled out."""
    quick: tuple[str, ...]
    """What power, chips, capex, PUE or fibre alone rule out, by year."""
    short: tuple[tuple[str, str], ...]
    """Kinds of limit that would have to give, each alone, with the least amount."""
    conflict: Conflict
    stands: dict[str, Any]
    """What the scenario says of each limit that conflicts, where it is a field."""
    repairs: Repairs
    seconds: float

    def as_data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "plan": False if self.certain else None,
            "quick_bounds": list(self.quick),
            "short": [{"limit": name, "at_least": words} for name, words in self.short],
            "conflict": {
                "limits": list(self.conflict.limits),
                "stand_at": self.stands,
                "fractions_could": self.conflict.whole,
                "minimal": self.conflict.minimal,
            },
            "repairs": [_repair(repair, True) for repair in self.repairs.verified]
            + [_repair(repair, False) for repair in self.repairs.unverified],
            "why_few": self.repairs.why_few,
            "seconds": self.seconds,
        }


def _repair(repair: Repair, verified: bool) -> dict[str, Any]:
    steps = [{"set": step.setting, "words": step.words} for step in repair.steps]
    return {"verified": verified, "steps": steps, "change_frac": repair.share}


def explain_infeasible(
    brief: Brief, watch: Watch | None = None, show: Callable[[Watch], None] | None = None
) -> Infeasible | None:
    """Why a problem has no plan; None where it has one.

    Every repair was tried: the problem with those settings has a plan. Takes at most the time limit
    of the scenario, and tells what was found until then. Raises InputError for several futures.
    """
    refuse_futures(brief)
    watch = watch or Watch(brief.scenario.solver.time_limit_s)
    return run_watched(lambda: _explain(brief, watch), watch, show)


def ruled_out(
    brief: Brief, watch: Watch | None = None, show: Callable[[Watch], None] | None = None
) -> bool | None:
    """Whether it can be shown in short that no plan meets the limits; None if that is not known.

    By quick bounds and a relaxation; where the candidate network falls apart, part by part, since a
    search over all parts at once learns little from any.
    """
    watch = watch or Watch(brief.scenario.solver.time_limit_s)
    if shortfalls(brief.case):
        return True
    found = run_watched(lambda: _possible(brief, watch), watch, show)
    return None if found is None else not found


def look_apart(brief: Brief, show: Callable[[Watch], None] | None = None) -> None:
    """Rule out what can be in short where the candidate network falls apart; a search there learns little.

    Raises NoPlan where no plan meets the limits, StoppedEarly where somebody stopped it.
    """
    watch = Watch(brief.scenario.solver.time_limit_s)
    apart = brief.case.futures is None and scattered(brief.case)
    if apart and ruled_out(brief, watch, show):
        raise NoPlan("no plan meets all limits")
    if watch.interrupted:
        raise StoppedEarly("stopped before it found a plan")


def _possible(brief: Brief, watch: Watch) -> bool | None:
    problems = Problems(brief, watch)
    watch.phase = "looking whether fractions of sites could do"
    if problems.fractional(()) is False:
        return False
    if not scattered(brief.case):
        return None
    watch.phase = "looking at the parts of the network one by one"
    return problems.whole((), part=0.5)


def _explain(brief: Brief, watch: Watch) -> Infeasible | None:
    problems = Problems(brief, watch)
    quick = tuple(shortfalls(brief.case))
    watch.phase = "looking whether fractions of sites could do"
    fractional = False if quick else problems.fractional(())
    certain: bool | None = True
    if fractional is not False:
        watch.phase = "looking whether a whole plan could do"
        verdict = problems.whole((), part=0.3)
        if verdict:
            return None
        certain = None if verdict is None else True
    watch.phase = "finding what is short"
    relaxed = problems.relaxed()
    alone = []
    if relaxed is not None and fractional is False:
        with watch.part(0.4):
            alone = short_alone(relaxed)
    watch.phase = "finding which limits conflict"
    with watch.part(0.5):
        found = conflict(problems, fractional is not False, [short.kind.name for short in alone])
    watch.phase = "trying repairs"
    mended = repairs(problems, alone, found.limits)
    return Infeasible(
        certain=certain,
        quick=quick,
        short=tuple((short.kind.name, short.words) for short in alone),
        conflict=found,
        stands={name: stands(brief.case, name) for name in found.limits if _is_field(brief, name)},
        repairs=mended,
        seconds=watch.elapsed_s,
    )


def _is_field(brief: Brief, name: str) -> bool:
    return stands(brief.case, name) is not None
