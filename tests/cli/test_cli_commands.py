"""What the commands print, write and return when all goes well, or the search does not."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import dcplan as package
from dcplan import solve as solving
from dcplan.errors import NoPlan, StoppedEarly
from dcplan.scenario import json_schema, read
from trust.program import start

from .conftest import EXAMPLES, Dcplan

PLAN_FIELDS = (
    "status",
    "objective_name",
    "objective",
    "bound",
    "gap",
    "solve_seconds",
    "dcplan_version",
    "solver_version",
    "scenario",
    "summary",
    "audit",
)


def test_solve_tells_saves_and_audits(dcplan: Dcplan, desk: Path) -> None:
    """Proves exit 0, a summary within 80 columns, progress on standard error, a plan on disk."""
    result = dcplan("solve", "small.yaml")
    assert result.exit_code == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80
    for word in ("facility power", "capex", "per GW", "binds", "gap", "promises are kept"):
        assert word in result.stdout
    assert "saved in plans/small" in result.stdout
    assert re.search(r"^\d+\.\d s  \w+", result.stderr, re.MULTILINE)
    plan = desk / "plans" / "small"
    saved = json.loads((plan / "plan.json").read_text(encoding="utf-8"))
    took = json.loads((plan / "run.json").read_text(encoding="utf-8"))
    assert set(PLAN_FIELDS) <= {*saved, *took}
    assert "solve_seconds" not in saved
    audited = dcplan("audit", "plans/small")
    assert (audited.exit_code, audited.stderr) == (0, "")
    assert audited.stdout.splitlines()[-1].startswith("audit: all ")


def test_json_is_one_object_and_nothing_else(dcplan: Dcplan) -> None:
    """Proves it for every command that has the option, and that --quiet silences the rest."""
    solved = dcplan("solve", "small.yaml", "-o", "a plan", "--json", "--quiet")
    assert (solved.exit_code, solved.stderr) == (0, "")
    data = json.loads(solved.stdout)
    assert set(PLAN_FIELDS) <= set(data) and data["folder"] == "a plan"
    checked = json.loads(dcplan("check", "small.yaml", "--json").stdout)
    assert checked["columns"] > 0 and "tpu_v7" in checked["chips_not_offered"]
    assert json.loads(dcplan("audit", "a plan", "--json").stdout)["passed"] is True


def test_json_of_a_failure_is_empty(dcplan: Dcplan) -> None:
    result = dcplan("solve", "missing.yaml", "--json")
    assert (result.exit_code, result.stdout) == (2, "")


def test_quiet_says_nothing(dcplan: Dcplan, desk: Path) -> None:
    result = dcplan("solve", "small.yaml", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert (desk / "plans" / "small" / "plan.json").is_file()


def test_options_reach_the_solver(dcplan: Dcplan) -> None:
    options = ["--gap", "0.05", "--time-limit", "30", "--threads", "1", "--seed", "7"]
    result = dcplan("solve", "small.yaml", "--json", *options, "--set", "name=Other")
    scenario = json.loads(result.stdout)["scenario"]
    assert scenario["solver"] == {"gap": 0.05, "time_limit_s": 30.0, "threads": 1, "seed": 7}
    assert scenario["name"] == "Other"


def test_check_tells_sizes_and_choices(dcplan: Dcplan, desk: Path) -> None:
    there = sorted(desk.rglob("*"))
    result = dcplan("check", "small.yaml")
    assert (result.exit_code, result.stderr) == (0, "")
    for word in ("6 sites in 2 zones", "columns", "nonzeros", "coefficients", "hand-over"):
        assert word in result.stdout
    assert "its channel 'google' is not one of buyer.channels" in " ".join(result.stdout.split())
    assert sorted(desk.rglob("*")) == there


@pytest.mark.parametrize("name", ["model.mps", "model.lp"])
def test_model_out(dcplan: Dcplan, desk: Path, name: str) -> None:
    """**Proves** that rows and columns have names. **Sensitivity** a sign that `.lp` refuses in one."""
    result = dcplan("check", "small.yaml", "--model-out", name)
    assert result.exit_code == 0
    text = (desk / name).read_text()
    assert "money.capex_musd,2028" in text
    assert "training.target,2028" in text
    assert not list(desk.glob(".*"))


def test_no_plan_exists(dcplan: Dcplan, desk: Path) -> None:
    """Proves exit 3 with what falls short, for a target that the power allowed cannot carry."""
    result = dcplan("solve", "small.yaml", "--set", "target.training_eflops.2028=100000")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "2028" in result.stderr and "power" in result.stderr
    assert not (desk / "plans").exists()
    checked = dcplan("check", "small.yaml", "--set", "target.training_eflops.2028=100000")
    assert checked.exit_code == 3


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoPlan("the capex is too small"), 3),
        (StoppedEarly("stopped before a plan was found"), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_search_that_ends_without_a_plan(
    dcplan: Dcplan, desk: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def search(*_: object) -> None:
        raise error

    monkeypatch.setattr(solving, "solve", search)
    result = dcplan("solve", "small.yaml")
    assert (result.exit_code, result.stdout) == (code, "")
    assert (str(error) or "interrupted") in result.stderr
    assert not (desk / "plans").exists()


def test_plan_that_fails_its_audit_is_saved_as_rejected(
    dcplan: Dcplan, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves exit 6: half of the chips are switched off behind the solver's back."""
    honest = solving.solve

    def search(*arguments: object) -> object:
        outcome = honest(*arguments)  # type: ignore[arg-type]
        running = {k: x / 2 for k, x in outcome.decisions["chips.running"].items()}
        return replace(outcome, decisions={**outcome.decisions, "chips.running": running})

    monkeypatch.setattr(solving, "solve", search)
    result = dcplan("solve", "small.yaml")
    assert result.exit_code == 6
    assert "FAILED" in result.stderr and "REJECTED" in result.stdout
    saved = json.loads((desk / "plans" / "small" / "plan.json").read_text(encoding="utf-8"))
    assert saved["status"] == "rejected" and saved["audit"]["passed"] is False
    assert dcplan("audit", "plans/small").exit_code == 6


def test_time_limit_without_a_plan(dcplan: Dcplan, desk: Path) -> None:
    result = dcplan("solve", "small.yaml", "--time-limit", "1e-6")
    assert (result.exit_code, result.stdout) == (5, "")
    assert not (desk / "plans").exists()


def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    """Proves exit 4 and a saved plan after SIGINT, in a process of its own."""
    plan = tmp_path / "plan"
    scenario = str(EXAMPLES / "1gw.yaml")
    running = start("solve", scenario, "-o", str(plan), "--gap", "0", "--time-limit", "300")
    assert running.stderr is not None
    for line in running.stderr:
        if "best plan" in line:
            break
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=120)
    assert running.returncode == 4
    assert "stopped" in told
    saved = json.loads((plan / "plan.json").read_text(encoding="utf-8"))
    assert saved["status"] == "stopped" and saved["audit"]["passed"] is True


def test_ctrl_c_while_a_plan_is_saved(desk: Path) -> None:
    """Proves that SIGINT after the search changes nothing: the plan is saved whole and told, exit 0."""
    running = start("solve", "small.yaml", "-o", "plan", "--json")
    while running.poll() is None and not list(desk.glob(".plan.*.new")):
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    told, complaint = running.communicate(timeout=120)
    assert (running.returncode, json.loads(told)["status"]) == (0, "optimal"), complaint
    assert package.Plan.load(desk / "plan").audit().passed
    assert not list(desk.glob(".plan.*"))


STRUCK = """
import os, signal, sys
class Strike:
    def find_spec(self, name, path, target=None):
        if name == "dcplan.cli.running":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Strike())
from dcplan.__main__ import main
main()
"""


def test_ctrl_c_while_python_still_reads_the_program() -> None:
    """**Proves** exit 130 and one line, no traceback."""
    done = subprocess.run([sys.executable, "-c", STRUCK], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "interrupted before it began\n"


def test_help_is_quick() -> None:
    """Proves that no heavy module is imported before a command runs."""
    slow = ("pandas", "pyomo", "highspy", "geopandas", "scipy", "pydantic", "ruamel", "numpy")
    code = "import sys; from dcplan.cli import app; import dcplan; dcplan.__version__; "
    code += f"print([name for name in {slow} if name in sys.modules])"
    began = time.monotonic()
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    assert time.monotonic() - began < 10


def test_fault_is_one_line(desk: Path) -> None:
    code = "import dcplan.cli.writing as w, sys; from dcplan.__main__ import main; "
    code += "w._write = lambda *a, **k: 1 / 0; sys.argv[1:] = ['new', 'x.yaml']; main()"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (1, "")
    assert len(found.stderr.splitlines()) == 1
    assert found.stderr.startswith("a fault of dcplan: ZeroDivisionError: division by zero;")


def test_version(dcplan: Dcplan) -> None:
    assert dcplan("--version").stdout == f"dcplan {package.__version__}\n"


def test_new_is_a_scenario(dcplan: Dcplan, desk: Path) -> None:
    assert dcplan("new", "mine.yaml").exit_code == 0
    assert read(desk / "mine.yaml").years


def test_data_list(dcplan: Dcplan) -> None:
    text = " ".join(dcplan("data", "list").stdout.split())
    for words in ("64 zones", "241 sites", "3,108 sites", "Grids", "CC BY 4.0"):
        assert words in text


def test_data_show_a_table(dcplan: Dcplan) -> None:
    """Proves that every column comes with unit and meaning, in at most 80 columns when piped."""
    result = dcplan("data", "show", "chips")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "IT power per chip with its host, without" in result.stdout
    assert result.stdout.count("h100_sxm") > 1
    rows = list(csv.DictReader(dcplan("data", "show", "chips", "--csv").stdout.splitlines()))
    assert next(r for r in rows if r["chip"] == "h100_sxm")["vendor"] == "NVIDIA"


def test_data_show_a_row(dcplan: Dcplan) -> None:
    assert re.search(
        r"price_usd +39,852 USD +own estimate",
        dcplan("data", "show", "chips", "h100_sxm").stdout,
    )


def test_data_cite(dcplan: Dcplan) -> None:
    result = dcplan("data", "cite", "chips.h100_sxm.price_usd")
    for word in ("39,852 USD", "25,920 to 41,796", "own estimate", "Licence: CC BY 4.0"):
        assert word in " ".join(result.stdout.split())
    assert dcplan("data", "cite", "cooling.liquid_full/cold.pue").exit_code == 0


def test_data_of_a_scenario(dcplan: Dcplan) -> None:
    """Proves that a scenario's own library is read, with what it overrides."""
    assert "arden_hills" in dcplan("data", "show", "zones", "--scenario", "small.yaml").stdout


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("chips", "chips: is no address; write table.row.column, such as chips.h100_sxm.price_usd"),
        (
            "chips.h100_smx.price_usd",
            "chips.h100_smx: is not a row; it must be a chip of chips.csv",
        ),
        ("chip.h100_sxm.price_usd", "chip: is not a table; it must be one of chips, chip_supply"),
    ],
)
def test_data_cite_refuses(dcplan: Dcplan, address: str, told: str) -> None:
    result = dcplan("data", "cite", address)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(told)


def test_book_has_every_equation_twice(dcplan: Dcplan, desk: Path) -> None:
    """Proves that the numbers of each chapter's page and of its constraints are the same."""
    assert dcplan("book", "-o", "book.md").exit_code == 0
    for chapter in (desk / "book.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        page = set(re.findall(r"^  ([A-Z]\d+) ", chapter, re.MULTILINE))
        stated = set(re.findall(r"^\| ([A-Z]\d+) \|", chapter, re.MULTILINE))
        assert page == stated and page
    assert "Power: what is contracted" in dcplan("book").stdout


def test_from_python(desk: Path) -> None:
    plan = package.load("small.yaml", ["limits.power_gw=0.3"]).solve()
    assert plan.status == "optimal" and plan.audit().passed
    plan.save("kept")
    again = package.Plan.load("kept")
    assert again.summary.equals(plan.summary)
    assert again.sites.crs == again.links.crs == "EPSG:4326"
    assert repr(plan).startswith("<Plan 'Small': optimal, tco ")


def test_published_schema_is_that_of_the_code() -> None:
    path = Path(__file__).parents[2] / "docs" / "scenario.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == json_schema()
