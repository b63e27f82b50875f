"""A plan: what was decided, as tidy tables with units; made from a solve, saved and loaded."""

from dcplan.plan.build import from_decisions
from dcplan.plan.folder import fingerprint, save
from dcplan.plan.futures import FUTURES, from_futures
from dcplan.plan.hedge import why_not_known
from dcplan.plan.load import load
from dcplan.plan.record import Hedge, Plan, digest_of
from dcplan.plan.tables import SUMMARY, TABLES

__all__ = [
    "FUTURES",
    "SUMMARY",
    "TABLES",
    "Hedge",
    "Plan",
    "digest_of",
    "fingerprint",
    "from_decisions",
    "from_futures",
    "load",
    "save",
    "why_not_known",
]
