"""Monte Carlo: plans of figures that are drawn, each plan made knowing its draw.

Draw number i depends on the seed and i alone, so more runs keep the ones that are there.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from dcplan.objectives import OBJECTIVES
from dcplan.report.colours import LIGHT
from dcplan.study import barred, draw
from dcplan.study.fields import Draw, MonteCarlo
from dcplan.study.kinds.base import Drawn, Kind, Runs, Story, frame, no_plan, solved
from dcplan.study.labels import goal, noun, scaled, told, unit
from dcplan.study.read import Asked, number, setting
from dcplan.study.runs import Results, Run
from dcplan.words import figure, percent, plural

PERCENTILES = (0, 10, 25, 50, 75, 90, 100)
BINS = 15
DIGITS = 6


def runs(asked: Asked, results: Results) -> Runs:
    """All draws."""
    wish = _wish(asked)
    return [_run(wish, place) for place in range(1, wish.runs + 1)]


def _wish(asked: Asked) -> MonteCarlo:
    assert asked.study.montecarlo is not None  # this kind is chosen by that field
    return asked.study.montecarlo


def _run(wish: MonteCarlo, place: int) -> Run:
    stream = np.random.default_rng([wish.seed, place])
    values = {path: _drawn(law, stream) for path, law in wish.draw.items()}
    return Run(f"draw {place}", tuple(setting(p, v) for p, v in values.items()), values)


def _drawn(law: Draw, stream: np.random.Generator) -> float:
    if law.uniform is not None:
        low, high = law.uniform
        value = stream.uniform(low, high)
    else:
        low, mode, high = law.triangular or (0.0, 0.0, 0.0)
        value = stream.triangular(low, mode, high)
    return float(number(float(f"{value:.{DIGITS}g}")))


def story(asked: Asked, runs: Runs, results: Results) -> Story:
    """Percentiles of the objective, and how often each site is chosen."""
    objective, found = goal(asked), solved(runs, results)
    values = np.array([row.value(objective) for _, row in found])
    if not len(values):
        lost = ("No run has a plan.", no_plan(runs, results))
        return Story(lost, frame([], ["what"]), {})
    ends = {p: float(np.percentile(values, p)) for p in PERCENTILES}
    sites = Counter(site for _, row in found for site in row.sites)
    chips = Counter(chip for _, row in found for chip in row.chips)
    name = unit(objective)
    mean = {"what": "mean", "value": scaled(objective, float(values.mean())), "unit": name}
    levels = [
        {"what": f"percentile {p}", "value": scaled(objective, v), "unit": name}
        for p, v in ends.items()
    ]
    shares = [
        {"what": f"{kind} {key}", "value": count / len(found), "unit": "share of plans"}
        for kind, counts in (("site", sites), ("chip", chips))
        for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    table = frame([*levels, mean, *shares], ["what", "value", "unit"])
    always = sorted(site for site, count in sites.items() if count == len(found))
    answer = (
        f"In half of {plural(len(found), 'plan')} the {noun(objective)} is at most "
        f"{told(objective, ends[50])}; in eight of ten between {told(objective, ends[10])} and "
        f"{told(objective, ends[90])}.",
        f"Sites in every plan: {', '.join(always) or 'none'}.",
        no_plan(runs, results),
    )
    notes = (
        "Each plan is made knowing its draw, so these are costs with foresight; a plan that must be made "
        "before is at best as good (see futures in a scenario).",
    )
    charts = [_histogram(asked, values), _sites(sites, len(found))]
    return Story(tuple(filter(None, answer)), table, {}, charts, notes)


def _histogram(asked: Asked, values: np.ndarray) -> Drawn:
    objective = goal(asked)
    counts, edges = np.histogram(
        [scaled(objective, v) for v in values], bins=min(BINS, len(values))
    )
    bars = [
        draw.Bar(
            f"{figure(low)} to {figure(high)}",
            "plans",
            0.0,
            float(count),
            f"{figure(low)} to {figure(high)} {unit(objective)}: {plural(int(count), 'plan')}",
            str(count) if count else "",
        )
        for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True)
    ]
    spread = float(np.percentile(values, 90) - np.percentile(values, 10))
    told_spread = OBJECTIVES[objective].told(spread)
    line = f"{plural(len(values), 'plan')}; from the 10th to the 90th percentile {told_spread}"
    title = f"{noun(objective).capitalize()} of drawn figures, {unit(objective)}"
    return lambda: barred.bars(title, line, "plans", bars, {"plans": LIGHT["accent"]}, None)


def _sites(sites: Counter[str], count: int) -> Drawn:
    order = sorted(sites.items(), key=lambda pair: (-pair[1], pair[0]))[: draw.MOST_ROWS]
    bars = [
        draw.Bar(
            site,
            "plans",
            0.0,
            100 * n / count,
            f"{site}: in {percent(n / count)} of plans",
            percent(n / count),
        )
        for site, n in order
    ]
    line = f"of {plural(count, 'plan')}, each made knowing its draw"
    colours = {"plans": LIGHT["accent"]}
    return lambda: barred.bars(
        "How often each site is chosen", line, "share of plans, %", bars, colours, None
    )


KIND = Kind("Monte Carlo", runs, story)
