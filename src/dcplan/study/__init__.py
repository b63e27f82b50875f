"""Many plans of one scenario: sweeps, fronts, what is uncertain, alternatives, break-evens.

read      a study file and its base scenario
round     the runs that are known so far, those with new inputs solved by worker processes
rows      each run ends as a row and, where there is a plan, a plan folder, both kept at once
story     what the rows say: a table, charts and a page

The package is called as well: `dcplan.study(FILE)` is `dcplan study FILE` from Python.
"""

import sys
from types import ModuleType
from typing import Any

from dcplan.study.call import Plans, Studied, study
from dcplan.study.drive import State, conduct, gather, local
from dcplan.study.fields import Study
from dcplan.study.read import Asked, json_schema, read_study
from dcplan.study.runs import Row, Run, Task
from dcplan.study.write import write_all, write_runs

__all__ = [
    "Asked",
    "Plans",
    "Row",
    "Run",
    "State",
    "Studied",
    "Study",
    "Task",
    "conduct",
    "gather",
    "json_schema",
    "local",
    "read_study",
    "study",
    "write_all",
    "write_runs",
]


class _Called(ModuleType):
    """A name that is a package and, among the questions of `dcplan`, a verb."""

    def __call__(self, *asked: Any, **more: Any) -> Studied:
        return study(*asked, **more)


sys.modules[__name__].__class__ = _Called
