"""What `dcplan solve` tells when it is done: the plan in one screen of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from dcplan.cli import futures
from dcplan.cli.layout import grid, pairs, put, title
from dcplan.objectives import OBJECTIVES
from dcplan.report import limits
from dcplan.units import CHIPS_PER_KCHIP, MW_PER_GW
from dcplan.words import dollars, figure, item, percent, plural, seconds

if TYPE_CHECKING:
    from dcplan.api import Brief, Plan

_NAMED = 3
_ROWS = (
    ("sites", "sites", ""),
    ("facility_mw", "facility power", "MW"),
    ("pue", "PUE", ""),
    ("chips", "chips standing", "thousand"),
    ("delivered_eflops", "delivered", "EFLOP/s"),
    ("capex_busd", "capex", "1e9 USD"),
    ("opex_busd", "opex", "1e9 USD"),
    ("year_busd", "cost of the year", "1e9 USD"),
    ("musd_per_eflops_year", "per EFLOP/s-year", "MUSD"),
    ("usd_per_chip_hour", "per chip-hour", "USD"),
    ("carbon_kt", "emissions", "kt CO2"),
    ("fibre_km", "fibre", "km"),
    ("fibre_tbps", "fibre", "Tb/s"),
)


def tell(console: Console, brief: Brief, plan: Plan, saved: str) -> None:
    """Print the summary; `saved` says where the plan went."""
    title(console, brief.case.name)
    hedge = plan.record.futures
    if hedge is not None:
        futures.tell(console, hedge, plan.record.solve_seconds)
        title(console, f"Future {hedge.rows.future[0]}")
    _years(console, plan)
    console.print()
    last = brief.case.years[-1]
    rows = [
        (f"sites {last}", _sites(plan, last)),
        (f"chips {last}", _chips(plan, last)),
        (f"power {last}", _power(plan, last)),
        (f"fibre {last}", _fibre(plan, last)),
        ("capex", _capex(plan, last)),
        (f"opex {last}", _items(plan, "opex", last)[1]),
        ("binds", " · ".join(limits.binds(plan.record)) or "no limit"),
        *([("result", _result(brief, plan))] if hedge is None else []),
        *_stages(plan),
        ("audit", plan.verdict.lines()[-1].removeprefix("audit: ")),
        ("plan", saved),
    ]
    pairs(console, rows)


def _years(console: Console, plan: Plan) -> None:
    rows = plan.summary
    years = [str(year) for year in rows.year]
    shown = grid("", "unit", *years, numbers=years)
    total = (("cumulated_flop", "in total", "1e24 FLOP"),)
    asked = plan.record.scenario.target.training_flop is not None
    for column, name, unit in (*_ROWS, *(total if asked else ())):
        scale = {"thousand": 1e-3, "1e24 FLOP": 1e-24}.get(unit, 1.0)
        shown.add_row(name, unit, *(figure(float(value) * scale) for value in rows[column]))
    put(console, shown)


def _sites(plan: Plan, year: int) -> str:
    rows = plan.table("sites")
    rows = rows[rows.year == year]
    zones = rows.groupby("zone").facility_mw
    count, power = zones.size().to_dict(), zones.sum().sort_values(ascending=False).to_dict()
    parts = " · ".join(f"{zone} {figure(mw)} ({count[zone]})" for zone, mw in power.items())
    in_all = f"{len(rows)} in {plural(len(power), 'zone')}"
    return f"{in_all}; MW (sites): {parts}" if parts else "none open"


def _chips(plan: Plan, year: int) -> str:
    rows = plan.table("chips")
    rows = rows[(rows.year == year) & (rows.running > 0)]
    vendors = rows.groupby("vendor").running.sum().sort_values(ascending=False)
    parts = []
    for vendor, running in vendors.items():
        kinds = rows[rows.vendor == vendor].groupby("chip").running.sum()
        most = kinds.sort_values(ascending=False)
        named = [f"{chip} {_thousand(count)}" for chip, count in most[:_NAMED].items()]
        more = [f"{len(most) - _NAMED} more"] if len(most) > _NAMED else []
        parts.append(f"{vendor} {_thousand(running)} ({', '.join([*named, *more])})")
    return f"thousand running: {' · '.join(parts)}" if parts else "none running"


def _thousand(chips: float) -> str:
    return figure(chips / CHIPS_PER_KCHIP)


def _power(plan: Plan, year: int) -> str:
    rows, now = plan.table("power"), plan.summary.set_index("year").loc[year]
    rows = rows[(rows.year == year) & (rows.contracted_mw > 0)]
    taken = rows.groupby("supply").contracted_mw.sum().sort_values(ascending=False)
    if taken.empty:
        return "none contracted"
    kinds = " · ".join(f"{supply} {figure(mw)} MW" for supply, mw in taken.items())
    energy_gwh = float(rows.energy_gwh.sum())
    # 1 kt a GWh is 1,000 kg a MWh.
    carbon = f" at {figure(now.carbon_kt / energy_gwh * 1e3)} kg CO2/MWh" if energy_gwh else ""
    return f"{kinds} contracted, {figure(energy_gwh / 1e3)} TWh{carbon}"


def _fibre(plan: Plan, year: int) -> str:
    rows = plan.table("links")
    rows = rows[rows.year == year]
    if rows.empty:
        return "none: one site"
    km = rows.groupby("kind").km.sum()
    kinds = ", ".join(f"{kind} {figure(length)}" for kind, length in km.items())
    most = plural(int(rows.pairs.max()), "pair")
    return (
        f"{plural(len(rows), 'link')} at {figure(rows.tbps.max())} Tb/s, up to {most}; km: {kinds}"
    )


def _capex(plan: Plan, year: int) -> str:
    total, text = _items(plan, "capex")
    gw = float(plan.summary.set_index("year").facility_mw[year]) / MW_PER_GW
    per_gw = f" · {dollars(total / gw)} per GW of facility power in {year}" if gw else ""
    return text + per_gw


def _items(plan: Plan, kind: str, year: int | None = None) -> tuple[float, str]:
    """What is spent, in a year or in all: the sum in MUSD, and in words with its items."""
    money = plan.table("money")
    mine = money[(money.kind == kind) & ((money.year == year) | (year is None))]
    items = mine.groupby("item").musd.sum().sort_values(ascending=False)
    total = float(items.sum())
    parts = ", ".join(
        f"{item(key)} {dollars(float(musd))}" for key, musd in items[items > 0].items()
    )
    return total, f"{dollars(total)}: {parts}" if parts else dollars(total)


def _told(name: str, value: float, first_year: int) -> str:
    objective = OBJECTIVES[name]
    return f"{objective.told(value, first_year)} {objective.noun}{objective.per}"


def _stages(plan: Plan) -> list[tuple[str, str]]:
    """A line for each tie-breaker: what it came to, and what of it is proven."""
    record = plan.record
    first, goal = record.scenario.years[0], record.scenario.solver.gap
    return [
        (
            "then",
            f"{_told(stage.objective, stage.value, first)} · gap {percent(stage.gap)}, "
            + ("proven within" if stage.gap <= goal else "stopped before")
            + f" {percent(goal)}",
        )
        for stage in record.stages[1:]
    ]


def _result(brief: Brief, plan: Plan) -> str:
    record = plan.record
    goal = brief.scenario.solver.gap
    objective = OBJECTIVES[record.objective_name]
    best = _told(record.objective_name, record.objective, brief.case.years[0])
    off = ""
    if objective.in_money and record.gap > 1e-9:
        off = f" ({dollars(abs(record.objective - record.bound))})"
    how = {
        "optimal": f"proven within {percent(goal)}"
        + (" before the tie-breakers" if record.stages else ""),
        "stopped": f"stopped before {percent(goal)}",
        "rejected": "REJECTED by the audit",
    }[record.status]
    return f"{best} · gap {percent(record.gap)}{off}, {how} · {seconds(record.solve_seconds)}"
