"""How little a limit of a large problem must give for a plan: one network, then each limit alone.

    roomy   one search of the problem with what is short moved far                  → sites and ways
    least   every yes and no of it, under the limits as they are but for one kind   → what that kind lacks

A search for each kind of limit would find somewhat cheaper repairs, in minutes each: near what can be met at
all the relaxations are hard. What moves with a limit is chips first, and of these `least` chooses anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from dcplan.ask.levers import steps
from dcplan.ask.network import Network, held
from dcplan.ask.possible import Problems, pieces
from dcplan.ask.steps import Step
from dcplan.errors import NoPlan
from dcplan.solve.elastic import MISSING, Short, lacking, with_slack
from dcplan.solve.infeasible import Relaxations
from dcplan.solve.kinds import KINDS, TARGET, Kind

FAR = (16.0, 64.0, 256.0)
TARGET_FAR = (1.5, 4.0, 1.2)
"""Times what is short alone: a relaxation knows of no fibre, so a plan lacks more. A network of a far smaller
target could not carry one near the target that is wanted, while money that is left does no harm. What all zones
share is met by fractions of sites in each, and by no whole sites for long: there the farthest comes first."""
NEAR_GAP = 0.008


def roomy(problems: Problems, alone: Sequence[Short], given: Sequence[Step]) -> Network | None:
    """A plan of the problem with what is short moved far, after some steps; None where none is found.

    The target gives only where nothing else can: a network that carries it carries less as well.
    """
    before = problems.relaxed([step.setting for step in given])
    if before is None:
        return None
    case = before.case
    others = [short for short in alone if short.kind.frees != TARGET]
    for times in _far(others):
        far = [step for short in others or alone for step in steps(case, short, times)]
        moved = problems.relaxed([step.setting for step in (*given, *far)])
        if moved is None or (matrix := moved.published()[1]) is None:
            continue
        for piece in pieces(moved.case, matrix):
            with suppress(NoPlan):
                if found := problems.first(moved.case, piece, NEAR_GAP):
                    return found
    return None


def _far(others: Sequence[Short]) -> Sequence[float]:
    if any(short.kind.one_number for short in others):
        return FAR[::-1]
    return FAR if others else TARGET_FAR


def kinds_of(short: Short) -> list[Kind]:
    """The kinds of limit that lack something."""
    rows = {name for name, _ in short.missing}
    return [kind for kind in KINDS if rows & set(kind.rows)]


def least(relaxations: Relaxations, kinds: Sequence[Kind], network: Network) -> Short | None:
    """What some kinds of limit lack with the sites and ways of a network; None if they cannot do."""
    free = {kind.frees for kind in kinds if kind.frees}
    case, matrix = relaxations.published(free)
    if matrix is None:
        return None
    names = {name for kind in kinds for name in kind.rows}
    rows = np.array([i for i, n in enumerate(matrix.row_names) if n in names], dtype=np.int64)
    if not len(rows):
        return None
    state = held(case, with_slack(matrix, rows), network, relaxations.watch)
    if state.plan is None:
        return None
    given = state.plan[list(state.core.column[MISSING].values())]
    return Short(kinds[0], lacking(matrix, rows, given), state.plan, state.core)


def keeps(relaxations: Relaxations, network: Network) -> bool:
    """Whether a problem has a plan with every yes and no of a network, or at least its last places."""
    case, matrix = relaxations.published()
    return matrix is not None and held(case, matrix, network, relaxations.watch).plan is not None
