"""Cheapest repairs: settings that give a problem a plan, each verified by a first plan of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from dcplan.ask.least import roomy
from dcplan.ask.levers import steps
from dcplan.ask.possible import Problems
from dcplan.ask.scan import FACTORS, LEVERS, LISTS, Lever, scaled
from dcplan.ask.steps import Step
from dcplan.ask.tried import PART, Repair, enough, gives_a_plan, least_factor, one_left_out
from dcplan.solve.elastic import Short
from dcplan.solve.kinds import KINDS

WANTED = 4
LATE = 0.5
MOST_SHARE = 10.0
"""A limit that would have to grow more than that is no repair, where there are others."""


@dataclass(frozen=True)
class Repairs:
    """What was found, the smallest change first, and what was tried in vain."""

    verified: tuple[Repair, ...]
    unverified: tuple[Repair, ...]
    """What a relaxation asks for at least; no whole plan was found with it in time."""
    why_few: str = ""
    """Why there are fewer than three."""


def repairs(problems: Problems, alone: Sequence[Short], limits: Sequence[str]) -> Repairs:
    """At least three different repairs where there are as many and time allows.

    `alone` are kinds of limit that would do alone in the relaxation, `limits` names those that
    conflict: they are loosened first.
    """
    unverified: list[Repair] = []
    found: list[Repair] = []
    if problems.large and alone:
        with problems.watch.part(PART):
            roomy(problems, alone, _beside(problems, alone, limits))
    for way in _ways(problems, alone, limits, unverified):
        late = problems.watch.elapsed_s > LATE * problems.watch.time_limit_s
        if problems.watch.stopped or len(found) >= WANTED - late:
            break
        if (repair := way()) is not None:
            found.append(repair)
    found = _said(found)
    if len(found) < WANTED - 1:
        found = _said([*found, *_together(problems, found, unverified)])
    if 0 < len(found) < WANTED - 1:
        found = _said([*found, *_half_and_half(problems, alone)])
    if len(found) < WANTED - 1:
        found = _said([*found, *_pairs(problems, found, limits)])
    return Repairs(tuple(found), tuple(unverified), _why_few(problems, found))


def _beside(problems: Problems, alone: Sequence[Short], limits: Sequence[str]) -> list[Step]:
    """What conflicts beside the kinds that would do alone, moved far, but for the target."""
    told = {short.kind.name for short in alone}
    others = [name for name in limits if name not in told and not name.startswith("target")]
    levers = [lever for lever in LEVERS if _moves(lever, others)]
    return [step for lever in levers for step in scaled(problems.brief.case, lever, FACTORS[-1])]


def _said(found: Sequence[Repair]) -> list[Repair]:
    """The smallest change first, without those that would do with less and those out of all measure."""
    sane = [repair for repair in found if repair.share <= MOST_SHARE] or found
    ways = [set(repair.settings) for repair in sane]
    least = [r for r, way in zip(sane, ways, strict=True) if not any(w < way for w in ways)]
    return sorted(least, key=lambda repair: repair.share)


def _why_few(problems: Problems, found: Sequence[Repair]) -> str:
    if len(found) >= WANTED - 1:
        return ""
    if problems.watch.stopped:
        return "the time was over before more could be tried"
    return "no other change of one of these limits, or of two at once, was found to give a plan"


def _ways(
    problems: Problems, alone: Sequence[Short], limits: Sequence[str], unverified: list[Repair]
) -> Iterator[Callable[[], Repair | None]]:
    """What may be tried: the smallest shortage first, then names left out, then field by field.

    Only of what conflicts: while all of that stands there is no plan.
    """
    case = problems.brief.case
    for short in sorted(alone, key=lambda short: _share(steps(case, short))):
        yield partial(enough, problems, short, unverified)
    for path in LISTS:
        if path in limits:
            yield partial(one_left_out, problems, path)
    done = {step.path for short in alone for step in steps(case, short)}
    for lever in sorted(LEVERS, key=lambda lever: lever.structural):
        if _moves(lever, limits) and not any(
            f"{path}.".startswith(f"{lever.path}.") for path in done
        ):
            yield partial(least_factor, problems, lever)


def _moves(lever: Lever, limits: Sequence[str]) -> bool:
    """Whether a field stands for one of the limits of these names."""
    if lever.path == "buyer.supply_frac":
        return "supply of chips" in limits
    return any(f"{lever.path}.".startswith(f"{name}.") for name in limits)


def _share(found: Sequence[Step]) -> float:
    return max((step.share for step in found), default=float("inf"))


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
        repair = enough(problems, short, unverified)
        if repair is not None and not {step.path for step in repair.steps} <= taken:
            yield repair
        pool = [kind for kind in pool if not rows & set(kind.rows)]


def _pairs(problems: Problems, found: Sequence[Repair], limits: Sequence[str]) -> Iterator[Repair]:
    """Two fields that conflict, loosened by the same factor, where neither alone would do so little."""
    mine = [lever for lever in LEVERS if _moves(lever, limits)]
    left = WANTED - 1 - len(found)
    for pair in combinations(mine, 2):
        if problems.watch.stopped or left <= 0:
            return
        repair = least_factor(problems, *pair)
        if repair is None or any(set(r.settings) <= set(repair.settings) for r in found):
            continue
        alone = (Repair(tuple(s for s in repair.steps if s.path.startswith(p.path))) for p in pair)
        if not any(gives_a_plan(problems, rest) for rest in alone):
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
        if (repair := enough(problems, rest, [], half)) is not None:
            yield repair
            return
