"""Fields that by their nature change no plan: each with a test that it does what it says instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dcplan
from alive.bases import LOT, ONE, futures
from dcplan.errors import StoppedEarly
from dcplan.solve.engine import Engine
from tiny_plans import TINY

WHOLE = ("solver.gap=1e-9", "solver.threads=1")
"""The tiny scenario as it stands, which takes a real search."""


def test_the_name_is_on_what_people_see(tmp_path: Path) -> None:
    plan = dcplan.load(TINY, (*ONE, "name=Aspen & Birch")).solve()
    assert "Aspen & Birch" in repr(plan)
    page = plan.map(tmp_path / "map.html").read_text(encoding="utf-8")
    assert "Aspen &amp; Birch" in page
    plan.save(tmp_path / "plan")
    assert dcplan.Plan.load(tmp_path / "plan").record.scenario.name == "Aspen & Birch"


def test_the_name_of_a_lot_is_in_its_table() -> None:
    plan = dcplan.load(TINY, (*LOT[:-1], LOT[-1].replace("name: x", "name: Aspen"))).solve()
    assert plan.table("commitments").name.tolist() == ["Aspen"]


def test_the_name_of_a_future_is_its_folder(tmp_path: Path) -> None:
    plan = dcplan.load(TINY, (*ONE, futures(name="aspen"))).solve()
    plan.save(tmp_path / "plan")
    assert dcplan.Plan.load(tmp_path / "plan").futures.future.tolist() == ["plain", "aspen"]
    assert (tmp_path / "plan" / "futures" / "aspen" / "plan.json").is_file()


def test_a_wide_gap_stops_sooner() -> None:
    wide = dcplan.load(TINY, (*WHOLE, "solver.gap=0.3")).solve().record
    tight = dcplan.load(TINY, WHOLE).solve().record
    assert 1e-9 < wide.gap <= 0.3
    assert tight.gap <= 1e-9


def test_the_time_limit_stops() -> None:
    with pytest.raises(StoppedEarly):
        dcplan.load(TINY, (*WHOLE, "solver.time_limit_s=0.001")).solve()


@pytest.mark.parametrize(("field", "option"), [("threads", "threads"), ("seed", "random_seed")])
def test_an_option_reaches_the_solver(
    monkeypatch: pytest.MonkeyPatch, field: str, option: str
) -> None:
    seen = []
    run = Engine.run

    def spy(engine: Engine, *args: Any, **kept: Any) -> Any:
        seen.append(engine.h.getOptionValue(option)[1])
        return run(engine, *args, **kept)

    monkeypatch.setattr(Engine, "run", spy)
    dcplan.load(TINY, (*WHOLE, f"solver.{field}=3")).solve()
    assert 3 in seen


LABELS = {
    "name": test_the_name_is_on_what_people_see,
    "commitments[].name": test_the_name_of_a_lot_is_in_its_table,
    "futures[].name": test_the_name_of_a_future_is_its_folder,
    "solver.gap": test_a_wide_gap_stops_sooner,
    "solver.time_limit_s": test_the_time_limit_stops,
    "solver.threads": test_an_option_reaches_the_solver,
    "solver.seed": test_an_option_reaches_the_solver,
}
