"""Why there is no plan: shortages, conflicts and repairs, by hand and in ten different ways.

One site, one year, red_old alone, as in the chapter proofs: 7.96 EFLOP/s take 50 MW of IT, which draw
55 MW in liquid-cooled halls (PUE 1.1) and 60 in halls with air.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dcplan
from asked import ARDEN, ONE, TINY, tiny
from dcplan.ask import Infeasible, explain_infeasible
from dcplan.ask.infeasible import ruled_out
from dcplan.ask.possible import pieces
from dcplan.ask.scan import LEVERS, scaled
from dcplan.ask.steps import step_to
from dcplan.cli import app
from dcplan.model import build
from dcplan.solve.matrix import compile_model
from dcplan.solve.watch import Watch

near = pytest.approx


def explained(file: Path, *settings: str) -> Infeasible:
    found = explain_infeasible(dcplan.load(file, settings))
    assert found is not None
    return found


def value(setting: str) -> float:
    return float(setting.partition("=")[2])


def each_repair_gives_a_plan(file: Path, settings: tuple[str, ...], found: Infeasible) -> None:
    for repair in found.repairs.verified:
        plan = dcplan.load(file, [*settings, *repair.settings, "solver.gap=0.2"]).solve()
        assert plan.status == "optimal" and plan.verdict.passed


def test_power_against_the_target() -> None:
    """50 MW where 55 are needed: 5 MW more, or 5/55 of the target less.

    **Proves** the amounts, that these two conflict and nothing else does, and three repairs with the
    numbers to set. **Sensitivity** both amounts; the third repair takes half of each.
    """
    settings = (*ONE, "limits.power_gw=0.05")
    found = explained(TINY, *settings)
    assert found.certain is True
    assert dict(found.short) == {
        "target.training_eflops": "0.7236 EFLOP/s less (2027)",
        "limits.power_gw": "0.005 GW more (2027)",
    }
    assert found.conflict.limits == ("limits.power_gw", "target.training_eflops")
    assert found.conflict.minimal and not found.conflict.whole
    alone = {r.steps[0].path: r for r in found.repairs.verified if len(r.steps) == 1}
    assert value(alone["limits.power_gw.2027"].settings[0]) == near(0.055, rel=2e-3)
    assert value(alone["target.training_eflops.2027"].settings[0]) == near(7.96 * 10 / 11, rel=2e-3)
    assert len(found.repairs.verified) >= 3
    assert [r.share for r in found.repairs.verified] == sorted(
        r.share for r in found.repairs.verified
    )
    each_repair_gives_a_plan(TINY, settings, found)


def test_what_only_whole_plans_cannot_meet() -> None:
    """A PUE of 1.15 takes liquid halls, 1567.6 MUSD in all; half air, half liquid takes 1543.4.

    **Proves** that the conflict is told as one of whole plans, and that the repairs are: 12.6 MUSD more,
    a PUE of 1.2, or 0.8 % of the target less. **Sensitivity** each by hand, within a few per cent of what
    is missing.
    """
    settings = (*ONE, "limits.pue=1.15", "limits.capex_busd.total=1.555")
    found = explained(TINY, *settings)
    assert found.certain is True and found.conflict.whole and found.conflict.minimal
    assert set(found.conflict.limits) == {
        *("sites.forbid", "limits.pue", "limits.capex_busd", "target.training_eflops"),
    }
    alone = {r.steps[0].path: r for r in found.repairs.verified if len(r.steps) == 1}
    money = value(alone["limits.capex_busd.total"].settings[0])
    assert 1.5676 <= money <= 1.5676 + 0.3 * 0.0126
    target = value(alone["target.training_eflops"].settings[0])
    assert 7.96 * 1.555 / 1.5676 - 0.03 <= target <= 7.96 * 1.555 / 1.5676
    assert value(alone["limits.pue"].settings[0]) == near(1.2, abs=0.01)
    each_repair_gives_a_plan(TINY, settings, found)


@pytest.mark.parametrize(
    ("field", "capex_busd", "share"),
    [("vendor_frac", 1.4, 0.3 + 0.1 * 13.544 / 51.352), ("vendor_capex_frac", 1.34, 0.3234)],
)
def test_share_of_a_vendor_that_only_whole_plans_pass(
    field: str, capex_busd: float, share: float
) -> None:
    """Blue chips are cheaper: at 0.3 of the rate 1,413.544 MUSD, at 0.4 1,362.192.

    **Proves** that a vendor's share is moved like every field, by its name. **Sensitivity** 0.3264 of the
    rate by hand, a tenth of the way more at most; a capex whose share of blue is at 0.3234.
    """
    halls = ("chips.only=[red_old, blue]", "limits.pue=1.15")
    settings = (*ONE, *halls, f"limits.{field}.Blue=0.3", f"limits.capex_busd.total={capex_busd}")
    found = explained(TINY, *settings)
    assert found.conflict.whole and f"limits.{field}" in found.conflict.limits
    alone = {r.steps[0].path: r for r in found.repairs.verified if len(r.steps) == 1}
    repair = alone[f"limits.{field}.Blue"]
    assert share - 1e-3 <= value(repair.settings[0]) <= share + 3e-3
    assert "Blue's" in repair.words
    each_repair_gives_a_plan(TINY, settings, found)


def test_share_of_a_vendor_that_is_short() -> None:
    """**Proves** the repair read off a relaxation: 0.1 of the rate for the others' 0.6 more than that."""
    settings = ("limits.vendor_frac.Red=0.1",)
    found = explained(TINY, *settings)
    ways = [repair.settings for repair in found.repairs.verified]
    assert ("limits.vendor_frac.Red=0.602",) in ways
    each_repair_gives_a_plan(TINY, settings, found)


TWEAKS = {
    "power": (("limits.power_gw.2028=0.3",), "limits.power_gw", 3),
    "target": (("target.training_eflops.2028=700",), "target.training_eflops", 3),
    "PUE of a site": (("limits.pue_site=1.08",), "limits.pue_site", 2),
    "capex": (("limits.capex_busd.total=10",), "limits.capex_busd", 3),
    "debt": (("limits.debt_busd=8", "money.debt_frac=0.7"), "limits.debt_busd", 3),
    "chips": (("buyer.supply_frac=0.002",), "supply of chips", 2),
    # two zones: below a half each there is nothing else to move but wanting less in a smaller zone
    "zone": (("limits.zone_frac=0.3",), "limits.zone_frac", 1),
    "number of sites": (("sites.max_sites=2",), "sites.max_sites", 3),
    # one zone carries all of the fleet: more than its share, however little is wanted
    "number of zones": (("sites.max_zones=1",), "sites.max_zones", 2),
    "sites in a zone": (("sites.max_sites_per_zone=1",), "sites.max_sites_per_zone", 3),
}
ON_TINY = {
    "PUE": (("limits.pue=1.1",), "limits.pue", 3),
    # no site reaches a junction with so little
    "length of a link": (("fibre.max_link_km=60",), "fibre.max_link_km", 3),
}


@pytest.mark.parametrize("name", [*TWEAKS, *ON_TINY])
def test_an_example_made_infeasible(name: str) -> None:
    """**Proves** that what was changed is named in the conflict, and that every repair is one.

    **Sensitivity** each tweak; repairs are solved again from their settings, as a user would.
    """
    file, (settings, limit, least) = (
        (ARDEN, TWEAKS[name]) if name in TWEAKS else (TINY, ON_TINY[name])
    )
    found = explained(file, *settings)
    assert found.certain is True
    assert limit in found.conflict.limits
    assert found.conflict.minimal
    assert len(found.repairs.verified) >= least
    each_repair_gives_a_plan(file, settings, found)


@pytest.mark.parametrize("name", ["power", "capex", "chips", "number of sites", "zone"])
def test_as_a_large_problem(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """**Proves** the way of large problems: repairs read off a plan of least slack are repairs, as many.

    **Sensitivity** a slack on the wrong side, an amount per limit taken for one in its unit.
    """
    monkeypatch.setattr("dcplan.solve.matrix.LARGE", 0)
    settings, limit, least = TWEAKS[name]
    found = explained(ARDEN, *settings)
    sizes = {"sites.max_mw"} if limit == "sites.max_sites" else set()
    assert set(found.conflict.limits) == {limit, "target.training_eflops"} | sizes
    assert found.conflict.minimal
    assert len(found.repairs.verified) >= least
    assert bool(found.repairs.why_few) == (len(found.repairs.verified) < 3)
    each_repair_gives_a_plan(ARDEN, settings, found)


def test_sites_that_resilience_asks_for() -> None:
    """Two zones are to keep 0.4: two sites of at least 40 MW, in a fleet of 60.

    **Proves** that a conflict through the number of sites that R2 asks for names resilience.
    **Sensitivity** R2 left standing when resilience is left out, which hides it.
    """
    lose = ("resilience.lose=zone", "resilience.keep_frac=0.4", "sites.forbid=[]")
    settings = (*ONE, *lose, "sites.min_mw=40", "limits.power_gw=0.06")
    found = explained(TINY, *settings)
    assert "resilience.keep_frac" in found.conflict.limits
    each_repair_gives_a_plan(TINY, settings, found)


@pytest.mark.parametrize(
    ("settings", "searched"),
    [
        (("resilience.lose=site", "resilience.keep_frac=0.4"), [["beta", "gamma"]]),
        ((), [["beta", "gamma"], ["alpha"]]),
    ],
)
def test_parts_of_the_network_that_are_searched(
    settings: tuple[str, ...], searched: list[list[str]]
) -> None:
    """Links of 140 km leave alpha alone; to keep 0.4 after the loss of a site takes two.

    **Proves** that a part is left out where a row cannot hold in it, and no other.
    **Sensitivity** a row's sides taken for each other, a part's own columns closed.
    """
    case = tiny(*ONE, "sites.forbid=[]", "fibre.max_link_km=140", *settings).case
    parts = pieces(case, compile_model(build(case)))
    opened = [
        sorted({s for (s, _), j in part.column["sites.open"].items() if part.upper[j] > 0})
        for part in parts
    ]
    assert opened == searched


def test_a_plan_in_one_part_of_the_network_is_found() -> None:
    """**Proves** that a fleet in the part without alpha, whose sites come first, is not ruled out.

    **Sensitivity** bounds of alpha's columns taken for those of all sites.
    """
    settings = ("sites.forbid=[]", "fibre.max_link_km=140", "sites.force=[beta, gamma]")
    apart = tiny(*ONE, *settings)
    assert ruled_out(apart) is False
    assert apart.solve().verdict.passed


def test_a_problem_with_a_plan_is_not_explained_away() -> None:
    assert explain_infeasible(tiny(*ONE)) is None


def test_sites_forbidden_and_forced() -> None:
    """**Proves** that lists of names are among the limits, and that leaving one out is a repair."""
    settings = (*ONE, "sites.forbid=[alpha, beta]", "limits.pue=1.15")
    found = explained(TINY, *settings, "limits.pue_site=null")
    assert "sites.forbid" in found.conflict.limits
    ways = [repair.settings for repair in found.repairs.verified]
    assert ("sites.forbid=[beta]",) in ways
    each_repair_gives_a_plan(TINY, settings, found)


def test_time_that_is_over_is_said() -> None:
    """**Proves** that an explanation cut short claims nothing that it has not found."""
    found = explain_infeasible(tiny(*ONE, "limits.pue=1.05"), Watch(1e-6))
    assert found is not None
    assert not found.conflict.minimal and not found.repairs.verified


def test_steps_in_words() -> None:
    assert step_to("sites.max_sites", 2, 3, "sites").words == "+1 site of number of sites"
    case = tiny(*ONE, "limits.pue=1.2").case
    pue = next(lever for lever in LEVERS if lever.path == "limits.pue")
    assert scaled(case, pue, 1.5)[0].setting == "limits.pue=1.3"


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """**Proves** exit 3 with the explanation: of solve on standard error, of explain as the result."""
    monkeypatch.chdir(tmp_path)
    tweak = ("--set", "limits.power_gw.2028=0.3")

    def run(*words: str):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(app, list(words))

    solve = run("solve", str(ARDEN), *tweak)
    assert (solve.exit_code, solve.stdout) == (3, "")
    explain = run("explain", str(ARDEN), *tweak)
    assert explain.exit_code == 3
    for text in (solve.stderr, explain.stdout):
        assert "Limits that conflict" in text and "--set limits.power_gw.2028=" in text
    assert max(map(len, explain.stdout.splitlines())) <= 80
    data = json.loads(run("explain", str(ARDEN), *tweak, "--json").stdout)
    assert data["plan"] is False
    assert data["conflict"]["limits"] == ["limits.power_gw", "target.training_eflops"]
    assert all(repair["verified"] for repair in data["repairs"])
    quiet = run("explain", str(ARDEN), *tweak, "--quiet")
    assert (quiet.exit_code, quiet.stdout) == (3, "")
