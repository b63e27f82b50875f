"""The tiny plan, and the same with names that no format may trip over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from dcplan.plan import Plan

HOSTILE = "=1+1, \"A\" 'b' <script>alert(1)</script> & ]]> {{7*7}} {#x#} 東京 Київ "


@pytest.fixture(scope="session")
def hostile_plan(tiny_plan: Plan) -> Plan:
    library = tiny_plan.library
    named = {
        table: library.table(table).assign(
            name=[HOSTILE + str(key) for key in library.table(table).index]
        )
        for table in ("sites", "zones", "chips", "nodes", "supply")
    }
    rows = tiny_plan.site_rows.assign(name=HOSTILE + tiny_plan.site_rows.site_id)
    return replace(
        tiny_plan,
        library=replace(library, **named),
        site_rows=rows,
        scenario=tiny_plan.scenario.model_copy(update={"name": HOSTILE + "fleet"}),
    )


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser without a network; the tests that need one are skipped where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with closing(chromium):
            yield chromium


@pytest.fixture
def barriers() -> Callable[[Page], list[tuple[str, list[str]]]]:
    """What the rules for accessible pages find serious on a page, with the places."""

    def found(page: Page) -> list[tuple[str, list[str]]]:
        every = Axe().run(page).response["violations"]
        grave = [v for v in every if v["impact"] in ("serious", "critical")]
        return [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in grave]

    return found


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file from disk at a width; afterwards fails on any request or console error."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_file(path: Path, width: int = 1440, **settings: str) -> Page:
        size = {"width": width, "height": 900}
        page = browser.new_page(viewport=size, **settings)
        pages.append(page)
        here = path.resolve().as_uri()
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda r: (
                faults.append(f"asked for {r.url}")
                if r.url.split("#")[0] != here and not r.url.startswith(("data:", "blob:"))
                else None
            ),
        )
        page.goto(here)
        return page

    yield open_file
    for page in pages:
        page.close()
    assert not faults
