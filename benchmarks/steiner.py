"""Steiner trees with published optima: `python -m benchmarks.steiner FOLDER [--seconds N]`.

FOLDER holds files in the `.gr` form of the PACE challenge 2018 (track 1) and `optima.csv` with columns
instance and optimum. Each becomes a scenario with a library of its own: terminals are sites that must
open, other nodes are junctions, an edge is a new corridor of that many km, and capex is the length of
what is lit plus a constant. What dcplan lights must be exactly the optimum.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST_KM = 2e4
REACHES = ("campus", "zr", "regional", "long_haul", "ultra_long_haul")
FREE = ("duct_usd_per_km", "hut_usd_per_km", "pair_usd", "pair_usd_per_km", "optics_usd_per_tbps")


@dataclass(frozen=True)
class Graph:
    """An instance: edges with whole weights, and the nodes that must be joined."""

    edges: dict[tuple[str, str], int]
    terminals: tuple[str, ...]

    @property
    def km_per_unit(self) -> float:
        """Scale that keeps the longest edge within what a corridor may be."""
        longest, scale = max(self.edges.values()), 1.0
        while longest * scale > LONGEST_KM:
            scale /= 10
        return scale


def read(path: Path) -> Graph:
    """Read a `.gr` file; of parallel edges the shortest counts."""
    edges: dict[tuple[str, str], int] = {}
    terminals = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match line.split():
            case ["E", a, b, weight]:
                pair = (f"n{a}", f"n{b}") if int(a) < int(b) else (f"n{b}", f"n{a}")
                edges[pair] = min(int(weight), edges.get(pair, int(weight)))
            case ["T", node]:
                terminals.append(f"n{node}")
    return Graph(edges, tuple(terminals))


def write(graph: Graph, folder: Path, seconds: float) -> Path:
    """Write scenario, grid and sites into an empty folder, and return the scenario."""
    grid, sites = folder / "grid", folder / "sites"
    grid.mkdir()
    sites.mkdir()
    junctions = sorted({node for edge in graph.edges for node in edge} - set(graph.terminals))
    zone = {"zone": "plain", "name": "Plain", "energy_usd_per_mwh": 50, "co2_kg_per_mwh": 0}
    room = {f"headroom_{part}pct_mw": 10_000 for part in ("025", "05", "1")}
    place = {"zone": "plain", "state": "Plain", "lat": 0, "lon": 0, "climate": "cold"}
    land = {"max_mw": "", "construction_factor": 1, "land_usd_per_acre": 0}
    _put(grid / "zones.csv", [{**zone, **room}])
    head = ("node", "name", "lat", "lon")
    _put(grid / "nodes.csv", [dict(zip(head, (n, n, 0, 0), strict=True)) for n in junctions], head)
    _put(
        grid / "corridors.csv",
        [
            {"node_a": a, "node_b": b, "kind": "new", "km": weight * graph.km_per_unit}
            for (a, b), weight in graph.edges.items()
        ],
    )
    _put(sites / "sites.csv", [{"site": t, "name": t, **place, **land} for t in graph.terminals])
    scenario = folder / "scenario.yaml"
    scenario.write_text(_scenario(graph, seconds), encoding="utf-8")
    return scenario


def _put(path: Path, rows: Sequence[dict[str, object]], head: Sequence[str] = ()) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(head or rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _scenario(graph: Graph, seconds: float) -> str:
    prices = ", ".join(f"{column}: 0" for column in FREE)
    reach = "\n".join(
        f"    {name}: {{max_km: {LONGEST_KM:.0f}, new_usd_per_km: 1000000, {prices}}}"
        for name in REACHES
    )
    return f"""\
name: Steiner tree
library: {{grid: ./grid, sites: ./sites, models: base}}
buyer: {{channels: [merchant]}}
years: [2026]
workload: {{preset: moe-2t}}
target: {{training_eflops: 0}}
chips: {{only: [gb200_nvl72]}}
sites: {{min_mw: 1, max_mw: 1, force: [{", ".join(graph.terminals)}]}}
fibre: {{speeds_tbps: [1]}}
objective: capex
solver: {{gap: 1e-7, time_limit_s: {seconds}, threads: 1}}
overrides:
  reach:
{reach}
"""


def solve(path: Path, seconds: float) -> tuple[float, str, float]:
    """Length of the tree that dcplan lights (nan: none in time), the plan's status, and seconds."""
    # here, since benchmarks.runs uses the rest and must stay small: its memory is a floor of a child's
    import dcplan
    from dcplan.errors import StoppedEarly

    graph = read(path)
    with tempfile.TemporaryDirectory() as folder:
        scenario = write(graph, Path(folder), seconds)
        started = time.monotonic()
        try:
            plan = dcplan.load(scenario).solve()
        except StoppedEarly:
            return math.nan, "none", time.monotonic() - started
        taken = time.monotonic() - started
    return float(plan.summary.fibre_km.iloc[-1]) / graph.km_per_unit, plan.status, taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="longest search of each")
    asked = parser.parse_args()
    with (asked.folder / "optima.csv").open(encoding="utf-8", newline="") as stream:
        optima = {row["instance"]: int(row["optimum"]) for row in csv.DictReader(stream)}
    print(f"{'instance':<16} {'optimum':>9} {'ours':>11}  {'status':<10} {'seconds':>8}")
    wrong = 0
    for name, optimum in optima.items():
        km, status, seconds = solve(asked.folder / name, asked.seconds)
        equal = abs(km - optimum) <= 1e-6 * optimum
        wrong += status == "optimal" and not equal
        print(f"{name:<16} {optimum:>9,} {km:>11,.9g}  {status:<10} {seconds:>8.1f}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
