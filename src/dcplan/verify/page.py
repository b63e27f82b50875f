"""The comparison as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dcplan.verify.run import TOLERANCE, Finding
from dcplan.words import figure, percent, plural

_HEAD = """# Published answers

Written by `dcplan verify -o docs/published.md`, from plans that it solved; a test holds the page against a
new run. Each figure of ours is read off an audited plan under `data/published/plans`, solved to its gap
from the figures of the library. What was published stands with its sources in `data/published/cases.csv`.

*Ratio* is ours by theirs. What is off by more than {tolerance} is marked \\*, with its reason below. Both
sides are estimates: a ratio near 1 tells that the library counts what others count, not that either is
right. The library's own prices and powers come in part from the same analysts (`dcplan data cite`), so the
cases check that the model puts them together as they do; they are no independent proof of the prices.
"""


def markdown(found: Sequence[Finding]) -> str:
    """The page as Markdown; the same figures give the same text."""
    return "\n".join(_lines(found)) + "\n"


def verdict(found: Sequence[Finding]) -> str:
    """One line on all of them."""
    near = sum(f.near for f in found)
    told = f"{near} of {plural(len(found), 'figure')} within {percent(TOLERANCE)}"
    off = [f for f in found if not f.near]
    bare = sum(not f.case.reason for f in off)
    return f"{told}, {len(off)} further off" + (
        f", {bare} of them without a reason" if bare else ""
    )


def _lines(found: Sequence[Finding]) -> Iterator[str]:
    yield _HEAD.format(tolerance=percent(TOLERANCE))
    yield f"{verdict(found)}.\n"
    yield "| what | published | ours | unit | ratio | confidence | source |"
    yield "|---|---:|---:|---|---:|---|---|"
    for f in found:
        mark = "" if f.near else " \\*"
        ids = ", ".join(source.id for source in f.case.sources)
        cells = (f.case.name, figure(f.case.published), figure(f.ours), f.case.measure.unit)
        yield f"| {' | '.join(cells)} | {f.ratio:.2f}{mark} | {f.case.confidence} | {ids} |"
    yield "\n## What is counted\n"
    yield from (f"- {f.case.name}: {f.case.note}." for f in found if f.case.note)
    yield "\n## Why some are further off\n"
    yield from (f"- {f.case.name}, {f.ratio:.2f}: {f.case.reason}." for f in found if not f.near)
    yield "\n## Sources\n"
    sources = {source.id: source for f in found for source in f.case.sources}
    for _, s in sorted(sources.items()):
        yield f"- {s.id}: {s.title}. {s.where}. {s.date}."
