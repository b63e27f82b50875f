"""What a comparison holds: for each plan, what differs from the first one, as tidy frames."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from dcplan.plan import Plan

FRAMES: Mapping[str, tuple[str, ...]] = {
    "headline": ("plan", "measure", "unit", "years", "baseline", "value", "difference", "share"),
    "proof": ("plan", "unit", "baseline", "value", "difference", "low", "high", "words"),
    "inputs": ("plan", "part", "path", "unit", "baseline", "value"),
    "sites": (
        *("plan", "site_id", "name", "zone", "change", "year", "baseline_mw", "mw"),
        *("difference_mw", "baseline_from_year", "from_year", "baseline_cooling", "cooling"),
    ),
    "links": (
        *("plan", "node_a", "node_b", "names", "change", "year", "baseline_km", "km"),
        *("baseline_kind", "kind", "baseline_tbps", "tbps", "baseline_pairs", "pairs"),
        *("baseline_from_year", "from_year"),
    ),
    "chips": (
        *("plan", "chip", "name", "year", "baseline_chips", "chips", "difference_chips"),
        "difference_musd",
    ),
    "power": (
        *("plan", "supply", "name", "year", "baseline_mw", "mw", "difference_mw"),
        *("baseline_gwh", "gwh", "difference_gwh"),
    ),
    "money": (
        *("plan", "year", "kind", "item", "baseline_musd", "musd", "difference_musd"),
        "difference_present_musd",
    ),
    "bridge": ("plan", "kind", "item", "unit", "baseline", "value", "difference"),
}
"""Columns of each frame; `plan` is the letter of the plan that is held against the first, A."""

CHANGES = ("inputs", "sites", "links", "chips", "power", "money", "bridge")
"""Frames that have a row only where something differs."""

_NOISE_FRAC = 1e-4


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two or more plans; the first is the baseline. Columns of the frames: `FRAMES`.

    Differences are the plan's value less the baseline's. `baseline` columns are those of A.
    """

    plans: Mapping[str, Plan]
    """By letter, A the baseline."""
    names: Mapping[str, str]
    years: Mapping[str, tuple[int, ...]]
    """Years that each other plan has in common with the baseline."""
    notes: Mapping[str, tuple[str, ...]]
    """What cannot be compared with the baseline, and what to bear in mind."""
    headline: pd.DataFrame
    proof: pd.DataFrame
    """The objectives and, in `low` and `high`, what is proven of the best plans' difference."""
    inputs: pd.DataFrame
    sites: pd.DataFrame
    links: pd.DataFrame
    chips: pd.DataFrame
    power: pd.DataFrame
    money: pd.DataFrame
    """By year and item; `difference_present_musd` adds up to the difference of total cost."""
    bridge: pd.DataFrame
    """By item; the differences add up to that of the objectives."""

    @property
    def others(self) -> tuple[str, ...]:
        """Letters of the plans that are held against the baseline."""
        return tuple(self.plans)[1:]

    def same(self, letter: str) -> bool:
        """Whether a plan differs in nothing from the baseline."""
        told = [*CHANGES, *(["proof"] if self.of("proof", letter).difference.any() else [])]
        return all(self.of(name, letter).empty for name in told)

    def of(self, name: str, letter: str) -> pd.DataFrame:
        """The rows of a frame that are of one plan."""
        rows: pd.DataFrame = getattr(self, name)
        return rows[rows["plan"] == letter]

    def verdict(self, letter: str) -> str:
        """The one thing to know, in a sentence or two."""
        if self.same(letter):
            return f"No difference between A and {letter}."
        said = [str(words) for words in self.of("proof", letter).words]
        return said[0] if said else f"The objectives of A and {letter} cannot be compared."

    def report(self, file: str | os.PathLike[str] = "compare.html") -> Path:
        """Write a page with maps, charts and tables (.html). Raises InputError."""
        from dcplan.report.compare.page import write_comparison

        write_comparison(self, Path(file))
        return Path(file)

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(self.verdict(letter))}</p>" for letter in self.others)
        said += "".join(f"<p>{escape(n)}</p>" for letter in self.others for n in self.notes[letter])
        named = "".join(f"<li>{k}: {escape(name)}</li>" for k, name in self.names.items())
        table = self.headline.to_html(index=False, na_rep="", border=0)
        return f"<ul>{named}</ul>{said}{table}"

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.names.values())}>"


def differs(a: float, b: float) -> bool:
    """Whether two figures read differently to four digits; both unknown is the same.

    >>> differs(1.0, 1.00001), differs(0.0, 1e-9), differs(float("nan"), float("nan"))
    (False, True, False)
    """
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) != math.isnan(b)
    return abs(a - b) > _NOISE_FRAC * max(abs(a), abs(b))


def frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows under the columns of a frame."""
    made = pd.DataFrame(rows, columns=list(FRAMES[name]))
    whole = [column for column in made if str(column).endswith(("from_year", "pairs"))]
    return made.astype(dict.fromkeys(whole, "Int64"))  # a site or link that is not there has none
