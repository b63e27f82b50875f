"""Several futures in the report, on the screen and as plan folders for every command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import dcplan
from dcplan.cli import app
from dcplan.plan import Plan
from dcplan.report import futures
from dcplan.report.board import board
from dcplan.report.workbook import write_workbook
from dcplan.report.workbook.listing import HEADER

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"
WISH = (
    "futures=[{name: base, probability: 0.6}, {name: dear, probability: 0.4, "
    "set: {chips.red_new.price_usd: '*1.5'}}]"
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return dcplan.load(TINY, [WISH]).solve().record


def test_the_workbook_has_a_sheet_of_the_futures(plan: Plan, tmp_path: Path) -> None:
    """**Proves** a row a future, with its figures; a plan of one has no such sheet."""
    assert plan.futures is not None
    write_workbook(plan, tmp_path / "all.xlsx")
    write_workbook(plan.futures.parts[1], tmp_path / "one.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx")["Futures"]
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1)]
    column = head.index("cost_musd")
    assert [row[head.index("future")] for row in rows] == ["base", "dear"]
    assert [row[column] for row in rows] == pytest.approx(plan.futures.rows.cost_musd.tolist())
    assert "Futures" not in openpyxl.load_workbook(tmp_path / "one.xlsx").sheetnames


def test_the_page_tells_the_futures(plan: Plan) -> None:
    """**Proves** that a board sees every future and the proof. **Sensitivity** the section left out."""
    page = board(plan)
    assert 'id="part-futures"' in page and 'href="#part-futures"' in page
    assert "expected total cost" in page and "value of perfect information" in page
    assert all(f'<th scope="row">{name}</th>' in page for name in ("base", "dear"))
    assert plan.futures is not None
    alone = board(plan.futures.parts[1])
    assert 'id="part-futures"' not in alone
    assert "one of several futures" in alone


def test_what_is_not_known_is_said(plan: Plan) -> None:
    """**Proves** that a missing figure has its reason. **Sensitivity** a blank or a nan."""
    hedge = plan.futures
    assert hedge is not None
    rows = hedge.rows.assign(
        alone_serves=["unknown", "no"], alone_musd=float("nan"), alone_least_musd=float("nan")
    )
    told = dict(futures.worth(replace(hedge, rows=rows, perfect_information_musd=None)))
    assert told["knowing"].startswith("not known: the search ended before the plan for base, dear")
    assert "not known for base; they cannot serve every future for dear" in told["hedging"]


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_commands_take_the_folders(tmp_path: Path) -> None:
    """**Proves** solve, audit, map and compare with futures. **Sensitivity** any of them."""
    folder = tmp_path / "plan"
    shown = run("solve", str(TINY), "--set", WISH, "-o", str(folder))
    assert "2 futures; places, cooling and fibre are the same in all" in shown
    assert "Future base" in shown and "knowing " in shown and "hedging " in shown
    run("audit", str(folder), "--quiet")
    for name in ("base", "dear"):
        part = folder / "futures" / name
        run("audit", str(part), "--quiet")
        run("map", str(part))
    run("compare", *(str(folder / "futures" / n) for n in ("base", "dear")))
    data = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert data["status"] == "hedged" and data["futures"]["status"] == "optimal"
    assert set(data["futures"]["stochastic_solution_musd"]) == {"base", "dear"}
    again = tmp_path / "again"
    run("solve", str(folder / "inputs/scenario.yaml"), "-o", str(again), "--quiet")
    twin = json.loads((again / "plan.json").read_text(encoding="utf-8"))
    assert twin["futures"]["objective"] == pytest.approx(data["futures"]["objective"], rel=1e-6)
