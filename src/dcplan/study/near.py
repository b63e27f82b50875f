"""Which plans of a study are nearest to a run, to start its search from the first that is finished."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dcplan.study.kinds.base import Runs
from dcplan.study.runs import Run

MOST = 50


def nearest(run: Run, runs: Runs, keys: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the other runs, nearest first; each varied number counts by its range in the study."""
    spans = {
        path: max(numbers) - min(numbers)
        for path in {path for other in runs for path in other.values}
        if (numbers := [v for r in runs if isinstance(v := r.values.get(path), (int, float))])
    }
    found = sorted(
        (_distance(run, other, spans), place, keys[other.name])
        for place, other in enumerate(runs)
        if other.name in keys and keys[other.name] != keys.get(run.name)
    )
    return tuple(key for _, _, key in found[:MOST])


def _distance(a: Run, b: Run, spans: dict[str, float]) -> float:
    total = 0.0
    for path in {*a.values, *b.values}:
        one, other = a.values.get(path), b.values.get(path)
        if isinstance(one, (int, float)) and isinstance(other, (int, float)):
            total += ((one - other) / spans[path]) ** 2 if spans.get(path) else 0.0
        else:
            total += float(one != other)
    return math.sqrt(total)
