"""The card of each site: its size, chips, power, money and fibre, by year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dcplan.plan import Plan
from dcplan.report.facts import place_name, row_name, years
from dcplan.words import figure

_NONE = "–"


@dataclass(frozen=True)
class Sheet:
    """A small table of a card: its title with the unit, the heads and rows of text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Site:
    """A site of the plan; `mw` and `mix` (chip to IT MW) by the years in which it is open."""

    key: str
    name: str
    where: str
    zone: str
    lat: float
    lon: float
    first_year: int
    mw: Mapping[int, float]
    mix: Mapping[int, Mapping[str, float]]
    sheets: tuple[Sheet, ...]


def sites(plan: Plan) -> tuple[Site, ...]:
    """The sites of a plan, the largest of the last year first."""
    last = years(plan)[-1]
    zone_names = plan.library.zones["name"].to_dict()
    found = []
    for key, rows in plan.site_rows.groupby("site_id", sort=True):
        mine = plan.chips[(plan.chips.site_id == key) & (plan.chips.it_mw > 0)]
        head = rows.iloc[-1]
        place = [str(head.state), str(zone_names.get(head.zone, head.zone))]
        found.append(
            Site(
                key=str(key),
                name=str(head["name"]),
                where=", ".join(part for part in place if part),
                zone=str(head.zone),
                lat=float(head.lat),
                lon=float(head.lon),
                first_year=int(rows.year.min()),
                mw={int(y): float(mw) for y, mw in zip(rows.year, rows.facility_mw, strict=True)},
                mix={
                    int(y): dict(zip(part.chip, part.it_mw.astype(float), strict=True))
                    for y, part in mine.groupby("year")
                },
                sheets=_sheets(plan, str(key), rows),
            )
        )
    return tuple(sorted(found, key=lambda site: -site.mw.get(last, 0.0)))


def _sheets(plan: Plan, key: str, rows: pd.DataFrame) -> tuple[Sheet, ...]:
    when, own = years(plan), rows.set_index("year")
    chips = plan.chips[plan.chips.site_id == key].set_index("year")
    supply = plan.power[plan.power.site_id == key].set_index("year")
    wires = plan.link_rows[(plan.link_rows.node_a == key) | (plan.link_rows.node_b == key)]
    size = (
        _series(when, "Facility power, MW", own.facility_mw),
        _series(when, "IT power, MW", own.it_mw),
        _series(when, "PUE", own.pue, lambda value: f"{value:.3f}"),
        _series(when, "Training, EFLOP/s", own.delivered_eflops),
    )
    spent = (
        _series(when, "Buildings and land", own.capex_musd),
        _series(when, "Chips", chips.capex_musd),
        _series(when, "Power supply, once", supply.capex_musd),
        _series(when, "Power and energy, yearly", supply.opex_musd),
    )
    running = _by(when, chips.running / 1e3, chips.chip, plan.library.chips)
    contracted = _by(when, supply.contracted_mw, supply.supply, plan.library.supply)
    carbon = _by(when, supply.carbon_kt, supply.supply, plan.library.supply)
    heads = tuple(map(str, when))
    sheets = (
        Sheet("Size", heads, size),
        Sheet("Chips running, thousand", heads, running),
        Sheet("Power contracted, MW", heads, contracted),
        Sheet("Emissions, kt CO₂", heads, carbon),
        Sheet("Money, $ M", heads, tuple(row for row in spent if set(row[1:]) != {_NONE})),
        Sheet("Fibre to", ("from", "km", "Tb/s", "$ M"), _wires(plan, key, wires)),
    )
    return tuple(sheet for sheet in sheets if sheet.rows)


def _series(
    when: Sequence[int],
    name: str,
    values: pd.Series[float],
    tell: Callable[[float], str] = figure,
) -> tuple[str, ...]:
    """A row: its name and a text for each year; values are indexed by year."""
    known = values.groupby(level=0).sum().to_dict()
    return (name, *(tell(float(known[y])) if known.get(y) else _NONE for y in when))


def _by(
    when: Sequence[int], values: pd.Series[float], kinds: pd.Series[str], names: pd.DataFrame
) -> tuple[tuple[str, ...], ...]:
    """A row for each kind that is ever other than zero."""
    return tuple(
        _series(when, row_name(names, str(kind)), values[(kinds == kind).to_numpy()])
        for kind in sorted(set(kinds[(values != 0).to_numpy()]))
    )


def _wires(plan: Plan, key: str, rows: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    found = []
    for (a, b), part in rows.groupby(["node_a", "node_b"], sort=True):
        now, other = part.iloc[-1], str(b if a == key else a)
        found.append(
            (
                f"{place_name(plan, other)} ({now.kind})",
                str(int(part.year.min())),
                *(figure(float(now[name])) for name in ("km", "tbps")),
                figure(float(part.capex_musd.sum())),
            )
        )
    return tuple(found)
