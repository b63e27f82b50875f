"""Cheapest repairs: settings that give a problem a plan, each verified by a first plan of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from dcplan.ask.levers import steps
from dcplan.ask.possible import Problems
from dcplan.ask.scan import FACTORS, LEVERS, LISTS, Lever, emptied, scaled
from dcplan.ask.steps import Step
from dcplan.solve.infeasible import Short
from dcplan.solve.kinds import KINDS

WANTED = 4
MARGINS = (1.0, 1.02, 1.06, 1.15, 1.3, 1.6, 2.0, 3.0)
HALVINGS = 3
LATE = 0.5
MOST_SHARE = 10.0
"""A limit that would have to grow more than that is no repair, where there are others."""


@dataclass(frozen=True)
class Repair:
    """Settings that, together, give the problem a plan."""

    steps: tuple[Step, ...]

    @property
    def settings(self) -> tuple[str, ...]:
        """As `--set` takes them."""
        return tuple(step.setting for step in self.steps)

    @property
    def share(self) -> float:
        """The largest relative change among its steps."""
        return max(step.share for step in self.steps)

    @property
    def words(self) -> str:
        """What it comes to."""
        return ", and ".join(step.words for step in self.steps)


@dataclass(frozen=True)
class Repairs:
    """What was found, the smallest change first, and what was tried in vain."""

    verified: tuple[Repair, ...]
    unverified: tuple[Repair, ...]
    """What a relaxation asks for at least; no whole plan was found with it in time."""


def repairs(problems: Problems, alone: Sequence[Short], limits: Sequence[str]) -> Repairs:
    """At least three different repairs where there are as many and time allows.

    `alone` are kinds of limit that would do alone in the relaxation, `limits` names those that
    conflict: they are loosened first.
    """
    unverified: list[Repair] = []
    found: list[Repair] = []
    for way in _ways(problems, alone, limits, unverified):
        late = problems.watch.elapsed_s > LATE * problems.watch.time_limit_s
        if problems.watch.stopped or len(found) >= WANTED - late:
            break
        if (repair := way()) is not None:
            found.append(repair)
    if len(found) < WANTED - 1:
        found += _together(problems, found, unverified)
    if 0 < len(found) < WANTED - 1:
        found += _half_and_half(problems, alone)
    if len(found) < WANTED - 1:
        found += _pairs(problems, found, limits)
    sane = [repair for repair in found if repair.share <= MOST_SHARE]
    found = sane or found
    found.sort(key=lambda repair: repair.share)
    return Repairs(tuple(found), tuple(unverified))


def _ways(
    problems: Problems, alone: Sequence[Short], limits: Sequence[str], unverified: list[Repair]
) -> Iterator[Callable[[], Repair | None]]:
    """What may be tried: the smallest shortage first, then names left out, then field by field."""
    case = problems.brief.case
    for short in sorted(alone, key=lambda short: _share(steps(case, short))):
        yield partial(_enough, problems, short, unverified)
    for path in LISTS:
        yield partial(_emptied, problems, path)
    done = {step.path for short in alone for step in steps(case, short)}
    for lever in sorted(LEVERS, key=lambda lever: (lever.path not in limits, lever.structural)):
        if not any(path == lever.path or path.startswith(f"{lever.path}.") for path in done):
            yield partial(_least_factor, problems, lever)


def _share(found: Sequence[Step]) -> float:
    return max((step.share for step in found), default=float("inf"))


def _enough(
    problems: Problems, short: Short, unverified: list[Repair], given: Sequence[Step] = ()
) -> Repair | None:
    """What a relaxation lacks, or little more: the least of some margins that has a plan.

    `given` are steps that were taken before the shortage was found.
    """
    relaxations = problems.relaxed([step.setting for step in given])
    if relaxations is None:
        return None

    def made(margin: float) -> Repair | None:
        found = steps(relaxations.case, short, margin)
        return Repair((*given, *found)) if found else None

    below, tried = 0.0, made(MARGINS[0])
    for margin in MARGINS:
        repair = made(margin)
        if repair is None:
            break
        verdict = problems.whole(repair.settings, part=0.25)
        if verdict:
            return _halved(problems, made, below, margin, repair) if below else repair
        if verdict is None or problems.watch.stopped:
            break
        below = margin
    if tried is not None and not given:
        unverified.append(tried)
    return None


def _halved(
    problems: Problems,
    made: Callable[[float], Repair | None],
    below: float,
    enough: float,
    best: Repair,
) -> Repair:
    """Halve the way from a factor without a plan to one with a plan, a few times."""
    for _ in range(HALVINGS):
        factor = (below + enough) / 2
        repair = made(factor)
        if repair is None or repair.settings == best.settings or problems.watch.stopped:
            break
        if problems.fractional(repair.settings) and problems.whole(repair.settings, part=0.2):
            enough, best = factor, repair
        else:
            below = factor
    return best


def _least_factor(problems: Problems, *levers: Lever) -> Repair | None:
    """The least of rising factors on all the fields with a plan, halved towards the last without."""
    case = problems.brief.case

    def made(factor: float) -> Repair | None:
        found = [step for lever in levers for step in scaled(case, lever, factor)]
        return Repair(tuple(found)) if found else None

    last = made(FACTORS[-1])
    if last is None or not problems.fractional(last.settings):
        return None
    below = 1.0
    for factor in FACTORS:
        repair = made(factor)
        if problems.watch.stopped:
            break
        can = repair is not None and problems.fractional(repair.settings)
        if repair is not None and can and problems.whole(repair.settings, part=0.2):
            return _halved(problems, made, below, factor, repair)
        below = factor
    return None


def _emptied(problems: Problems, path: str) -> Repair | None:
    """The first way to leave names out of a list that has a plan."""
    for way in emptied(problems.brief.case, path):
        repair = Repair(tuple(way))
        if problems.fractional(repair.settings) and problems.whole(repair.settings, part=0.2):
            return repair
    return None


def _together(
    problems: Problems, found: Sequence[Repair], unverified: list[Repair]
) -> Iterator[Repair]:
    """Limits of several kinds loosened at once: all but those that a repair before has moved."""
    relaxations = problems.relaxed()
    taken = {step.path for repair in found for step in repair.steps}
    pool = [kind for kind in KINDS if not kind.name.startswith("target")]
    for _ in range(WANTED - len(found)):
        if relaxations is None or problems.watch.stopped:
            return
        short = relaxations.short(pool)
        if short is None or not short.missing:
            return
        rows = {name for name, _ in short.missing}
        repair = _enough(problems, short, unverified)
        if repair is not None and not {step.path for step in repair.steps} <= taken:
            yield repair
        pool = [kind for kind in pool if not rows & set(kind.rows)]


def _pairs(problems: Problems, found: Sequence[Repair], limits: Sequence[str]) -> Iterator[Repair]:
    """Two fields that conflict, loosened by the same factor, where neither alone would do so little."""
    mine = [lever for lever in LEVERS if lever.path in limits]
    left = WANTED - 1 - len(found)
    for pair in combinations(mine, 2):
        if problems.watch.stopped or left <= 0:
            return
        repair = _least_factor(problems, *pair)
        if repair is None or any(set(r.settings) <= set(repair.settings) for r in found):
            continue
        alone = ([s.setting for s in repair.steps if s.path.startswith(p.path)] for p in pair)
        if not any(problems.whole(rest, part=0.2) for rest in alone):
            left -= 1
            yield repair


def _half_and_half(problems: Problems, alone: Sequence[Short]) -> Iterator[Repair]:
    """Half of what one kind of limit would have to give, and another kind for the rest."""
    for short in alone:
        half = steps(problems.brief.case, short, 0.5)
        relaxations = problems.relaxed([step.setting for step in half])
        rows = {name for name, _ in short.missing}
        others = [kind for kind in KINDS if not rows & set(kind.rows)]
        if not half or relaxations is None or problems.watch.stopped:
            return
        if (rest := relaxations.short(others)) is None or not rest.missing:
            continue
        if (repair := _enough(problems, rest, [], half)) is not None:
            yield repair
            return
