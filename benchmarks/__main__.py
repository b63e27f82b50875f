"""Measure: `python -m benchmarks [--groups small,size] [--limit 120] [-o benchmarks/results.json]`."""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .cases import CASES, GROUPS, Case
from .machine import machine, versions
from .runs import TIMES, Rules, measured
from .table import OTHERS, QUIET_CORES, conditions, disagreements, head, row


def main(words: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(words)
    cases = [] if (why := _refusal(asked)) else _cases(asked)
    if not cases:
        sys.stderr.write(f"{why or f'no case has {asked.only!r} in its name'}\n")
        return 2
    solvers = OTHERS if find_spec("pyscipopt") else OTHERS[:1]
    rules = Rules(asked.limit, asked.least, asked.threads, asked.seed, solvers)
    results: dict[str, Any] = {
        "machine": machine(),
        "versions": versions(),
        "rules": {**asdict(rules), "times": TIMES},
        "cases": [],
    }
    sys.stdout.write("\n".join(head()) + "\n")
    for case in cases:
        results["cases"].append(measured(case, rules))
        results["others_cores"] = others_cores(results["cases"])
        results["loaded"] = results["others_cores"] > QUIET_CORES
        sys.stdout.write(row(results["cases"][-1]) + "\n")
        sys.stdout.flush()
        if asked.output is not None:
            _save(results, asked.output)
    wrong = disagreements(results)
    sys.stdout.write("\n".join(["", conditions(results), *wrong]) + "\n")
    return 1 if wrong else 0


def _refusal(asked: argparse.Namespace) -> str:
    """What is wrong with the options, before anything runs; empty if nothing is."""
    groups = set(asked.groups.split(","))
    if unknown := sorted(groups - {*GROUPS, "steiner"}):
        return f"no group {', '.join(unknown)}; groups are {', '.join(GROUPS)}, steiner"
    if "steiner" in groups and asked.steiner is None:
        return "the group steiner needs --steiner FOLDER"
    if asked.output is not None and not asked.output.parent.is_dir():
        return f"{asked.output.parent} is not there; make it first"
    return ""


def _cases(asked: argparse.Namespace) -> list[Case]:
    groups = asked.groups.split(",")
    cases = [case for case in CASES if case.group in groups]
    if "steiner" in groups:
        cases += steiner_cases(asked.steiner)
    return [case for case in cases if re.search(asked.only, case.name)]


def steiner_cases(folder: Path) -> Iterator[Case]:
    """The instances that optima.csv of a folder names."""
    with (folder / "optima.csv").open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            path, optimum = (folder / line["instance"]).resolve(), int(line["optimum"])
            yield Case("steiner", path.stem, str(path), optimum=optimum)


def others_cores(cases: Sequence[dict[str, Any]]) -> float:
    """Processors that other work kept busy, averaged over the seconds of all runs."""
    runs = [run for case in cases for run in case["runs"]]
    seconds = sum(run["process_seconds"] for run in runs)
    return float(sum(run["others_cores"] * run["process_seconds"] for run in runs) / seconds)


def _save(results: dict[str, Any], path: Path) -> None:
    """Write what there is so far, whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(json.dumps(_rounded(results), indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def _rounded(value: Any) -> Any:
    """Seconds and the like to what they are good for; money and its bounds to 10 digits."""
    if isinstance(value, dict):
        return {
            key: float(f"{inner:.10g}" if key in ("objective", "bound", "gap") else f"{inner:.4g}")
            if isinstance(inner, float)
            else _rounded(inner)
            for key, inner in value.items()
        }
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def _parser() -> argparse.ArgumentParser:
    rules = Rules()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--groups", default="small", help=f"some of {','.join(GROUPS)},steiner [small]")
    add("--only", default="", help="only cases whose name this regular expression finds")
    add("--limit", type=float, default=rules.limit_s, help="longest search of each solver, s")
    add("--least", type=float, default=rules.least_s, help="least that other solvers get, s")
    add("--threads", type=int, default=rules.threads, help="of dcplan and HiGHS; SCIP has one")
    add("--seed", type=int, default=rules.seed, help="of every search")
    add("--steiner", type=Path, help="folder of .gr files and optima.csv")
    add("-o", "--output", type=Path, help="results as JSON, written after each case")
    return parser


if __name__ == "__main__":
    sys.exit(main())
