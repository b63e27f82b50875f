"""Which limits conflict: a smallest set of named limits that no plan meets, by a deletion filter.

    kept := every named limit
    for each group, then each limit, the user's own last
        leave it out; if there is still no plan, it stays out
    what is kept cannot be met together, and without any one of it there is a plan

"A plan" is first one of the relaxation, with fractions of sites; where those exist and only whole plans
do not, it is a whole one, found by a search or ruled out by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dcplan.ask.possible import Problems
from dcplan.ask.scan import LEVERS, LISTS, stands
from dcplan.solve.kinds import KINDS

_LIBRARY = (
    *("chips that goodput.csv knows", "headroom of the zones", "upgrades of the zones"),
    *("supply of power", "supply of chips", "packaging wafers"),
)


@dataclass(frozen=True)
class Named:
    """A limit by its name: how it is left out of a problem."""

    name: str
    rows: tuple[str, ...] = ()
    frees: str = ""
    setting: str = ""


@dataclass(frozen=True)
class Conflict:
    """Limits that no plan meets together."""

    limits: tuple[str, ...]
    whole: bool
    """Whether fractions of sites could meet them, and only whole plans cannot."""
    minimal: bool
    """Whether it is known of each that there is a plan without it."""


def named(problems: Problems) -> list[Named]:
    """The limits of a problem, the user's own last, the target last of all."""
    case = problems.brief.case
    relaxed = problems.relaxed()
    _, matrix = relaxed.published() if relaxed else (case, None)
    rows = set(matrix.row_names) if matrix is not None else {r for k in KINDS for r in k.rows}
    shapes = [
        Named(lever.path, setting=f"{lever.path}={lever.off}")
        for lever in LEVERS
        if lever.structural and stands(case, lever.path) is not None
    ]
    shapes += [Named(path, setting=f"{path}=[]") for path in LISTS[:1] if stands(case, path)]
    kinds = [
        Named(kind.name, kind.rows, kind.frees)
        for kind in KINDS
        if rows & set(kind.rows) and _stated(kind.name, case.sites.max_sites_per_zone)
    ]
    library = [limit for limit in kinds if limit.name in _LIBRARY]
    own = [limit for limit in kinds if limit.name not in _LIBRARY]
    own.sort(key=lambda limit: (limit.name.startswith("target"), limit.name == "limits.power_gw"))
    return [*shapes, *library, *own]


def _stated(name: str, zone_count: int | None) -> bool:
    """S3 also stands where a zone's headroom limits the number of its sites."""
    return name != "sites.max_sites_per_zone" or zone_count is not None


def conflict(problems: Problems, whole: bool, alone: Collection[str] = ()) -> Conflict:
    """The filter, on the relaxation or, if `whole`, on whole plans.

    `alone` are names of limits without which the relaxation has a point, as is known already.
    """
    limits = named(problems)
    kept, minimal = list(limits), True
    shapes = [limit for limit in limits if limit.setting]
    library = [limit for limit in limits if limit.name in _LIBRARY]
    relaxed = None if whole else problems.relaxed()
    if relaxed is not None and relaxed.proven:
        # the proof holds without the rows that have no part in it
        felt = {kind.name for kind in relaxed.suspects}
        kept = [limit for limit in kept if limit.setting or limit.name in felt]
    for group in (shapes, library):
        left = [limit for limit in kept if limit not in group]
        if len(kept) - len(left) > 1 and _met(problems, limits, left, whole, 0.15) is False:
            kept = left
    for limit in limits:
        if limit not in kept or (not whole and limit.name in alone):
            continue
        if problems.watch.stopped:
            break
        left = [other for other in kept if other is not limit]
        verdict = _met(problems, limits, left, whole, 0.2)
        if verdict is False:
            kept = left
        minimal &= verdict is not None
    known = not whole and {limit.name for limit in kept} <= set(alone)
    return Conflict(
        tuple(limit.name for limit in kept),
        whole,
        known or (minimal and not problems.watch.stopped),
    )


def _met(
    problems: Problems, limits: Sequence[Named], kept: Sequence[Named], whole: bool, part: float
) -> bool | None:
    """Whether there is a plan when only the limits in `kept` hold."""
    gone = [limit for limit in limits if limit not in kept]
    settings = [limit.setting for limit in gone if limit.setting]
    free = {limit.frees for limit in gone if limit.frees}
    rows = {name for limit in gone for name in limit.rows}
    if whole:
        return problems.whole(settings, free, rows, part)
    return problems.fractional(settings, free, rows)
