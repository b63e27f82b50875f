"""Questions to a plan: what if, why this and not that, what is a limit worth, why is there none."""

from dcplan.ask.change import brief_of, changed
from dcplan.ask.explain import explain
from dcplan.ask.infeasible import Infeasible, explain_infeasible, look_apart, ruled_out
from dcplan.ask.misses import Miss, near_misses
from dcplan.ask.warm import start_from
from dcplan.ask.whatif import Whatif, whatif
from dcplan.ask.why import Why, why
from dcplan.ask.worth import Worth, explain_worth

__all__ = [
    "Infeasible",
    "Miss",
    "Whatif",
    "Why",
    "Worth",
    "brief_of",
    "changed",
    "explain",
    "explain_infeasible",
    "explain_worth",
    "look_apart",
    "near_misses",
    "ruled_out",
    "start_from",
    "whatif",
    "why",
]
