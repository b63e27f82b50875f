"""Each kind of bad input: its own lines, exit 2, nothing written, nothing on standard output."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from .conftest import SCENARIO, Dcplan

CASES = {
    "broken YAML": (
        ("years: [2027, 2028]", "years: [2027, 2028"),
        ["small.yaml line 5: is not valid YAML: expected ',' or ']', but got ':'"],
    ),
    "wrong type": (
        ("power_gw: 0.2", "power_gw: lots"),
        ['small.yaml line 7, limits.power_gw: is "lots"; it must be a number'],
    ),
    "unknown key": (
        ("power_gw: 0.2", "powr_gw: 0.2"),
        ["small.yaml line 7, limits.powr_gw: is not a known field; did you mean 'power_gw'?"],
    ),
    "unknown chip": (
        ("objective: tco", "objective: tco\nchips: {only: [vr200_nvl72, h100_smx]}"),
        [
            "small.yaml line 10, chips.only: names 'h100_smx', which is not a chip of the library; "
            "did you mean 'h100_sxm'?"
        ],
    ),
    "unknown zone": (
        ("objective: tco", "objective: tco\noverrides: {zones: {cost: {energy_usd_per_mwh: 50}}}"),
        ["small.yaml line 10, overrides.zones.cost: is not a row; it must be a zone of zones.csv"],
    ),
    "a figure below zero": (
        ("objective: tco", "objective: tco\noverrides: {chips: {h100_sxm: {price_usd: -5}}}"),
        ["small.yaml line 10, overrides.chips.h100_sxm.price_usd: is -5; it must be at least 0"],
    ),
    "a figure that is no number": (
        ("objective: tco", "objective: tco\noverrides: {chips: {h100_sxm: {price_usd: .nan}}}"),
        [
            "small.yaml line 10, overrides.chips.h100_sxm.price_usd: "
            "is NaN; it must be a finite number"
        ],
    ),
    "a year without a target": (
        ("{2027: 60, 2028: 120}", "{2028: 120}"),
        [
            "small.yaml line 6, target.training_eflops: "
            "has no value for 2027; give each year one, 0 for none"
        ],
    ),
    "a limit below what forced sites need": (
        ("max_mw: 200}", "max_mw: 200, force: [quayside, millrace, cairn]}\n"),
        [
            "small.yaml line 7, limits.power_gw: is 0.05 in 2028; the forced sites need at least "
            "0.06 (sites.min_mw each); raise it or force fewer sites"
        ],
    ),
    "two at once, in the order of lines": (
        ("preset: moe-2t}", "preset: moe-2t, goodput_frac: 2}\nfibre: {topology: ring}"),
        [
            "small.yaml line 5, workload.goodput_frac: is 2; it must be at most 1.0",
            'small.yaml line 6, fibre.topology: is "ring"; it must be tree or survivable',
        ],
    ),
}


@pytest.mark.parametrize("command", ["check", "solve"])
@pytest.mark.parametrize("name", CASES)
def test_bad_scenario(dcplan: Dcplan, desk: Path, name: str, command: str) -> None:
    """Proves that a bad scenario is told line by line and leaves no trace."""
    (before, after), lines = CASES[name]
    text = SCENARIO.replace(before, after)
    if "forced" in name:
        text = text.replace("power_gw: 0.2", "power_gw: 0.05")
    (desk / "small.yaml").write_text(text, encoding="utf-8")
    there = sorted(desk.rglob("*"))
    result = dcplan(command, "small.yaml")
    assert result.stderr.splitlines() == lines
    assert (result.exit_code, result.stdout) == (2, "")
    assert sorted(desk.rglob("*")) == there


def test_missing_file(dcplan: Dcplan) -> None:
    result = dcplan("solve", "smal.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "smal.yaml: does not exist; check the path\n"


def test_site_in_a_zone_that_is_not_there(dcplan: Dcplan, desk: Path) -> None:
    path = desk / "sites" / "sites.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Millrace,arden_hills", "Millrace,arden_hill"), encoding="utf-8")
    result = dcplan("check", "small.yaml")
    assert result.exit_code == 2
    assert result.stderr == (
        "sites/sites.csv line 5, zone: is 'arden_hill'; it must be a zone of zones.csv; "
        "did you mean 'arden_hills'?\n"
    )


def test_what_stands_in_a_table_does_not_steer_the_terminal(dcplan: Dcplan, desk: Path) -> None:
    """Proves that control characters of the input are written out, and a very long cell is cut."""
    path = desk / "sites" / "sites.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("name,", "na\x1b[2Jme,", 1), encoding="utf-8")
    result = dcplan("check", "small.yaml")
    assert result.exit_code == 2
    assert "sites/sites.csv line 1, na\\x1b[2Jme: is not a column of sites" in result.stderr
    assert "\x1b" not in result.stderr
    path.write_text(text.replace("arden_hills", "x" * 10_000), encoding="utf-8")
    result = dcplan("check", "small.yaml")
    assert result.exit_code == 2
    assert max(map(len, result.stderr.splitlines())) < 1_300


def test_a_link_to_itself(dcplan: Dcplan, desk: Path) -> None:
    path = desk / "grid" / "zones.csv"
    path.unlink()
    path.symlink_to(path)
    result = dcplan("check", "small.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "grid/zones.csv: is missing; it must be a file in that folder\n"
    )


def test_an_anchor_given_twice_is_no_warning(dcplan: Dcplan, desk: Path) -> None:
    (desk / "small.yaml").write_text(SCENARIO.replace("tco", "&a tco").replace("Small", "&a Small"))
    result = dcplan("check", "small.yaml")
    assert (result.exit_code, result.stderr) == (0, "")


def test_folder_that_is_no_plan(dcplan: Dcplan, desk: Path) -> None:
    result = dcplan("audit", "grid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "grid: holds no plan.json; it is not a folder that dcplan solve has written\n"
    )


def test_plan_is_not_saved_over_something_else(dcplan: Dcplan, desk: Path) -> None:
    """Proves that this is said before the search and that the folder stands as it was."""
    result = dcplan("solve", "small.yaml", "-o", "grid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "grid: is a folder of something else; name one that is new, empty or a plan\n"
    )


def test_full_disk(dcplan: Dcplan, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that nothing half-written is left, and that the plan is told all the same."""

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    result = dcplan("solve", "small.yaml", "-o", "plan")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "plan: cannot be written (No space left on device); make room or name another"
    )
    assert "not saved" in result.stdout
    assert not [path for path in desk.iterdir() if "plan" in path.name]


def test_setting_names_itself(dcplan: Dcplan) -> None:
    result = dcplan("check", "small.yaml", "--set", "limits.pu=1.1", "--gap", "2")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "--set limits.pu=1.1: is not a known field; did you mean 'pue'?",
        "--set solver.gap=2, solver.gap: is 2; it must be less than 1.0",
    ]


def test_model_file_must_say_its_format(dcplan: Dcplan, desk: Path) -> None:
    result = dcplan("check", "small.yaml", "--model-out", "model.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "model.txt: ends in '.txt'; a model file must end in .mps or .lp\n"


def test_new_does_not_overwrite(dcplan: Dcplan, desk: Path) -> None:
    before = (desk / "small.yaml").read_bytes()
    result = dcplan("new", "small.yaml")
    assert result.exit_code == 2
    assert result.stderr == (
        "small.yaml: exists already; give another name, or take it away first\n"
    )
    assert (desk / "small.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [["solve"], ["solve", "a.yaml", "--bogus"], ["slve"], ["audit"], ["data", "shw"]]
)
def test_usage(dcplan: Dcplan, arguments: list[str]) -> None:
    result = dcplan(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error" in result.stderr
