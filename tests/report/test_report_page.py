"""The map page: whole, offline, and safe whatever the names."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dcplan.plan import Plan
from dcplan.report import MEASURES, write_map

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Page(HTMLParser):
    """Tags with their attributes, and the text inside each kind of tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.setdefault(tag, []).append("")
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass


def draw(plan: Plan, folder: Path, shade: str = "headroom") -> str:
    path = folder / "map.html"
    write_map(plan, path, shade)
    return path.read_text(encoding="utf-8")


def test_the_page_asks_for_nothing(hostile_plan: Plan, tmp_path: Path) -> None:
    text = draw(hostile_plan, tmp_path)
    page = Page(text)
    fetching = {"src", "srcset", "href", "xlink:href", "action", "poster", "data", "background"}
    asked = {v for _, attrs in page.tags for name, v in attrs.items() if name in fetching}
    assert all(value.startswith("#") or value == "data:," for value in asked)
    assert not {"iframe", "object", "embed", "img", "base", "form"} & {tag for tag, _ in page.tags}
    assert "url(" not in text and "@import" not in text and "fetch(" not in text
    policies = [
        a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies and policies[0].startswith("default-src 'none';")


def test_every_site_is_there_with_its_card(tiny_plan: Plan, tmp_path: Path) -> None:
    page = Page(draw(tiny_plan, tmp_path))
    pins = [attrs["aria-label"] for tag, attrs in page.tags if attrs.get("class") == "pin"]
    assert len(pins) == len(tiny_plan.site_rows)
    for name in set(tiny_plan.site_rows["name"]):
        assert any(name in label for label in pins)
        assert name in page.texts["h2"]
    targets = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    ids = {f"#{attrs['id']}" for _, attrs in page.tags if "id" in attrs}
    assert targets <= ids


def test_names_survive_and_run_nothing(hostile_plan: Plan, tmp_path: Path) -> None:
    page = Page(draw(hostile_plan, tmp_path))
    assert len(page.texts["script"]) == 2
    assert page.texts["h1"] == [hostile_plan.scenario.name]
    assert set(hostile_plan.site_rows["name"]) <= set(page.texts["h2"])
    data = json.loads(page.texts["script"][0])
    assert set(data["zones"]) == set(hostile_plan.library.zones["name"])


def test_a_letter_that_xml_forbids_becomes_a_mark(tiny_plan: Plan, tmp_path: Path) -> None:
    scenario = tiny_plan.scenario.model_copy(update={"name": "a\x07b"})
    page = Page(draw(replace(tiny_plan, scenario=scenario), tmp_path))
    assert page.texts["h1"] == ["a\ufffdb"]


@pytest.mark.parametrize("shade", MEASURES)
def test_zones_are_shaded_by_what_was_chosen(tiny_plan: Plan, tmp_path: Path, shade: str) -> None:
    page = Page(draw(tiny_plan, tmp_path, shade))
    chosen = [attrs["value"] for tag, attrs in page.tags if tag == "option" and "selected" in attrs]
    assert chosen == [str(MEASURES.index(shade))]
    data = json.loads(page.texts["script"][0])
    bins = data["measures"][MEASURES.index(shade)]["bins"]
    drawn = [attrs["class"] for _, attrs in page.tags if "data-zone" in attrs]
    assert drawn == ["zone " + ("unknown" if b[-1] is None else f"b{b[-1]}") for b in bins]


def test_equal_plans_give_equal_bytes(tiny_plan: Plan, tmp_path: Path) -> None:
    assert draw(tiny_plan, tmp_path) == draw(tiny_plan, tmp_path)


def test_a_grid_without_outlines_still_has_a_map(tiny_plan: Plan, tmp_path: Path) -> None:
    folders = {**tiny_plan.library.folders, "grid": tmp_path}
    bare = replace(tiny_plan, library=replace(tiny_plan.library, folders=folders))
    page = Page(draw(bare, tmp_path))
    pins = [attrs for _, attrs in page.tags if attrs.get("class") == "pin"]
    assert len(pins) == len(tiny_plan.site_rows)
    assert not [attrs for _, attrs in page.tags if "data-zone" in attrs]


PROBE = """<script>
const year = document.querySelector("#year"), told = { pins: [] };
for (const value of [0, 1]) {
  year.value = value;
  year.dispatchEvent(new Event("input"));
  told.pins.push(document.querySelectorAll(".year:not(.off) .pin").length);
}
document.querySelector(".year:not(.off) .pin").dispatchEvent(
  new MouseEvent("click", { bubbles: true, cancelable: true }));
told.card = document.querySelector(".card.on h2").textContent;
document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
told.closed = !document.querySelector(".card.on");
told.requests = performance.getEntriesByType("resource").length;
const out = document.body.appendChild(document.createElement("pre"));
out.id = "told";
out.textContent = JSON.stringify(told);
</script></body>"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_slider_and_card_in_a_browser(tiny_plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "probed.html"
    path.write_text(draw(tiny_plan, tmp_path).replace("</body>", PROBE), encoding="utf-8")
    quiet = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    asked = [str(CHROMIUM), *quiet.split(), "--disable-component-update", "--disable-sync"]
    asked += [f"--user-data-dir={tmp_path / 'browser'}", "--enable-logging=stderr"]
    run = subprocess.run(
        [*asked, "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told = json.loads(next(t for t in Page(run.stdout).texts["pre"] if t))
    by_year = tiny_plan.site_rows.groupby("year").size().to_list()
    largest = tiny_plan.site_rows.sort_values(["year", "facility_mw"])["name"].iloc[-1]
    assert told == {"pins": by_year, "card": largest, "closed": True, "requests": 0}
    assert "CONSOLE" not in run.stderr
