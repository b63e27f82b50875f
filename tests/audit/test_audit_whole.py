"""No promise of the audit without a plan that breaks it, and the last ones that had none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_audit import Change, cell, wish

import dcplan.audit
from dcplan.audit import audit, audited
from dcplan.errors import InputError
from dcplan.objectives import Stage
from dcplan.plan import Plan, load, save

TWO_YEARS = ("limits.zone_frac=0.6",)
BROKEN: list[tuple[str, Change]] = [
    ("fibre.held", cell("links", "held", "borrowed", node_a="j1", year=2028)),
    ("fibre.lease_offered", cell("links", "held", "leased", kind="existing", year=2028)),
    (
        "fibre.leased_pairs",
        lambda plan: cell("links", "held", "leased", kind="existing")(
            wish(*TWO_YEARS, "fibre.lease=true", "finance.lease_most_pairs.value=0")(plan)
        ),
    ),
    ("fibre.own_cable_stays", cell("links", "held", "leased", kind="existing", year=2028)),
    ("fibre.longest_path", wish(*TWO_YEARS, "fibre.max_path_km=20")),
    ("fibre.survives_a_cut", wish(*TWO_YEARS, "fibre.topology=survivable")),
    ("training.domain", lambda plan: replace(plan, summary=plan.summary.assign(domain_chips=1.0))),
]


@pytest.mark.parametrize(("name", "spoil"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_broken_network_fails_by_name(
    solve: Callable[..., Any], name: str, spoil: Change
) -> None:
    """**Proves** that what few plans use is checked too. **Sensitivity** a check never called."""
    plan: Plan = solve(*TWO_YEARS).plan()
    assert name not in {check.name for check in audit(plan).failures}
    assert name in {check.name for check in audit(spoil(plan)).failures}


CHAIN = ("tie_breakers=[{objective: carbon, slack: 0.02}]",)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("stages.names", {"objective": "capex"}),
        ("stages.held", {"value": 0.97}),
        ("stages.optimal", {"gap": 0.1}),
    ],
)
def test_a_broken_chain_fails(
    solve: Callable[..., Any], name: str, changes: dict[str, Any]
) -> None:
    """**Proves** that a chain is held to what was asked. **Sensitivity** name, slack and gap of a stage."""
    solved = solve()
    plan = wish(*CHAIN)(solved.plan())
    carbon = sum(plan.power.carbon_kt)
    stages = (
        Stage("tco", solved.objective, solved.objective, 0.0),
        Stage("carbon", carbon, carbon, 0.0),
    )
    told = {k: v * solved.objective if k == "value" else v for k, v in changes.items()}
    assert audit(replace(plan, stages=stages)).passed
    broken = replace(plan, stages=(replace(stages[0], **told), stages[1]))
    assert name in {check.name for check in audit(broken).failures}


def test_every_promise_is_broken_by_some_plan() -> None:
    """**Proves** that each name that the audit can fail by stands in a test of this folder.

    Names that are put together, such as summary.COLUMN, are tried on some columns only.
    """
    call = re.compile(r'(?:equal|at_most|holds)\(\s*"([a-z]+\.[a-z_]+)"|name = "([a-z]+\.[a-z_]+)"')
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(dcplan.audit.__file__).parent.glob("*.py")
    )
    named = {one or two for one, two in call.findall(sources)}
    tried = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    assert len(named) > 100
    assert sorted(name for name in named if f'"{name}"' not in tried) == []


def test_a_plan_of_what_is_not_there_is_drawn_by_nothing(tiny_plan: Plan, tmp_path: Path) -> None:
    """**Proves** that such a plan is refused in a line where it is not to be audited."""
    save(cell("chips", "chip", "green", chip="blue")(audited(tiny_plan)), tmp_path / "a")
    found = {check.name for check in audit(load(tmp_path / "a")).failures}
    assert "tables.names" in found
    with pytest.raises(InputError, match=r"a, chips.csv, chip: fails the audit \(tables.names\)"):
        dcplan.Plan.load(tmp_path / "a")
