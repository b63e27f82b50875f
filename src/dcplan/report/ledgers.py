"""The fleet as tables of the report, each from the plan's own, with units in their heads."""

from __future__ import annotations

import pandas as pd

from dcplan.plan import Plan
from dcplan.report.facts import row_name, years
from dcplan.report.grids import Grid, counts, numbers, words
from dcplan.report.risk import end_name
from dcplan.units import CHIPS_PER_KCHIP, MUSD_PER_BUSD
from dcplan.words import item


def by_year(plan: Plan) -> Grid:
    """The fleet by year."""
    rows = plan.summary
    return Grid(
        "years",
        "The fleet by year",
        (
            counts("year", rows.year),
            counts("sites", rows.sites),
            numbers("facility power, MW", rows.facility_mw),
            numbers("IT power, MW", rows.it_mw),
            numbers("PUE", rows.pue),
            numbers("chips standing, thousand", rows.chips / CHIPS_PER_KCHIP),
            numbers("compute, EFLOP/s", rows.compute_eflops),
            numbers("delivered, EFLOP/s", rows.delivered_eflops),
            numbers("capex, $ B", rows.capex_busd),
            numbers("opex, $ B", rows.opex_busd),
            numbers("CO₂, kt", rows.carbon_kt),
            numbers("fibre, km", rows.fibre_km),
            numbers("speed of each link, Tb/s", rows.fibre_tbps),
        ),
    )


def across(key: str, title: str, what: str, rows: pd.DataFrame, total: bool = False) -> Grid:
    """A value by name and year as a table with a column a year; with a row and column of sums.

    `rows` has the columns name, year and value.
    """
    wide = rows.pivot_table(index="name", columns="year", values="value", aggfunc="sum")
    wide = wide.fillna(0.0)
    wide = wide.loc[wide.iloc[:, -1].sort_values(ascending=False, kind="stable").index]
    if total:
        wide["all years"] = wide.sum(axis=1)
        wide = wide.sort_values("all years", ascending=False, kind="stable")
        if len(wide) > 1:
            wide.loc["in all"] = wide.sum()
    every = wide.to_numpy().ravel()
    columns = [numbers(str(name), wide[name], like=every) for name in wide]
    return Grid(key, title, (words(what, wide.index), *columns), total and len(wide) > 1)


def power(plan: Plan) -> Grid:
    """Facility power by zone and year."""
    rows = plan.zones[plan.zones.facility_mw > 0]
    return across(
        "power",
        "Facility power by zone, MW",
        "zone",
        pd.DataFrame({"name": rows["name"], "year": rows.year, "value": rows.facility_mw}),
    )


def money(plan: Plan, kind: str) -> Grid:
    """Capex or opex by item and year."""
    rows = plan.money[plan.money.kind == kind]
    names = [*map(item, rows["item"])]
    frame = pd.DataFrame({"name": names, "year": rows.year, "value": rows.musd / MUSD_PER_BUSD})
    return across(kind, f"{kind.capitalize()} by item, $ B", "item", frame, total=True)


def costs(plan: Plan) -> Grid:
    """All that is spent in the plan years, by item."""
    rows = plan.money.pivot_table(index="item", columns="kind", values="musd", aggfunc="sum")
    rows = rows.reindex(columns=["capex", "opex"]).fillna(0.0) / MUSD_PER_BUSD
    rows["together"] = rows.capex + rows.opex
    rows = rows.sort_values("together", ascending=False, kind="stable")
    rows.loc["in all"] = rows.sum()
    return Grid(
        "costs",
        "All spending of the plan years by item, $ B",
        (
            words("item", [*map(item, rows.index)]),
            *(numbers(name, rows[name], like=rows.together) for name in rows),
        ),
        total=True,
    )


def residual(plan: Plan) -> Grid:
    """What the purchases are still worth after the last year."""
    rows = plan.money[plan.money.kind == "residual"].sort_values("musd", ascending=False)
    return Grid(
        "residual",
        f"Worth at the end of {years(plan)[-1]}",
        (
            words("item", [*map(item, rows["item"])]),
            numbers("worth, $ B", rows.musd / MUSD_PER_BUSD),
        ),
    )


def chips(plan: Plan) -> Grid:
    """Chips by kind and year: bought, running, price."""
    rows = plan.chips.groupby(["vendor", "chip", "year"], sort=True)[
        ["added", "running", "it_mw", "capex_musd"]
    ].sum()
    rows = rows[(rows.added > 0) | (rows.running > 0)].reset_index()
    whole = rows.groupby("chip").capex_musd.transform("sum")
    rows = rows.assign(whole=whole).sort_values(
        ["whole", "chip", "year"], ascending=[False, True, True]
    )
    return Grid(
        "chips",
        "Chips by kind and year",
        (
            words("chip", [row_name(plan.library.chips, c) for c in rows.chip]),
            words("vendor", rows.vendor),
            counts("year", rows.year),
            numbers("bought, thousand", rows.added / CHIPS_PER_KCHIP),
            numbers("running, thousand", rows.running / CHIPS_PER_KCHIP),
            numbers("IT power, MW", rows.it_mw),
            numbers("capex, $ B", rows.capex_musd / MUSD_PER_BUSD),
        ),
    )


def sites(plan: Plan) -> Grid:
    """Sites of the last year, the largest first."""
    last = years(plan)[-1]
    every = plan.site_rows
    rows = every[every.year == last].sort_values("facility_mw", ascending=False)
    first = every.groupby("site_id").year.min()
    halls, kit = (
        every.groupby("site_id").capex_musd.sum(),
        plan.chips.groupby("site_id").capex_musd.sum(),
    )
    running = plan.chips[plan.chips.year == last].groupby("site_id").running.sum()
    own = rows.site_id
    zones = plan.library.zones
    return Grid(
        "sites",
        f"Sites, {last}",
        (
            words("site", rows["name"]),
            words("state", rows.state),
            words("zone", [row_name(zones, z) for z in rows.zone]),
            counts("from", first.reindex(own)),
            numbers("facility power, MW", rows.facility_mw),
            numbers("PUE", rows.pue),
            words("cooling", [c.replace("_", " ") for c in rows.cooling]),
            numbers("chips running, thousand", running.reindex(own).fillna(0) / CHIPS_PER_KCHIP),
            numbers("delivered, EFLOP/s", rows.delivered_eflops),
            numbers("buildings and land, $ B", halls.reindex(own) / MUSD_PER_BUSD),
            numbers("chips, $ B", kit.reindex(own).fillna(0) / MUSD_PER_BUSD),
        ),
    )


def links(plan: Plan) -> Grid:
    """Links of the last year, the longest first."""
    last = years(plan)[-1]
    keys = ["node_a", "node_b"]
    rows = plan.link_rows[plan.link_rows.year == last].sort_values("km", ascending=False)
    every = plan.link_rows.groupby(keys)
    ends = pd.MultiIndex.from_frame(rows[keys])
    return Grid(
        "links",
        f"Links, {last}",
        (
            words("from", [end_name(plan, a) for a in rows.node_a]),
            words("to", [end_name(plan, b) for b in rows.node_b]),
            words("kind", rows.kind),
            words("reach class", [row_name(plan.library.reach, r) for r in rows.reach_class]),
            counts("lit from", every.year.min().reindex(ends)),
            numbers("length, km", rows.km),
            numbers("fibre pairs", rows.pairs),
            numbers("capex, all years, $ M", every.capex_musd.sum().reindex(ends)),
        ),
    )


def fibre_classes(plan: Plan) -> Grid:
    """Fibre of the last year by kind and reach class."""
    last = years(plan)[-1]
    keys = ["kind", "reach_class"]
    now = plan.link_rows[plan.link_rows.year == last].groupby(keys, sort=True)
    km, pairs = now.km.sum(), now.pairs.max()
    spent = plan.link_rows.groupby(keys).capex_musd.sum().reindex(km.index)
    return Grid(
        "fibre",
        f"Fibre by kind and reach class, {last}",
        (
            words("kind", [k for k, _ in km.index]),
            words("reach class", [row_name(plan.library.reach, r) for _, r in km.index]),
            numbers("links", now.size()),
            numbers("length, km", km),
            numbers("most fibre pairs on a link", pairs),
            numbers("capex, all years, $ M", spent),
        ),
    )
