"""Write docs/benchmarks.md and its picture from benchmarks/results*.json: `python -m benchmarks.page`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .cases import CASES, ROOT
from .table import conditions, disagreements, tables

PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "images" / "benchmarks.svg"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def main() -> int:
    from .chart import picture

    results = read_all()
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    PICTURE.write_text(
        picture([case for one in results for case in one["cases"]]), encoding="utf-8"
    )
    return 0


def files() -> list[Path]:
    """What `python -m benchmarks -o` wrote here, with one set of limits each."""
    return sorted((ROOT / "benchmarks").glob("results*.json"))


def read_all() -> list[dict[str, Any]]:
    """Every file of results, in the order of their names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in files()]


def written(page: str, results: Sequence[dict[str, Any]]) -> str:
    """The page with what was measured between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = [*(line for one in results for line in _told(one)), *_missing(results)]
    return f"{before}{BEGIN}\n" + "\n".join(lines).rstrip() + f"\n{END}{after}"


def _missing(results: Sequence[dict[str, Any]]) -> list[str]:
    """A line on the cases that no file of results has, if there are any."""
    known = {(case["group"], case["name"]) for one in results for case in one["cases"]}
    left = [f"{c.name} ({c.group})" for c in CASES if (c.group, c.name) not in known]
    return [f"Not measured yet: {' · '.join(left)}."] if left else []


def _told(results: dict[str, Any]) -> list[str]:
    wrong = [f"- {line}" for line in disagreements(results)]
    verdict = "No bound of one search is beyond a plan of another."
    return [conditions(results), "", *(wrong or [verdict]), "", *tables(results)]


if __name__ == "__main__":
    sys.exit(main())
