"""How often the plans of a study make a choice: what is in all of them can be done whatever comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dcplan.report.colours import LIGHT, OTHER
from dcplan.study import barred, draw
from dcplan.study.kinds.base import Drawn
from dcplan.study.runs import Row
from dcplan.words import plural

PARTS = {"in every plan": LIGHT["accent"], "in some": OTHER}


def often(title: str, line: str, names: Iterable[Sequence[str]], count: int) -> Drawn:
    """A bar for each name: of `count` plans so many have it. The most frequent first."""
    shares: dict[str, int] = {}
    for each in names:
        for name in each:
            shares[name] = shares.get(name, 0) + 1
    bars = [
        draw.Bar(
            name,
            "in every plan" if share == count else "in some",
            0.0,
            float(share),
            f"{name}: in {share} of {plural(count, 'plan')}",
            f"{share} of {count}",
        )
        for name, share in sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    ][: draw.MOST_ROWS]
    beyond = len(shares) - len(bars)
    more = f"; {beyond} more in fewer of them" if beyond else ""
    return lambda: barred.bars(title, line + more, "plans", bars, PARTS, None)


def decisions(rows: Sequence[Row]) -> list[Drawn]:
    """What plans that differ in what was asked have in common; none where they are one or alike."""
    made = [
        (*_told("power", row.supplies), *_told("chip", row.chips), *_told("site", row.sites))
        for row in rows
    ]
    if len(set(made)) < 2:
        return []
    line = f"of {plural(len(made), 'plan')}: power that is contracted, chips that are bought, sites"
    return [often("How often each choice is made", line, made, len(made))]


def _told(kind: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{kind} {name}" for name in names)
