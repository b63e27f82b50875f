"""The library: every table of the planner, checked, and the source of each figure."""

from dcplan.library.columns import Column, Table
from dcplan.library.figures import Figure, cite, override
from dcplan.library.outlines import shapes, states
from dcplan.library.read import Library, digest, locate, names, read
from dcplan.library.schema import CONFIDENCE, FIGURES, FINANCE_ITEMS, TABLES
from dcplan.library.sources import Source

__all__ = [
    "CONFIDENCE",
    "FIGURES",
    "FINANCE_ITEMS",
    "TABLES",
    "Column",
    "Figure",
    "Library",
    "Source",
    "Table",
    "cite",
    "digest",
    "locate",
    "names",
    "override",
    "read",
    "shapes",
    "states",
]
