"""A study on a Dask cluster of a scheduler and two workers, one of which is killed in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from study.desk import write
from study.test_study_folder import PRICES, here, rows, start, until

pytest.importorskip("distributed")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of the scheduler and its workers."""
    file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": dict(os.environ)}
    local = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    started = [
        subprocess.Popen(
            [*dask, "scheduler", "--port", "0", "--scheduler-file", str(file), *local], **quiet
        )
    ]
    try:
        until(lambda: file.exists() and file.read_text().strip().endswith("}"))
        address = json.loads(file.read_text())["address"]
        one = ["--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)]
        worker = [*dask, "worker", address, *one, *local]
        started += [subprocess.Popen(worker, **quiet) for _ in range(2)]
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_lost_worker_loses_no_run(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """**Proves** that every run is there although a worker was killed, with the values by hand."""
    address, workers = cluster
    file, folder = write(tmp_path, PRICES), tmp_path / "out"
    process = start(str(file), "-o", str(folder), "--scheduler", address, "--quiet")
    until(lambda: len(rows(folder)) >= 1)
    workers[0].kill()
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    told = pd.read_csv(folder / "table.csv")
    assert list(told.tco_busd * 1e3) == pytest.approx(
        [346.654 + 14 * n for n in range(6)], rel=1e-6
    )


def test_no_scheduler_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """**Proves** the message where nothing answers, and that processes are not asked for as well."""
    monkeypatch.setattr("dcplan.study.cluster.ANSWERS_WITHIN_S", 1.0)
    file = write(tmp_path, PRICES)
    code, _, err = here(str(file), "-o", str(tmp_path / "o"), "--scheduler", "tcp://127.0.0.1:9")
    assert code == 2 and "--scheduler: is tcp://127.0.0.1:9; no Dask scheduler answers" in err
    assert "Traceback" not in err
    both = ("--scheduler", "tcp://127.0.0.1:9", "--workers", "2")
    code, _, err = here(str(file), "-o", str(tmp_path / "o"), *both)
    assert code == 2 and "--workers" in err
