"""What a part of the slow tests is, and the page that is written of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGES = ROOT / "docs" / "trust"


@dataclass(frozen=True)
class Result:
    """What a part found; `failures` are lines on what must not be, none when all is well."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    failures: Sequence[str] = ()
    said: str = ""
    """A line under the table."""


@dataclass(frozen=True)
class Part:
    """A part: `text` says what is tried and what would be wrong; `run` gets an empty folder."""

    name: str
    title: str
    text: str
    run: Callable[[Path], Result]


def spread(work: Callable[[Item], Made], items: Iterable[Item], workers: int) -> Iterator[Made]:
    """What `work` makes of each item, in their order, by so many processes; 1 is this one."""
    if workers == 1:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(work, items)


def page(part: Part, result: Result) -> str:
    """The page of a part as Markdown."""
    verdict = f"{len(result.failures)} failures" if result.failures else "No failure"
    lines = [f"# {part.title}", "", f"Written by `python -m tests.trust {part.name}`.", ""]
    lines += [
        part.text.strip(),
        "",
        f"| {' | '.join(result.head)} |",
        "|---" * len(result.head) + "|",
    ]
    lines += [f"| {' | '.join(row)} |" for row in result.rows]
    lines += ["", f"{verdict}. {result.said}".rstrip()]
    lines += [f"- {line}" for line in result.failures]
    return "\n".join(lines) + "\n"


def small_examples() -> list[Path]:
    """Every example but the one of 10 GW."""
    found = [path for path in EXAMPLES.glob("*.yaml") if path.stem != "10gw"]
    return sorted([*found, EXAMPLES / "own-library" / "scenario.yaml"])


def name_of(path: Path) -> str:
    """What an example is called."""
    return path.parent.name if path.stem == "scenario" else path.stem
