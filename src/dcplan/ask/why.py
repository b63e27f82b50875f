"""Why this and not that: what it costs to force a site, chip, zone or link into a plan, or out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcplan.api import Brief, Plan, compare
from dcplan.ask.change import brief_of
from dcplan.ask.interval import Interval, worse
from dcplan.ask.warm import suggestion
from dcplan.case import Case
from dcplan.errors import InputError, NoPlan, Problem, suggest
from dcplan.solve import Start
from dcplan.solve.adopt import adopt
from dcplan.solve.forced import Choice, solve_forced
from dcplan.solve.matrix import Matrix
from dcplan.solve.stages import plan_decisions
from dcplan.solve.watch import Watch
from dcplan.units import CHIPS_PER_KCHIP
from dcplan.words import figure

if TYPE_CHECKING:
    from dcplan.report.compare import Comparison

Show = Callable[[Watch], None]


@dataclass(frozen=True)
class Question:
    """A choice of a plan and how it is forced the other way."""

    kind: str
    name: str
    inside: bool
    """Whether the plan has it, so that it is forced out."""
    choice: Choice
    words: str
    """What is forced."""
    sites: frozenset[str] = frozenset()
    """Sites that it is about."""
    settings: tuple[str, ...] = ()
    """`--set` items that ask the same, where fields can."""


@dataclass(frozen=True, eq=False)
class Why:
    """What the other choice costs, with the plan that makes it."""

    question: Question
    baseline: Plan
    plan: Plan | None
    """None where no plan can choose so."""
    cost: Interval | None

    @property
    def words(self) -> str:
        """The answer in a sentence."""
        if self.cost is None:
            return f"no plan of this scenario: {self.question.words}"
        return f"{self.question.words}: {self.cost.words}"

    def comparison(self, names: tuple[str, str] = ("as it is", "forced")) -> Comparison:
        """The forced plan held against the other; there must be one."""
        if self.plan is None:
            raise NoPlan(self.words)
        return compare(self.baseline, self.plan, names=names)

    def __repr__(self) -> str:
        return f"<Why {self.words}>"


def why(
    plan: Plan,
    *,
    site: str | None = None,
    chip: str | None = None,
    zone: str | None = None,
    link: str | tuple[str, str] | None = None,
    watch: Watch | None = None,
    show: Show | None = None,
) -> Why:
    """What it costs to force one thing in, if the plan has it not, or out, if it has.

    `link` names two nodes, as a pair or as "A--B". A chip that is forced in is bought at least as much as
    fills a site of the least size. The value is that of the first objective, with the least and the most
    that both gaps leave. Raises InputError, StoppedEarly.

        >>> dcplan.why(plan, site="houston_tx").cost.words    # doctest: +SKIP
    """
    brief = brief_of(plan)
    refuse(brief)
    pair = tuple(link.split("--")) if isinstance(link, str) else link
    asked = [(k, v) for k, v in (("site", site), ("chip", chip), ("zone", zone)) if v is not None]
    if len(asked) + (pair is not None) != 1:
        raise InputError([Problem("why", "takes one of site, chip, zone or link")])
    if pair is not None:
        question = about_link(brief.case, plan, pair)
    else:
        kind, name = asked[0]
        question = {"site": about_site, "chip": about_chip, "zone": about_zone}[kind](
            brief.case, plan, name
        )
    return answer(brief, plan, question, watch, show)


def refuse(brief: Brief) -> None:
    """Raise InputError for an objective that has no price."""
    if brief.scenario.objective == "earliest":
        what = "is earliest, which tells no two plans of one year apart; ask a plan of least tco"
        raise InputError([Problem("objective", what)])


def answer(
    brief: Brief,
    plan: Plan,
    question: Question,
    watch: Watch | None = None,
    show: Show | None = None,
) -> Why:
    """Solve with the choice forced, from the plan where that can be kept."""
    case = brief.case

    def start(matrix: Matrix, watch: Watch) -> Start:
        cuts = plan.record.cuts
        if question.inside and question.kind in ("site", "zone"):
            # the rest of a plan that is full has no room for what is taken out
            return Start(cuts=cuts)
        free = question.sites if not question.inside else frozenset[str]()
        elsewhere = question.kind == "link" or bool(free)
        found = adopt(case, matrix, suggestion(plan, free, elsewhere), watch)
        return Start(None if found is None else plan_decisions(found), cuts)

    try:
        outcome = solve_forced(case, question.choice, start, watch, show)
    except NoPlan:
        return Why(question, plan, None, None)
    forced = brief.plan_of(outcome)
    return Why(question, plan, forced, worse(plan, forced))


def about_site(case: Case, plan: Plan, name: str) -> Question:
    """A site open in the last year, or never."""
    _known("--site", name, case.sites.sites, "a candidate site")
    rows = plan.table("sites")
    inside = name in set(rows[rows.open].site_id)
    wish = case.scenario.sites
    if inside:
        if name in case.sites.stood or name in case.sites.forced:
            what = f"is {name}, which stands already or is in sites.force; it cannot be left out"
            raise InputError([Problem("--site", what)])
        same = f"sites.forbid=[{', '.join([*wish.forbid, name])}]"
    else:
        same = f"sites.force=[{', '.join([*wish.force, name])}]"
    return Question(
        "site",
        name,
        inside,
        _open([name], case, inside),
        f"without site {name}" if inside else f"with site {name}",
        frozenset({name}),
        (same,),
    )


def about_zone(case: Case, plan: Plan, name: str) -> Question:
    """Some site of a zone open in the last year, or none ever."""
    _known("--zone", name, case.sites.zones, "a zone with candidate sites")
    here = case.sites.in_zone[name]
    rows = plan.table("sites")
    inside = bool(set(here) & set(rows[rows.open].site_id))
    held = sorted(set(here) & {*case.sites.stood, *case.sites.forced})
    if inside and held:
        what = f"is {name}, where {held[0]} stands already or is in sites.force"
        raise InputError([Problem("--zone", what)])
    words = f"without any site in {name}" if inside else f"with a site in {name}"
    forbid = f"sites.forbid=[{', '.join([*case.scenario.sites.forbid, *here])}]"
    same = (forbid,) if inside else ()
    return Question("zone", name, inside, _open(here, case, inside), words, frozenset(here), same)


def about_chip(case: Case, plan: Plan, name: str) -> Question:
    """A chip bought, as much as fills a site of the least size, or not at all."""
    if name in case.chips.not_offered:
        what = f"is {name}, which cannot be bought: {case.chips.not_offered[name]}"
        raise InputError([Problem("--chip", what)])
    _known("--chip", name, case.chips.sold, "a chip on offer")
    rows = plan.table("chips")
    inside = float(rows[rows.chip == name].added.sum()) > 0.5
    least = _fill(case, name)
    told = f"{figure(least * CHIPS_PER_KCHIP)} chips of {name} or more"
    return Question(
        "chip",
        name,
        inside,
        Choice(
            lambda m: [j for (_, a, _), j in m.column["chips.added"].items() if a == name],
            None if inside else least,
        ),
        f"without {name}" if inside else f"with {told}",
        frozenset(),
        (f"chips.forbid=[{', '.join([*case.scenario.chips.forbid, name])}]",) if inside else (),
    )


def _fill(case: Case, chip: str) -> float:
    """Chips that fill a site of the least size, kchips; less where fewer are sold."""
    it_mw = case.sites.min_mw / min(case.halls.pue.values())
    sold = sum(kchips for (a, _), kchips in case.chips.supply_kchips.items() if a == chip)
    return min(it_mw / case.chips.mw_per_kchip[chip], sold)


def about_link(case: Case, plan: Plan, pair: Iterable[str]) -> Question:
    """A corridor lit in the last year, or never."""
    ends = tuple(sorted(pair))
    names = [f"{u}--{v}" for u, v in case.fibre.corridors]
    if len(ends) != 2 or ends not in case.fibre.corridors:
        near = suggest("--".join(ends), names)
        what = f"is {'--'.join(ends)}; it must be a candidate corridor, as NODE--NODE{near}"
        raise InputError([Problem("--link", what)])
    u, v = ends
    rows = plan.table("links")
    lit = {tuple(sorted(row)) for row in zip(rows.node_a, rows.node_b, strict=True)}
    inside, last = ends in lit, case.years[-1]

    def columns(matrix: Matrix) -> list[int]:
        way = matrix.column["fibre.way"]
        years = case.years if inside else (last,)
        return [way[arc] for y in years for arc in ((u, v, y), (v, u, y))]

    words = f"{'without' if inside else 'with'} the link {u}--{v}"
    return Question("link", f"{u}--{v}", inside, Choice(columns, None if inside else 1.0), words)


def _open(sites: Iterable[str], case: Case, inside: bool) -> Choice:
    here, last = tuple(sites), case.years[-1]

    def columns(matrix: Matrix) -> list[int]:
        opened = matrix.column["sites.open"]
        return [opened[s, y] for s in here for y in (case.years if inside else (last,))]

    return Choice(columns, None if inside else 1.0)


def _known(where: str, name: str, names: Iterable[str], what: str) -> None:
    if name not in (known := tuple(names)):
        raise InputError([Problem(where, f"is {name}; it must be {what}{suggest(name, known)}")])
