"""A plan: what was decided, as tidy tables with units; made from a solve, saved and loaded."""

from dcplan.plan.build import from_decisions
from dcplan.plan.folder import save
from dcplan.plan.load import load
from dcplan.plan.record import Plan, digest_of
from dcplan.plan.tables import SUMMARY, TABLES

__all__ = ["SUMMARY", "TABLES", "Plan", "digest_of", "from_decisions", "load", "save"]
