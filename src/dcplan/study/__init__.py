"""Many plans of one scenario: sweeps, fronts, what is uncertain, alternatives, break-evens.

read      a study file and its base scenario
round     the runs that are known so far, those with new inputs solved by worker processes
rows      each run ends as a row and, where there is a plan, a plan folder, both kept at once
story     what the rows say: a table, charts and a page
"""

from dcplan.study.drive import State, conduct, gather, local
from dcplan.study.fields import Study
from dcplan.study.read import Asked, json_schema, read_study
from dcplan.study.runs import Row, Run, Task
from dcplan.study.write import write_all, write_runs

__all__ = [
    "Asked",
    "Row",
    "Run",
    "State",
    "Study",
    "Task",
    "conduct",
    "gather",
    "json_schema",
    "local",
    "read_study",
    "write_all",
    "write_runs",
]
