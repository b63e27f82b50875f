"""One validated, frozen problem in model units, with its sparse index sets.

`build(scenario, library)` is the door: everything behind it is numbers in MW, GWh, MUSD, kt, km,
Tb/s, thousand chips and EFLOP/s, one small record per chapter of the model.
"""

from dcplan.case.build import Case, build
from dcplan.case.futures import Futures, build_all
from dcplan.case.inputs import read_library
from dcplan.case.quick import quick_bounds, shortfalls

__all__ = ["Case", "Futures", "build", "build_all", "quick_bounds", "read_library", "shortfalls"]
