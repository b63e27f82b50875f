"""What can go wrong, in the words of the person who can mend it.

Every message has one form: *where: what it is, what it must be, what to do*.
Problems are collected, sorted and raised once, so that one run shows them all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, line ends and what turns the direction of text."""
_MOST_LETTERS = 1_200


@dataclass(frozen=True)
class Problem:
    """One thing to mend: `where` names file, line and field; `what` says what it is and must be.

    As text it is one line without its middle where it is very long; control characters of the input, which
    a terminal would obey, are written out.

    >>> print(Problem("a.csv line 1, na\\x1b[2Jme", "is not a column"))
    a.csv line 1, na\\x1b[2Jme: is not a column
    """

    where: str
    what: str

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        text = _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
        if len(text) <= _MOST_LETTERS:
            return text
        return f"{text[: _MOST_LETTERS - 400]} ... {text[-400:]}"


class DcplanError(Exception):
    """Anything dcplan raises on purpose; `exit_code` is what the command line returns."""

    exit_code = 1


class InputError(DcplanError):
    """The input cannot be used; carries every problem found, sorted and without repeats.

    >>> str(InputError([Problem("a.yaml line 3, limits.pue", "is 0.9; it must be at least 1")]))
    'a.yaml line 3, limits.pue: is 0.9; it must be at least 1'
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=_in_reading_order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _in_reading_order(problem: Problem) -> tuple[bool, list[tuple[int, str]], str]:
    """Sort key: files before settings, a whole file before its lines, line 9 before line 10."""
    # a comma must sort before the blank of " line 12"
    parts = re.split(r"(\d+)", problem.where.replace(",", "\0"))
    numbered = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return problem.where.startswith("--set"), numbered, problem.what


class NoPlan(DcplanError):
    """No plan meets the limits; the message says which limit falls short and by how much."""

    exit_code = 3


class StoppedEarly(DcplanError):
    """The search ended (time, Ctrl-C) before any plan was found."""

    exit_code = 5


class AuditFailed(DcplanError):
    """A plan was found but its own tables do not keep what it promises."""

    exit_code = 6


def suggest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest of `known`, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
