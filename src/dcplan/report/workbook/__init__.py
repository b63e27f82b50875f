"""The plan as an Excel workbook: figures, native tables and charts, and live formulas."""

from __future__ import annotations

from pathlib import Path

from dcplan.errors import InputError, Problem
from dcplan.files import put
from dcplan.plan import Plan

__all__ = ["write_workbook"]


def write_workbook(plan: Plan, path: Path) -> None:
    """Write a plan as `.xlsx`, whole or not at all; equal plans give equal bytes.

    Raises InputError: the extra `report` is not installed, or a place that cannot be written.
    """
    try:
        from dcplan.report.workbook.contents import contents
    except ImportError:
        what = "needs dcplan[report]: pip install 'dcplan[report]'"
        raise InputError([Problem(str(path), what)]) from None
    put(path, lambda new: new.write_bytes(contents(plan)))
