"""What others published, beside what dcplan makes of the same question."""

from dcplan.verify.cases import CASES, Published, published
from dcplan.verify.run import TOLERANCE, Finding, compare, raise_if_unexplained

__all__ = [
    "CASES",
    "TOLERANCE",
    "Finding",
    "Published",
    "compare",
    "published",
    "raise_if_unexplained",
]
