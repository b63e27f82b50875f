"""examples/10gw.yaml made infeasible in ten ways, each explained by `dcplan explain`."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .parts import EXAMPLES, Part, Result, spread
from .program import PROGRAM

LEAST_REPAIRS = 3
WORKERS = 2
TIME_LIMIT_S = 1800
TEXT = f"""
Each row is `dcplan explain examples/10gw.yaml` with the settings shown, one thread and {TIME_LIMIT_S} s. The
limit that was changed must be among those that conflict, every repair that is offered must have been verified
by a plan that was found, and there must be three of them, unless it says why there are fewer. Two run at
once; seconds are of the processor.
"""


@dataclass(frozen=True)
class Way:
    """A way to make the example infeasible; `limits` are names of which one must conflict."""

    name: str
    settings: tuple[str, ...]
    limits: tuple[str, ...]


WAYS = (
    Way("target", ("target.training_eflops.2030=11500",), ("target.training_eflops",)),
    Way("power of a year", ("limits.power_gw.2028=3.7",), ("limits.power_gw",)),
    Way(
        "headroom of zones",
        ("limits.zone_frac=0.015",),
        ("limits.zone_frac", "headroom of the zones"),
    ),
    Way("PUE", ("limits.pue=1.075",), ("limits.pue",)),
    Way("capex of a year", ("limits.capex_busd.per_year=110",), ("limits.capex_busd",)),
    Way("capex in total", ("limits.capex_busd.total=440",), ("limits.capex_busd",)),
    Way("supply of chips", ("buyer.supply_frac=0.1",), ("supply of chips",)),
    Way("carbon", ("limits.carbon_kt.total=20000",), ("limits.carbon_kt",)),
    Way(
        "resilience",
        ("resilience.lose=zone", "resilience.keep_frac=0.95"),
        ("resilience.keep_frac",),
    ),
    Way("length of a link", ("fibre.max_link_km=40",), ("fibre.max_link_km",)),
)


def run(folder: Path, ways: tuple[Way, ...] = WAYS, file: Path = EXAMPLES / "10gw.yaml") -> Result:
    rows, failures = [], []
    made = spread(partial(explained, file), ways, WORKERS)
    for way, (found, seconds, words) in zip(ways, made, strict=True):
        if found is None:
            failures.append(f"{way.name}: {words}")
            continue
        rows.append(_row(way, found, seconds))
        failures += _wrong(way, found)
        sys.stderr.write(f"{' | '.join(rows[-1])}\n")
        (folder / f"{way.name}.json").write_text(json.dumps(found), encoding="utf-8")
    head = ("made infeasible by", "what is short", "limits that conflict", "repairs", "seconds")
    return Result(head, rows, failures)


def _row(way: Way, found: dict[str, Any], seconds: float) -> tuple[str, ...]:
    short = [f"{part['limit']}: at least {part['at_least']}" for part in found["short"]]
    conflict = found["conflict"]
    return (
        f"{way.name}: `{' '.join(way.settings)}`",
        "<br>".join([*found["quick_bounds"], *short]) or "—",
        ", ".join(conflict["limits"]) + ("" if conflict["minimal"] else " (may be fewer)"),
        "<br>".join(" and ".join(step["words"] for step in r["steps"]) for r in _good(found))
        + (f"<br>{found['why_few']}" if found["why_few"] else ""),
        f"{seconds:.0f}",
    )


def _wrong(way: Way, found: dict[str, Any]) -> list[str]:
    wrong = []
    if found["plan"] is not False:
        wrong.append("not known to have no plan")
    if not set(way.limits) & set(found["conflict"]["limits"]):
        wrong.append(f"{', '.join(way.limits)} not among what conflicts")
    if len(_good(found)) < LEAST_REPAIRS and not found["why_few"]:
        wrong.append(f"{len(_good(found))} repairs, and no word on why")
    return [f"{way.name}: {what}" for what in wrong]


def _good(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [repair for repair in found["repairs"] if repair["verified"]]


def explained(file: Path, way: Way) -> tuple[dict[str, Any] | None, float, str]:
    """What the command says, the processor's seconds that it took, and its words where it fails."""
    settings = [f"solver.time_limit_s={TIME_LIMIT_S}", "solver.threads=1", *way.settings]
    words = ["explain", str(file), "--json", "--quiet"]
    words += [word for setting in settings for word in ("--set", setting)]
    before = _processor_s()
    done = subprocess.run([*PROGRAM, *words], env=dict(os.environ), capture_output=True, text=True)
    seconds = _processor_s() - before
    if done.returncode != 3:
        return None, seconds, f"exit {done.returncode}, {done.stderr[-500:]}"
    return json.loads(done.stdout), seconds, ""


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


PART = Part("infeasible", "No plan, explained", TEXT, run)
