"""Every constraint of every chapter on one case, as text: no row changes unseen.

    DCPLAN_SNAPSHOTS=write pytest tests/model/test_model_snapshots.py

writes them anew; the change then shows line by line in the review.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn

from dcplan import case as cases
from dcplan import model

FOLDER = Path(__file__).parent / "snapshots"
CHAPTERS = ("sites", "chips", "halls", "power", "fibre", "links", "training", "money")


def told(number: float) -> str:
    return f"{number:.9g}"


def named(component: Any) -> str:
    """Block, name and index, such as `fibre.way[alpha,j1,2027]`."""
    return str(component.name).replace("'", "")


def row(constraint: Any) -> str:
    """`index: terms ≤ number` with sorted terms; of `=`, the first term is positive."""
    form = generate_standard_repn(constraint.body)
    assert form.is_linear()
    lower, upper = pyo.value(constraint.lower), pyo.value(constraint.upper)
    terms = sorted(
        (named(v), float(c)) for v, c in zip(form.linear_vars, form.linear_coefs, strict=True)
    )
    sign = "=" if lower is not None and lower == upper else "≤" if lower is None else "≥"
    side = float((upper if lower is None else lower) - form.constant) + 0.0
    if sign == "≥" or (sign == "=" and terms and terms[0][1] < 0):
        terms, side = [(n, -c) for n, c in terms], -side + 0.0
        sign = "≤" if sign == "≥" else sign
    body = " ".join(f"{'-' if c < 0 else '+'} {told(abs(c))} {n}" for n, c in terms)
    index = named(constraint).removeprefix(named(constraint.parent_component()))
    return f"{index or '[]'}: {body} {sign} {told(side)}"


def goal(objective: Any) -> str:
    form = generate_standard_repn(objective.expr)
    terms = sorted(
        (named(v), float(c)) for v, c in zip(form.linear_vars, form.linear_coefs, strict=True)
    )
    return " ".join(f"{'-' if c < 0 else '+'} {told(abs(c))} {n}" for n, c in terms)


def chapter_text(m: pyo.ConcreteModel, chapter: str) -> str:
    """All families of a chapter in the order of their numbers, each with its sorted rows."""
    block = m.component(chapter)
    families = sorted(
        block.component_objects(pyo.Constraint), key=lambda c: int(c.doc.split()[0][1:])
    )
    parts = []
    for family in families:
        rows = sorted(row(constraint) for constraint in family.values())
        parts.append("\n".join([f"{family.doc}    ({family.local_name})", *rows]))
    parts += [
        f"{o.doc}    ({o.local_name})\n{o.sense.name} {goal(o)}"
        for o in block.component_objects(pyo.Objective)
    ]
    return "\n\n".join(parts) + "\n"


STANDING = ("sites", "chips", "halls", "power", "links")


@pytest.fixture(scope="module")
def texts(every_option: tuple[cases.Case, ...], hedged_case: cases.Case) -> dict[str, str]:
    in_step, as_replicas = (model.build(case) for case in every_option[:2])
    growing = model.build(every_option[3])
    footprint = model.build(every_option[-1])
    rings = model.build(every_option[5])
    stands = model.build(every_option[6])
    in_total, domains = (model.build(case) for case in every_option[7:9])
    return {
        "futures": chapter_text(model.build(hedged_case), "futures"),
        **{c: chapter_text(footprint, c) for c in ("resilience", "carbon")},
        **{f"{c}_in_total": chapter_text(in_total, c) for c in ("training", "domains", "money")},
        **{f"{c}_by_site": chapter_text(domains, c) for c in ("domains", "money")},
        "training_by_site": chapter_text(footprint, "training"),
        **{chapter: chapter_text(in_step, chapter) for chapter in CHAPTERS},
        "training_replicas": chapter_text(as_replicas, "training"),
        "grid": chapter_text(growing, "grid"),
        "power_growing": chapter_text(growing, "power"),
        "money_borrowed": chapter_text(growing, "money"),
        "training_classes": chapter_text(growing, "training"),
        "chips_by_rules": chapter_text(model.build(every_option[4]), "chips"),
        **{f"{chapter}_survivable": chapter_text(rings, chapter) for chapter in ("fibre", "links")},
        **{f"{chapter}_standing": chapter_text(stands, chapter) for chapter in STANDING},
    }


VARIANTS = (
    "futures",
    *("training_replicas", "training_by_site", "training_classes"),
    *("resilience", "carbon", "grid", "power_growing", "chips_by_rules"),
    "money_borrowed",
    *("fibre_survivable", "links_survivable"),
    *(f"{chapter}_standing" for chapter in STANDING),
    *(
        "training_in_total",
        "domains_in_total",
        "money_in_total",
        "domains_by_site",
        "money_by_site",
    ),
)


@pytest.mark.parametrize("chapter", [*CHAPTERS, *VARIANTS])
def test_constraints_are_as_written(texts: dict[str, str], chapter: str) -> None:
    """The rows of a chapter, to nine digits.

    **Proves** that no coefficient, sign, bound or index of a published equation changed by accident.
    **Sensitivity** any single one fails the test of its chapter, and shows which.
    """
    path = FOLDER / f"{chapter}.txt"
    if os.environ.get("DCPLAN_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(texts[chapter], encoding="utf-8")
    assert texts[chapter].splitlines() == path.read_text(encoding="utf-8").splitlines()


def test_every_snapshot_belongs_to_a_chapter(texts: dict[str, str]) -> None:
    """**Proves** that a removed chapter takes its snapshot along. **Sensitivity** a stray file."""
    assert {path.stem for path in FOLDER.glob("*")} == set(texts)
