"""What `dcplan solve` tells when it is done: the plan in one screen of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from dcplan.cli.binding import binding
from dcplan.cli.layout import grid, pairs, put, title
from dcplan.words import dollars, figure, percent, plural, seconds

if TYPE_CHECKING:
    from dcplan.api import Brief, Plan

_ROWS = (
    ("sites", "sites", ""),
    ("facility_mw", "facility power", "MW"),
    ("pue", "PUE", ""),
    ("chips", "chips standing", "thousand"),
    ("delivered_eflops", "delivered", "EFLOP/s"),
    ("capex_busd", "capex", "1e9 USD"),
    ("opex_busd", "opex", "1e9 USD"),
    ("carbon_kt", "emissions", "kt CO2"),
    ("fibre_km", "fibre", "km"),
    ("fibre_tbps", "fibre", "Tb/s"),
)


def tell(console: Console, brief: Brief, plan: Plan, saved: str) -> None:
    """Print the summary; `saved` says where the plan went."""
    title(console, brief.case.name)
    _years(console, plan)
    console.print()
    last = brief.case.years[-1]
    rows = [
        (f"sites {last}", _sites(plan, last)),
        (f"chips {last}", _chips(plan, last)),
        (f"fibre {last}", _fibre(plan, last)),
        ("capex", _capex(plan, last)),
        ("binds", " · ".join(binding(brief.case, plan)) or "no limit"),
        ("result", _result(brief, plan)),
        ("audit", plan.verdict.lines()[-1].removeprefix("audit: ")),
        ("plan", saved),
    ]
    pairs(console, rows)


def _years(console: Console, plan: Plan) -> None:
    rows = plan.summary
    years = [str(year) for year in rows.year]
    shown = grid("", "unit", *years, numbers=years)
    for column, name, unit in _ROWS:
        scale = 1e-3 if unit == "thousand" else 1.0
        shown.add_row(name, unit, *(figure(float(value) * scale) for value in rows[column]))
    put(console, shown)


def _sites(plan: Plan, year: int) -> str:
    rows = plan.table("sites")
    zones = rows[rows.year == year].groupby("zone").facility_mw
    sites, power = zones.size().to_dict(), zones.sum().sort_values(ascending=False).to_dict()
    return " · ".join(f"{zone} {sites[zone]} ({figure(mw)} MW)" for zone, mw in power.items())


def _chips(plan: Plan, year: int) -> str:
    rows = plan.table("chips")
    rows = rows[(rows.year == year) & (rows.running > 0)]
    vendors = rows.groupby("vendor").running.sum().sort_values(ascending=False).to_dict()
    parts = []
    for vendor, running in vendors.items():
        kinds = rows[rows.vendor == vendor].groupby("chip").running.sum()
        of = kinds.sort_values(ascending=False).to_dict()
        named = ", ".join(f"{chip} {_count(count)}" for chip, count in of.items())
        parts.append(f"{vendor} {_count(running)} ({named})")
    return " · ".join(parts) or "none running"


def _count(chips: float) -> str:
    return f"{figure(chips / 1e6)} M" if chips >= 1e6 else f"{figure(chips / 1e3)} k"


def _fibre(plan: Plan, year: int) -> str:
    rows = plan.table("links")
    rows = rows[rows.year == year]
    if rows.empty:
        return "none: one site"
    km = rows.groupby("kind").km.sum().to_dict()
    kinds = ", ".join(f"{figure(length)} km {kind}" for kind, length in km.items())
    most = plural(int(rows.pairs.max()), "pair")
    return f"{plural(len(rows), 'link')} at {figure(rows.tbps.max())} Tb/s, up to {most}: {kinds}"


def _capex(plan: Plan, year: int) -> str:
    money = plan.table("money")
    items = money[money.kind == "capex"].groupby("item").musd.sum().sort_values(ascending=False)
    total = float(items.sum())
    parts = ", ".join(f"{item} {dollars(float(musd))}" for item, musd in items[items > 0].items())
    rows = plan.summary.set_index("year")
    gw = float(rows.facility_mw[year]) / 1e3
    per_gw = f" · {dollars(total / gw)} per GW of facility power in {year}" if gw else ""
    return f"{dollars(total)}: {parts}{per_gw}"


def _result(brief: Brief, plan: Plan) -> str:
    record = plan.record
    goal = brief.scenario.solver.gap
    if record.objective_name == "max_flop":
        best, off = f"{figure(record.objective)} EFLOP/s over all years", ""
    elif record.objective_name == "carbon":
        best, off = f"{figure(record.objective)} kt of CO2 over all years", ""
    else:
        names = {"tco": "total cost, discounted", "capex": "capex"}
        best = f"{dollars(record.objective)} {names[record.objective_name]}"
        off = f" ({dollars(abs(record.objective - record.bound))})" if record.gap > 1e-9 else ""
    how = {
        "optimal": f"proven within {percent(goal)}",
        "stopped": f"stopped before {percent(goal)}",
        "rejected": "REJECTED by the audit",
    }[record.status]
    return f"{best} · gap {percent(record.gap)}{off}, {how} · {seconds(record.solve_seconds)}"
