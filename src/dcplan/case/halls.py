"""Cooling designs: what a hall of each kind costs and wastes at each site, and which racks it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dcplan.case.chips import Chips
from dcplan.case.existing import Existing
from dcplan.case.sites import Sites
from dcplan.errors import Problem
from dcplan.library import Library
from dcplan.scenario import Scenario, yearly
from dcplan.scenario.footprint import WaterLimit
from dcplan.units import musd_per_mw

Design = tuple[str, str]


@dataclass(frozen=True)
class Halls:
    """Designs `k` worth considering at each site `s`; power is IT MW unless it says facility."""

    designs: tuple[Design, ...]
    """(site, design)"""
    at_site: Mapping[str, tuple[str, ...]]
    pue: Mapping[Design, float]
    capex_musd_per_mw: Mapping[Design, float]
    wue_l_per_kwh: Mapping[Design, float]
    """Water taken per kWh of IT energy, which is ML/GWh."""
    stood_mw: Mapping[str, float]
    """IT MW of halls that stand before the first year."""
    least_mw: Mapping[str, float]
    """IT MW that draw the scenario's least facility power with the most frugal design of s.

    Nothing for a site that stands: it may idle.
    """
    max_rack_kw: Mapping[Design, float]
    rack_steps_kw: tuple[float, ...]
    """Densities at which some design gives up, ascending from 0: chips above one need a denser hall."""
    pue_limit: Mapping[int, float]
    life_years: float
    maintenance_frac: float
    staff_musd_per_mw: float


def build(
    scenario: Scenario,
    library: Library,
    sites: Sites,
    chips: Chips,
    stands: Existing,
    problems: list[Problem],
) -> Halls:
    """Keep per site the designs that hold some offered chip and that no other design beats.

    A site that stands has the design that it stands in.
    """
    finance = library.finance["value"]
    shell_usd = float(finance["facility_usd_per_kw_it"])
    thinnest = min((chips.rack_kw[a] for a in chips.sold), default=0.0)
    table = {
        climate: {
            str(k): (
                float(r.pue),
                shell_usd + float(r.capex_usd_per_kw_it),
                float(r.max_rack_kw),
                float(r.wue_l_per_kwh),
            )
            for k, r in rows.droplevel("climate").iterrows()
        }
        for climate, rows in library.cooling.groupby(level="climate")
    }
    thirst = scenario.limits.water_ml != WaterLimit()
    wasteful = scenario.limits.pue_site or float("inf")
    able = {
        climate: {k: r for k, r in rows.items() if r[2] >= thinnest and r[0] <= wasteful}
        for climate, rows in table.items()
    }
    kept = {climate: _unbeaten(rows, thirst) for climate, rows in able.items()}
    if chips.rack_kw and not any(kept.get(c) for c in set(sites.climate.values())):
        problems.append(
            Problem(
                "limits.pue_site", f"is {scenario.limits.pue_site}; no cooling design reaches it"
            )
        )
    at_site = {
        s: (stands.design[s],) if s in stands.design else tuple(kept.get(sites.climate[s], ()))
        for s in sites.sites
    }
    designs = tuple((s, k) for s in sites.sites for k in at_site[s])
    wue = {(s, k): table[sites.climate[s]][k][3] for s, k in designs}
    racks = {(s, k): table[sites.climate[s]][k][2] for s, k in designs}
    return Halls(
        designs=designs,
        at_site=at_site,
        pue={(s, k): table[sites.climate[s]][k][0] for s, k in designs},
        capex_musd_per_mw={
            (s, k): musd_per_mw(table[sites.climate[s]][k][1]) * sites.construction_factor[s]
            for s, k in designs
        },
        wue_l_per_kwh=wue,
        stood_mw=dict(stands.built_mw),
        least_mw={
            s: 0.0
            if s in stands.design
            else sites.min_mw / min(table[sites.climate[s]][k][0] for k in at_site[s])
            for s in {s for s, _ in designs}
        },
        max_rack_kw=racks,
        rack_steps_kw=(0.0, *sorted(set(racks.values()))),
        pue_limit=yearly(scenario.limits.pue, scenario.years),
        life_years=float(finance["facility_life_years"]),
        maintenance_frac=float(finance["facility_maintenance_frac"]),
        staff_musd_per_mw=float(finance["staff_fte_per_100mw"] * finance["staff_usd_per_fte_year"])
        / 100
        / 1e6,
    )


def _unbeaten(
    rows: Mapping[str, tuple[float, float, float, float]], thirst: bool
) -> tuple[str, ...]:
    """Drop a design when another holds the same racks, wastes no more power and costs no more.

    Where water is limited (`thirst`) the other must take no more of it either. The other can take
    over its halls MW for MW of IT, and the least size is stated in IT, so no optimum is lost.
    """

    def beats(one: str, two: str) -> bool:
        (pue1, usd1, rack1, wue1), (pue2, usd2, rack2, wue2) = rows[one], rows[two]
        no_worse = pue1 <= pue2 and usd1 <= usd2 and rack1 >= rack2
        no_worse = no_worse and (not thirst or wue1 <= wue2)
        same = (pue1, usd1, rack1) == (pue2, usd2, rack2) and (not thirst or wue1 == wue2)
        return no_worse and (not same or (wue1, one) < (wue2, two))

    return tuple(k for k in rows if not any(beats(other, k) for other in rows if other != k))
