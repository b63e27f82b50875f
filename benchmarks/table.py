"""What was measured as lines of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = (
    "case",
    "columns",
    "gap asked",
    "dcplan",
    "HiGHS",
    "SCIP",
    "HiGHS ÷ dcplan",
    "SCIP ÷ dcplan",
    "memory, MB",
)
OTHERS = ("HiGHS", "SCIP")
EPS = 1e-6
QUIET_CORES = 0.1
"""Less other work than this is not called a load."""
Result = Mapping[str, Any]


def head() -> list[str]:
    """The head of a table."""
    sides = ["---"] + ["---:"] * (len(COLUMNS) - 1)
    return [f"| {' | '.join(COLUMNS)} |", f"|{'|'.join(sides)}|"]


def row(case: Result) -> str:
    """A case as a row; a run from a saved plan has one of its own."""
    ours, *rest = case["runs"]
    others = {run["solver"]: run for run in rest}
    cells = [
        case["name"],
        next((f"{run['columns']:,}" for run in case["runs"] if "columns" in run), ""),
        _gap(case["gap"]),
        _ours(ours, case),
        *(_run(others.get(name), case["gap"]) for name in OTHERS),
        *(_ratio(ours, others.get(name), case["gap"]) for name in OTHERS),
        " · ".join(_memory(run) for run in (ours, *(others.get(name) for name in OTHERS))),
    ]
    lines = [f"| {' | '.join(cells)} |"]
    for name in others.keys() - set(OTHERS):
        run = others[name]
        part = f"{run['seconds'] / ours['seconds']:.2g} of that from nothing"
        told = [f"{case['name']}, from a plan", *cells[1:3], f"{_ours(run, case)}, {part}"]
        lines.append(f"| {' | '.join([*told, *['–'] * 4, _memory(run)])} |")
    return "\n".join(lines)


def tables(results: Result) -> Iterator[str]:
    """A table for each group, under its name."""
    for group in dict.fromkeys(case["group"] for case in results["cases"]):
        yield f"### {group}\n"
        yield from head()
        yield from (row(case) for case in results["cases"] if case["group"] == group)
        yield ""


def conditions(results: Result) -> str:
    """What it was measured on, in words."""
    machine, versions, rules = results["machine"], results["versions"], results["rules"]
    others = results["others_cores"]
    load = (
        f"loaded: other work kept {others:.1f} of its cores busy on average, so the seconds are too"
        " long and the ratios rough"
        if results["loaded"]
        else f"quiet: other work kept {others:.2f} of its cores busy on average"
    )
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    scip = next(
        (v for case in results["cases"] for r in case["runs"] if (v := r.get("version"))), ""
    )
    threads = rules["threads"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:g} GB,"
        f" {machine['system']}; {load}. {threads} {'thread' if threads == 1 else 'threads'}"
        f"{'' if threads == 1 else ' (SCIP: 1)'}, seed {rules['seed']}; dcplan at most"
        f" {rules['limit_s']:g} s, the others {rules['times']} times what dcplan took, at least"
        f" {rules['least_s']:g} s and at most {rules['limit_s']:g} s. {named}"
        f"{f', SCIP {scip}' if scip else ''}."
    )


def disagreements(results: Result) -> list[str]:
    """Ranges of best plan and bound that do not meet, and trees that are not the published one."""
    found = []
    for case in results["cases"]:
        for run in case["runs"]:
            name = f"{case['group']}, {case['name']}: {run['solver']}"
            if run["status"] in ("failed", "rejected"):
                found.append(f"{name} {run['status']} {run.get('why', '')}".rstrip())
            if not _meet(case["runs"][0], run):
                found.append(f"{name} and dcplan do not agree")
        length, optimum = case.get("length"), case.get("optimum")
        closed = case["runs"][0]["status"] == "optimal"
        if closed and optimum is not None and abs(length - optimum) > EPS * optimum:
            found.append(f"{case['name']}: length {length:,.9g}; {optimum:,} is published")
    return found


def _meet(one: Result, two: Result) -> bool:
    pairs = ((one, two), (two, one))
    return all(
        low.get("bound") is None
        or high.get("objective") is None
        or low["bound"] <= high["objective"] + EPS * max(1.0, abs(high["objective"]))
        for low, high in pairs
    )


def reached(run: Result, gap: float | None) -> bool:
    """Whether a run came to the gap asked for."""
    found = run.get("gap")
    return found is not None and gap is not None and found <= gap * (1 + EPS) + 1e-12


def _ours(run: Result, case: Result) -> str:
    built = run.get("build_seconds", 0.0) + run.get("handover_seconds", 0.0)
    told = _run(run, case["gap"])
    return f"{told} ({_seconds(built)} to build)" if built else told


def _run(run: Result | None, gap: float | None) -> str:
    if run is None:
        return "–"
    if run["status"] == "failed":
        return "failed"
    if run["status"] == "ended":
        return f"{_seconds(run['seconds'])}, no answer"
    if reached(run, gap):
        return _seconds(run["seconds"])
    left = "no plan" if run.get("objective") is None else _left(run.get("gap"))
    return f"{_seconds(run['seconds'])}, {left}"


def _memory(run: Result | None) -> str:
    return "–" if run is None else f"{run['peak_mb']:,.0f}"


def _left(gap: float | None) -> str:
    return "no bound" if gap is None else f"gap {100 * gap:.3g} %"


def _ratio(ours: Result, other: Result | None, gap: float | None) -> str:
    """Seconds by seconds; a search that did not end says only that it is more, or less."""
    if other is None or "failed" in (ours["status"], other["status"]):
        return "–"
    here, there = reached(ours, gap), reached(other, gap)
    if not (here or there):
        return "neither"
    sign = "" if here and there else "> " if here else "< "
    return f"{sign}{other['seconds'] / ours['seconds']:.2g}"


def _gap(gap: float | None) -> str:
    return "" if gap is None else f"{100 * gap:.2g} %" if gap >= 1e-5 else f"{gap:.1g}"


def _seconds(seconds: float) -> str:
    return (
        f"{seconds:.2f} s"
        if seconds < 1
        else f"{seconds:.1f} s"
        if seconds < 100
        else f"{seconds:,.0f} s"
    )
