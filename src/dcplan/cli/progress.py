"""What a search shows while it runs: a panel on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dcplan.objectives import OBJECTIVES
from dcplan.words import dollars, figure, percent, seconds

if TYPE_CHECKING:
    from dcplan.solve.watch import Watch

LINE_EVERY_S = 10.0
_BARS = " ▁▂▃▄▅▆▇█"
_COLUMNS, _BAR_COLUMNS, _CURVE_COLUMNS = 78, 42, 42


@dataclass(frozen=True)
class Goal:
    """What the search is after: its objective's name and the relative gap to reach.

    With tie-breakers the watch names the objective of the moment.
    """

    objective: str
    gap: float

    def shown(self, value: float | None) -> str:
        """An objective value with its unit."""
        if value is None or not math.isfinite(value):
            return "none yet"
        objective = OBJECTIVES[self.objective]
        if objective.in_money:
            return _exact(value)
        return f"{figure(value, 5)} {objective.unit}"

    def now(self, watch: Watch) -> Goal:
        """The same for the objective that is searched for at the moment."""
        return replace(self, objective=watch.objective) if watch.objective else self


@contextmanager
def progress(console: Console, goal: Goal) -> Iterator[Callable[[Watch], None]]:
    """Yield what a search calls, about ten times a second, to show how it stands."""
    if console.quiet:
        yield lambda watch: None
    elif console.is_terminal and not console.is_dumb_terminal:
        curve = Curve()
        with Live(console=console, auto_refresh=False, transient=True) as live:
            yield lambda watch: live.update(_panel(watch, goal, curve), refresh=True)
    else:
        yield _lines(console, goal)


@dataclass
class Curve:
    """The gap at even steps of time; the step doubles when the row is full."""

    step_s: float = 0.2
    gaps: list[float] = field(default_factory=list)

    def note(self, elapsed_s: float, gap: float) -> None:
        """Keep the gap for every step up to now."""
        while len(self.gaps) * self.step_s <= elapsed_s:
            self.gaps.append(gap)
            if len(self.gaps) > _CURVE_COLUMNS:
                self.gaps, self.step_s = self.gaps[1::2], self.step_s * 2

    def bars(self, goal: float) -> str:
        """One bar a step, on a scale of logarithms from the goal up to a gap of 1."""
        least = math.log(max(goal, 1e-6) / 2)
        return "".join(_bar(gap, least) for gap in self.gaps)


def _bar(gap: float, least: float) -> str:
    if not math.isfinite(gap):
        return _BARS[-1]
    share = 1 - math.log(min(1.0, max(gap, math.exp(least)))) / least
    return _BARS[max(1, round(share * (len(_BARS) - 1)))]


def _panel(watch: Watch, goal: Goal, curve: Curve) -> Panel:
    goal = goal.now(watch)
    curve.note(watch.elapsed_s, watch.gap)
    figures = Table.grid(padding=(0, 2))
    for name, value, style, name2, value2, style2 in (
        ("best plan", goal.shown(watch.best), "bold green", "gap", _gap(watch), "bold yellow"),
        ("cannot beat", goal.shown(watch.bound), "", "nodes", f"{watch.nodes:,}", ""),
        ("plans found", f"{watch.plans:,}", "", "elapsed", seconds(watch.elapsed_s), ""),
    ):
        row = (Text(name, "dim"), Text(value, style), Text(name2, "dim"), Text(value2, style2))
        figures.add_row(*(cell for cell in row))
    figures.columns[1].min_width, figures.columns[0].min_width = 20, 11
    done = round(_share_of_way(watch, goal.gap) * _BAR_COLUMNS)
    way = Text.assemble(
        ("to goal     ", "dim"),
        (" " + "━" * done, "cyan"),
        ("━" * (_BAR_COLUMNS - done), "bright_black"),
        (f"  gap goal {percent(goal.gap)}", "dim"),
    )
    gap = Text.assemble(("gap         ", "dim"), (" " + curve.bars(goal.gap), "cyan"))
    last = "stopping with the best plan" if watch.interrupted else _phase(watch)
    phase = Text.assemble(("now", "dim"), (" " * 10 + last, ""))
    subtitle = "Ctrl-C stops and keeps the best plan"
    return Panel(
        Group(figures, way, gap, phase), title="dcplan solve", subtitle=subtitle, width=_COLUMNS
    )


def _lines(console: Console, goal: Goal) -> Callable[[Watch], None]:
    """Show a line at every change of phase and every ten seconds."""
    phase, at = "", -math.inf

    def show(watch: Watch) -> None:
        nonlocal phase, at
        now = time.monotonic()
        if _phase(watch) == phase and now - at < LINE_EVERY_S:
            return
        phase, at = _phase(watch), now
        console.print(line(watch, goal), soft_wrap=True)

    return show


def line(watch: Watch, goal: Goal) -> str:
    """One line on how the search stands."""
    goal = goal.now(watch)
    best = f"best plan {goal.shown(watch.best)}, cannot beat {goal.shown(watch.bound)}"
    nodes = f", {watch.nodes:,} nodes" if watch.nodes else ""
    known = f": {best}, gap {_gap(watch)}{nodes}" if watch.best is not None else ""
    return f"{seconds(watch.elapsed_s)}  {_phase(watch)}{known}"


def _phase(watch: Watch) -> str:
    """What the search does, and for which of several objectives."""
    if watch.stages == 1:
        return f"{watch.about}: {watch.phase}" if watch.about else watch.phase
    noun = OBJECTIVES[watch.objective].noun
    return f"{watch.stage} of {watch.stages}, {noun}: {watch.phase}"


def _share_of_way(watch: Watch, goal: float) -> float:
    """How far the gap has come from 1 to the goal, on a scale of logarithms."""
    if not math.isfinite(watch.gap):
        return 0.0
    goal = max(goal, 1e-6)
    return min(1.0, max(0.0, math.log(max(watch.gap, goal)) / math.log(goal))) if goal < 1 else 1.0


def _gap(watch: Watch) -> str:
    return "—" if not math.isfinite(watch.gap) else f"{watch.gap * 100:.3f}%"


def _exact(musd: float) -> str:
    """MUSD with two decimals, so that best plan and bound can be told apart near the end."""
    return f"${musd / 1e3:,.2f} B" if abs(musd) >= 1e4 else dollars(musd)
