"""A plan folder: whole or not at all, the same bytes for the same plan, clear when broken."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest

from dcplan import case, scenario
from dcplan.case.inputs import read_library
from dcplan.errors import InputError
from dcplan.files import beside
from dcplan.plan import TABLES, Plan, load, save


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def assert_same(one: Plan, two: Plan) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(one.table(name), two.table(name))
    pd.testing.assert_frame_equal(one.summary, two.summary)
    pd.testing.assert_frame_equal(one.library.chips, two.library.chips)
    assert one.scenario == two.scenario
    same = ("status", "objective", "bound", "gap", "solve_seconds", "solver_version", "audit")
    assert [getattr(one, name) for name in same] == [getattr(two, name) for name in same]


def in_child(work: Callable[[], None]) -> str:
    """Run in a forked process, which may limit itself; return what it raised, '' if nothing."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        told = ""
        try:
            work()
        except InputError as error:
            told = str(error)
        except BaseException as error:
            told = f"not an InputError: {error!r}"
        os.write(write_end, told.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("objective=max_flop",),
        ("chips.blue.price_usd*=0.5", "supply.gas.max_mw=null"),
        ("zones.north.name='Nörd, the \"upper\" one'",),
    ],
)
def test_round_trip(solve: Callable[..., Any], tmp_path: Path, settings: tuple[str, ...]) -> None:
    settings = tuple(s for s in settings if "null" not in s)
    plan = solve(*settings).plan()
    save(plan, tmp_path / "a")
    again = load(tmp_path / "a")
    assert_same(plan, again)
    save(again, tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_equal_plans_give_equal_bytes(tiny_plan: Plan, tmp_path: Path) -> None:
    save(tiny_plan, tmp_path / "a")
    time.sleep(1.1)  # a GeoPackage tells the second of writing unless it is kept from it
    save(tiny_plan, tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_no_bound_is_kept(tiny_plan: Plan, tmp_path: Path) -> None:
    bare = replace(tiny_plan, status="stopped", bound=float("-inf"), gap=float("inf"))
    save(bare, tmp_path / "a")
    json.loads((tmp_path / "a/plan.json").read_text(), parse_constant=pytest.fail)
    assert_same(bare, load(tmp_path / "a"))


def test_folder_stands_alone(solve: Callable[..., Any], tmp_path: Path) -> None:
    """Proves: the scenario under inputs solves the same case without the library it came from."""
    solved = solve("chips.blue.price_usd*=0.5")
    save(solved.plan(), tmp_path / "a")
    shutil.move(tmp_path / "a", tmp_path / "elsewhere")
    wish = scenario.read(tmp_path / "elsewhere/inputs/scenario.yaml")
    again = case.build(wish, read_library(wish))
    assert again.chips == solved.case.chips
    assert again.fibre == solved.case.fibre


def test_layers(tiny_plan: Plan, tmp_path: Path) -> None:
    save(tiny_plan, tmp_path / "a")
    rows = {
        n: geopandas.read_file(tmp_path / "a/plan.gpkg", layer=n)
        for n in ("sites", "links", "zones")
    }
    assert {name: len(layer) for name, layer in rows.items()} == {
        "sites": 4,
        "links": 4,
        "zones": 4,
    }
    assert all(layer.crs == "EPSG:4326" for layer in rows.values())


def test_replaces_a_plan_and_keeps_what_is_not_ours(tiny_plan: Plan, tmp_path: Path) -> None:
    save(replace(tiny_plan, solve_seconds=1.0), tmp_path / "a")
    (tmp_path / "a/notes.txt").write_text("mine")
    (tmp_path / "a/maps").mkdir()
    (tmp_path / "a/maps/one.html").write_text("mine too")
    save(tiny_plan, tmp_path / "a")
    assert_same(load(tmp_path / "a"), tiny_plan)
    assert (tmp_path / "a/notes.txt").read_text() == "mine"
    assert (tmp_path / "a/maps/one.html").read_text() == "mine too"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_loaded_plan_may_replace_its_own_folder(tiny_plan: Plan, tmp_path: Path) -> None:
    save(tiny_plan, tmp_path / "a")
    save(load(tmp_path / "a"), tmp_path / "a")
    assert_same(load(tmp_path / "a"), tiny_plan)


def test_refuses_what_is_not_a_plan(tiny_plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.tex").write_text("years of work")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a folder of something else"):
        save(tiny_plan, tmp_path / "thesis")
    with pytest.raises(InputError, match="is a file"):
        save(tiny_plan, tmp_path / "file")
    with pytest.raises(InputError, match="cannot be written"):
        save(tiny_plan, tmp_path / "file" / "below")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "thesis"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_read_only_folder(tiny_plan: Plan, open_folder: Path) -> None:
    open_folder.chmod(0o555)

    def work() -> None:
        if os.geteuid() == 0:
            os.setuid(65534)
        save(tiny_plan, open_folder / "a")

    told = in_child(work)
    assert "Permission denied); make room or name another" in told
    assert "\n" not in told
    assert list(open_folder.iterdir()) == []


@pytest.mark.parametrize("size", [300, 1_000, 2_000, 20_000, 60_000, 70_000])
def test_no_room(tiny_plan: Plan, tmp_path: Path, size: int) -> None:
    """Proves: a file that cannot be written whole, of ours or GDAL's, leaves the old plan."""
    save(replace(tiny_plan, solve_seconds=7.0), tmp_path / "a")
    before = files(tmp_path / "a")

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        save(tiny_plan, tmp_path / "a")

    told = in_child(work)
    assert "cannot be written" in told
    assert not told.startswith("not an InputError")
    assert files(tmp_path / "a") == before
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_killed_at_any_moment(tiny_plan: Plan, tmp_path: Path) -> None:
    """Proves: after SIGKILL a whole plan stands under its name or the one beside it."""
    target = tmp_path / "a"
    save(tiny_plan, target)
    for step in range(12):
        child = os.fork()
        if child == 0:
            while True:
                save(tiny_plan, target)
        time.sleep(0.03 + 0.017 * step)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        standing = target if target.exists() else tmp_path / ".a.before"
        assert_same(load(standing), tiny_plan)
        save(tiny_plan, target)
        assert_same(load(target), tiny_plan)
        assert [path.name for path in tmp_path.iterdir() if any(path.iterdir())] == ["a"]


def test_what_a_killed_save_left_goes_and_another_save_stays(tmp_path: Path) -> None:
    """**Proves** that a hidden folder goes with the next save of its name, unless a process holds it."""
    for name in (".a.01234567.new", ".a.notes.new", ".b.01234567.new", ".ab.01234567.new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    with beside(tmp_path / "a") as first:
        (first / "file").write_text("x")
        with beside(tmp_path / "a"):
            assert (first / "file").exists()
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [".a.notes.new", ".ab.01234567.new", ".b.01234567.new"]


def test_load_names_the_plan_that_was_moved_aside(tiny_plan: Plan, tmp_path: Path) -> None:
    save(tiny_plan, tmp_path / ".a.before")
    with pytest.raises(InputError, match=r"left the plan before as .*\.a\.before"):
        load(tmp_path / "a")


def _drop_column(folder: Path) -> None:
    rows = pd.read_csv(folder / "sites.csv").drop(columns="pue")
    rows.to_csv(folder / "sites.csv", index=False)


def _rewrite(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))

    return change


BROKEN: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no folder": (shutil.rmtree, "a: is not a folder"),
    "no plan.json": (lambda f: (f / "plan.json").unlink(), "holds no plan.json"),
    "cut JSON": (
        lambda f: os.truncate(f / "plan.json", 400),
        r"plan.json, line \d+: is not JSON; solve again",
    ),
    "a list": (lambda f: (f / "plan.json").write_text("[]"), "is not a JSON object"),
    "no bound": (_rewrite("plan.json", '"bound"', '"limit"'), "plan.json: has no 'bound'"),
    "text for a number": (
        _rewrite("plan.json", '"gap": 0.0', '"gap": "none"'),
        "plan.json, gap: is 'none'; it must be a number",
    ),
    "summary": (_rewrite("plan.json", '"it_mw": 1', '"it_mw": null, "x": 1'), "has None for it_mw"),
    "no table": (lambda f: (f / "power.csv").unlink(), "power.csv: is missing"),
    "no column": (_drop_column, "sites.csv line 1: has no column 'pue'"),
    "not a number": (
        _rewrite("power.csv", "138.", "about "),
        "power.csv line 2, contracted_mw: is 'about",
    ),
    "a place off the globe": (
        _rewrite("nodes.csv", "-100", "-200"),
        r"nodes.csv line \d+, lon: is -200",
    ),
    "a row twice": (
        lambda f: (f / "zones.csv").write_text(
            (f / "zones.csv").read_text() + "north,N,2027,0.5pct,1,0,1,1,1,0\n"
        ),
        "zones.csv line 6, zone, year: is 'north/2027', as in line 2",
    ),
    "a whole number that no float holds": (
        _rewrite("plan.json", '"gap": 0.0', '"gap": ' + "9" * 400),
        "plan.json: is not JSON",
    ),
    "a huge year": (
        _rewrite("zones.csv", ",2027,", ",1e20,"),
        "zones.csv line 2, year: is 1e20; it must be a whole number",
    ),
    "other prices": (
        _rewrite("inputs/models/chips.csv", "24000", "14000"),
        "inputs: holds other library files than those the plan was saved with",
    ),
    "loose end": (
        _rewrite("nodes.csv", "alpha", "elsewhere"),
        "nodes.csv: lacks alpha, where a link ends; solve again",
    ),
    "other cuts": (
        lambda f: (f / "cuts.json").write_text(
            '{"nodes": ["a"], "cuts": [[2027, "up", "site", "a", "1", "0"]]}'
        ),
        "cuts.json: does not hold cuts; solve again",
    ),
    "no library": (
        lambda f: shutil.rmtree(f / "inputs/grid"),
        "inputs/grid: is missing; library.grid must be a folder",
    ),
    "other wish": (
        _rewrite("plan.json", '"pue": 1.3', '"pue": 1.2'),
        "plan.json, scenario: was changed since the plan was saved",
    ),
    "not UTF-8": (
        lambda f: (f / "money.csv").write_bytes(b"\xff\xfe"),
        "money.csv line 1: is not UTF-8",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_folder(tiny_plan: Plan, tmp_path: Path, kind: str) -> None:
    spoil, message = BROKEN[kind]
    save(tiny_plan, tmp_path / "a")
    spoil(tmp_path / "a")
    with pytest.raises(InputError, match=message) as caught:
        load(tmp_path / "a")
    assert len(caught.value.problems) == 1
