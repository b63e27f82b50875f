"""Whether the plan speaks only of things that are there, in numbers, none below zero."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from dcplan.audit.check import Checks
from dcplan.audit.facts import CURTAILMENT, Facts
from dcplan.plan import TABLES

_UNSIGNED = ("left_mw", "lat", "lon", "year")


def check(facts: Facts, checks: Checks) -> None:
    """Names and years known, each row once, every number finite, the summary's years complete."""
    library, plan = facts.library, facts.plan
    sites, junctions = set(library.sites.index), set(library.nodes.index)
    known: dict[str, Iterable[str]] = {
        "site_id": sites,
        "chip": library.chips.index,
        "supply": library.supply.index,
        "zone": library.zones.index,
        "reach_class": library.reach.index,
        "node_a": sites | junctions,
        "node_b": sites | junctions,
        "node": sites | junctions,
        "cooling": library.cooling.index.get_level_values("cooling"),
        "curtailment": CURTAILMENT,
    }
    for name, table in TABLES.items():
        rows = plan.table(name)
        _check_once(f"{name}.csv", rows, table.keys, checks)
        for column in rows:
            where = f"{name}.csv, {column}"
            if column in known:
                checks.holds("tables.names", where, set(rows[column]) <= set(known[str(column)]))
            if column == "year":
                checks.holds("tables.years", where, set(rows[column]) <= set(facts.years))
            if rows[column].dtype == float:
                checks.holds("tables.numbers", where, bool(np.isfinite(rows[column]).all()))
    _check_cooling(facts, checks)
    _check_zones(facts, checks)
    checks.holds("tables.years", "summary", tuple(plan.summary["year"]) == facts.years)


def check_signs(facts: Facts, checks: Checks) -> None:
    """No amount is below zero, but the residual value of what costs more than the discount rate."""
    dearer = any(facts.scenario.money.wacc.model_dump(exclude_none=True).values())
    for name, table in TABLES.items():
        plan_rows = facts.plan.table(name)
        if name == "money" and dearer:
            plan_rows = plan_rows[plan_rows["kind"] != "residual"]
        for column in table.columns:
            rows = plan_rows[column.name]
            if column.kind == "number" and column.name not in _UNSIGNED and len(rows):
                least, most = float(rows.min()), float(rows.max())
                where = f"{table.file}, {column.name}"
                checks.at_most("tables.not_negative", where, -least, 0.0, column.unit, most)


def _check_once(where: str, rows: pd.DataFrame, keys: tuple[str, ...], checks: Checks) -> None:
    checks.holds("tables.rows_once", where, not rows.duplicated(list(keys)).any())


def _check_zones(facts: Facts, checks: Checks) -> None:
    """A second grid needs a second zone, an upgrade its tier, a chosen class a row for each zone."""
    second = facts.library.sites.zone_2.to_dict()
    fed = {s for s, g, _ in facts.power if g == "grid_2"}
    checks.holds("tables.names", "power.csv, grid_2", all(second.get(s) for s in fed))
    tiers = {key[:2] for key in facts.upgrades}
    checks.holds("tables.names", "upgrades.csv, tier", tiers <= set(facts.library.upgrades.index))
    if facts.scenario.limits.curtailment == "choose":
        home = facts.library.sites.zone.to_dict()
        open_ = {(home.get(s, ""), facts.years[-1]) for s, _ in facts.sites}
        checks.holds("tables.names", "zones.csv, curtailment", open_ <= set(facts.zones))


def _check_cooling(facts: Facts, checks: Checks) -> None:
    """Every design must have a row for the climate it stands in."""
    climates = facts.library.sites.climate.to_dict()
    pairs = {(row["cooling"], climates.get(s)) for (s, _), row in facts.sites.items()}
    known = set(facts.library.cooling.index)
    checks.holds("tables.names", "sites.csv, cooling in its climate", pairs <= known)
