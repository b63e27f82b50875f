"""What a plan rests on can be cited, and weak figures that bind come first."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dcplan.cli import app
from dcplan.plan import Plan, save
from dcplan.report.assumptions import UNTOLD, WEAK, assumptions
from dcplan.report.limits import BINDS_FRAC, limits
from dcplan.report.rests import binding, used


def test_a_figure_that_binds_is_one_that_is_used(tiny_plan: Plan) -> None:
    """**Proves** that what is called binding is a cell of the library under a limit without room."""
    tight = {(x.name, x.where) for x in limits(tiny_plan) if x.spare_frac < BINDS_FRAC}
    cells = binding(tiny_plan)
    assert cells
    assert {row.partition("/")[0] for _, row, _ in cells} <= {where for _, where in tight}
    assert cells & set(used(tiny_plan))


def test_weak_figures_that_bind_come_first(tiny_plan: Plan) -> None:
    rows = assumptions(tiny_plan)
    first = [row.binds and row.confidence in WEAK for row in rows]
    assert any(first)
    assert first == sorted(first, reverse=True)
    assert sum(row.figures for row in rows) == sum(len(row.cells) for row in rows)


def test_cite_tells_every_figure_and_one_in_full(tiny_plan: Plan, tmp_path: Path) -> None:
    """**Proves** that each address is listed, and that those listed can be cited by the same command; one
    in five is tried."""
    save(tiny_plan, tmp_path / "a plan")
    plan = str(tmp_path / "a plan")
    listed = CliRunner().invoke(app, ["cite", plan])
    assert listed.exit_code == 0, listed.output
    assert listed.stdout.startswith("Weak figures that bind")
    for place, row in enumerate(assumptions(tiny_plan)):
        address = ".".join(row.cells[0])
        assert address in listed.stdout.replace("\n          ", " ")
        if place % 5:
            continue
        told = CliRunner().invoke(app, ["cite", plan, address])
        assert told.exit_code == 0, told.output
        said = row.confidence if row.confidence != UNTOLD else "not stated"
        assert f"confidence  {said}" in told.stdout


@pytest.mark.parametrize("address", ["chips", "chips.no_such.price_usd"])
def test_a_wrong_address_is_refused(tiny_plan: Plan, tmp_path: Path, address: str) -> None:
    save(tiny_plan, tmp_path / "a")
    refused = CliRunner().invoke(app, ["cite", str(tmp_path / "a"), address])
    assert refused.exit_code == 2
    assert "Traceback" not in refused.output
