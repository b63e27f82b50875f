"""The map page in a browser: nothing over anything else, every control, every reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crowded_plans import LINKS, TOWN, crowded_plan
from playwright.sync_api import Page

from dcplan.plan import Plan
from dcplan.report import write_map

Look = Callable[..., Page]
WIDTHS = (390, 1024, 1440)


@pytest.fixture(scope="module")
def crowded(tiny_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("crowded") / "map.html"
    write_map(crowded_plan(tiny_plan), path)
    return path


@pytest.fixture
def page_of(hostile_plan: Plan, crowded: Path, tmp_path: Path) -> Callable[[str], Path]:
    """The page by the name of its plan."""

    def path_of(name: str) -> Path:
        if name == "crowded":
            return crowded
        write_map(hostile_plan, tmp_path / "map.html")
        return tmp_path / "map.html"

    return path_of


# Every line of text that is seen, with what may cut it; names of the map against rings and links.
MEASURE = """() => {
  const faults = [], texts = [], slack = 1.5;
  const seen = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, home = node.parentElement;
    if (!node.textContent.trim() || home.closest("script, style, select, #tip") || !seen(home)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = home.closest("svg") ? [home.getBoundingClientRect()] : [...range.getClientRects()];
    for (const box of boxes) if (box.width > 0.5) texts.push({ home, box, words: node.textContent.trim() });
  }
  const over = (a, b) =>
    a.left + slack < b.right && b.left + slack < a.right &&
    a.top + slack < b.bottom && b.top + slack < a.bottom;
  texts.forEach((one, n) => {
    for (const two of texts.slice(n + 1))
      if (over(one.box, two.box)) faults.push(`${one.words} over ${two.words}`);
    for (let e = one.home; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e), edge = e.getBoundingClientRect();
      if (style.overflowX === "visible" || style.display === "inline") continue;
      const beyond = one.box.left < edge.left - slack || one.box.right > edge.right + slack;
      const lost = one.box.top < edge.top - slack || one.box.bottom > edge.bottom + slack;
      if (beyond || (lost && style.overflowY === "hidden")) faults.push(`${one.words} is cut`);
    }
    if (one.box.left < 0 || one.box.right > innerWidth) faults.push(`${one.words} leaves the page`);
  });
  const map = document.querySelector("#map"), names = [...map.querySelectorAll(".label")].filter(seen);
  const layer = map.querySelector(".year:not(.off)"), at = map.getScreenCTM();
  const rings = [...layer.querySelectorAll(".pin")];
  const spots = [...layer.querySelectorAll(".core")].flatMap((wire) =>
    Array.from({ length: Math.ceil(wire.getTotalLength() / 2) + 1 }, (_, n) =>
      wire.getPointAtLength(2 * n).matrixTransform(at)));
  for (const name of names) {
    const box = name.getBoundingClientRect(), words = name.textContent;
    const others = rings.filter((pin) => pin.dataset.site !== name.parentNode.dataset.site);
    if (others.some((pin) => over(box, pin.querySelector(".halo").getBoundingClientRect())))
      faults.push(`${words} over a ring`);
    const inside = ({ x, y }) => x > box.left && x < box.right && y > box.top + 1 && y < box.bottom - 1;
    if (spots.some(inside)) faults.push(`${words} over a link`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the screen");
  return { faults, names: names.map((name) => name.textContent), texts: texts.length };
}"""


def choose_year(page: Page, place: int) -> None:
    page.locator("#year").evaluate(
        "(slider, place) => { slider.value = place; slider.dispatchEvent(new Event('input')); }",
        place,
    )
    page.wait_for_timeout(50)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["crowded", "hostile"])
def test_no_text_lies_over_another_or_is_cut(
    page_of: Callable[[str], Path], look: Look, name: str, width: int
) -> None:
    page = look(page_of(name), width)
    for place in (1, 0):
        choose_year(page, place)
        found: dict[str, Any] = page.evaluate(MEASURE)
        assert found["faults"] == []
        assert found["texts"] > 30 and found["names"]


def test_near_sites_stay_apart_from_their_links_on_a_phone(crowded: Path, look: Look) -> None:
    page = look(crowded, 390)
    names = page.evaluate(MEASURE)["names"]
    assert len(names) >= 8
    longest = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.year:not(.off) .core')].map((wire) => "
        "wire.getBoundingClientRect()).map((box) => Math.hypot(box.width, box.height)))"
    )
    ring = page.locator(".year:not(.off) .halo").first.bounding_box()
    assert ring is not None and longest > 4 * ring["width"]


def test_a_wide_screen_starts_with_the_whole_map(crowded: Path, look: Look) -> None:
    boxes = {w: look(crowded, w).locator("#map").get_attribute("viewBox") for w in (390, 1440)}
    assert (boxes[1440] or "").startswith("0 0 1160 ")
    assert boxes[390] != boxes[1440]


def test_zoom_and_reset(crowded: Path, look: Look) -> None:
    for width in (390, 1440):
        page = look(crowded, width)
        view = page.locator("#map")
        home = view.get_attribute("viewBox")
        page.locator("#in").click()
        near = view.get_attribute("viewBox")
        assert near != home and page.evaluate(MEASURE)["faults"] == []
        box = view.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 150, box["y"] + 150)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 110, steps=4)
        page.mouse.up()
        assert view.get_attribute("viewBox") != near
        page.locator("#whole").click()
        assert view.get_attribute("viewBox") == home


def test_the_slider_changes_the_map(crowded: Path, look: Look) -> None:
    page = look(crowded)
    seen = []
    for keys in ((), ("ArrowLeft",), ("ArrowRight",)):
        for key in keys:
            page.locator("#year").press(key)
        layer = page.locator(".year:not(.off)")
        seen.append(
            (
                page.locator("#now").inner_text(),
                layer.locator(".pin").count(),
                layer.locator(".wire").count(),
                page.locator("dl.figures:not(.off)").get_attribute("aria-label"),
            )
        )
    first = [site for site in TOWN if site[4] == 2027]
    early = [pair for pair in LINKS if all(TOWN[n][4] == 2027 for n in pair)]
    late = ("2028", len(TOWN), len(LINKS), "Figures of 2028")
    assert seen == [late, ("2027", len(first), len(early), "Figures of 2027"), late]


def test_shades_follow_the_measure(crowded: Path, look: Look) -> None:
    page = look(crowded)
    page.locator("#shade").select_option(label="Price of energy")
    assert page.locator(".shades:not(.off) b").inner_text() == "Price of energy, $/MWh"


@pytest.mark.parametrize("width", [390, 1440])
def test_a_card_opens_by_mouse(crowded: Path, look: Look, width: int) -> None:
    page = look(crowded, width)
    page.locator(".year:not(.off) .pin[aria-label^='Sioux City']").click()
    assert page.locator(".card.on h2").inner_text() == "Sioux City"
    assert not page.locator("#sites").is_visible()
    page.locator(".card.on .back").click()
    assert page.locator("#sites").is_visible() and page.locator(".card.on").count() == 0
    page.locator("#sites a", has_text="Shreveport").click()
    assert page.locator(".card.on h2").inner_text() == "Shreveport"


def test_a_card_opens_by_keyboard(crowded: Path, look: Look) -> None:
    page = look(crowded)
    pin = page.locator(".year:not(.off) .pin").first
    for _ in range(12):
        page.keyboard.press("Tab")
        if pin.evaluate("pin => pin === document.activeElement"):
            break
    name = pin.get_attribute("data-name")
    assert name in page.locator("#tip").inner_text()
    page.keyboard.press("Enter")
    heading = page.locator(".card.on h2")
    assert heading.inner_text() == name
    assert heading.evaluate("head => head === document.activeElement")
    page.keyboard.press("Escape")
    assert page.locator(".card.on").count() == 0
    assert pin.evaluate("pin => pin === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_everyone_can_use_it(
    crowded: Path, look: Look, barriers: Callable[[Page], object], width: int, scheme: str
) -> None:
    page = look(crowded, width, color_scheme=scheme)
    for opened in (False, True):
        if opened:
            page.locator("#sites a").first.click()
        assert barriers(page) == []


def test_the_print_has_the_map_on_its_first_page(crowded: Path, look: Look) -> None:
    page = look(crowded)
    page.emulate_media(media="print")
    # A4 landscape less its margins, at 96 px an inch.
    page.set_viewport_size({"width": 1047, "height": 718})
    box = page.locator("main .panel").bounding_box()
    assert box is not None and box["y"] + box["height"] <= 718
    assert not page.locator(".controls").is_visible()
    made = page.pdf(prefer_css_page_size=True)
    assert made.count(b"/Type /Page\n") == 2
