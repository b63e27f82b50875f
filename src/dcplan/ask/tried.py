"""One repair: how far a limit must move until a plan is found, each time by trying."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dcplan.ask.least import keeps, kinds_of, least, roomy
from dcplan.ask.levers import steps
from dcplan.ask.network import Network
from dcplan.ask.possible import Among, Problems
from dcplan.ask.scan import FACTORS, Lever, emptied, scaled
from dcplan.ask.steps import Step
from dcplan.solve.elastic import Short
from dcplan.solve.infeasible import Relaxations

MARGINS = (1.0, 1.02, 1.06, 1.15, 1.3, 1.6, 2.0, 3.0)
HALVINGS = 3
PART = 0.4
ROUNDED = (1.0, 1.02)


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


def enough(
    problems: Problems, short: Short, unverified: list[Repair], given: Sequence[Step] = ()
) -> Repair | None:
    """What a relaxation lacks, or little more: the least of some margins that has a plan.

    `given` are steps that were taken before the shortage was found.
    """
    relaxations = problems.relaxed([step.setting for step in given])
    if relaxations is None:
        return None
    if problems.large:
        return _least(problems, relaxations, short, given)

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


def _least(
    problems: Problems, relaxations: Relaxations, short: Short, given: Sequence[Step]
) -> Repair | None:
    """What the limits of these kinds lack with the sites of a plan that is known, else of a new one.

    Where no plan is known, though more was moved far for one, none is looked for.
    """
    if not problems.networks:
        return None
    with problems.watch.part(PART):
        for known in [*problems.networks]:
            if (repair := _kept(problems, relaxations, short, known, given)) is not None:
                return repair
        new = roomy(problems, [short], given)
        return None if new is None else _kept(problems, relaxations, short, new, given)


def _kept(
    problems: Problems,
    relaxations: Relaxations,
    short: Short,
    network: Network,
    given: Sequence[Step],
) -> Repair | None:
    """What these limits lack with the sites and ways of a plan, if a plan keeps them so."""
    lacks = least(relaxations, kinds_of(short), network)
    if lacks is None:
        return None
    for margin in ROUNDED:
        repair = Repair((*given, *steps(relaxations.case, lacks, margin)))
        loosened = problems.relaxed(repair.settings)
        if repair.steps and loosened is not None and keeps(loosened, network):
            return repair
    return None


def _halved(
    problems: Problems,
    made: Callable[[float], Repair | None],
    below: float,
    most: float,
    best: Repair,
) -> Repair:
    """Halve the way from a factor without a plan to one with a plan, a few times."""
    for _ in range(1 if problems.large else HALVINGS):
        factor = (below + most) / 2
        repair = made(factor)
        if repair is None or repair.settings == best.settings or problems.watch.stopped:
            break
        if gives_a_plan(problems, repair, anew=not problems.large):
            most, best = factor, repair
        else:
            below = factor
    return best


def least_factor(problems: Problems, *levers: Lever) -> Repair | None:
    """The least of some factors on all the fields with a plan, halved towards the next without."""
    case = problems.brief.case

    def made(factor: float) -> Repair | None:
        found = [step for lever in levers for step in scaled(case, lever, factor)]
        return Repair(tuple(found)) if found else None

    last = made(FACTORS[-1])
    if last is None or not problems.fractional(last.settings):
        return None
    if not gives_a_plan(problems, last):
        return None

    def does(factor: float) -> bool:
        repair = made(factor)
        return repair is not None and gives_a_plan(problems, repair)

    # what a factor allows a larger one allows too
    least = bisect_left(FACTORS[:-1], True, key=does)
    most = made(FACTORS[least]) or last
    return _halved(problems, made, FACTORS[least - 1] if least else 1.0, FACTORS[least], most)


def one_left_out(problems: Problems, path: str) -> Repair | None:
    """The first way to leave names out of a list that has a plan."""
    for way in emptied(problems.brief.case, path):
        repair = Repair(tuple(way))
        if gives_a_plan(problems, repair):
            return repair
    return None


def gives_a_plan(problems: Problems, repair: Repair, anew: bool = True) -> bool:
    """Whether a plan with its settings is found; if not `anew`, with the sites and ways of one known."""
    among: Among = ("first" if problems.large else "all") if anew else "known"
    return bool(problems.whole(repair.settings, part=0.2, among=among))
