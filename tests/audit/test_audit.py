"""Good plans pass, and every kind of broken plan fails at the promise it breaks."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import dcplan.audit
from dcplan.audit import audit, audited
from dcplan.errors import AuditFailed
from dcplan.plan import Plan, load, save

GOOD: list[tuple[str, ...]] = [
    (),
    ("objective=capex",),
    ("objective=max_flop",),
    ("objective=max_flop", "workload.preset=loose"),
    ("workload.preset=loose", "target.training_eflops.2028=50"),
    ("workload.precision=bf16", "target.training_eflops=20"),
    ("workload.goodput_frac=0.9", "limits.curtailment=1pct"),
    ("limits.zone_frac=0.6",),
    ("target.training_eflops.2027=0",),
    ("limits.vendor_frac.Red=0.7", "limits.pue_site=1.25"),
    ("power.offer=[grid]", "sites.max_sites=3", "sites.max_sites_per_zone=2"),
    ("sites.max_zones=1", "limits.zone_frac=null"),
    ("sites.force=[gamma]", "sites.forbid=[beta]", "target.training_eflops.2028=45"),
    ("money.discount_rate=0", "chips.red_old.life_years=1"),
    ("limits.curtailment=choose", "power.upgrades=true", "power.offer=[grid, rent]"),
    ("power.offer=[grid, grid_2]", "objective=max_flop", "limits.power_gw=null"),
    ("limits.carbon_kt.total=1300", "carbon.embodied=true", "money.carbon_usd_per_t={2028: 80}"),
    ("objective=carbon", "limits.water_ml.climates={hot: 180}"),
    ("resilience.lose=zone", "resilience.keep_frac={2028: 0.4}"),
    ("chips.only=[red_old, red_new]", "limits.vendor_frac=null", "target.training_eflops.2027=15"),
    (
        "money.wacc={chips: 0.2, facility: 0.05, power: 0.15, fibre: 0.03, land: 0.12}",
        "money.escalation={chips: 0.1, facility: 0.03, land: 0.1, power: 0.02, energy: 0.05,"
        " fibre: -0.05, staff: 0.01}",
        "limits.debt_busd={2027: 4, 2028: 8}",
        "money.debt_frac=0.8",
        "chip_prices.red_old/2028.price_usd=15000",
        "chips.red_old.life_years=1",
    ),
    # used up within the plan at a dearer rate: their residual value is below zero
    ("money.wacc.chips=0.45", "overrides.chips={red_old: {life_years: 2}, blue: {life_years: 2}}"),
    (
        "power.offer=[grid, rent]",
        "supply.rent.min_take_frac=1",
        "power.lead_times=zone",
        "target.training_eflops.2027=5",
        "supply.grid.fixed_usd_per_kw_year=80",
        "money.wacc={power: 0.2}",
        "money.discount_rate=0",
    ),
]


@pytest.mark.parametrize("settings", GOOD, ids=" ".join)
def test_a_solved_plan_keeps_every_promise(
    solve: Callable[..., Any], settings: tuple[str, ...]
) -> None:
    found = audit(solve(*settings).plan())
    assert found.failures == ()
    assert found.lines()[-1].startswith("audit: all ")


Change = Callable[[Plan], Plan]


def cell(table: str, column: str, value: Any, **where: Any) -> Change:
    """Set a column to a value, or to a function of it, in the rows that match."""

    def change(plan: Plan) -> Plan:
        rows = plan.table(table).copy()
        match = rows[list(where)].eq(list(where.values())).all(axis=1) if where else rows.index >= 0
        assert match.any()
        rows.loc[match, column] = value(rows.loc[match, column]) if callable(value) else value
        return with_table(plan, table, rows)

    return change


def without(table: str, **where: Any) -> Change:
    def change(plan: Plan) -> Plan:
        rows = plan.table(table)
        match = rows[list(where)].eq(list(where.values())).all(axis=1)
        assert match.any()
        return with_table(plan, table, rows[~match])

    return change


def with_table(plan: Plan, table: str, rows: Any) -> Plan:
    place = {"sites": "site_rows", "links": "link_rows"}.get(table, table)
    return replace(plan, **{place: rows})


def wish(*settings: str) -> Change:
    """The same plan held against another scenario."""

    def change(plan: Plan) -> Plan:
        from dcplan import scenario
        from dcplan.case.inputs import read_library
        from tiny_plans import TINY

        other = scenario.read(TINY, settings)
        return replace(plan, scenario=other, library=read_library(other))

    return change


def times(factor: float) -> Callable[[Any], Any]:
    return lambda values: values * factor


def plus(amount: float) -> Callable[[Any], Any]:
    return lambda values: values + amount


# name of the promise -> what breaks it
BROKEN: list[tuple[str, Change]] = [
    ("tables.names", cell("sites", "site_id", "delta", site_id="gamma")),
    ("tables.names", cell("chips", "chip", "green", chip="blue")),
    ("tables.years", cell("power", "year", 2030, site_id="gamma", supply="gas")),
    ("tables.rows_once", cell("chips", "year", 2028, site_id="alpha")),
    ("tables.not_negative", cell("links", "tbps", -100.0, node_a="j1")),
    ("tables.not_negative", cell("chips", "added", -1.0, site_id="gamma")),
    ("tables.numbers", cell("money", "musd", float("nan"), kind="opex", item="staff")),
    ("sites.place", cell("sites", "zone", "north", site_id="beta")),
    ("sites.place", cell("sites", "lat", 40.0, site_id="beta")),
    ("sites.stay_open", without("sites", site_id="alpha", year=2028)),
    ("sites.stay_open", cell("sites", "open", False, site_id="beta")),
    ("sites.forbidden", wish("sites.forbid=[gamma]")),
    (
        "sites.forced",
        lambda plan: wish("sites.force=[gamma]")(without("sites", site_id="gamma")(plan)),
    ),
    ("sites.count", wish("sites.max_sites=2")),
    ("sites.per_zone", wish("sites.max_sites_per_zone=1")),
    ("sites.zones", wish("sites.max_zones=1")),
    ("sites.largest", cell("sites", "built_it_mw", 101.0, site_id="beta")),
    ("sites.largest", wish("sites.max_mw=120")),
    ("sites.least", wish("sites.min_mw=41")),
    ("halls.cooling_kept", cell("sites", "cooling", "liquid", site_id="alpha", year=2028)),
    ("halls.racks", cell("sites", "cooling", "air", site_id="beta")),
    ("halls.stay", cell("sites", "built_it_mw", times(1.1), site_id="alpha", year=2027)),
    ("halls.room", cell("sites", "built_it_mw", times(0.99), site_id="beta")),
    ("halls.pue", cell("sites", "pue", 1.19, site_id="alpha")),
    ("halls.pue_site", wish("limits.pue_site=1.15")),
    ("halls.pue_fleet", wish("limits.pue=1.19")),
    ("halls.it_load", cell("sites", "it_mw", times(1 + 1e-5), site_id="alpha")),
    ("halls.facility_load", cell("sites", "facility_mw", times(1e-3))),
    ("chips.offered", cell("chips", "chip", "house", chip="blue")),
    ("chips.offered", wish("chips.forbid=[blue]")),
    ("chips.offered", wish("overrides.chips.blue.projected='yes'")),
    ("chips.earliest_year", wish("overrides.chips.red_new.earliest_year=2029")),
    ("chips.vendor", cell("chips", "vendor", "Red", chip="blue")),
    ("chips.supply", wish("buyer.supply_frac=0.2")),
    ("chips.supply", cell("chips", "added", plus(1.0), chip="blue", year=2027)),
    ("chips.standing", cell("chips", "standing", times(1.01), chip="red_new")),
    ("chips.standing", without("chips", site_id="alpha", chip="blue", year=2028)),
    ("chips.standing", wish("overrides.chips.blue.life_years=1")),
    ("chips.running", cell("chips", "running", times(1 + 1e-5), site_id="beta")),
    ("chips.at_open_site", without("sites", site_id="gamma")),
    ("chips.it_load", cell("chips", "it_mw", times(1000.0))),
    ("chips.vendor_share", wish("limits.vendor_frac.Red=0.5")),
    ("power.offered", wish("power.offer=[grid]")),
    ("power.offered", wish("overrides.supply.gas.zone=north")),
    ("power.lead_time", wish("overrides.supply.gas.lead_years=2.1")),
    ("power.zone", cell("power", "zone", "south", site_id="alpha")),
    ("power.ended", cell("power", "ended_mw", 1.0, site_id="alpha")),
    ("power.offered", cell("power", "supply", "grid_2", site_id="beta", supply="grid")),
    ("zones.curtailment", cell("zones", "curtailment", "1pct", zone="north")),
    ("zones.upgraded_mw", cell("zones", "upgraded_mw", 5.0, zone="north")),
    ("tables.names", cell("power", "supply", "grid_2", site_id="alpha", supply="grid")),
    ("power.contracts_stay", cell("power", "contracted_mw", plus(1.0), site_id="alpha", year=2027)),
    ("power.firm", cell("power", "contracted_mw", times(0.99), site_id="gamma")),
    ("power.energy", cell("power", "energy_gwh", times(0.999), site_id="alpha")),
    ("power.capacity_factor", wish("overrides.supply.gas.capacity_factor_frac=0.85")),
    ("power.carbon", cell("power", "carbon_kt", 0.0)),
    ("power.opex", cell("power", "opex_musd", times(1.001))),
    ("power.headroom", wish("limits.curtailment=0.25pct")),
    ("power.zone_share", wish("limits.zone_frac=0.9")),
    ("power.fleet_limit", wish("limits.power_gw.2028=0.28")),
    ("power.option_limit", wish("overrides.supply.gas.max_mw=100")),
    ("zones.complete", without("zones", zone="north")),
    ("zones.left_mw", cell("zones", "left_mw", times(0.9))),
    ("fibre.corridor", cell("links", "node_b", "beta", node_a="alpha")),
    ("fibre.corridor", cell("links", "kind", "existing", node_a="beta")),
    ("fibre.length", cell("links", "km", 29.0, node_a="alpha")),
    ("fibre.length", cell("links", "km", 90.0, node_a="gamma")),
    ("fibre.longest", wish("fibre.max_link_km=150")),
    ("fibre.reach_class", cell("links", "reach_class", "short", node_a="j1")),
    ("fibre.pairs", cell("links", "pairs", 7, node_a="j1")),
    ("fibre.one_speed", cell("links", "tbps", 100.0, node_a="j1")),
    ("fibre.speed_offered", cell("links", "tbps", 170.0)),
    ("fibre.connected", without("links", node_a="j1")),
    ("training.compute", wish("workload.goodput_frac=0.79")),
    ("training.delivered", wish("workload.params_b=1300")),
    ("training.target", wish("target.training_eflops.2028=60.001")),
    ("training.by_site", cell("sites", "delivered_eflops", 20.0)),
    ("resilience.compute", wish("resilience.lose=zone", "resilience.keep_frac=0.4")),
    ("resilience.delivered", wish("resilience.lose=site", "resilience.keep_frac={2028: 0.7}")),
    ("carbon.year", wish("limits.carbon_kt.per_year={2028: 700}")),
    ("carbon.total", wish("limits.carbon_kt.total=1000")),
    ("water.year", wish("limits.water_ml.per_year=400")),
    ("water.site", wish("limits.water_ml.sites={gamma: 100}")),
    ("water.site", wish("limits.water_ml.climates={hot: 100}")),
    ("halls.water", wish("overrides.cooling.liquid/hot.wue_l_per_kwh=0.6")),
    ("halls.embodied", wish("carbon.embodied=true")),
    ("chips.embodied", wish("carbon.embodied=true")),
    ("summary.embodied_kt", wish("carbon.embodied=true")),
    ("summary.water_ml", lambda plan: replace(plan, summary=plan.summary.assign(water_ml=1.0))),
    ("money.opex", wish("money.carbon_usd_per_t=1")),
    ("chips.capex", wish("chips.red_old.price_usd=20001")),
    ("sites.capex", wish("finance.facility_usd_per_kw_it.value=8001")),
    ("sites.capex", wish("sites.beta.land_usd_per_acre=5100")),
    ("power.capex", cell("power", "capex_musd", times(0.001))),
    ("links.capex", cell("links", "capex_musd", times(1.01), node_a="gamma")),
    ("money.capex", cell("money", "musd", times(1.01), kind="capex", item="land")),
    ("money.opex", wish("finance.staff_usd_per_fte_year.value=210000")),
    ("money.residual", wish("finance.fibre_life_years.value=21")),
    ("money.items", cell("money", "item", "gifts", item="staff")),
    ("money.capex_year", wish("limits.capex_busd.per_year=4")),
    ("money.capex_total", wish("limits.capex_busd.total=7.3")),
    ("money.debt", wish("limits.debt_busd=2", "money.debt_frac=0.9")),
    ("money.capex", wish("money.escalation.land=0.01")),
    ("money.opex", wish("money.escalation.energy=0.01")),
    ("money.opex", wish("overrides.finance.insurance_frac.value=0.005")),
    ("money.residual", wish("money.wacc.fibre=0.11")),
    ("money.opex", wish("overrides.supply.grid.fixed_usd_per_kw_year=100")),
    ("power.unused", cell("power", "unused_gwh", 1.0, site_id="alpha")),
    ("summary.year_busd", wish("money.wacc.land=0.11")),
    (
        "summary.usd_per_chip_hour",
        lambda plan: replace(plan, summary=plan.summary.assign(usd_per_chip_hour=1.0)),
    ),
    (
        "summary.musd_per_eflops_year",
        lambda plan: replace(plan, summary=plan.summary.assign(musd_per_eflops_year=1.0)),
    ),
    ("summary.debt_busd", wish("limits.debt_busd=90", "money.debt_frac=0.9")),
    ("objective.name", wish("objective=capex")),
    ("objective.value", wish("money.discount_rate=0.1001")),
    ("objective.value", lambda plan: replace(plan, objective=plan.objective * (1 + 1e-5))),
    ("objective.bound", lambda plan: replace(plan, bound=plan.objective + 1)),
    ("objective.gap", lambda plan: replace(plan, bound=plan.objective * 0.9)),
    ("objective.optimal", lambda plan: replace(plan, bound=plan.objective * 0.9, gap=0.1)),
    ("summary.chips", lambda plan: replace(plan, summary=plan.summary.assign(chips=1.0))),
    ("summary.pue", lambda plan: replace(plan, summary=plan.summary.assign(pue=1.19))),
    ("tables.years", lambda plan: replace(plan, summary=plan.summary[1:])),
]


@pytest.mark.parametrize(("name", "spoil"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_broken_plan_fails_by_name(tiny_plan: Plan, name: str, spoil: Change) -> None:
    found = audit(spoil(tiny_plan))
    assert name in {check.name for check in found.failures}
    assert not found.passed


def test_falling_speed_and_dark_links(solve: Callable[..., Any]) -> None:
    plan = solve("limits.zone_frac=0.6").plan()
    assert set(plan.link_rows["year"]) == {2027, 2028}
    slower = cell("links", "tbps", 10.0, year=2028)(plan)
    assert "fibre.speed_only_rises" in {check.name for check in audit(slower).failures}
    dark = without("links", node_a="alpha", year=2028)(plan)
    assert "fibre.stay_lit" in {check.name for check in audit(dark).failures}


BRIDGE = (
    *(
        "years=[2027, 2028, 2029]",
        "target.training_eflops=20",
        "limits=null",
        "power.lead_times=zone",
    ),
    *("power.offer=[grid, rent]", "zones.south.large_load_years=4"),
)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("power.ended", cell("power", "ended_mw", 0.0, supply="rent", year=2028)),
        ("power.contracts_stay", without("power", supply="rent", year=2028)),
        ("power.lead_time", wish(*BRIDGE, "zones.north.large_load_years=2.5")),
        ("power.capex", wish(*BRIDGE, "supply.rent.capex_usd_per_kw=51")),
        ("money.residual", cell("money", "musd", times(1.01), kind="residual", item="power")),
    ],
)
def test_a_broken_bridge_fails(solve: Callable[..., Any], name: str, spoil: Change) -> None:
    plan = solve(*BRIDGE).plan()
    assert plan.power.ended_mw.sum() > 0
    assert audit(plan).passed
    assert name in {check.name for check in audit(spoil(plan)).failures}


UPGRADED = (
    *("power.offer=[grid]", "power.upgrades=true", "limits=null", "sites.forbid=[beta, gamma]"),
    *("target.training_eflops={2027: 17, 2028: 42}", "zones.north.headroom_05pct_mw=100"),
)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("upgrades.offered", wish(*UPGRADED, "power.upgrades=false")),
        ("upgrades.lead_time", wish(*UPGRADED, "upgrades.north/1.lead_years=1.5")),
        ("upgrades.size", wish(*UPGRADED, "upgrades.north/1.extra_mw=9")),
        ("upgrades.stay", without("upgrades", zone="north", tier=1, year=2028)),
        ("upgrades.capex", wish(*UPGRADED, "upgrades.north/1.usd_per_kw=201")),
        ("power.headroom", without("upgrades", zone="north")),
        ("tables.names", cell("upgrades", "tier", 3, zone="north", tier=1)),
    ],
)
def test_a_broken_upgrade_fails(solve: Callable[..., Any], name: str, spoil: Change) -> None:
    plan = solve(*UPGRADED).plan()
    assert audit(plan).passed
    assert name in {check.name for check in audit(spoil(plan)).failures}


def test_one_class_a_zone(solve: Callable[..., Any]) -> None:
    plan = solve("limits.curtailment=choose").plan()
    other = cell("zones", "curtailment", "1pct", zone="north", year=2027)(plan)
    assert "zones.curtailment" in {check.name for check in audit(other).failures}


def test_more_replicas_than_the_table_knows(solve: Callable[..., Any]) -> None:
    plan = solve("workload.preset=loose", "target.training_eflops.2028=50").plan()
    few = replace(plan.library, replicas=plan.library.replicas[:1])
    assert "training.replicas" in {c.name for c in audit(replace(plan, library=few)).failures}


def test_worth_of_replicas_counts(solve: Callable[..., Any]) -> None:
    plan = solve("workload.preset=loose", "target.training_eflops.2028=50").plan()
    poor = replace(plan.library, replicas=plan.library.replicas * 0.9)
    assert "training.delivered" in {c.name for c in audit(replace(plan, library=poor)).failures}


def test_goodput_and_totals_count(solve: Callable[..., Any]) -> None:
    flop = ("target.training_flop=1.2e27", "target.by=2028")
    table = ("workload.recovery=restart_1min", "target.training_eflops={2027: 10, 2028: 30}")
    plan = solve(*table, *flop).plan()
    assert audit(plan).passed

    def failures(changed: Plan) -> set[str]:
        return {check.name for check in audit(changed).failures}

    poor = replace(plan.library, goodput=plan.library.goodput * 0.9)
    assert "training.compute" in failures(replace(plan, library=poor))
    short = replace(plan.library, goodput=plan.library.goodput[:1])
    assert "training.goodput" in failures(replace(plan, library=short))
    more = {"training_flop": plan.scenario.target.training_flop * 1.1}
    target = plan.scenario.target.model_copy(update=more)
    wish = plan.scenario.model_copy(update={"target": target})
    assert "training.total" in failures(replace(plan, scenario=wish))
    assert "training.cumulated" in failures(
        replace(plan, summary=plan.summary.assign(cumulated_flop=1e27))
    )


UNIT_SLIPS: list[tuple[str, str, str]] = [
    ("chips", "mw_per_kchip", "halls.it_load"),
    ("chips", "musd_per_kchip", "chips.capex"),
    ("chips", "eflops_per_kchip", "training.compute"),
    ("halls", "capex_musd_per_mw", "sites.capex"),
    ("power", "energy_musd_per_gwh", "power.opex"),
    ("power", "carbon_kt_per_gwh", "power.carbon"),
    ("sites", "land_musd_per_mw", "sites.capex"),
    ("halls", "wue_l_per_kwh", "halls.water"),
    ("fibre", "capex_musd", "links.capex"),
]


@pytest.mark.parametrize(("record", "numbers", "name"), UNIT_SLIPS)
def test_a_unit_slip_in_the_case_is_found(
    solve: Callable[..., Any], record: str, numbers: str, name: str
) -> None:
    """Proves: the audit converts units by itself, so a factor of 1000 in the case shows."""
    solved = solve()
    right = getattr(solved.case, record)
    wrong = {key: value * 1e3 for key, value in getattr(right, numbers).items()}
    slipped = replace(solved.case, **{record: replace(right, **{numbers: wrong})})
    assert name in {check.name for check in audit(solved.plan(slipped)).failures}


def test_failures_are_told_and_kept(tiny_plan: Plan, tmp_path: Path) -> None:
    broken = audited(cell("power", "carbon_kt", 0.0)(tiny_plan))
    assert broken.status == "rejected"
    save(broken, tmp_path / "a")
    again = load(tmp_path / "a")
    assert again.audit == broken.audit
    assert again.audit is not None
    assert again.audit["passed"] is False
    with pytest.raises(AuditFailed, match=r"FAILED power.carbon +alpha grid 2027 +-291.716 kt"):
        audit(again).raise_if_failed()
    good = audited(tiny_plan)
    assert good.status == "optimal"
    assert good.audit is not None
    assert good.audit["passed"] is True
    audit(good).raise_if_failed()


def test_a_loaded_plan_passes_elsewhere(tiny_plan: Plan, tmp_path: Path) -> None:
    save(audited(tiny_plan), tmp_path / "a")
    assert audit(load(tmp_path / "a")).passed


def test_the_audit_shares_no_code_with_the_model() -> None:
    banned = ("pyomo", "highspy", "dcplan.case", "dcplan.model", "dcplan.solve", "dcplan.units")
    for path in Path(dcplan.audit.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith(banned)], path.name
