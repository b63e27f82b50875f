"""The board report: its figures, its risk, its page as a reader meets it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from dcplan import audit as audits
from dcplan import plan as plans
from dcplan.cli import app
from dcplan.errors import InputError
from dcplan.library.schema import CONFIDENCE, TABLES
from dcplan.plan import Plan
from dcplan.report import story
from dcplan.report.assumptions import ORDER, UNTOLD, WEAK, assumptions
from dcplan.report.board import write_report
from dcplan.report.prices import weakest
from dcplan.report.rests import used
from dcplan.report.risk import link_losses, zone_losses
from dcplan.words import dollars
from tiny_plans import solve_tiny

Look = Callable[..., Page]
Barriers = Callable[[Page], object]
WIDTHS = (390, 1024, 1440)


@cache
def text_of(plan: Plan) -> bytes:
    """The report of a plan, written once for all tests of this process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        write_report(plan, path)
        return path.read_bytes()


def written(plan: Plan, folder: Path) -> Path:
    path = folder / "report.html"
    path.write_bytes(text_of(plan))
    return path


@cache
def audited(plan: Plan) -> Plan:
    return audits.audited(plan)


def cells(page: Page, file: str) -> pd.DataFrame:
    """A table of the page by its plain values, totals included."""
    read = """table => [[...table.tHead.rows[0].cells].map(c => c.textContent),
      ...[...table.querySelectorAll("tbody tr, tfoot tr")].map(
        r => [...r.cells].map(c => c.dataset.v ?? c.textContent))]"""
    heads, *rows = page.locator(f"table[data-file={file}]").evaluate(read)
    return pd.DataFrame(rows, columns=[head.replace("\xa0", " ") for head in heads])


@pytest.fixture(scope="module")
def chain(tiny_plan: Plan) -> Plan:
    """Alpha - j1 - beta - gamma in 2028, 20, 10 and 30 EFLOP/s, links of 60 Tb/s.

    1 Tb/s per EFLOP/s with half a step to hide it: the exchange of F EFLOP/s hides at 2 F Tb/s, and
    at a share r of that the run delivers F / (0.5 + 0.5 / r): at 60 Tb/s 40 of 60 EFLOP/s.
    """
    sites = tiny_plan.site_rows[tiny_plan.site_rows.year == 2028].assign(
        zone=["north", "south", "north"], delivered_eflops=[40 / 3, 20 / 3, 20.0]
    )
    ends = [("alpha", "j1"), ("j1", "beta"), ("beta", "gamma")]
    link = tiny_plan.link_rows.iloc[0].to_dict()
    links = pd.DataFrame([{**link, "node_a": a, "node_b": b, "tbps": 60.0} for a, b in ends])
    summary = tiny_plan.summary.assign(
        delivered_eflops=[20.0, 40.0], compute_eflops=[20.0, 60.0], fibre_tbps=[0.0, 60.0]
    )
    return replace(tiny_plan, site_rows=sites, link_rows=links, summary=summary)


def test_loss_of_a_zone_takes_the_part_with_most_compute(chain: Plan) -> None:
    """Proves the rate formula and the parting of the tree, by hand."""
    north, south = sorted(zone_losses(chain), key=lambda loss: loss.what)
    # Without beta in the middle alpha and gamma are apart; gamma alone exchanges nothing.
    assert (south.sites, south.parts, south.working) == (1, 2, 1)
    assert south.delivered_eflops == pytest.approx(30)
    assert south.cut_off_eflops == pytest.approx(20)
    assert south.left_frac == pytest.approx(0.75)
    # Without alpha and gamma one site of 10 is left.
    assert (north.sites, north.parts, north.working) == (2, 1, 1)
    assert north.delivered_eflops == pytest.approx(10)
    assert north.cut_off_eflops == 0
    assert zone_losses(chain)[0] == north


def test_cut_of_a_link_slows_by_the_formula(chain: Plan) -> None:
    """Proves it: 40 EFLOP/s hide at 80 Tb/s; at 60 they deliver 40 / (0.5 + 0.5 / 0.75)."""
    found = {loss.what: loss for loss in link_losses(chain)}
    near = next(loss for what, loss in found.items() if "Alpha" in what)
    assert (near.working, near.sites) == (2, 0)
    assert near.delivered_eflops == pytest.approx(40 / (0.5 + 0.5 / 0.75))
    assert near.cut_off_eflops == pytest.approx(20)
    assert len(found) == 3
    far = next(loss for what, loss in found.items() if "Gamma" in what)
    assert far.delivered_eflops == pytest.approx(30)


def test_replicas_are_worth_what_their_number_says() -> None:
    """Proves that a loss changes the worth of replicas too: one site is worth all it computes."""
    plan = solve_tiny("workload.preset=loose").plan()
    last = plan.summary.iloc[-1]
    alone = [loss for loss in zone_losses(plan) if loss.working == 1]
    assert last.sites > 1
    for loss in alone:
        assert loss.delivered_eflops == pytest.approx(loss.compute_eflops)


def test_assumptions_are_those_of_the_plan(tiny_plan: Plan) -> None:
    """Proves that nothing unused is listed, nothing used is missing, and the weakest come first."""
    listed = set(used(tiny_plan))
    chips = {row for table, row, _ in listed if table == "chips"}
    assert chips == set(tiny_plan.chips[tiny_plan.chips.running > 0].chip)
    assert {row for table, row, _ in listed if table == "zones"} == set(tiny_plan.site_rows.zone)
    supplies = {row for table, row, _ in listed if table == "supply"}
    assert supplies == set(tiny_plan.power.supply)
    # before them stand weak ones that bind
    rows = [row for row in assumptions(tiny_plan) if not (row.binds and row.confidence in WEAK)]
    levels = [ORDER.index(row.confidence) for row in rows]
    assert levels == sorted(levels)
    assert ORDER[1:-1] == tuple(reversed(CONFIDENCE)) and ORDER[0] == UNTOLD
    for level in set(levels):
        money = [row.rests_musd for row in rows if ORDER.index(row.confidence) == level]
        assert money == sorted(money, reverse=True)
    price = next(r for r in rows if r.topic == "Chips" and "price" in r.what)
    assert price.rests_musd <= tiny_plan.chips.capex_musd.sum() + 1e-6


def test_an_override_is_told_as_the_scenarios_choice() -> None:
    plan = solve_tiny("overrides.chips.blue.price_usd=20000").plan()
    chosen = [row for row in assumptions(plan) if row.confidence == "scenario"]
    assert [(row.what[:5], row.value) for row in chosen] == [("price", "20,000 USD")]
    assert assumptions(plan)[-1].confidence == "scenario"


def test_the_gap_is_told_in_dollars(tiny_plan: Plan) -> None:
    """Proves each of the three words on how good a plan is."""
    open_plan = replace(tiny_plan, objective=1000.0, bound=900.0, gap=0.1)
    assert "$100 M (10%)" in story.gap(open_plan)
    near = replace(tiny_plan, gap=6.1e-5)
    assert "total cost over 0.0061% lower" in story.answer(near)[1]
    assert "proven optimal" in story.gap(replace(tiny_plan, gap=0.0))
    blind = replace(tiny_plan, status="stopped", bound=float("-inf"), gap=float("inf"))
    assert "not known" in story.gap(blind)
    assert "audit rejects" in " ".join(story.answer(replace(tiny_plan, status="rejected")))


def test_equal_plans_give_equal_bytes_of_modest_size(tiny_plan: Plan, tmp_path: Path) -> None:
    """Proves both; a plan of the whole country is held to 1 MB by the look at the example."""
    first = written(tiny_plan, tmp_path).read_bytes()
    again = solve_tiny().plan()
    assert written(again, tmp_path).read_bytes() == first
    assert len(first) < 1_000_000


def test_the_command_writes_beside_the_plan(tiny_plan: Plan, tmp_path: Path) -> None:
    """Proves the default place, and exit 2 with one line for a file of another kind."""
    plans.save(audits.audited(tiny_plan), tmp_path / "plan")
    run = CliRunner().invoke(app, ["report", str(tmp_path / "plan"), "--quiet"])
    assert run.exit_code == 0, run.output
    assert "<!doctype html>" in (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")
    other = str(tmp_path / "report.docx")
    run = CliRunner().invoke(app, ["report", str(tmp_path / "plan"), "-o", other])
    assert run.exit_code == 2 and "must end in .html or .xlsx" in run.output


def test_a_place_that_cannot_be_written_is_told(tiny_plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        write_report(tiny_plan, tmp_path)
    with pytest.raises(InputError, match="cannot be written"):
        write_report(tiny_plan, tmp_path / "nowhere" / "report.html")


def test_figures_are_those_of_the_tables(tiny_plan: Plan, tmp_path: Path, look: Look) -> None:
    """Proves that what is read on the page is what the plan says, to ten digits."""
    page = look(written(audited(tiny_plan), tmp_path))
    rows, summary = cells(page, "years"), tiny_plan.summary
    for head, column, scale in (
        ("facility power, MW", "facility_mw", 1.0),
        ("chips standing, thousand", "chips", 1e-3),
        ("delivered, EFLOP/s", "delivered_eflops", 1.0),
        ("capex, $ B", "capex_busd", 1.0),
        ("CO₂, kt", "carbon_kt", 1.0),
    ):
        assert rows[head].astype(float).to_list() == pytest.approx(summary[column] * scale)
    spent = cells(page, "capex").set_index("item").astype(float)
    money = tiny_plan.money[tiny_plan.money.kind == "capex"]
    assert spent.at["in all", "all years"] == pytest.approx(money.musd.sum() / 1e3)
    assert spent.at["land", "2027"] == pytest.approx(
        money[(money.year == 2027) & (money["item"] == "land")].musd.sum() / 1e3
    )
    links = cells(page, "links")
    now = tiny_plan.link_rows[tiny_plan.link_rows.year == 2028]
    assert sorted(links["length, km"].astype(float)) == pytest.approx(sorted(now.km))
    assert "all are kept" in page.locator("#part-proof").inner_text()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_it(
    hostile_plan: Plan, tmp_path: Path, look: Look, barriers: Barriers, width: int, scheme: str
) -> None:
    """Proves that the rules for accessible pages find nothing serious, all tables opened."""
    page = look(written(audited(hostile_plan), tmp_path), width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    assert barriers(page) == []


OVERLAPS = """() => {
  const boxes = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const home = node.parentElement;
    if (!node.textContent.trim() || home.closest("#map, script, style, #tip, details caption")) continue;
    if (!home.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const clip = home.closest(".sheet, .scroll")?.getBoundingClientRect();
    for (const r of range.getClientRects()) {
      let [a, b, c, d] = [r.left, r.top, r.right, r.bottom];
      if (clip) [a, b, c, d] = [Math.max(a, clip.left), Math.max(b, clip.top),
        Math.min(c, clip.right), Math.min(d, clip.bottom)];
      if (c - a > 1 && d - b > 1) boxes.push([a, b, c, d, node.textContent.trim().slice(0, 40)]);
    }
  }
  boxes.sort((p, q) => p[1] - q[1]);
  const found = [];
  boxes.forEach((p, n) => {
    for (let m = n + 1; m < boxes.length && boxes[m][1] < p[3] - 3; m++) {
      const q = boxes[m];
      if (Math.min(p[2], q[2]) - Math.max(p[0], q[0]) > 2) found.push([p[4], q[4]]);
    }
  });
  return found;
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_lies_on_another(
    hostile_plan: Plan, tmp_path: Path, look: Look, width: int
) -> None:
    """Proves it with long names and every table open, and that no width scrolls sideways."""
    page = look(written(audited(hostile_plan), tmp_path), width)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERLAPS) == []


def test_names_survive_and_run_nothing(hostile_plan: Plan, tmp_path: Path, look: Look) -> None:
    page = look(written(hostile_plan, tmp_path))
    assert page.locator("h1").inner_text().strip() == hostile_plan.scenario.name.strip()
    last = hostile_plan.site_rows[hostile_plan.site_rows.year == 2028]
    assert set(cells(page, "sites").site) == set(last["name"])
    assert page.locator("script").count() == 2


def test_tables_sort_and_filter(tiny_plan: Plan, tmp_path: Path, look: Look) -> None:
    """Proves sorting by value, both ways, blanks last, sums untouched; filtering by several words."""
    page = look(written(audited(tiny_plan), tmp_path))
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    head = page.locator("table[data-file=links] thead th", has_text="length")
    for way, down in (("descending", True), ("ascending", False)):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == way
        km = cells(page, "links")["length, km"].astype(float).to_list()
        assert km == sorted(km, reverse=down)
    name = page.locator("table[data-file=capex] thead th").first
    name.locator("button").press("Enter")
    assert name.get_attribute("aria-sort") == "ascending"
    items = cells(page, "capex")["item"].to_list()
    assert items == [*sorted(items[:-1]), "in all"]
    grid = page.locator(".grid", has=page.locator("table[data-file=audit]"))
    grid.get_by_role("searchbox").fill("fibre speed")
    shown = grid.locator("tbody tr:visible").all_inner_texts()
    assert shown and all("fibre" in text and "speed" in text for text in shown)
    assert grid.get_by_role("status").inner_text().startswith(f"{len(shown)} of ")


def test_csv_reads_back(hostile_plan: Plan, tmp_path: Path, look: Look) -> None:
    """Proves that a download holds every value, and that no name becomes a formula."""
    page = look(written(hostile_plan, tmp_path))
    grid = page.locator(".grid", has=page.locator("table[data-file=sites]"))
    with page.expect_download() as waiting:
        grid.get_by_role("button", name="Download as CSV").click()
    assert waiting.value.suggested_filename == "sites.csv"
    text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    last = hostile_plan.site_rows[hostile_plan.site_rows.year == 2028]
    assert {row["site"] for row in rows} == {f"'{name}" for name in last["name"]}
    power = sorted(float(row["facility power, MW"]) for row in rows)
    assert power == pytest.approx(sorted(last.facility_mw))


def test_the_year_changes_the_map(tiny_plan: Plan, tmp_path: Path, look: Look) -> None:
    """Proves the slider by keyboard, the card of a site, and that links of the page still work."""
    page = look(written(tiny_plan, tmp_path))
    by_year = tiny_plan.site_rows.groupby("year").size().to_list()
    assert page.locator("#map .pin:visible").count() == by_year[-1]
    page.locator("#year").press("ArrowLeft")
    assert page.locator("#now").inner_text() == "2027"
    # A ring grows from nothing.
    expect(page.locator("#map .pin:visible")).to_have_count(by_year[0])
    page.locator("#map .pin:visible").first.press("Enter")
    assert page.locator(".card.on h2").inner_text() == "Alpha"
    page.get_by_role("link", name="Risk").click()
    assert page.url.endswith("#part-risk")
    assert page.locator(".small figure").count() == len(by_year)


def test_without_script_all_is_there(tiny_plan: Plan, tmp_path: Path, look: Look) -> None:
    page = look(written(tiny_plan, tmp_path), java_script_enabled=False)
    assert page.locator(".controls").is_hidden()
    assert page.locator("#map .pin:visible").count() == 3
    assert page.locator("table[data-file=sites]").is_visible()
    page.get_by_text("The fleet by year").first.click()
    assert page.locator("table[data-file=years]").is_visible()
    assert page.locator(".tools").count() == 0


def test_print_shows_every_table_within_the_sheet(
    hostile_plan: Plan, tmp_path: Path, look: Look
) -> None:
    """Proves that nothing is folded, scrolled or wider than A4 less its margins."""
    page = look(written(audited(hostile_plan), tmp_path), 703)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    wide = """() => [...document.querySelectorAll("table[data-file], figure, svg")].filter(
      part => part.checkVisibility() && part.getBoundingClientRect().right > innerWidth + 1
    ).map(part => part.dataset.file ?? part.getAttribute("aria-label"))"""
    assert page.evaluate(wide) == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() > 0


def test_what_rests_on_the_weakest_prices(tiny_plan: Plan) -> None:
    """Proves the share and the change at the ends of a range by the plan's own tables."""
    spent = tiny_plan.chips.groupby("chip").capex_musd.sum()
    chip = str(spent.idxmax())
    price = float(tiny_plan.library.chips.at[chip, "price_usd"])
    blank = {
        "low": math.nan,
        "high": math.nan,
        "confidence": "datasheet",
        "sources": "",
        "note": "",
    }
    lines = {(table, "*", "*"): {**blank, "folder": TABLES[table].folder} for table in TABLES}
    guess = {"confidence": "own estimate", "low": 0.5 * price, "high": 2 * price}
    lines["chips", chip, "price_usd"] = {**lines["chips", "*", "*"], **guess}
    figures = pd.DataFrame.from_dict(lines, orient="index")
    library = replace(tiny_plan.library, figures=figures)
    told = weakest(replace(tiny_plan, library=library))
    assert f"of capex, {dollars(spent[chip])} (" in told
    assert f"chips {dollars(spent[chip])}." in told
    assert (
        f"{dollars(spent[chip] / 2)} less at" in told and f"{dollars(spent[chip])} more at" in told
    )


def test_a_rejected_plan_is_not_called_proven(tiny_plan: Plan) -> None:
    bad = replace(tiny_plan, status="rejected")
    assert "nothing is proven" in story.gap(bad) and "optimal" not in story.gap(bad)
