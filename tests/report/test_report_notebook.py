"""A plan in a notebook: how it shows itself, plots, explores and is reported."""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dcplan.api import Plan
from dcplan.errors import InputError
from dcplan.plan import Plan as Record
from dcplan.report import notebook
from dcplan.report.charts import CHARTS
from tiny_plans import Solved


class Reader(HTMLParser):
    """Elements, their attributes and the text of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.image: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.image = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.words += f" {data.strip()}"


def test_a_plan_shows_its_name_verdict_figures_and_map(tiny_plan: Record) -> None:
    plan = Plan(tiny_plan)
    shown = Reader(plan._repr_html_())
    assert shown.words.split()[:2] == ["tiny", "fleet"]
    assert "proven optimal" in shown.words
    for part in ("Facility power MW", "2027 2028", "Training delivered EFLOP/s 20 60"):
        assert part in shown.words
    kind, _, data = str(shown.image["src"]).partition(",")
    assert kind == "data:image/svg+xml;base64"
    picture = ElementTree.fromstring(b64decode(data))
    assert len(picture.findall(".//{*}circle[@class='halo']")) == 3
    assert "var(" not in b64decode(data).decode()
    assert repr(plan).startswith("<Plan 'tiny fleet': optimal")
    assert plan._repr_html_() == plan._repr_html_()


def test_a_name_is_never_markup(hostile_plan: Record) -> None:
    text = Plan(hostile_plan)._repr_html_()
    shown = Reader(text)
    assert set(shown.tags) <= {
        *("div", "table", "thead", "tbody", "tr", "th", "td", "img", "span"),
    }
    assert "<script>alert(1)</script> & ]]> {{7*7}}" in shown.words
    assert not re.search(r"https?:", text)


def test_a_plan_whose_outlines_are_gone_shows_all_but_the_map(
    tiny_plan: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(plan: Record) -> None:
        raise InputError([])

    monkeypatch.setattr(notebook, "scene_of", broken)
    shown = Reader(Plan(tiny_plan)._repr_html_())
    assert "img" not in shown.tags
    assert "Facility power" in shown.words


@pytest.fixture
def axes() -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    yield plt.subplots()[1]
    plt.close("all")


def test_plot_draws_zones_links_and_sites(tiny_plan: Record, axes: Any) -> None:
    plan = Plan(tiny_plan)
    assert plan.plot(ax=axes) is axes
    from matplotlib.collections import LineCollection, PatchCollection, PathCollection

    def of(kind: type) -> list[Any]:
        return [part for part in axes.collections if isinstance(part, kind)]

    zones, links, sites = of(PatchCollection), of(LineCollection), of(PathCollection)
    rows, wires = plan.sites.query("year == 2028"), plan.links.query("year == 2028")
    assert sum(len(part.get_paths()) for part in zones) == 2
    assert sum(len(part.get_segments()) for part in links) == len(wires)
    spots = {tuple(spot) for part in sites for spot in part.get_offsets().tolist()}
    assert spots == set(zip(rows.lon, rows.lat, strict=True))
    largest = max((part for part in sites), key=lambda part: max(part.get_sizes()))
    place = largest.get_offsets()[largest.get_sizes().argmax()]
    assert place[0] == rows.loc[rows.facility_mw.idxmax()].lon
    assert axes.get_title(loc="left").startswith("tiny fleet, 2028: 289.5 MW")
    assert len(axes.get_legend().get_texts()) == len(links) + len(sites)


def test_plot_of_an_earlier_year_a_lone_site_and_hostile_names(
    tiny_plan: Record, hostile_plan: Record, solve: Callable[..., Solved], axes: Any
) -> None:
    first = Plan(tiny_plan).plot(2027, axes)
    assert "2027" in first.get_title(loc="left")
    hard = hostile_plan.scenario.model_copy(update={"name": r"$\frac{1}$ fleet"})
    drawn = Plan(replace(hostile_plan, scenario=hard)).plot()
    drawn.figure.canvas.draw()
    lone = solve(
        "years=[2027]", "target.training_eflops=20", "limits.power_gw=0.15", "power.offer=[grid]"
    ).plan()
    assert lone.link_rows.empty
    Plan(lone).plot().figure.canvas.draw()


def test_plot_refuses_a_year_that_is_not_planned(tiny_plan: Record, axes: Any) -> None:
    with pytest.raises(InputError, match="year: is 2031; it must be one of 2027, 2028"):
        Plan(tiny_plan).plot(2031, axes)


@pytest.mark.parametrize("column", [None, "facility_mw", "open", "cooling", "year"])
def test_explore_gives_a_map_with_the_sites(tiny_plan: Record, column: str | None) -> None:
    pytest.importorskip("folium")
    plan = Plan(tiny_plan)
    page = plan.sites.explore(column).get_root().render()
    for name in plan.sites["name"]:
        assert name in page
    assert "facility_mw" in page
    assert plan.links.explore().get_root().render()


def test_charts_list_themselves(tiny_plan: Record) -> None:
    charts = Plan(tiny_plan).charts
    own = [name for name in dir(charts) if not name.startswith("_")]
    assert sorted(own) == sorted(CHARTS)
    pytest.importorskip("altair")
    for name, draw in CHARTS.items():
        assert f"{name}()" in repr(charts)
        assert getattr(charts, name)().to_dict() == draw(tiny_plan).to_dict()


def test_report_writes_by_the_end_of_the_name(tiny_plan: Record, tmp_path: Path) -> None:
    pytest.importorskip("altair")
    pytest.importorskip("xlsxwriter")
    plan = Plan(tiny_plan)
    assert (
        plan.report(tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    )
    assert plan.report(tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"
    with pytest.raises(InputError, match=r"ends in '.pdf'; a report must end in .html or .xlsx"):
        plan.report(tmp_path / "a.pdf")


def test_without_matplotlib_one_line_says_what_to_install(
    tiny_plan: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(InputError, match=r"pip install 'dcplan\[notebook\]'"):
        Plan(tiny_plan).plot()
