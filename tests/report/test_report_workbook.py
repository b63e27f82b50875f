"""The workbook: read back from the file, and calculated once more by LibreOffice."""

from __future__ import annotations

import json
import math
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dcplan.audit import audited
from dcplan.errors import InputError
from dcplan.plan import SUMMARY, TABLES, Plan
from dcplan.report.workbook import write_workbook
from dcplan.report.workbook.book import clean
from dcplan.scenario import resolved

pytest.importorskip("xlsxwriter")
pytest.importorskip("vl_convert")

HEADER = 5
OTHERS = ("Audit", "Scenario", "Assumptions", "Sources")
SOFFICE = shutil.which("soffice")
SHEETS = ["Summary", *(name.capitalize() for name in TABLES), *OTHERS, "About"]


@pytest.fixture(scope="module")
def plan(hostile_plan: Plan) -> Plan:
    """Hostile in its keys too: signs that conditions of formulas would take for their own."""
    vendors = {"Red": "<5*", "Blue": "=1+1", "Green": "~?"}
    chips = hostile_plan.chips.replace({"vendor": vendors})
    zones = hostile_plan.zones.assign(name="<r>" + hostile_plan.zones.zone + "</r>")
    return replace(audited(hostile_plan), chips=chips, zones=zones)


@pytest.fixture(scope="module")
def path(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("workbook") / "plan.xlsx"
    write_workbook(plan, target)
    return target


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def values(path: Path) -> openpyxl.Workbook:
    """The same with the values that formulas had when they were written."""
    return openpyxl.load_workbook(path, data_only=True)


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    names = [cell.value for cell in sheet[HEADER]]
    cells = sheet.iter_rows(min_row=HEADER + 1, values_only=True)
    return [dict(zip(names, row, strict=True)) for row in cells]


def line(sheet: Worksheet, name: str, nth: int = 0) -> list[Any]:
    """The figures of a line of Summary: one a year, then the total."""
    found = [row for row in sheet.iter_rows(values_only=True) if row[0] == name]
    return list(found[nth][3:6])


def formulas(book: openpyxl.Workbook) -> Iterator[tuple[str, str]]:
    for sheet in book:
        for row in sheet.iter_rows():
            yield from ((sheet.title, c.coordinate) for c in row if c.data_type == "f")


def test_sheets_stand_in_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS
    assert all(len(name) <= 31 for name in SHEETS)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_there_cell_by_cell(
    plan: Plan, book: openpyxl.Workbook, path: Path, name: str
) -> None:
    sheet, wanted = book[name.capitalize()], plan.table(name)
    found = [list(row) for row in sheet.iter_rows(min_row=HEADER + 1, values_only=True)]
    cells = wanted.astype(object).to_numpy().tolist()
    assert found == [[clean(c) if isinstance(c, str) else c for c in row] for row in cells]
    columns = TABLES[name].columns
    assert [cell.value for cell in sheet[HEADER]] == [column.name for column in columns]
    assert [cell.value or "" for cell in sheet[HEADER - 1]] == [column.unit for column in columns]
    assert [cell.value for cell in sheet[HEADER - 2]] == [column.meaning for column in columns]
    table = sheet.tables[f"plan_{name}"]
    last = sheet.cell(HEADER + max(len(wanted), 1), len(columns)).coordinate
    assert table.ref == table.autoFilter.ref == f"A{HEADER}:{last}"
    again = pd.read_excel(path, sheet_name=name.capitalize(), header=HEADER - 1)
    assert list(again.columns) == list(wanted.columns)


def test_sheets_are_set_up_for_reading_and_for_paper(book: openpyxl.Workbook) -> None:
    for name in SHEETS:
        sheet = book[name]
        assert sheet.page_setup.orientation == "landscape"
        if name not in ("Summary", "About"):
            assert sheet.freeze_panes == f"B{HEADER + 1}"
            assert sheet.print_title_rows == f"$3:${HEADER}"
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    year = book["Sites"].cell(HEADER + 1, 7)
    assert (year.value, year.number_format) == (2027, "0")


def test_text_stays_text(plan: Plan, book: openpyxl.Workbook) -> None:
    names = [book["Sites"].cell(HEADER + 1 + n, 2) for n in range(len(plan.site_rows))]
    assert [cell.value for cell in names] == list(plan.site_rows.name)
    assert {cell.data_type for cell in names} == {"s"}
    assert names[0].value.startswith("=1+1") and "東京 Київ" in names[0].value
    title = book["Summary"]["A1"]
    assert (title.value, title.data_type) == (plan.scenario.name, "s")
    vendors = {row["vendor"] for row in rows_of(book["Chips"])}
    assert vendors == set(plan.chips.vendor)
    assert all(name.startswith("<r>") for name in (r["name"] for r in rows_of(book["Zones"])))


def test_what_a_cell_cannot_hold_is_replaced() -> None:
    assert clean("a\x00\ud800\uffffb") == "a\ufffd\ufffd\ufffdb"
    assert clean("<r><b></r>") == "<r><b></r> "
    for long in ("x" * 40_000, "😀" * 20_000):
        assert 32_765 <= len(clean(long).encode("utf-16-le")) / 2 <= 32_767


def test_formulas_have_the_values_of_the_plan(plan: Plan, values: openpyxl.Workbook) -> None:
    summary, sheet = plan.summary, values["Summary"]
    keys = {row[1]: row for row in reversed(list(sheet.iter_rows(values_only=True)))}
    for column in SUMMARY.columns[1:]:
        found = [value or 0.0 for value in keys[column.name][3:5]]
        wanted = list(summary[column.name].fillna(0.0))  # blank stays blank
        assert found == pytest.approx(wanted, rel=1e-8), column.name
    money = plan.money.groupby(["kind", "item", "year"]).musd.sum() / 1000
    for kind, items in {"capex": ("buildings", "facility"), "opex": ("staff", "staff")}.items():
        name, item = items
        wanted = list(money[kind, item])
        assert line(sheet, name) == pytest.approx([*wanted, sum(wanted)])
    for vendor, rows in plan.chips.groupby("vendor"):
        standing = rows.groupby("year").standing.sum().reindex(plan.scenario.years, fill_value=0)
        assert line(sheet, vendor)[:2] == pytest.approx(list(standing / 1000))
    assert line(sheet, "total cost (tco)")[2] == pytest.approx(plan.objective / 1000, rel=1e-8)
    assert line(sheet, "difference")[2] == pytest.approx(0.0, abs=1e-6)
    assert line(sheet, "power limit")[:2] == [150, 320]
    assert line(sheet, "training target")[:2] == [20, 60]


def test_totals_are_live(book: openpyxl.Workbook, values: openpyxl.Workbook, plan: Plan) -> None:
    live = list(formulas(book))
    assert len(live) > 80
    for sheet, cell in live:
        assert values[sheet][cell].value is not None, (sheet, cell)
    capex = line(book["Summary"], "capex")
    assert capex[0].startswith("=SUMIFS(plan_money[musd],plan_money[year],")
    assert book["Sites"]["O2"].value == "=SUBTOTAL(109,plan_sites[capex_musd])"
    assert values["Sites"]["O2"].value == pytest.approx(plan.site_rows.capex_musd.sum())


def test_the_scenario_can_be_read_by_a_program(plan: Plan, book: openpyxl.Workbook) -> None:
    data: dict[str, Any] = {}
    for row in rows_of(book["Scenario"]):
        parts = [json.loads(p) if p[0] == '"' else p for p in split_path(row["path"])]
        inner = data
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
        value = row["value"]
        lists = isinstance(value, str) and parts[0] != "name" and value[0] in "[{"
        inner[parts[-1]] = json.loads(value) if lists else value
    assert data == resolved(plan.scenario)
    power = next(r for r in rows_of(book["Scenario"]) if r["path"] == "limits.power_gw.2028")
    assert (power["value"], power["unit"]) == (0.32, "GW")


def split_path(path: str) -> list[str]:
    return re.findall(r'"(?:[^"\\]|\\.)*"|[^.]+', path)


def test_assumptions_name_sources_that_are_there(plan: Plan, book: openpyxl.Workbook) -> None:
    known = {(row["folder"], row["id"]) for row in rows_of(book["Sources"])}
    rows = rows_of(book["Assumptions"])
    assert len(rows) > 50
    for row in rows:
        ids = str(row["sources"] or "").split(";")
        assert {(row["folder"], name) for name in ids if name} <= known
    prices = {row["row"]: row["value"] for row in rows if row["column"] == "price_usd"}
    assert set(prices) == set(plan.chips.chip)
    assert prices == {chip: plan.library.chips.at[chip, "price_usd"] for chip in prices}


def test_the_audit_is_there_promise_by_promise(plan: Plan, book: openpyxl.Workbook) -> None:
    assert plan.audit is not None
    rows = rows_of(book["Audit"])
    found = [
        (r["promise"], r["where"] or "", r["slack"], r["unit"] or "", r["passed"]) for r in rows
    ]
    assert found == [tuple(check.values()) for check in plan.audit["checks"]]


def test_charts_have_titles_axes_and_units(path: Path) -> None:
    with zipfile.ZipFile(path) as file:
        charts = [file.read(n).decode() for n in file.namelist() if n.startswith("xl/charts/chart")]
        pictures = [file.read(n) for n in file.namelist() if n.startswith("xl/media/")]
    assert len(charts) == 5
    titles = [re.findall("<a:t>(.*?)</a:t>", chart) for chart in charts]
    assert [found[0] for found in titles] == [
        "Facility power by zone",
        "Training against target",
        "Capex by item",
        "Opex by item",
        "Chips by vendor",
    ]
    assert all("plan year" in found and len(found) == 3 for found in titles)
    assert "facility load, MW" in titles[0]
    assert "EE8866" in charts[2] and "E69F00" in charts[4]
    assert all("<c:numCache>" in chart for chart in charts)
    assert [data[:4] for data in pictures] == [b"\x89PNG"]


def test_equal_plans_give_equal_bytes(plan: Plan, path: Path, tmp_path: Path) -> None:
    write_workbook(replace(plan), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def poor(plan: Plan) -> Plan:
    """One site without links, chips or power, stopped before there was a bound."""
    one = plan.site_rows[plan.site_rows.site_id == plan.site_rows.site_id.iloc[0]]
    tables = {name: plan.table(name).iloc[:0] for name in ("chips", "power", "nodes", "zones")}
    none = {"link_rows": plan.link_rows.iloc[:0], "audit": None, "site_rows": one}
    return replace(plan, **tables, **none, status="stopped", bound=-math.inf, gap=math.inf)


@pytest.mark.parametrize(
    "change",
    [
        poor,
        lambda plan: replace(plan, objective_name="capex", status="rejected"),
        lambda plan: replace(plan, objective_name="max_flop", bound=math.inf),
    ],
)
def test_other_plans_are_written_too(
    tiny_plan: Plan, tmp_path: Path, change: Callable[[Plan], Plan]
) -> None:
    write_workbook(change(tiny_plan), tmp_path / "plan.xlsx")
    assert openpyxl.load_workbook(tmp_path / "plan.xlsx").sheetnames == SHEETS


def test_what_cannot_be_written_is_told_and_leaves_nothing(tiny_plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_workbook(tiny_plan, tmp_path / "folder.xlsx")
    with pytest.raises(InputError, match="cannot be written"):
        write_workbook(tiny_plan, tmp_path / "absent" / "plan.xlsx")
    (tmp_path / "old.xlsx").write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(InputError, match="cannot be written"):
            write_workbook(tiny_plan, tmp_path / "old.xlsx")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "old.xlsx").read_bytes() == b"old"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["folder.xlsx", "old.xlsx"]


def test_without_the_extra_the_message_says_what_to_install(
    tiny_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("dcplan.report.workbook.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(InputError, match=re.escape("needs dcplan[report]")):
        write_workbook(tiny_plan, tmp_path / "plan.xlsx")


@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice here")
def test_another_program_calculates_the_same(
    path: Path, book: openpyxl.Workbook, values: openpyxl.Workbook, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as full, zipfile.ZipFile(bare, "w") as stripped:
        for name in full.namelist():
            data = full.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
            stripped.writestr(name, data)
    place = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    out = tmp_path / "out"
    command = [str(SOFFICE), "--headless", place, "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, str(bare)], check=True, capture_output=True, timeout=180)
    again = openpyxl.load_workbook(out / "bare.xlsx", data_only=True)
    for sheet, cell in formulas(book):
        found, wanted = again[sheet][cell].value, values[sheet][cell].value
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9), (sheet, cell)
    for row in again["Sites"].iter_rows(min_row=HEADER + 1, values_only=True):
        assert str(row[1]).startswith("=1+1")
