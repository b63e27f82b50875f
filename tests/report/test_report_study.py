"""The page of a study in a browser: nothing is fetched, nobody is kept out, names stay text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

from dcplan.study import write_all
from study.desk import solve, write

HOSTILE = "=1+1, \"A\" 'b' <script>alert(1)</script> & ]]> {{7*7}} {#x#} 東京"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid of two fields; one of its runs has no plan."""
    desk = tmp_path_factory.mktemp("study")
    fields = {"chips.red_old.price_usd*": [1, 1.2], "limits.pue": [1.05, 1.2, 1.3]}
    state = solve(write(desk, {"sweep": fields}, name=HOSTILE), desk / "out")
    write_all(state)
    return desk / "out"


@pytest.mark.parametrize("width, scheme", [(390, "dark"), (1440, "light")])
def test_page_reads(
    folder: Path,
    look: Callable[..., Page],
    barriers: Callable[[Page], list[tuple[str, list[str]]]],
    width: int,
    scheme: str,
) -> None:
    """**Proves** title, charts and rows on a phone and a desk, with no barrier and no request."""
    page = look(folder / "study.html", width, color_scheme=scheme)
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.locator("figure svg").count() == 2
    assert page.locator("table").nth(1).locator("tbody tr").count() == 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []


def test_charts_are_files_of_their_own(folder: Path) -> None:
    """**Proves** small SVG files without variables of a page, with their words."""
    for path in (folder / "chart.svg", folder / "chart1.svg"):
        root = ElementTree.parse(path).getroot()
        assert root.get("role") == "img" and str(root.get("aria-label")).startswith(HOSTILE)
        assert "limits.pue" in "".join(root.itertext())
        assert "var(--" not in path.read_text(encoding="utf-8")
        assert path.stat().st_size < 100_000
