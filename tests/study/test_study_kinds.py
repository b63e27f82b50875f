"""Each kind of study on cases whose answers are worked out by hand or by trying everything.

One year, one chip, undiscounted, as in the chapter proofs: alpha alone costs 346.654 MUSD, and 1000 USD more
a chip cost 14 MUSD more. Beta costs 3.7418 MUSD more than alpha; its 60 MW take 60 × 7.008 GWh, so it is as
cheap when energy in the south costs 3.7418 / 0.42048 = 8.89888 USD/MWh less than the 60 it does.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import dcplan
from dcplan.errors import InputError
from dcplan.study import read_study
from dcplan.study.read import setting
from study.desk import ONE, THREE, TINY, TWO, solve, write

near = pytest.approx
BEST = 346.654
BREAK_EVEN = 60 - 3.7418 / 0.42048


def test_sweep_is_the_known_line(tmp_path: Path) -> None:
    """**Proves** values, order and settings of a sweep. **Sensitivity** 14 MUSD for 1000 USD a chip."""
    price = "chips.red_old.price_usd"
    state = solve(
        write(tmp_path, {"sweep": {price: {"from": 20000, "to": 23000, "steps": 4}}}),
        tmp_path / "o",
    )
    told = state.story.table
    assert list(told[price]) == [20000, 21000, 22000, 23000]
    assert list(told.tco_busd * 1e3) == near([BEST, BEST + 14, BEST + 28, BEST + 42], rel=1e-6)
    assert state.runs[1].settings == ("chips.red_old.price_usd=21000",)


def test_sweep_finds_the_known_frontier(tmp_path: Path) -> None:
    """**Proves** the what-if over capex: 1519.2 MUSD buy 7.96 EFLOP/s, half as much again buys half more;
    less than the least site buys nothing. **Sensitivity** limits.capex_busd."""
    base = {**ONE, "objective": "max_flop", "target": "null", "buyer.supply_frac": 1}
    base.pop("target.training_eflops")
    state = solve(
        write(tmp_path, {"sweep": {"limits.capex_busd.total": [0.5, 1.5192, 2.2788]}}, base),
        tmp_path / "o",
    )
    assert list(state.story.table.max_flop_value) == near([0, 7.96, 11.94], rel=1e-5)


def test_a_grid_is_every_pair_and_equal_runs_are_solved_once(tmp_path: Path) -> None:
    """**Proves** the product of two fields, and that a value given twice is one run."""
    fields = {"chips.red_old.price_usd*": [1, 1.1], "limits.pue": [1.2, 1.3, 1.2]}
    state = solve(write(tmp_path, {"sweep": fields}), tmp_path / "o")
    assert [run.name for run in state.runs] == [
        f"chips.red_old.price_usd*={a}, limits.pue={b}"
        for a, b in itertools.product(("1", "1.1"), ("1.2", "1.3"))
    ]
    assert len({row.key for row in state.results.values()}) == 4
    assert len(state.story.charts) == 2


def test_a_chart_shows_what_is_asked(tmp_path: Path) -> None:
    """**Proves** that the table has the figure by hand: an hour costs the year by 8,760 h of 50 kchips; and
    that text is a place on the axis. **Sensitivity** a dearer chip."""
    values = {"chips.only": ["[red_old]"], "chips.red_old.price_usd": [20000, 21000]}
    state = solve(
        write(tmp_path, {"sweep": values}, shows="usd_per_chip_hour"),
        tmp_path / "o",
    )
    told = state.story.table
    hours = 8760 * 50e3
    assert list(told.usd_per_chip_hour) == near([BEST * 1e6 / hours, (BEST + 14) * 1e6 / hours])
    state = solve(write(tmp_path, {"sweep": {"power.offer": ["[grid]"]}}), tmp_path / "p")
    assert state.story.charts[0]().to_dict()["layer"]


def enumerated(most: float) -> list[tuple[float, tuple[str, ...]]]:
    """The best plan of every choice of sites, by forcing and forbidding, up to a cost."""
    found, sites = [], ("alpha", "beta", "gamma")
    for size in (1, 2, 3):
        for chosen in itertools.combinations(sites, size):
            rest = [site for site in sites if site not in chosen]
            base = [setting(path, value) for path, value in THREE.items()]
            force = f"sites.force=[{', '.join(chosen)}]"
            try:
                plan = dcplan.load(TINY, [*base, force, f"sites.forbid=[{', '.join(rest)}]"]).solve(
                    explain=False
                )
            except dcplan.errors.NoPlan:
                continue
            found.append((plan.record.objective, chosen))
    return sorted(found_ for found_ in found if found_[0] <= most)


def test_alternatives_are_those_of_trying_everything(tmp_path: Path) -> None:
    """**Proves** that no-good rows give every choice of sites within the limit, best first, and that the
    list says it is complete. **Sensitivity** a row too strict or too loose loses or repeats one."""
    wish = {"alternatives": {"plans": 20, "within": 0.5}}
    state = solve(write(tmp_path, wish, THREE), tmp_path / "o")
    told = state.story
    known = enumerated(BEST * 1.5)
    assert len(known) >= 3
    assert [tuple(names.split(";")) for names in told.table.site_names] == [s for _, s in known]
    assert list(told.table.tco_busd * 1e3) == near([cost for cost, _ in known], rel=1e-5)
    assert "complete" in told.answer[2]
    for row in state.results.values():
        if row.solved:
            assert dcplan.Plan.load(tmp_path / "o" / "runs" / row.key).audit().passed


def test_alternatives_that_must_differ_more_are_fewer(tmp_path: Path) -> None:
    """**Proves** `differ`: any two plans differ in as many sites; one in place of another counts twice."""
    wish = {"alternatives": {"plans": 20, "within": 0.5, "differ": 2}}
    state = solve(write(tmp_path, wish, THREE), tmp_path / "o")
    chosen = [set(names.split(";")) for names in state.story.table.site_names]
    assert len(chosen) >= 2
    assert all(len(a ^ b) >= 2 for a, b in itertools.combinations(chosen, 2))


def test_break_even_is_the_price_by_hand(tmp_path: Path) -> None:
    """**Proves** the halving: beta enters at 51.1011 USD/MWh. **Sensitivity** tolerance."""
    wish = {
        "enters": {"site": "beta"},
        "vary": "zones.south.energy_usd_per_mwh",
        "from": 40,
        "to": 60,
        "tolerance": 0.001,
    }
    state = solve(write(tmp_path, {"break_even": wish}, TWO), tmp_path / "o")
    told = state.story.table
    inside = told[told["in"] == "yes"]["zones.south.energy_usd_per_mwh"]
    outside = told[told["in"] == "no"]["zones.south.energy_usd_per_mwh"]
    assert inside.max() < BREAK_EVEN < outside.min() <= inside.max() + 0.02 + 1e-9
    assert "at or below zones.south.energy_usd_per_mwh = 51.0" in state.story.answer[0]


def test_break_even_outside_the_range_is_told(tmp_path: Path) -> None:
    """**Proves** that an end on the same side gives no value, but a sentence."""
    wish = {
        "enters": {"site": "beta"},
        "vary": "zones.south.energy_usd_per_mwh",
        "from": 55,
        "to": 60,
    }
    state = solve(write(tmp_path, {"break_even": wish}, TWO), tmp_path / "o")
    assert "out of the plan at both ends" in state.story.answer[0]


def test_front_of_cost_and_carbon(tmp_path: Path) -> None:
    """**Proves** both ends and that no plan on the front is beaten. Alpha cooled by air emits 60 × 7.008 ×
    0.3 kt, by liquid 55 × 7.008 × 0.3. With a clean south beta is best in carbon, 60 × 7.008 × 0.1."""
    wish = {"front": {"objectives": ["tco", "carbon"], "points": 4}}
    told = solve(write(tmp_path, wish, TWO), tmp_path / "o").story.table
    assert told.carbon_value.min() == near(55 * 7.008 * 0.3, rel=1e-5)
    assert told.carbon_value.max() == near(60 * 7.008 * 0.3, rel=1e-5)
    assert told.tco_busd.min() * 1e3 == near(BEST, rel=1e-5)
    clean = {**TWO, "zones.south.co2_kg_per_mwh": 100}
    other = tmp_path / "clean"
    other.mkdir()
    wish = {"front": {"objectives": ["carbon", "tco"], "points": 4}}
    told = solve(write(other, wish, clean), other / "o").story.table
    front = told[told.front == "yes"]
    assert list(front.carbon_value) == sorted(front.carbon_value)
    assert list(front.tco_busd) == sorted(front.tco_busd, reverse=True)
    assert front.carbon_value.iloc[0] == near(60 * 7.008 * 0.1, rel=1e-5)
    assert front.tco_busd.iloc[-1] * 1e3 == near(BEST, rel=1e-5)


def test_timeline_moves_the_target(tmp_path: Path) -> None:
    """**Proves** the shift of rates: two years of 7.96 against one. **Sensitivity** a year of the fleet."""
    base = {**ONE, "years": "[2027, 2028]", "target.training_eflops": '{"2027": 0, "2028": 7.96}'}
    told = solve(
        write(tmp_path, {"timeline": {"shift": [-1, 1]}}, base), tmp_path / "o"
    ).story.table
    assert list(told["shift"]) == [-1, 0, 1]
    sooner, now, later = told.tco_busd * 1e3
    assert now == near(BEST, rel=1e-6)
    assert sooner > now and later == near(0, abs=1e-6)


def test_tornado_tries_both_ends(tmp_path: Path) -> None:
    """**Proves** low and high of a range against the value by hand."""
    wish = {"tornado": {"ranges": {"chips.red_old.price_usd": [19000, 22000]}}}
    told = solve(write(tmp_path, wish), tmp_path / "o").story.table
    assert list(told.figure) == ["chips.red_old.price_usd"]
    assert told.tco_low_busd.iloc[0] * 1e3 == near(BEST - 14, rel=1e-6)
    assert told.tco_high_busd.iloc[0] * 1e3 == near(BEST + 28, rel=1e-6)
    state = solve(write(tmp_path, wish, shows="usd_per_chip_hour"), tmp_path / "o")
    hours = 8760 * 50e3
    assert state.story.table.usd_per_chip_hour_low.iloc[0] == near((BEST - 14) * 1e6 / hours)
    assert "USD at its low" in state.story.answer[0]


def test_montecarlo_is_linear_in_what_is_drawn(tmp_path: Path) -> None:
    """**Proves** draws, percentiles and shares: cost is 14 MUSD per 1000 USD; and that the seed decides."""
    wish = {"runs": 5, "seed": 3, "draw": {"chips.red_old.price_usd": {"uniform": [20000, 24000]}}}
    state = solve(write(tmp_path, {"montecarlo": wish}), tmp_path / "o")
    costs = []
    for run in state.runs:
        row = state.results[run.name]
        price = float(run.values["chips.red_old.price_usd"])
        costs.append(BEST + 14 * (price - 20000) / 1000)
        assert row.tco_musd == near(costs[-1], rel=1e-6)
    table = state.story.table.set_index("what").value
    assert table["percentile 50"] * 1e3 == near(sorted(costs)[2], rel=1e-6)
    assert table["site alpha"] == 1.0
    again = solve(tmp_path / "study.yaml", tmp_path / "o")
    assert again.reused == 5


@pytest.mark.parametrize(
    "kind, words",
    [
        (
            {"sweep": {"limits.pue": [0.9]}},
            "study.yaml line 1, sweep.limits.pue: --set limits.pue=0.9, limits.pue: is 0.9",
        ),
        ({"sweep": {"limits.puee": [1.1]}}, "is not a known field; did you mean 'pue'?"),
        (
            {"sweep": {"limits.pue": [1.1]}, "front": {"objectives": ["tco", "carbon"]}},
            "has sweep and front",
        ),
        ({}, "asks nothing; give exactly one of sweep, front"),
        ({"swep": {"limits.pue": [1.1]}}, "is not a known field; did you mean 'sweep'?"),
        (
            {"break_even": {"enters": {"site": "beto"}, "vary": "limits.pue", "from": 1, "to": 2}},
            "'beta'",
        ),
        ({"sweep": {"limits.pue": {"from": 1.1, "too": 2, "steps": 3}}}, "did you mean 'to'?"),
        ({"montecarlo": {"runs": 3, "draw": {"limits.pue": {"uniform": [2, 1]}}}}, "must rise"),
        ({"tornado": {"figures": ["chips.red_old.price_usd"]}}, "has no range"),
        ({"alternatives": {"plans": 0}}, "must be at least 1"),
        ({"timeline": {"shift": [1]}, "shows": "fibre_km"}, "shows: is for a sweep or a tornado"),
        ({"front": {"objectives": ["tco", "earliest"]}}, "needs target.training_flop"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    tmp_path: Path, kind: dict[str, object], words: str
) -> None:
    """**Proves** that every slip names its file, line and field before anything is solved."""
    with pytest.raises(InputError) as caught:
        solve(write(tmp_path, kind, TWO), tmp_path / "o")
    assert words in str(caught.value)
    assert len(caught.value.problems) <= 3
    assert all("study.yaml" in problem.where for problem in caught.value.problems)


def test_a_base_that_is_not_there(tmp_path: Path) -> None:
    """**Proves** the message for a wrong name, and for one that no file can have."""
    for name in ("nowhere.yaml", "a\\u0000b"):
        path = tmp_path / "s.yaml"
        path.write_text(
            f'name: x\nscenario: "{name}"\nsweep: {{limits.pue: [1.1]}}\n', encoding="utf-8"
        )
        with pytest.raises(InputError, match="line 2, scenario"):
            read_study(path)


def test_not_finished_is_not_no_plan(tmp_path: Path) -> None:
    """**Proves** that a run without a plan in time is told apart from one that has none, in the sentence
    and under the chart's title. **Sensitivity** 'no plan' where nobody knows."""
    lines = {"solver.time_limit_s": [0.001, 60], "limits.pue": [1.01, 1.3]}
    state = solve(write(tmp_path, {"sweep": lines}), tmp_path / "out")
    ends = [state.results[run.name].status for run in state.runs]
    assert ends == ["infeasible", "unfinished", "infeasible", "optimal"]
    assert " ".join(state.story.answer).endswith(
        "2 of 4 runs have no plan: 2 infeasible. "
        "1 of 4 runs was not finished: the time was over before a plan was found."
    )
    under = " ".join(state.story.charts[0]().to_dict()["title"]["subtitle"])
    assert under.endswith(
        "; no plan at 0.001 with 1.01, 60 with 1.01; not finished at 0.001 with 1.3"
    )
