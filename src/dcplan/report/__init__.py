"""A plan told to people: the map as a page, as a figure, and as layers for GIS."""

from dcplan.report.facts import MEASURES
from dcplan.report.mapping import FORMATS, write_map

__all__ = ["FORMATS", "MEASURES", "write_map"]
