"""The book: one page for each chapter of the model, printed from the code that is solved.

A page is the chapter's docstring and, below it, every equation in the words of the constraint that
states it. Those are read from the chapter's source, so that equations which only some scenarios
call for are never missing.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

_EQUATION = re.compile(r"(?P<number>[A-Z]\d+)\s+(?P<text>.*?)\s+\[(?P<unit>[^\]]*)\]$")


@dataclass(frozen=True)
class Equation:
    """One equation as a constraint or the objective states it."""

    number: str
    text: str
    unit: str
    name: str
    """Of the constraint, as it appears in the model and in `--model-out`."""


@dataclass(frozen=True)
class Page:
    """One chapter."""

    title: str
    text: str
    equations: tuple[Equation, ...]


def pages() -> list[Page]:
    """The chapters in the order of the model."""
    from dcplan.model import BOOK

    return [_page(chapter) for chapter in BOOK]


def markdown(book: list[Page]) -> str:
    """The book as Markdown, one section a chapter."""
    return "\n".join([_PREFACE, *(_section(page) for page in book)])


_PREFACE = """# The model

Printed from the code by `dcplan book`; it cannot differ from what is solved. Decisions carry the
year as their last index. Capital letters before a number name the chapter: P3 is the third equation
of the chapter on power.
"""


def _page(chapter: ModuleType) -> Page:
    title, _, text = inspect.cleandoc(chapter.__doc__ or "").partition("\n")
    found = sorted(_equations(chapter), key=lambda e: (int(e.number[1:]), e.name))
    return Page(title.rstrip("."), text.strip(), tuple(found))


def _equations(chapter: ModuleType) -> Iterator[Equation]:
    block = chapter.__name__.rpartition(".")[2]
    for node in ast.walk(ast.parse(inspect.getsource(chapter))):
        calls: list[ast.expr] = []
        name = "goal"
        if isinstance(node, ast.FunctionDef):
            calls, name = node.decorator_list, node.name
        elif isinstance(node, ast.Return) and node.value is not None:
            calls = [node.value]
        for call in calls:
            match = _EQUATION.match(_doc(call))
            if match:
                yield Equation(match["number"], match["text"], match["unit"], f"{block}.{name}")


def _doc(call: ast.expr) -> str:
    """The text that a call gives as `doc`, or nothing."""
    keywords = call.keywords if isinstance(call, ast.Call) else []
    for keyword in keywords:
        if keyword.arg == "doc" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return ""


def _section(page: Page) -> str:
    rows = [
        f"| {e.number} | `{e.text.replace('|', chr(92) + '|')}` | {e.unit} | `{e.name}` |"
        for e in page.equations
    ]
    head = ["| | as stated to the solver | unit | in the model |", "|---|---|---|---|"]
    return "\n".join([f"## {page.title}", "", _fenced(page.text), "", *head, *rows, ""])


def _fenced(text: str) -> str:
    """Prose as it is; parts set in columns, such as symbols and equations, as literal text."""
    parts = []
    for part in text.split("\n\n"):
        in_columns = re.search(r"^(Symbols|Equations|Posts|  \w)", part, re.MULTILINE)
        parts.append(f"```text\n{part}\n```" if in_columns else part)
    return "\n\n".join(parts)
