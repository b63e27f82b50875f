"""Which cells of the library a plan uses, and how much of its spending hangs on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from dcplan.case.grid import CURTAILMENT
from dcplan.library.sheet import key_text
from dcplan.plan import Plan
from dcplan.report.limits import BINDS_FRAC, limits

Cell = tuple[str, str, str]
"""(table, row, column) of the library."""
_NO_FIGURE = {
    *("channel", "vendor", "name", "climate", "state", "zone", "trains", "projected", "precision"),
    *("bf16_tflops", "mfu_bf16_frac", "fp8_tflops", "mfu_fp8_frac", "packaging", "network"),
}
_ITEMS = {
    "facility_usd_per_kw_it": ("facility",),
    "facility_life_years": ("facility",),
    "fibre_life_years": ("fibre",),
    "land_acres_per_mw": ("land",),
    "chip_maintenance_frac": ("chips",),
    "facility_maintenance_frac": ("facility",),
    "staff_fte_per_100mw": ("staff",),
    "staff_usd_per_fte_year": ("staff",),
    "load_factor_frac": ("energy",),
    "gas_usd_per_mmbtu": ("energy",),
    "fibre_maintenance_usd_per_km_year": ("fibre",),
    "route_factor": ("fibre",),
    "cooling": ("facility",),
    "supply": ("power", "energy"),
    "reach": ("fibre",),
    "corridors": ("fibre",),
    "energy_usd_per_mwh": ("energy",),
    "construction_factor": ("facility",),
    "land_usd_per_acre": ("land",),
    "lat": ("fibre",),
    "lon": ("fibre",),
}
"""Items of the money table that follow from a table, a column or an item of finance."""
_OPEX = {"chip_maintenance_frac", "facility_maintenance_frac", "fibre_maintenance_usd_per_km_year"}
_CARBON = "co2_kg_per_mwh"


def used(plan: Plan) -> Iterator[Cell]:
    """The cells of the library that the plan's cost, power and rate follow from."""
    yield from _chips(plan)
    yield from _places(plan)
    yield from _links(plan)
    yield from _run(plan)
    yield from _wafers(plan)
    library, supplies = plan.library, list(plan.power.supply.unique())
    yield from _all("supply", supplies, library.supply)
    burns_gas = bool((library.supply.heat_rate_mmbtu_per_mwh.reindex(supplies) > 0).any())
    drawn = any(pair not in library.corridors.index for pair in _pairs(plan))
    needed = {"gas_usd_per_mmbtu": burns_gas, "route_factor": drawn}
    yield from (
        ("finance", str(item), "value") for item in library.finance.index if needed.get(item, True)
    )


def binding(plan: Plan) -> frozenset[Cell]:
    """Those of the cells that are themselves a limit which the plan runs into.

    World output of a chip or of wafers, headroom of a zone, size of a site, amount of a supply.
    """
    headroom, _ = CURTAILMENT.get(plan.scenario.limits.curtailment, CURTAILMENT["1pct"])
    columns = {
        "supply": ("chip_supply", "world_chips"),
        "wafers": ("wafers", "world_wafers"),
        "headroom": ("zones", headroom),
        "largest size": ("sites", "max_mw"),
        "contracts": ("supply", "max_mw"),
    }
    found = set()
    for limit in limits(plan):
        if limit.spare_frac < BINDS_FRAC and limit.name in columns:
            table, column = columns[limit.name]
            by_year = table in ("chip_supply", "wafers")
            row = f"{limit.where}/{limit.year}" if by_year else limit.where
            found.add((table, row, column))
    return frozenset(found)


def rests_musd(plan: Plan, table: str, item: str, rows: Sequence[str]) -> float:
    """Capex and opex of all years on what these figures price or size, MUSD.

    Of chips it is the price of those bought; of a figure that sizes the whole fleet (the training
    run, headroom, taxes) all spending; of carbon nothing.
    """
    if item == _CARBON:
        return 0.0
    if table == "wafers":
        return float(plan.chips.capex_musd.sum())
    if table in ("chips", "chip_supply"):
        bought = plan.chips
        if table == "chip_supply":
            keys = {tuple(row.split("/")) for row in rows}
            pairs = zip(bought.chip, bought.year.astype(str), strict=True)
            return float(bought[[pair in keys for pair in pairs]].capex_musd.sum())
        return float(bought[bought.chip.isin(rows)].capex_musd.sum())
    kinds = ["opex"] if item in _OPEX else ["capex", "opex"]
    money = plan.money[plan.money.kind.isin(kinds)]
    items = _ITEMS.get(item) or _ITEMS.get(table)
    return float((money[money["item"].isin(items)] if items else money).musd.sum())


def _chips(plan: Plan) -> Iterator[Cell]:
    rows, library = plan.chips, plan.library
    bought = list(rows[(rows.added > 0) | (rows.running > 0)].chip.unique())
    yield from _all("chips", bought, library.chips)
    own = plan.scenario.workload.precision
    precision = own or library.workloads.at[plan.scenario.workload.preset, "precision"]
    for chip in bought:
        for column in _arithmetic(library.chips.loc[chip], str(precision)):
            yield "chips", str(chip), column
    for row in rows[rows.added > 0][["chip", "year"]].drop_duplicates().itertuples():
        if (row.chip, row.year) in library.chip_supply.index:
            yield "chip_supply", f"{row.chip}/{row.year}", "world_chips"


def _arithmetic(chip: pd.Series, precision: str) -> tuple[str, str]:
    """Peak and share of it in the number format that the chip trains fastest in."""
    rates = {f: chip[f"{f}_tflops"] * chip[f"mfu_{f}_frac"] for f in ("bf16", "fp8")}
    fp8 = precision == "fp8" and not rates["fp8"] < rates["bf16"] and rates["fp8"] > 0
    best = "fp8" if fp8 else "bf16"
    return f"{best}_tflops", f"mfu_{best}_frac"


def _places(plan: Plan) -> Iterator[Cell]:
    library, rows = plan.library, plan.site_rows.drop_duplicates("site_id")
    yield from _all("sites", list(rows.site_id), library.sites)
    headroom, _ = CURTAILMENT.get(plan.scenario.limits.curtailment, CURTAILMENT["1pct"])
    for zone in dict.fromkeys(rows.zone):
        for column in (headroom, "energy_usd_per_mwh", _CARBON):
            yield "zones", str(zone), column
    for site, cooling in zip(rows.site_id, rows.cooling, strict=True):
        key = (cooling, library.sites.at[site, "climate"])
        yield from _all("cooling", [key], library.cooling)


def _links(plan: Plan) -> Iterator[Cell]:
    library = plan.library
    yield from _all("reach", list(plan.link_rows.reach_class.unique()), library.reach)
    for pair in _pairs(plan):
        if pair in library.corridors.index:
            yield "corridors", key_text(pair), "km"


def _run(plan: Plan) -> Iterator[Cell]:
    library, own = plan.library, plan.scenario.workload
    given = own.model_dump(exclude={"preset", "recovery"}, exclude_none=True)
    if own.recovery is not None:
        given["goodput_frac"] = None
        column = f"{own.recovery}_frac"
        yield from (("goodput", str(n), column) for n in library.goodput.index)
    columns = [str(c) for c in library.workloads if c not in {*given, *_NO_FIGURE}]
    yield from (("workloads", own.preset, column) for column in columns)
    if {**library.workloads.loc[own.preset].to_dict(), **given}["sync_every_steps"] > 1:
        yield from (("replicas", str(n), "eta_frac") for n in library.replicas.index)


def _wafers(plan: Plan) -> Iterator[Cell]:
    if plan.scenario.buyer.wafer_frac is None:
        return
    library, bought = plan.library, plan.chips[plan.chips.added > 0]
    kinds = bought.chip.map(library.chips.packaging)
    for key in dict.fromkeys(zip(kinds, bought.year, strict=True)):
        if key in library.wafers.index:
            yield "wafers", key_text(key), "world_wafers"


def _pairs(plan: Plan) -> list[tuple[str, str]]:
    links = plan.link_rows[["node_a", "node_b"]].drop_duplicates()
    return [(str(a), str(b)) for a, b in zip(links.node_a, links.node_b, strict=True)]


def _all(table: str, rows: Iterable[object], frame: pd.DataFrame) -> Iterator[Cell]:
    columns = [str(c) for c in frame if c not in _NO_FIGURE]
    return ((table, key_text(row), column) for row in rows for column in columns)
