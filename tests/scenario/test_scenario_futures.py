"""Futures in a scenario: what they may say, and how it is told when they may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcplan import scenario
from dcplan.errors import InputError

TINY = Path(__file__).parents[1] / "tiny" / "scenario.yaml"
TEXT = TINY.read_text(encoding="utf-8")


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text("\n".join([TEXT, *lines]), encoding="utf-8")
    return path


def two(first: str = "name: a, probability: 0.5", second: str = "") -> tuple[str, ...]:
    rest = f", {second}" if second else ""
    return "futures:", f"  - {{{first}}}", f"  - {{name: b, probability: 0.5{rest}}}"


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        scenario.branches(scenario.read(path))
    return str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "a\\b", ".", "..", "", " ", "a b", "-a", "con", "LPT1", "a.b", "ä", "x" * 61],
)
def test_names_are_folders(tmp_path: Path, name: str) -> None:
    """**Proves** that no name leaves the plan's folder. **Sensitivity** any other sign."""
    quoted = name.replace("\\", "\\\\")
    told = refused(written(tmp_path, *two(f'name: "{quoted}", probability: 0.5')))
    assert "futures item 1.name" in told and "line" in told


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (two("name: a, probability: 0.4"), "0.4 + 0.5 = 0.9; they must add up to 1"),
        (two("name: a, probability: 0"), "futures item 1.probability"),
        (two("name: b, probability: 0.5"), "each name may stand once"),
        (two("name: B, probability: 0.5"), "by capitals only"),
        (two(second="set: {years: [2027]}"), "set.years: cannot be changed by a future"),
        (two(second="set: {sites.max_mw: 9}"), "set.sites.max_mw: cannot be changed"),
        (two(second="set: {sites.alpha.max_mw: 9}"), "set.sites.alpha.max_mw: cannot be"),
        (two(second="set: {overrides.reach.short.max_km: 9}"), "cannot be changed by a future"),
        (two(second="set: {overrides: {}}"), "cannot be changed by a future"),
        (two(second='set: {"limits.pue*": 1.1}'), "is no path; the value says"),
        (two(second='set: {"limits.pue=1.2, x": 1.1}'), "is no path; the value says"),
        (two(second="set: {risk.cvar_weight: 0.5}"), "cannot be changed by a future"),
        (two(second="set: {limits.pue: +0.1}"), 'write "+0.1" in quotes to add'),
        (two(second="set: {limits.pue: }"), "has no value"),
        (two(second="set: {limits.pue: .inf}"), "set.limits.pue"),
        (two(second="set: {limits.pue: 0.5}"), "futures.b.set.limits.pue: is 0.5"),
        (two(second="set: {limits.puw: 1.5}"), "did you mean"),
        (two(second='set: {limits.debt_busd: "*2"}'), "has nothing to change"),
        (two(second="chance: 3"), "is not a known field"),
        ((*two(), "objective: max_flop"), "is given twice"),
        (("risk: {cvar_weight: 0.5}",), "has no effect without several futures"),
        ((*two(), "risk: {cvar_tail: 0.5}"), "has no effect without risk.cvar_weight"),
        ((*two(), "risk: {cvar_weight: 1}"), "must be at most 0.99"),
        ((*two(), "risk: {cvar_weight: 0.5, cvar_tail: 1}"), "must be less than 1"),
        ((*two(), "tie_breakers: [{objective: capex}]"), "cannot be used with several futures"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    """**Proves** that every refusal says where and what to do. **Sensitivity** its words."""
    told = refused(written(tmp_path, *lines))
    assert words in told
    assert "case.yaml line" in told


def test_other_objectives_are_refused(tmp_path: Path) -> None:
    """**Proves** that only costs are weighed. **Sensitivity** max_flop let through."""
    path = written(tmp_path, *two())
    with pytest.raises(InputError, match="is max_flop; several futures can be weighed by tco or"):
        scenario.read(path, ["objective=max_flop"])


def test_changes_apply_like_settings(tmp_path: Path) -> None:
    """**Proves** that `set` means what `--set` means. **Sensitivity** a change lost or doubled."""
    change = (
        'limits.pue: "*1.1", limits.power_gw: "+0.1", target.training_eflops: {2027: 1, 2028: 2}, '
        'chips.blue.price_usd: "-5", limits.capex_busd: "null", power.offer: [grid]'
    )
    wish = scenario.read(written(tmp_path, *two(second=f"set: {{{change}}}")))
    (_, plain), (future, changed) = scenario.branches(wish)
    by_hand = scenario.read(
        TINY,
        [
            *("limits.pue*=1.1", "limits.power_gw+=0.1", "chips.blue.price_usd-=5"),
            *("target.training_eflops={2027: 1, 2028: 2}", "limits.capex_busd=null"),
            *("power.offer=[grid]", "name=tiny fleet · b"),
        ],
    )
    assert future.name == "b"
    assert changed == by_hand
    assert plain == scenario.read(TINY, ["name=tiny fleet · a"])


def test_futures_survive_writing(tmp_path: Path) -> None:
    """**Proves** that a scenario with futures is written back whole. **Sensitivity** text as number."""
    change = 'limits.pue: "*1.1", power.lead_times: zone, limits.power_gw: {2028: 0.3}'
    wish = scenario.read(written(tmp_path, *two(second=f"set: {{{change}}}")))
    again = tmp_path / "again.yaml"
    again.write_text(scenario.dump(wish), encoding="utf-8")
    assert scenario.read(again) == wish
    assert scenario.parse(scenario.resolved(wish)) == wish
