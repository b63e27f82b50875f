"""Run by mutants.py in a process of its own, which has imported all but dcplan: a fork tries a mutant.

Reads a JSON object with `tests` and `tries` from standard input, writes a line of JSON for each try:
what failed first, '' where every test passed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import highspy  # noqa: F401
import jinja2  # noqa: F401
import networkx  # noqa: F401
import pandas  # noqa: F401
import pydantic  # noqa: F401
import pyomo.contrib.appsi.solvers.highs
import pyomo.contrib.solver.solvers.highs
import pyomo.environ
import pytest
import ruamel.yaml  # noqa: F401
import scipy.optimize
import scipy.sparse.csgraph

_ = (pyomo.environ, scipy.optimize)


class First:
    """Keeps the name of the first test that fails."""

    def __init__(self) -> None:
        self.failed = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid.split("/")[-1]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = f"{report.nodeid.split('/')[-1]} (does not import)"


def _try(source: str, tests: list[str], write: int) -> None:
    sys.path.insert(0, source)
    first, quiet = First(), os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    words = ["-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
    code = int(pytest.main(words, plugins=[first]))
    told = first.failed if code == 1 else first.failed or ("" if code == 0 else f"exit code {code}")
    os.write(write, told.encode())


def main() -> None:
    """Try every mutant, one after the other."""
    asked = json.load(sys.stdin)
    for source, tests in asked["tries"]:
        read, write = os.pipe()
        if os.fork() == 0:
            try:
                _try(source, tests, write)
            finally:
                os._exit(0)
        os.close(write)
        os.wait()
        with os.fdopen(read) as stream:
            sys.stdout.write(json.dumps(stream.read()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if "dcplan" in sys.modules:
        raise RuntimeError("dcplan is imported already: every mutant would be the first")
    sys.path.insert(0, str(Path.cwd() / "tests"))
    main()
