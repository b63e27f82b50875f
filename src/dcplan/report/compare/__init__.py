"""Plans held against one another: what differs, and what the difference is worth."""

from dcplan.report.compare.build import compare
from dcplan.report.compare.page import refuse_page, write_comparison
from dcplan.report.compare.record import FRAMES, Comparison

__all__ = ["FRAMES", "Comparison", "compare", "refuse_page", "write_comparison"]
