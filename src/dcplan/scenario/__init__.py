"""What a user asks for: read, changed by settings, checked, and written back."""

from dcplan.scenario.branches import branches
from dcplan.scenario.fields import yearly
from dcplan.scenario.futures import Future
from dcplan.scenario.model import Scenario
from dcplan.scenario.places import placed
from dcplan.scenario.read import parse, read
from dcplan.scenario.settings import apply_relative
from dcplan.scenario.write import dump, json_schema, resolved, template

__all__ = [
    "Future",
    "Scenario",
    "apply_relative",
    "branches",
    "dump",
    "json_schema",
    "parse",
    "placed",
    "read",
    "resolved",
    "template",
    "yearly",
]
