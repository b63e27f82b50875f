"""Hold plans against the first of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from dcplan.errors import InputError, Problem
from dcplan.plan import Plan
from dcplan.report.compare import fleet, headline, inputs, money
from dcplan.report.compare.record import FRAMES, Comparison, frame


def compare(plans: Sequence[Plan], names: Sequence[str] | None = None) -> Comparison:
    """Return what differs from the first plan, the baseline, in each of the others.

    `names` are what people call the plans, one each; those of the scenarios are taken otherwise.
    Raises InputError: fewer than two or more than 26 plans, or money of different base years.
    """
    called = list(names) if names is not None else [plan.scenario.name for plan in plans]
    if not 2 <= len(plans) <= len(ascii_uppercase):
        what = f"is given {len(plans)}; it takes 2 to {len(ascii_uppercase)} plans"
        raise InputError([Problem("compare", what)])
    if len(called) != len(plans):
        what = f"has {len(called)} for {len(plans)} plans; give one each"
        raise InputError([Problem("names", what)])
    headline.refuse(plans, called)
    by_letter = dict(zip(ascii_uppercase, plans, strict=False))
    base, *others = by_letter
    a = by_letter[base]
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    when = {letter: headline.in_common(a, by_letter[letter]) for letter in others}
    for letter in others:
        b, years = by_letter[letter], when[letter]
        rows["headline"] += headline.rows(letter, a, b, years)
        rows["proof"] += money.proof(letter, a, b)
        rows["inputs"] += inputs.rows(letter, a, b)
        rows["sites"] += fleet.sites(letter, a, b, years)
        rows["links"] += fleet.links(letter, a, b, years)
        rows["chips"] += fleet.chips(letter, a, b, years)
        rows["power"] += fleet.power(letter, a, b, years)
        rows["money"] += money.rows(letter, a, b, years)
        rows["bridge"] += money.bridge(letter, a, b)
    return Comparison(
        plans=by_letter,
        names=dict(zip(by_letter, called, strict=True)),
        years=when,
        notes={letter: headline.notes(letter, a, by_letter[letter]) for letter in others},
        **{name: frame(name, rows[name]) for name in FRAMES},
    )
