"""The figures that one looks at first, and what cannot be held against what."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from dcplan.errors import InputError, Problem
from dcplan.objectives import OBJECTIVES
from dcplan.plan import Plan
from dcplan.report.compare.money import GOALS, UNITS, comparable, present_musd
from dcplan.report.facts import years
from dcplan.units import MUSD_PER_BUSD
from dcplan.words import span

Row = tuple[Any, ...]
_IN_ALL = (
    ("capex", "MUSD", "capex_busd", MUSD_PER_BUSD),
    ("opex", "MUSD", "opex_busd", MUSD_PER_BUSD),
    ("emissions", "kt CO2", "carbon_kt", 1.0),
)
_AT_LAST = (
    ("delivered", "EFLOP/s", "delivered_eflops", 1.0),
    ("facility power", "MW", "facility_mw", 1.0),
    ("IT power", "MW", "it_mw", 1.0),
    ("PUE", "", "pue", 1.0),
    ("chips standing", "thousand", "chips", 1e-3),
    ("sites", "", "sites", 1.0),
    ("fibre", "km", "fibre_km", 1.0),
    ("fibre", "Tb/s", "fibre_tbps", 1.0),
)


def rows(letter: str, a: Plan, b: Plan, when: Sequence[int]) -> list[Row]:
    """Rows of the frame `headline`: sums over the years in common, sizes of the last of them."""
    found = []
    if comparable(a, b):
        goal = (GOALS[a.objective_name], UNITS[a.objective_name], span(when))
        found.append((*goal, a.objective, b.objective))
    if years(a) == years(b) and not a.objective_name == b.objective_name == "tco":
        found.append((GOALS["tco"], "MUSD", span(when), present_musd(a), present_musd(b)))
    if when:
        old, new = _values(a, when), _values(b, when)
        found += [(*told, x, y) for (*told, x), (*_, y) in zip(old, new, strict=True)]
    return [
        (letter, *told, x, y, y - x, (y - x) / abs(x) if x else math.nan) for (*told, x, y) in found
    ]


def _values(plan: Plan, when: Sequence[int]) -> Iterator[Row]:
    table: pd.DataFrame = plan.summary.set_index("year")
    for name, unit, column, scale in _IN_ALL:
        total = math.fsum(float(table.at[y, column]) for y in when)
        yield name, unit, span(when), scale * total
    for name, unit, column, scale in _AT_LAST:
        yield name, unit, str(when[-1]), scale * float(table.at[when[-1], column])


def in_common(a: Plan, b: Plan) -> tuple[int, ...]:
    """Years that both plans have."""
    return tuple(sorted({*years(a)} & {*years(b)}))


def refuse(plans: Sequence[Plan], names: Sequence[str]) -> None:
    """Raise InputError where money is counted in dollars of different years."""
    base, *_ = bases = [plan.scenario.money.base_year for plan in plans]
    problems = [
        Problem(
            name,
            f"counts money in dollars of {year}, but {names[0]} in those of {base}; plans must "
            f"share one: solve again with --set money.base_year={base}",
        )
        for name, year in zip(names, bases, strict=True)
        if year != base
    ]
    if problems:
        raise InputError(problems)


def notes(letter: str, a: Plan, b: Plan) -> tuple[str, ...]:
    """What cannot be compared, and what to bear in mind, in sentences."""
    return tuple(_notes(letter, a, b))


def _notes(letter: str, a: Plan, b: Plan) -> Iterator[str]:
    when = in_common(a, b)
    if years(a) != years(b):
        told = f"A plans {span(years(a))}, {letter} {span(years(b))}: objectives over different"
        held = f"only {span(when)} is compared" if when else "no year is in common"
        yield f"{told} years are not compared, nor what is left at their ends; {held}."
    if a.objective_name != b.objective_name:
        wants = [OBJECTIVES[plan.objective_name].wants for plan in (a, b)]
        yield (
            f"A is a plan of {wants[0]}, {letter} one of {wants[1]}: the objectives are not compared."
        )
    rates = [plan.scenario.money.discount_rate for plan in (a, b)]
    if rates[0] != rates[1]:
        yield (
            f"A discounts at {rates[0]:.3g} a year, {letter} at {rates[1]:.3g}: each present worth "
            "is by its own plan's rate, and part of each difference is that of the rates."
        )
    for kind, keys in (("grid", "zones and junctions"), ("sites", "sites")):
        names = [getattr(plan.scenario.library, kind) for plan in (a, b)]
        if names[0] != names[1]:
            yield (
                f"A takes its {kind} from '{names[0]}', {letter} from '{names[1]}': {keys} are "
                "held to be the same only where their keys are."
            )
    if a.scenario.workload != b.scenario.workload:
        yield f"A and {letter} train different workloads: their EFLOP/s buy different things."
    for name, plan in (("A", a), (letter, b)):
        if plan.status == "rejected":
            yield f"{name} was rejected by the audit: its figures do not keep what it promises."
