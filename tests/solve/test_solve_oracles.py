"""The search against plain HiGHS on the published model, and against brute force."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import highspy
import numpy as np
import pytest
from scipy.optimize import linprog

import dcplan
import dcplan.solve
from dcplan import case as cases
from dcplan import model
from dcplan.library import Library
from dcplan.proof import Cut, as_json, from_json
from dcplan.solve import Watch
from dcplan.solve.cuts import cuts_of, violated_cuts, without_flow
from dcplan.solve.engine import Engine
from dcplan.solve.infeasible import Relaxations, without_rows
from dcplan.solve.kinds import ROOM
from dcplan.solve.matrix import Matrix, compile_model
from dcplan.solve.nearby import CORRIDOR_VARIABLES
from dcplan.solve.networks import networks
from dcplan.solve.part import Part
from dcplan.solve.pooling import pool_sites
from dcplan.solve.published import publish
from dcplan.solve.relax import cut_loop, strengthen
from dcplan.solve.state import begin

from .test_solve_steiner import grid, steiner_case

approx = pytest.approx
EXACT = "solver.gap=1e-9"

TOTAL = ("target.training_eflops=null", "target.training_flop=2e27", "target.by=2029")
SETTINGS: list[tuple[str, ...]] = [
    (),
    ("objective=capex",),
    ("objective=max_flop",),
    ("objective=max_flop", "target.training_eflops=0", "workload.preset=loose"),
    ("sites.force=[gamma]", "sites.forbid=[beta]", "target.training_eflops.2028=45"),
    ("target.training_eflops={2027: 5, 2028: 10}",),
    ("workload.preset=loose", "workload.sync_every_steps=30", "target.training_eflops.2028=50"),
    ("limits=null",),
    ("limits.curtailment=choose", "power.upgrades=true", "power.offer=[grid, gas, rent]"),
    ("power.offer=[grid, grid_2]", "zones.south.headroom_05pct_mw=210", "objective=max_flop"),
    (
        *("years=[2027, 2028, 2029]", "power.offer=[grid, rent]", "power.lead_times=zone"),
        *("target.training_eflops=20", "limits={curtailment: choose}", "power.upgrades=true"),
    ),
    ("resilience.lose=site", "resilience.keep_frac={2028: 0.6}"),
    ("years=[2027, 2028, 2029]", *TOTAL),
    ("years=[2027, 2028, 2029]", *TOTAL, "objective=earliest"),
    ("years=[2027, 2028, 2029]", *TOTAL, "target.training_eflops=10", "workload.preset=loose"),
    ("workload.recovery=restart_1min", "target.training_eflops={2027: 10, 2028: 40}"),
    ("workload.recovery=restart_5min", "objective=max_flop", "target.training_eflops=0"),
    ("workload.recovery=restart_1min", "workload.preset=loose", "target.training_eflops=15"),
    (
        *("workload.recovery=restart_1min", "workload.preset=loose", "limits.curtailment=choose"),
        *("target.training_eflops=15", "resilience.lose=zone", "resilience.keep_frac={2028: 0.4}"),
    ),
    ("resilience.lose=zone", "resilience.keep_frac=0.4", "workload.preset=loose", "limits=null"),
    ("objective=carbon", "carbon.embodied=true"),
    ("limits.carbon_kt={total: 1250}", "carbon.embodied=true", "money.carbon_usd_per_t=50"),
    ("limits.water_ml={per_year: 300, sites: {gamma: 100}}",),
    ("limits.vendor_frac={Red: 0.7, Blue: 0.4}", "limits.zone_frac=0.55"),
    ("limits.pue=1.12", "limits.pue_site=1.2", "target.training_eflops.2028=50"),
    ("sites.max_sites=2", "fibre.speeds_tbps=[30, 50, 70, 90, 110, 130]"),
    ("power.offer=[gas, grid]", "finance.gas_usd_per_mmbtu.value=1"),
    (
        "chips.whole_pods=all",
        "chips.red_old.pod_chips=700",
        "chips.red_new.pod_chips=900",
        "chips.blue.pod_chips=64",
    ),
    ("sites.max_chip_types=1", "chips.whole_pods=[blue]", "chips.blue.pod_chips=3000"),
    (
        "limits.vendor_capex_frac.Red=0.9",
        "buyer.wafer_frac=0.9",
        "chips.red_new.packaging=plate",
        "chips.red_new.per_wafer=2",
        "chips.blue.packaging=plate",
        "chips.blue.per_wafer=1",
    ),
    (
        "commitments=[{name: x, chip: red_new, year: 2028, lot_chips: 20000, price_usd: 30000},"
        "{name: y, chip: blue, year: 2027, lot_chips: 10000, price_usd: 30000, mandatory: true}]",
        "chip_prices.red_old/2028.price_usd=15000",
    ),
    (
        *("money.wacc={chips: 0.2, facility: 0.05, power: 0.15, fibre: 0.03, land: 0.12}",),
        "money.escalation={chips: -0.1, facility: 0.03, land: 0.1, power: 0.02, energy: 0.05}",
    ),
    (
        *("limits.debt_busd={2027: 3, 2028: 5.2}", "money.debt_frac=0.8"),
        *("objective=max_flop", "target.training_eflops=0", "limits.power_gw=null"),
    ),
    (
        *("power.offer=[grid, rent]", "supply.rent.min_take_frac=1"),
        *("supply.grid.fixed_usd_per_kw_year=80", "money.wacc={power: 0.2}"),
    ),
    (
        "objective=max_flop",
        "commitments=[{name: x, chip: red_new, year: 2028, lot_chips: 200000, price_usd: 30000},"
        "{name: y, chip: blue, year: 2027, lot_chips: 10000, price_usd: 20000}]",
    ),
    ("existing=./fleet",),
    ("existing=./fleet", "objective=max_flop", "limits.zone_frac=0.6"),
    ("existing=./fleet", "objective=capex", "power.offer=[grid]", "limits.power_gw=0.28"),
    ("existing=./fleet", "sites.existing=[alpha]", "workload.preset=loose", "limits=null"),
    ("existing=./fleet", "objective=carbon", "carbon.embodied=true"),
    (
        *("existing=./fleet", "fibre.lease=true", "limits={curtailment: choose}"),
        *("power.upgrades=true", "sites.min_mw=70", "resilience.lose=site"),
        "resilience.keep_frac=0.4",
    ),
    (
        *("existing=./fleet", "sites.existing=[beta]", "fibre.topology=survivable"),
        "target.training_eflops={2027: 5, 2028: 25}",
    ),
]


@pytest.mark.parametrize("settings", SETTINGS, ids=" ".join)
def test_search_finds_the_optimum_of_the_published_model(
    solve: Callable[..., Any], settings: tuple[str, ...]
) -> None:
    """Cuts for flow, pooled chips and neighbourhoods end at the same objective.

    **Proves** that no shortcut of the search loses the optimum, and that its bound is one.
    **Sensitivity** an invalid cut or fixing shows as a worse plan, a lost row as a better one.
    """
    oracle = solve(*settings, EXACT)
    found = dcplan.solve.solve(oracle.case)
    assert found.status == "optimal"
    assert found.objective == approx(oracle.objective, rel=1e-6)
    assert found.bound == approx(oracle.objective, rel=1e-6)
    worse = found.objective - found.bound
    assert worse >= 0 if oracle.case.money.objective != "max_flop" else worse <= 0


def core_of(case: Any) -> Matrix:
    return without_flow(compile_model(model.build(case)))


@pytest.mark.parametrize("settings", SETTINGS[:5], ids=" ".join)
def test_relaxations_bound_and_cuts_hold(
    solve: Callable[..., Any], settings: tuple[str, ...]
) -> None:
    """Pooling relaxes, cuts tighten, and neither passes the optimum.

    **Proves** that every Steiner cut holds for the optimal plan, and that core ≤ core with cuts ≤
    optimum, and pool ≤ optimum (of the minimised form).
    **Sensitivity** one arc missing from a cut, or one row lost in pooling, breaks the chain.
    """
    oracle = solve(*settings, EXACT)
    core = core_of(oracle.case)
    plan = np.zeros(len(core.cost))
    for name, places in core.column.items():
        plan[list(places.values())] = [oracle.decisions[name][index] for index in places]
    # HiGHS keeps the number of threads of the first solve of the process
    highspy.Highs.resetGlobalScheduler(True)
    lp = Engine(core, Watch(60), integer=False, threads=2, seed=0)
    pooled = Engine(pool_sites(core), Watch(60), integer=False, threads=2, seed=0).run()
    first = answer = lp.run()
    graphs, seen, count = networks(oracle.case, core), set[bytes](), 0
    for _ in range(20):
        assert answer.x is not None
        cuts = violated_cuts(graphs, answer.x, 1e-3, seen)
        assert not cuts or (cuts.rows @ plan).min() >= -1e-6
        lp.add_rows(cuts.rows, np.zeros(len(cuts)), np.full(len(cuts), math.inf))
        again = cuts_of(
            graphs, from_json(json.loads(json.dumps(as_json(cuts.sides))), ""), len(plan)
        )
        assert again.sides == cuts.sides
        assert (again.rows != cuts.rows).nnz == 0
        count, answer = count + len(cuts), lp.run()
    optimum = core.sign * oracle.objective
    slack = 1e-6 * abs(optimum)
    assert first.value <= answer.value + slack <= optimum + 2 * slack
    assert pooled.value <= optimum + slack
    assert not violated_cuts(graphs, plan, 1e-3, set())
    assert count > 0


SURVIVABLE = ("fibre.topology=survivable", "target.training_eflops={2027: 5, 2028: 25}")
NODES_KNOWN = 12
"""Sets of nodes for each year, direction and name."""


@pytest.mark.parametrize("settings", [(), SURVIVABLE], ids=" ".join)
def test_any_set_of_nodes_gives_a_row_that_holds(
    tiny_case: Callable[..., cases.Case], settings: tuple[str, ...]
) -> None:
    """Sets of nodes drawn at random, of every site and zone, in every year and both directions.

    **Proves** by a MIP for each row, for the plan that comes nearest to it, that cuts from a file cannot
    make a bound wrong, whatever the file says. **Sensitivity** a way that enters the set and is left out of
    the row; loads left out of it where the sites within can draw all that the fleet does; spared ones that can.
    """
    case = tiny_case(*settings, EXACT)
    _rows_hold(case, compile_model(model.build(case)))


@pytest.mark.parametrize("largest_mw", [150.0, 60.0, 30.0])
def test_rows_of_a_fleet_that_needs_several_sites(
    tiny_case: Callable[..., cases.Case], largest_mw: float
) -> None:
    """The same on a grid of four sites to choose from, of which 69 MW take one, two or three at least.

    **Proves** the rows without loads. **Sensitivity** a least load that is larger than the least.
    """
    case = _four_sites(tiny_case, largest_mw)
    _rows_hold(case, compile_model(model.build(case)))


def test_rows_of_a_fleet_whose_zones_have_no_share_any_more(
    tiny_case: Callable[..., cases.Case],
) -> None:
    """The same with one zone, which may draw 60 % of the fleet's load until that limit is left out.

    **Proves** that no row rests on a limit that `explain` leaves out. **Sensitivity** the share of the
    scenario in place of that of the bounds: no set of sites could draw all.
    """
    limited = _four_sites(tiny_case, 150.0, "limits.zone_frac=0.6")
    loose, published = Relaxations(limited, Watch(60)).published({ROOM})
    assert published is not None
    _rows_hold(loose, without_rows(published, {"power.zone_share"}))


def test_cuts_without_a_root_raise_the_bound() -> None:
    """Sites of which several are needed, whose root a relaxation splits.

    **Proves** that the third family is found and gives more than the first. **Sensitivity** a search that
    leaves it out; a row that cuts the best plan off.
    """
    file = Path(__file__).parents[2] / "examples" / "carbon-cap.yaml"
    case = dcplan.load(file, ["fibre.topology=survivable"]).case
    with_root, without = (
        begin(case, publish(case)[0], Watch(60), 1e-4, quiet=True) for _ in range(2)
    )
    with_root.__dict__["loaded_networks"] = with_root.networks
    for state in (with_root, without):
        strengthen(state)
    assert "fleet" in {cut.kind for cut in without.proof}
    best = dcplan.solve.solve(case).objective
    assert with_root.bound * (1 + 1e-4) < without.bound <= best * (1 + 1e-6)


@pytest.mark.parametrize("topology", ["tree", "survivable"])
@pytest.mark.parametrize("largest_mw", [150.0, 60.0, 30.0])
def test_margins_hold_for_every_site(
    tiny_case: Callable[..., cases.Case], largest_mw: float, topology: str
) -> None:
    """The best plan with each site of a grid open, of which one, two or three can draw all, by a MIP.

    One of the sites stands far off.

    **Proves** that no site is left out that a plan within the radius opens, and no corridor that it lights,
    and that the margins say something. **Sensitivity** a root that is not free for the site itself; a site's
    own cost where it is paid once for two ends.
    """
    far = {("n12", "n22"): 9.0, ("n21", "n22"): 9.0}
    case = _four_sites(tiny_case, largest_mw, f"fibre.topology={topology}", edges=grid(3) | far)
    published = compile_model(model.build(case))
    state = begin(case, published, Watch(60), 1e-9, quiet=True)
    relaxed = strengthen(state)
    assert relaxed is not None
    margins = relaxed.margins(state)
    highspy.Highs.resetGlobalScheduler(True)
    passed = {}
    for site in case.sites.sites:
        mip = Engine(published, Watch(60), integer=True, threads=2, seed=0)
        mip.set_bounds([published.column["sites.open"][site, 2028]], 1.0, 1.0)
        answer = mip.run(1e-9)
        assert answer.x is not None
        passed[site] = answer.value - relaxed.value + 1e-6 * abs(answer.value)
        assert 0 <= margins.site[site] <= passed[site]
        lit = [
            (min(u, v), max(u, v))
            for (u, v, _), j in published.column["fibre.way"].items()
            if answer.x[j] > 0.5
        ]
        assert bool(lit) == (largest_mw < 150)
        assert all(margins.corridor[pair] <= passed[site] for pair in lit)
    # where one site is enough, none is joined to another
    assert (margins.site["n22"] > 1 + passed["n00"]) == (largest_mw < 150)


def _four_sites(
    tiny_case: Callable[..., cases.Case],
    largest_mw: float,
    *more: str,
    edges: Mapping[tuple[str, str], float] = MappingProxyType(grid(3)),
) -> cases.Case:
    corners = ("n00", "n02", "n20", "n22")
    forced = steiner_case(tiny_case, corners, edges, "survivable", more)
    wish = forced.scenario
    target = wish.target.model_copy(update={"training_eflops": {2028: 20.0}})
    sites = wish.sites.model_copy(update={"force": ()})
    sized = replace(forced.library, sites=forced.library.sites.assign(max_mw=largest_mw))
    return cases.build(wish.model_copy(update={"target": target, "sites": sites}), sized)


def _rows_hold(case: cases.Case, published: Matrix) -> None:
    draw = random.Random(0)

    def some(names: Collection[str]) -> frozenset[str]:
        return frozenset(draw.sample(sorted(names), draw.randint(1, len(names))))

    sides = [
        Cut(year, back, kind, name, inside := some(nodes), draw.choice((frozenset(), some(inside))))
        for nodes in [[*case.fibre.nodes, "elsewhere"]]
        for year in (*case.years, 2099)
        for back in (False, True)
        for kind, names in (("fleet", case.sites.sites), ("zone", case.sites.zones))
        for name in (*names, "nowhere")
        for _ in range(NODES_KNOWN)
    ]
    graphs = networks(case, published, loaded=True)
    cuts = cuts_of(graphs, sides, len(published.cost))
    assert {cut.kind for cut in cuts.sides if cut is not None} == {"fleet", "zone"}
    assert all((graph.fleet is not None) == case.fibre.survivable for graph in graphs)
    highspy.Highs.resetGlobalScheduler(True)
    mip = Engine(published, Watch(60), integer=True, threads=2, seed=0)
    least = []
    for row in np.unique(cuts.rows.toarray(), axis=0):
        mip.h.changeColsCost(len(row), np.arange(len(row), dtype=np.int32), row)
        least.append(mip.run().bound - published.offset)
    assert len(least) > 30
    assert -1e-6 <= min(least) < 1e-6


YEAR = 2028
FLEET_MW, PUE, LEAST_MW, MOST_MW, GOODPUT = 320.0, 1.3, 40.0, 150.0, 0.8 * 0.995
BRUTE = (
    *(EXACT, f"years=[{YEAR}]", "money.discount_rate=0", "limits.capex_busd=null"),
    *(f"limits.power_gw={FLEET_MW / 1e3}", f"limits.pue={PUE}", "limits.vendor_frac={Red: 0.9}"),
)


@pytest.mark.parametrize(
    ("target", "settings"),
    [
        (12.0, ()),
        (40.0, ()),
        (60.0, ()),
        (40.0, ("reach.long.optics_usd_per_tbps=2000000",)),
        (30.0, ("sites.max_mw=100", "reach.short.new_usd_per_km=3000000")),
    ],
)
def test_search_finds_what_brute_force_finds(
    tiny_case: Callable[..., Any], target: float, settings: tuple[str, ...]
) -> None:
    """Every set of sites, designs, speeds and corridors of one year, each with its own LP.

    **Proves** the model as a whole: the LP here is written from the tables, not from the case. The
    chords of T3 may cost 0.02 % of compute, which raises the cost by no more than 0.03 %.
    **Sensitivity** dear optics make the slower speed with more chips better, dear civil work the
    other spur, a small site two sites instead of one.
    """
    case = tiny_case(*BRUTE, f"target.training_eflops={target}", *settings)
    found = dcplan.solve.solve(case)
    by_hand = brute_force(case.library, target, min(MOST_MW, case.scenario.sites.max_mw))
    assert by_hand * (1 - 1e-7) <= found.objective <= by_hand * (1 + 3e-4)


def brute_force(library: Library, target: float, most_mw: float) -> float:
    """Least tco of one undiscounted year, MUSD."""
    best = math.inf
    sites, corridors = list(library.sites.index), lengths(library)
    for count in range(1, len(sites) + 1):
        for opened in itertools.combinations(sites, count):
            speeds = (40.0, 100.0, 160.0) if count > 1 else (math.inf,)
            for speed in speeds:
                fibre = 0.0 if count == 1 else cheapest_tree(library, corridors, opened, speed)
                compute = compute_for(target, speed)
                for designs in itertools.product(("air", "liquid"), repeat=count):
                    halls = dict(zip(opened, designs, strict=True))
                    best = min(best, fibre + fleet_musd(library, halls, compute, most_mw))
    return best


def compute_for(target: float, speed: float) -> float:
    """Compute that delivers the target: 1 Tb/s per EFLOP/s, half of a step hides the exchange."""
    if speed >= 2 * target:
        return target
    return 0.5 / (1 / target - 1 / speed) if speed > target else math.inf


def lengths(library: Library) -> list[tuple[str, str, str, float]]:
    """The given corridors, and gamma's spurs to both junctions."""
    given = [(a, b, r["kind"], float(r["km"])) for (a, b), r in library.corridors.iterrows()]
    gamma = library.sites.loc["gamma"]
    return given + [
        ("gamma", str(j), "spur", round(1.25 * haversine_km(gamma, row), 1))
        for j, row in library.nodes.iterrows()
    ]


def haversine_km(a: Any, b: Any) -> float:
    p, q = math.radians(a["lat"]), math.radians(b["lat"])
    dl = math.radians(a["lon"] - b["lon"])
    h = math.sin((p - q) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(dl / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


def cheapest_tree(
    library: Library, corridors: list[tuple[str, str, str, float]], opened: Any, speed: float
) -> float:
    """Cheapest set of corridors that joins the open sites; 1/20 + 1 % of capex, and upkeep."""
    cost = []
    for _, _, kind, km in corridors:
        reach = library.reach.loc["short" if km <= 100 else "long"]
        civil = (
            reach["duct_usd_per_km"]
            if kind == "existing"
            else reach["new_usd_per_km"] + reach["hut_usd_per_km"]
        )
        pairs = math.ceil(speed / reach["tbps_per_pair"])
        per_pair = reach["pair_usd"] + reach["pair_usd_per_km"] * km
        capex = km * civil + pairs * per_pair + speed * reach["optics_usd_per_tbps"]
        cost.append((0.06 * capex + 250 * km) / 1e6)
    subsets = itertools.product((False, True), repeat=len(corridors))
    return min(
        sum(itertools.compress(cost, lit))
        for lit in subsets
        if joined(set(opened), [c[:2] for c in itertools.compress(corridors, lit)])
    )


def joined(opened: set[str], lit: list[tuple[str, ...]]) -> bool:
    reached, size = {min(opened)}, 0
    while len(reached) > size:
        size = len(reached)
        reached |= {v for a, b in lit for v in (a, b) if {a, b} & reached}
    return opened <= reached


def fleet_musd(library: Library, halls: dict[str, str], compute: float, most_mw: float) -> float:
    """Least cost of sites, chips and power for these halls; infinite where they cannot do it."""
    if not math.isfinite(compute):
        return math.inf
    columns = list(plant(library, halls))
    cost = [column["cost"] for column in columns]
    rows: dict[str, tuple[float, dict[int, float]]] = {}

    def at_most(name: str, side: float, factors: Iterator[tuple[int, float]]) -> None:
        rows[name] = (side, dict(factors))

    def each(key: str, **where: str) -> Iterator[tuple[int, float]]:
        for j, c in enumerate(columns):
            if key in c and all(c.get(name) == value for name, value in where.items()):
                yield j, c[key]

    def minus(terms: Iterator[tuple[int, float]]) -> Iterator[tuple[int, float]]:
        return ((j, -value) for j, value in terms)

    at_most("compute", -compute / GOODPUT, minus(each("rate")))
    at_most("vendor", 0.0, ((j, v - 0.9 * v) for j, v in each("rate", vendor="Red")))
    rows["vendor"][1].update((j, -0.9 * v) for j, v in each("rate", vendor="Blue"))
    at_most("fleet", FLEET_MW, each("load"))
    at_most(
        "pue", 0.0, ((j, c["load"] - PUE * c["it"]) for j, c in enumerate(columns) if "it" in c)
    )
    for chip in {c["chip"] for c in columns if "chip" in c}:
        world = float(library.chip_supply.at[(chip, YEAR), "world_chips"])
        at_most(f"supply {chip}", 0.25 * world / 1e3, each("one", chip=chip))
    for zone, row in library.zones.iterrows():
        at_most(f"headroom {zone}", float(row["headroom_05pct_mw"]), each("grid", zone=str(zone)))
    for s in halls:
        frugal = library.cooling.xs(library.sites.at[s, "climate"], level="climate")["pue"].min()
        own = library.sites.at[s, "max_mw"]
        at_most(
            f"most {s}", most_mw if math.isnan(own) else min(own, most_mw), each("load", site=s)
        )
        at_most(f"least {s}", -LEAST_MW / frugal, minus(each("it", site=s)))
        at_most(
            f"firm {s}", 0.0, itertools.chain(each("load", site=s), minus(each("firm", site=s)))
        )
        at_most(f"energy {s}", 0.0, ((j, v * 7.008) for j, v in each("load", site=s)))
        rows[f"energy {s}"][1].update(dict(minus(each("gwh", site=s))))
        for g in ("grid", "gas"):
            most = dict(minus(each("most_gwh", site=s, supply=g)))
            at_most(f"plate {s} {g}", 0.0, iter(most.items()))
            rows[f"plate {s} {g}"][1].update(each("gwh", site=s, supply=g))
    a = np.zeros((len(rows), len(columns)))
    for i, (_, factors) in enumerate(rows.values()):
        for j, value in factors.items():
            a[i, j] = value
    answer = linprog(cost, A_ub=a, b_ub=[side for side, _ in rows.values()])
    return float(answer.fun) if answer.status == 0 else math.inf


def plant(library: Library, halls: dict[str, str]) -> Iterator[dict[str, Any]]:
    """One column for each chip at each site, and for the plate and the energy of each supply."""
    for s, k in halls.items():
        site = library.sites.loc[s]
        hall = library.cooling.loc[(k, site["climate"])]
        factor = site["construction_factor"]
        shell = (8000 + hall["capex_usd_per_kw_it"]) / 1e3 * factor * (1 / 20 + 0.03) + 0.1
        for chip, row in library.chips.iterrows():
            if row["channel"] != "merchant" or row["rack_kw"] > hall["max_rack_kw"]:
                continue
            rate = max(row["bf16_tflops"] * row["mfu_bf16_frac"], 0.0)
            if not math.isnan(row["fp8_tflops"]):
                rate = max(rate, row["fp8_tflops"] * row["mfu_fp8_frac"])
            it = row["it_w"] / 1e3
            yield {
                **{"site": s, "chip": chip, "vendor": row["vendor"], "one": 1.0, "it": it},
                **{"load": it * hall["pue"], "rate": rate / 1e3},
                "cost": row["price_usd"] / 1e3 * (1 / 4 + 0.03) + it * shell,
            }
        zone = library.zones.loc[site["zone"]]
        for g, row in library.supply.loc[["grid", "gas"]].iterrows():
            at = {"site": s, "supply": str(g), "zone": site["zone"]}
            capex = row["capex_usd_per_kw"] / 1e3 * factor * (1 / row["life_years"] + 0.01)
            gwh = 8.76 * row["capacity_factor_frac"]
            plate = {"cost": capex + row["fixed_usd_per_kw_year"] / 1e3, "most_gwh": gwh}
            yield {
                **at,
                **plate,
                "firm": row["firm_frac"],
                **({"grid": 1.0} if g == "grid" else {}),
            }
            own = row["variable_usd_per_mwh"]
            price = zone["energy_usd_per_mwh"] if math.isnan(own) else own
            fuel = row["heat_rate_mmbtu_per_mwh"] * library.finance.at["gas_usd_per_mmbtu", "value"]
            yield {**at, "gwh": 1.0, "cost": (price + fuel) / 1e3}


@pytest.mark.parametrize("settings", [(), SETTINGS[4]], ids=" ".join)
def test_cuts_found_in_a_part_hold_for_the_whole(
    solve: Callable[..., Any], settings: tuple[str, ...]
) -> None:
    """A part without a site, or without its corridors, gives cuts that the optimal plan meets.

    **Proves** that a cut is written over all ways that enter its nodes, not over those of the part.
    **Sensitivity** with the part's ways alone a plan that comes by another way is cut off.
    """
    oracle = solve(*settings, EXACT)
    # HiGHS keeps the number of threads of the first solve of the process
    highspy.Highs.resetGlobalScheduler(True)
    state = begin(oracle.case, compile_model(model.build(oracle.case)), Watch(60))
    plan = np.zeros(len(state.pool.cost))
    for name in ("fibre.way", "fibre.root", "sites.open", "halls.used_mw"):
        for index, j in state.pool.column.get(name, {}).items():
            plan[j] = oracle.decisions[name][index]
    lowest = 0.0
    for u, v in oracle.case.fibre.corridors:
        allowed = np.ones(len(state.pool.cost), dtype=bool)
        for name in CORRIDOR_VARIABLES:
            for index, j in state.pool.column.get(name, {}).items():
                allowed[j] = {index[0], index[1]} != {u, v}
        part = Part(state, state.pool, allowed)
        cut_loop(state, part, loaded=True)
        if part.found:
            rows = part.found.rows
            assert (rows @ plan).min() >= -1e-6
            lowest = min(lowest, (rows @ np.where(allowed, plan, 0.0)).min())
    # over the part's ways alone, some cut would have cut the plan off
    assert lowest < -0.5
