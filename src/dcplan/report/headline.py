"""The figures of a plan that a board asks for first; those of a year are of the last one."""

from __future__ import annotations

from dcplan.plan import Plan
from dcplan.report.facts import Figure
from dcplan.report.story import part
from dcplan.units import MUSD_PER_BUSD, MW_PER_GW
from dcplan.words import chips, dollars, figure, plural, power


def key_figures(plan: Plan) -> tuple[Figure, ...]:
    """What it costs, then what stands."""
    return (*_money(plan), *_fleet(plan))


def _money(plan: Plan) -> list[Figure]:
    rows = plan.summary.set_index("year")
    last, alone = int(rows.index[-1]), len(rows) == 1
    capex, opex = rows.capex_busd * MUSD_PER_BUSD, rows.opex_busd * MUSD_PER_BUSD
    whole, peak = float(capex.sum()), int(capex.idxmax())
    mw = float(rows.facility_mw[last])
    most = "" if alone else f"most in {peak}: {dollars(float(capex[peak]))}"
    every = "" if alone else f"{dollars(float(opex.sum()))} in all years"
    per_gw = dollars(whole / mw * MW_PER_GW) if mw else "—"
    total = [Figure("Total cost", dollars(plan.objective), "discounted, less residual worth")]
    return [
        *(total if plan.objective_name == "tco" else []),
        Figure("Capex" if alone else "Capex, all years", dollars(whole), most),
        Figure("Capex per GW", per_gw, f"of facility power {last}"),
        Figure(f"Opex {last}", dollars(float(opex[last])), every),
    ]


def _fleet(plan: Plan) -> list[Figure]:
    now = plan.summary.set_index("year").iloc[-1]
    last = int(plan.summary.year.iloc[-1])
    mw, km = float(now.facility_mw), float(now.fibre_km)
    zones = plan.site_rows[plan.site_rows.year == last].zone.nunique()
    speed = f"{figure(float(now.fibre_tbps))} Tb/s on every link" if km else ""
    return [
        Figure(f"Training {last}", figure(float(now.delivered_eflops)), "EFLOP/s delivered"),
        Figure(f"Power {last}", power(mw), f"PUE {float(now.pue):.3f}" if mw else ""),
        Figure(f"Chips {last}", chips(float(now.chips)), _lead(plan, last)),
        Figure(f"Sites {last}", figure(float(now.sites)), f"in {plural(zones, 'grid zone')}"),
        Figure(f"Fibre {last}", f"{figure(km)} km" if km else "none", speed),
        Figure(f"Emissions {last}", f"{figure(float(now.carbon_kt) / 1e3)} Mt", "CO₂, operation"),
    ]


def _lead(plan: Plan, year: int) -> str:
    """The vendor with most IT power."""
    vendors = plan.chips[plan.chips.year == year].groupby("vendor").it_mw.sum()
    whole = float(vendors.sum())
    return f"{vendors.idxmax()}: {part(float(vendors.max()) / whole)} of IT power" if whole else ""
