"""Near misses: the sites that a plan left out, and what each of them would have cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dcplan.api import Plan
from dcplan.ask.change import brief_of
from dcplan.ask.interval import Interval, worse
from dcplan.ask.why import Show, Why, about_site, answer, refuse
from dcplan.errors import StoppedEarly
from dcplan.objectives import OBJECTIVES
from dcplan.solve.forced import least_costs
from dcplan.solve.watch import Watch, run_watched

LEAST_S = 5.0
SHARE = 0.25


@dataclass(frozen=True, eq=False)
class Miss:
    """A site that the plan does not open."""

    site: str
    name: str
    zone: str
    at_least: float
    """What opening it costs at least, from a relaxation, in the objective's unit."""
    solved: Why | None
    """The answer of a search with the site forced in, where there was time for one."""

    @property
    def cost(self) -> Interval | None:
        """What opening it costs; None where only `at_least` is known, or where no plan opens it."""
        return self.solved.cost if self.solved is not None else None

    @property
    def how(self) -> str:
        """Whether the figures are a search's or a relaxation's."""
        return "bound" if self.solved is None else "exact"

    def as_data(self) -> dict[str, Any]:
        """The same as plain data."""
        cost = self.cost.as_data() if self.cost is not None else None
        impossible = self.solved is not None and self.cost is None
        return {
            **{"site": self.site, "name": self.name, "zone": self.zone, "how": self.how},
            **{"at_least": self.at_least, "cost": cost, "impossible": impossible},
        }


def near_misses(
    plan: Plan, watch: Watch | None = None, show: Show | None = None
) -> tuple[Miss, ...]:
    """Sites that are not in the plan, those that may have cost least first.

    One relaxation bounds them all from below; then searches with a site forced in settle the most
    promising, one after another, within the time limit of the scenario.
    """
    brief = brief_of(plan)
    refuse(brief)
    case = brief.case
    watch = watch or Watch(brief.scenario.solver.time_limit_s)
    least = run_watched(lambda: least_costs(case, watch), watch, show)
    opened = set(plan.table("sites").site_id)
    nothing = worse(plan, plan)
    sign = OBJECTIVES[nothing.objective].sign
    best = sign * _first_value(plan, nothing.objective)
    floor = {s: max(0.0, least.get(s, 0.0) - best) for s in case.sites.sites if s not in opened}
    found = []
    for site in sorted(floor, key=lambda site: (floor[site], site)):
        name, zone = case.sites.name[site], case.sites.zone[site]
        solved = None
        if not watch.stopped and watch.left_s > LEAST_S and floor[site] < float("inf"):
            inner = Watch(max(LEAST_S, SHARE * watch.left_s))
            try:
                solved = answer(brief, plan, about_site(case, plan, site), inner, show)
            except StoppedEarly:
                solved = None
            if inner.interrupted:
                watch.stop()
        found.append(Miss(site, name, zone, floor[site], solved))
    return tuple(sorted(found, key=_order))


def _first_value(plan: Plan, objective: str) -> float:
    for stage in plan.record.stages:
        if stage.objective == objective:
            return stage.value
    return plan.record.objective


def _order(miss: Miss) -> tuple[float, str]:
    """By their cost where it is known, else by their bound."""
    if miss.solved is None:
        return miss.at_least, miss.site
    return (miss.cost.value if miss.cost is not None else float("inf")), miss.site
