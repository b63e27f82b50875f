"""What happens to a study that is killed, runs twice at once, has no room, or has hostile names."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import dcplan
from dcplan.cli import app
from dcplan.study.folder import finished
from dcplan.study.pool import SAVED_WITHIN_S
from study.desk import ONE, ROOT, solve, write
from trust import program

PRICES = {"sweep": {"chips.red_old.price_usd": {"from": 20000, "to": 25000, "steps": 6}}}
MANY = {"sweep": {"chips.red_old.price_usd": {"from": 20000, "to": 25000, "steps": 60}}}


def start(*arguments: str, **more: Any) -> subprocess.Popen[str]:
    return program.start("study", *arguments, **more)


def run(*arguments: str, **more: Any) -> tuple[int, str, str]:
    process = start(*arguments, **more)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def here(*arguments: str) -> tuple[int, str, str]:
    """The same in this process, which has its imports behind it; the workers are processes all the same."""
    done = CliRunner().invoke(app, ["study", *arguments])
    return done.exit_code, done.stdout, done.stderr


def rows(folder: Path) -> list[Path]:
    return sorted((folder / "runs").glob("*.json"))


def until(what: Any, seconds: float = 120.0, every: float = 0.05) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing came"
        time.sleep(every)


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(p) for p in found.read_text().split()] if found.exists() else []


def test_an_interrupted_study_keeps_what_is_found(tmp_path: Path) -> None:
    """**Proves** that a run whose plan is being saved at Ctrl-C is saved and counted, the others are
    left for the same command, and no worker stays. **Sensitivity** workers that are ended at once."""
    file, folder = write(tmp_path, MANY), tmp_path / "out"
    process = start(str(file), "-o", str(folder), "--workers", "1", start_new_session=True)
    saving: list[Path] = []
    until(lambda: saving.extend((folder / "runs").glob(".*.new")) or saving, every=0.001)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130 and "Traceback" not in told
    key = saving[0].name.split(".")[1]
    kept = [finished(folder, path.stem) for path in rows(folder)]
    assert key in [row.key for row in kept if row is not None and row.solved], told
    assert len(kept) < 60
    assert f"interrupted; {len(kept)} run{'s' * (len(kept) > 1)} kept" in told
    assert "the same command goes on" in told
    ends = list(pd.read_csv(folder / "runs.csv").status)
    assert ends == ["optimal"] * len(kept) + ["waiting"] * (60 - len(kept))
    assert not list((folder / "runs").glob(".*"))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc")
def test_a_killed_study_goes_on(tmp_path: Path) -> None:
    """**Proves** that kill -9 loses nothing finished, leaves no worker behind, and that the same command
    solves the rest only. **Sensitivity** a row written before its plan, a worker that outlives its study."""
    file, folder = write(tmp_path, PRICES), tmp_path / "out"
    process = start(str(file), "-o", str(folder), "--workers", "1", "--quiet")
    until(lambda: len(rows(folder)) >= 2)
    workers = children(process.pid)
    process.kill()
    process.communicate()
    until(lambda: not any(Path(f"/proc/{pid}").exists() and _alive(pid) for pid in workers))
    before = {path: path.stat().st_mtime_ns for path in rows(folder)}
    assert 2 <= len(before) < 6
    for path in before:
        assert dcplan.Plan.load(path.with_suffix("")).audit().passed
    code, out, err = here(str(file), "-o", str(folder), "--workers", "1")
    assert code == 0, err
    assert f"{len(before)} of them were there" in out
    assert all(path.stat().st_mtime_ns == at for path, at in before.items())
    assert len(rows(folder)) == 6
    assert not list((folder / "runs").glob(".*"))
    told = pd.read_csv(folder / "table.csv")
    assert list(told.tco_busd * 1e3) == pytest.approx(
        [346.654 + 14 * n for n in range(6)], rel=1e-6
    )


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_two_studies_at_once_share_a_folder(tmp_path: Path) -> None:
    """**Proves** that both end well and each run is solved once: both tell the same seconds."""
    file, folder = write(tmp_path, PRICES), tmp_path / "out"
    both = [start(str(file), "-o", str(folder), "--workers", "1", "--json") for _ in range(2)]
    told = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    one, other = (json.loads(out)["runs"] for out, _ in told)
    assert one == other
    assert len({row["plan"] for row in one}) == 6


def test_a_folder_of_another_study_is_refused(tmp_path: Path) -> None:
    """**Proves** that nothing is written over another study, or over anything else."""
    file, folder = write(tmp_path, PRICES), tmp_path / "out"
    solve(file, folder)
    code, _, err = here(str(write(tmp_path, {"alternatives": {}})), "-o", str(folder))
    assert code == 2 and "is the folder of the sweep 'tiny'; name another with -o" in err
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "note.txt").write_text("mine")
    code, _, err = here(str(file), "-o", str(tmp_path / "else"))
    assert code == 2 and "is a folder of something else" in err
    assert [path.name for path in (tmp_path / "else").iterdir()] == ["note.txt"]


def test_what_has_no_plan_is_a_row(tmp_path: Path) -> None:
    """**Proves** rows for infeasible, unfinished and invalid runs beside one that is solved."""
    wish = {"target.training_eflops": [7.96, 9000.0], "power.offer": ["[grid]", "[nothing]"]}
    state = solve(write(tmp_path, {"sweep": wish}), tmp_path / "out")
    assert [row.status for row in state.results.values()] == [
        *("optimal", "invalid"),
        *("infeasible", "invalid"),
    ]
    told = next(s for s in state.story.answer if "no plan" in s)
    assert told.startswith("3 of 4 runs have no plan: 2 invalid, 1 infeasible. target.")
    again = solve(tmp_path / "study.yaml", tmp_path / "out")
    assert again.reused == 4


def test_a_full_disk_ends_in_one_line_and_the_study_goes_on_later(tmp_path: Path) -> None:
    """**Proves** that a plan that has no room is told in a line, leaves nothing half-written, and comes
    when there is room. **Sensitivity** a row without its plan, a wait for the plan that had no room."""
    file, folder = write(tmp_path, PRICES), tmp_path / "out"

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    began = time.monotonic()
    code, _, err = run(str(file), "-o", str(folder), "--workers", "1", "--quiet", preexec_fn=small)
    assert code == 2
    assert time.monotonic() - began < SAVED_WITHIN_S
    assert "cannot be written" in err and len(err.strip().splitlines()) == 1, err
    assert not rows(folder) and not list((folder / "runs").glob("*/plan.json"))
    code, _, err = here(str(file), "-o", str(folder), "--workers", "1", "--quiet")
    assert code == 0, err


def test_a_broken_row_or_plan_is_solved_again(tmp_path: Path) -> None:
    """**Proves** that only what is whole counts as finished."""
    file, folder = write(tmp_path, {"sweep": {"limits.pue": [1.2, 1.3, 1.4]}}), tmp_path / "out"
    state = solve(file, folder)
    cut, gone, _ = (state.results[run.name].key for run in state.runs)
    (folder / "runs" / f"{cut}.json").write_text('{"key": "')
    (folder / "runs" / gone / "plan.json").unlink()
    assert finished(folder, cut) is None and finished(folder, gone) is None
    (folder / "runs" / gone / "sites.csv").unlink()
    for path in (folder / "runs" / gone).rglob("*"):
        if path.is_file():
            path.unlink()
    again = solve(file, folder)
    assert again.reused == 1 and len(again.results) == 3


def test_a_dead_worker_costs_its_run_only(tmp_path: Path) -> None:
    """**Proves** that a run whose worker is killed is tried again by another."""
    file, folder = write(tmp_path, PRICES), tmp_path / "out"
    process = start(str(file), "-o", str(folder), "--workers", "1", "--quiet")
    until(lambda: len(rows(folder)) >= 1)
    for pid in children(process.pid):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"spawn_main" in command:
            os.kill(pid, signal.SIGKILL)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert len(rows(folder)) == 6


def test_shards_make_the_whole(tmp_path: Path) -> None:
    """**Proves** that K/N solve disjoint runs, and the study without --shard only gathers them."""
    file, folder = write(tmp_path, {"sweep": {"limits.pue": [1.2, 1.3, 1.4]}}), tmp_path / "out"
    for part, count in (("1/2", 2), ("2/2", 3)):
        code, _, err = here(str(file), "-o", str(folder), "--workers", "1", "--shard", part)
        assert code == 0, err
        assert len(rows(folder)) == count
    code, out, _ = here(str(file), "-o", str(folder), "--workers", "1")
    assert code == 0 and "3 of them were there" in out
    code, _, err = here(str(file), "-o", str(folder), "--shard", "3/2")
    assert code == 2 and "--shard: is 3/2" in err
    other = tmp_path / "other"
    other.mkdir()
    code, _, err = here(
        str(write(other, {"alternatives": {}})), "-o", str(other / "o"), "--shard", "1/2"
    )
    assert code == 2 and "needs runs that are known before the first is solved" in err


def test_hostile_names(tmp_path: Path) -> None:
    """**Proves** that names reach neither markup nor paths: of the study, its folder and its file."""
    name = "=1+1 <script>alert(1)</script> {{7*7}} ]]> 東京 ../../x"
    odd = tmp_path / "a b;$(x) 'ü' \"q\""
    odd.mkdir()
    file = write(odd, {"sweep": {"limits.pue": [1.2, 1.3]}}, name=name)
    code, _, err = here(str(file), "-o", str(odd / "out <b>"), "--workers", "1")
    assert code == 0, err
    page = (odd / "out <b>" / "study.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page and "{{7*7}}" in page
    assert sorted(path.name for path in odd.iterdir()) == ["out <b>", "study.yaml"]


def test_a_start_from_a_neighbour_finds_the_same(tmp_path: Path) -> None:
    """**Proves** that warm starts change how a search begins, and no answer."""
    cold = solve(write(tmp_path, PRICES), tmp_path / "cold")
    warm = solve(write(tmp_path, PRICES, ONE, warm_starts=True), tmp_path / "warm")
    assert [row.tco_musd for row in warm.results.values()] == pytest.approx(
        [row.tco_musd for row in cold.results.values()], rel=1e-6
    )
    keys = [row.key for row in warm.results.values()]
    assert [row.started_from for row in warm.results.values()] == ["", *keys[:-1]]


def test_examples_are_studies() -> None:
    """**Proves** that every shipped study can be read, with its base."""
    from dcplan.study import read_study

    kinds = {read_study(path).study.kind for path in (ROOT / "examples" / "studies").glob("*.yaml")}
    assert len(kinds) == 7
