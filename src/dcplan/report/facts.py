"""What a map tells of the whole plan: the fleet by year and the zones' measures by year."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dcplan.case.grid import CURTAILMENT
from dcplan.plan import Plan
from dcplan.report.colours import BINS
from dcplan.units import MUSD_PER_BUSD
from dcplan.words import chips, dollars, figure, plural, power

MEASURES = ("headroom", "share", "price", "carbon", "wait")
_NO_GAP = 1e-9
_SHARES = (0.0, 20.0, 40.0, 60.0, 80.0)
_WAITS = (2.0, 3.0, 4.0, 5.0, 6.0)


@dataclass(frozen=True)
class Measure:
    """Something that zones are shaded by; `values` by zone, one a year, NaN where unknown."""

    key: str
    title: str
    unit: str
    values: Mapping[str, tuple[float, ...]]
    breaks: tuple[float, ...]
    """Upper ends of all shades but the last."""

    def shade(self, value: float) -> int | None:
        """The place of a value among the shades, light to dark."""
        return bisect_left(self.breaks, value) if math.isfinite(value) else None

    def at(self, zone: str, place: int | None) -> float:
        """The value of a zone in the year of that place; NaN where either is unknown."""
        known = self.values.get(zone)
        return known[place] if known and place is not None else math.nan

    def words(self, value: float) -> str:
        """The value with its unit."""
        return f"{figure(value)} {self.unit}" if math.isfinite(value) else "not known"


def years(plan: Plan) -> tuple[int, ...]:
    """The years of a plan."""
    return tuple(int(year) for year in plan.summary.year)


def measures(plan: Plan) -> tuple[Measure, ...]:
    """The zones' measures, in the order of `MEASURES`."""
    zones, when = plan.library.zones, years(plan)
    # where zones choose, those without candidates show the most that any class allows
    column, _ = CURTAILMENT.get(plan.scenario.limits.curtailment, CURTAILMENT["1pct"])
    taken = {
        (str(row.zone), int(row.year)): (
            float(row.headroom_mw + row.upgraded_mw),
            float(row.contracted_mw - row.stood_mw),
        )
        for row in plan.zones.itertuples()
    }
    # The plan lists the zones that have candidates; in the others nothing can be contracted.
    room = {
        z: [taken.get((z, y), (float(zones.at[z, column]), 0.0)) for y in when] for z in zones.index
    }
    left = {z: tuple(mw - used for mw, used in by_year) for z, by_year in room.items()}
    share = {
        z: tuple(100 * used / mw if mw else math.nan for mw, used in by_year)
        for z, by_year in room.items()
    }
    price = {z: (float(zones.at[z, "energy_usd_per_mwh"]),) * len(when) for z in zones.index}
    carbon = {z: (float(zones.at[z, "co2_kg_per_mwh"]),) * len(when) for z in zones.index}
    wait = {z: (float(zones.at[z, "large_load_years"]),) * len(when) for z in zones.index}
    return (
        Measure("headroom", "Grid headroom left", "MW", left, breaks(left)),
        Measure("share", "Share of headroom used", "%", share, _SHARES),
        Measure("price", "Price of energy", "$/MWh", price, breaks(price)),
        Measure("carbon", "Carbon intensity", "kg CO₂/MWh", carbon, breaks(carbon)),
        Measure("wait", "Wait for a new connection", "years", wait, _WAITS),
    )


def breaks(values: Mapping[str, Sequence[float]]) -> tuple[float, ...]:
    """Sextiles over all zones and years, to two digits."""
    known = sorted(v for by_year in values.values() for v in by_year if math.isfinite(v))
    if not known:
        return ()
    cuts = {float(f"{known[len(known) * n // BINS]:.2g}") for n in range(1, BINS)}
    return tuple(sorted(cut for cut in cuts if cut < known[-1]))


@dataclass(frozen=True)
class Figure:
    """One figure of the fleet: what it is, its text and a second line."""

    name: str
    text: str
    more: str


def fleet(plan: Plan) -> dict[int, tuple[Figure, ...]]:
    """The figures of the fleet, by year."""
    rows = plan.summary.set_index("year")
    spent = rows.capex_busd.cumsum() * MUSD_PER_BUSD
    return {y: _figures(rows.loc[y], float(spent[y])) for y in years(plan)}


def _figures(row: pd.Series[float], spent_musd: float) -> tuple[Figure, ...]:
    pue = float(row.pue)
    km, tbps = float(row.fibre_km), float(row.fibre_tbps)
    return (
        Figure("Power", power(float(row.facility_mw)), f"PUE {pue:.3f}" if pue == pue else ""),
        Figure("Training", figure(float(row.delivered_eflops)), "EFLOP/s delivered"),
        Figure("Chips", chips(float(row.chips)), "standing"),
        Figure("Sites", figure(float(row.sites)), ""),
        Figure(
            "Capex so far",
            dollars(spent_musd),
            f"{dollars(float(row.capex_busd) * MUSD_PER_BUSD)} this year",
        ),
        Figure("Opex", dollars(float(row.opex_busd) * MUSD_PER_BUSD), "this year"),
        Figure("Emissions", f"{figure(float(row.carbon_kt) / 1e3)} Mt", "CO₂ this year"),
        Figure("Fibre", f"{figure(km)} km" if km else "none", f"{figure(tbps)} Tb/s" if km else ""),
    )


def line(plan: Plan) -> str:
    """The last year in one line."""
    row = plan.summary.set_index("year").iloc[-1]
    total = dollars(float(plan.summary.capex_busd.sum()) * MUSD_PER_BUSD)
    parts = [
        f"{power(float(row.facility_mw))} at {plural(int(row.sites), 'site')}",
        f"{figure(float(row.delivered_eflops))} EFLOP/s delivered",
        f"{chips(float(row.chips))} chips",
        f"capex {total} in all",
    ]
    if row.fibre_km:
        parts.append(
            f"{figure(float(row.fibre_km))} km of fibre at {figure(float(row.fibre_tbps))} Tb/s"
        )
    return f"{years(plan)[-1]}: " + " · ".join(parts)


def badge(plan: Plan) -> str:
    """How a page shows the verdict: `good`, `fair` or `bad`."""
    return {"optimal": "good", "hedged": "good", "stopped": "fair", "rejected": "bad"}[plan.status]


def verdict(plan: Plan) -> str:
    """How good the plan is, in a few words."""
    if plan.status == "rejected":
        return "rejected by the audit"
    if plan.status == "hedged":
        return "one of several futures"
    if plan.status == "optimal" and plan.gap <= _NO_GAP:
        return "proven optimal"
    gap = f"{figure(plan.gap * 100, 2)}%" if math.isfinite(plan.gap) else "unknown"
    return f"optimal within {gap}" if plan.status == "optimal" else f"stopped early, gap {gap}"


def full_name(name: str, vendor: str) -> str:
    """A chip's name with its vendor's before it, once."""
    return name if name.startswith(vendor) else f"{vendor} {name}"


def used_chips(plan: Plan) -> dict[str, tuple[str, str]]:
    """Chips that ever run, with name and vendor; vendors with most power first."""
    rows = plan.chips[plan.chips.it_mw > 0]
    weight = rows.groupby("vendor").it_mw.sum()
    of = rows.groupby(["vendor", "chip"]).it_mw.sum().reset_index()
    order = sorted(of.itertuples(), key=lambda row: (-weight[row.vendor], row.vendor, -row.it_mw))
    return {
        str(row.chip): (row_name(plan.library.chips, str(row.chip)), str(row.vendor))
        for row in order
    }


def place_name(plan: Plan, node: str) -> str:
    """The name of a site or a fibre junction."""
    for table in (plan.library.sites, plan.library.nodes):
        if node in table.index:
            return str(table.at[node, "name"])
    return node


def row_name(table: pd.DataFrame, key: str) -> str:
    """The name of a library's row; its key where the row is gone."""
    return str(table.at[key, "name"]) if key in table.index else key
