"""Sites, links, chips and power: what is in, out, larger, smaller, earlier or later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dcplan.plan import Plan
from dcplan.report.compare.record import differs
from dcplan.report.facts import place_name, row_name

_SPEEDS = ("faster", "slower", "more pairs", "fewer pairs")
_MOST_ALIKE = 3

Row = tuple[Any, ...]
Place = tuple[str, float, float]
"""A site and where it stands: in another library the same key may mean another place."""


def sites(letter: str, a: Plan, b: Plan, years: Sequence[int]) -> list[Row]:
    """Rows of the frame `sites`; sizes are those of the last year in common."""
    if not years:
        return []
    old, new, last = by_place(a), by_place(b), years[-1]
    found = []
    for place in sorted({*old, *new}):
        before, after = old.get(place), new.get(place)
        change = site_change(before, after, last)
        if change:
            one = after if after is not None else before
            assert one is not None
            (mw_a, from_a, cool_a), (mw_b, from_b, cool_b) = _told(before, last), _told(after, last)
            place_words = (place[0], str(one["name"].iloc[0]), str(one.zone.iloc[0]))
            sizes = (mw_a, mw_b, mw_b - mw_a, from_a or None, from_b or None, cool_a, cool_b)
            found.append((letter, *place_words, change, last, *sizes))
    return found


def site_change(a: pd.DataFrame | None, b: pd.DataFrame | None, year: int) -> str:
    """How a site differs in a year, '' where it does not; `a` and `b` are its rows."""
    (mw_a, from_a, cool_a), (mw_b, from_b, cool_b) = _told(a, year), _told(b, year)
    if cool_a is None or cool_b is None:
        return "in" if cool_b is not None else "out" if cool_a is not None else ""
    said = []
    if differs(mw_a, mw_b):
        said.append("larger" if mw_b > mw_a else "smaller")
    if from_a != from_b:
        said.append("earlier" if from_b < from_a else "later")
    if cool_a != cool_b:
        said.append("cooled otherwise")
    return ", ".join(said)


def by_place(plan: Plan) -> Mapping[Place, pd.DataFrame]:
    """The rows of each site, in order of years."""
    rows = plan.site_rows
    spots = [rows.site_id.astype(str), rows.lat.round(2), rows.lon.round(2)]
    return {
        (str(key[0]), float(key[1]), float(key[2])): part.sort_values("year")
        for key, part in rows.groupby(spots, sort=True)
    }


def _told(rows: pd.DataFrame | None, year: int) -> tuple[float, int, str | None]:
    """MW in a year, first year, and cooling; 0, 0 and None where the site is not open."""
    now = rows[rows.year == year] if rows is not None else None
    if rows is None or now is None or now.empty:
        return 0.0, 0, None
    return float(now.facility_mw.iloc[0]), int(rows.year.min()), str(now.cooling.iloc[0])


def links(letter: str, a: Plan, b: Plan, years: Sequence[int]) -> list[Row]:
    """Rows of the frame `links`, as they are in the last year in common."""
    if not years:
        return []
    old, new, last = by_ends(a, years[-1]), by_ends(b, years[-1]), years[-1]
    found = []
    for ends in sorted({*old, *new}):
        before, after = old.get(ends, {}), new.get(ends, {})
        if change := link_change(before, after):
            whose = b if after else a
            names = " – ".join(place_name(whose, node) for node in ends)
            pairs = [(before.get(n), after.get(n)) for n in ("km", "kind", "tbps", "pairs", "from")]
            flat = [value for pair in pairs for value in pair]
            found.append((letter, *ends, names, change, last, *flat))
    return found


def by_ends(plan: Plan, year: int) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What is lit in a year by its two ends, which are in alphabetical order."""
    rows = plan.link_rows
    first = rows.groupby(["node_a", "node_b"]).year.min().to_dict()
    found = {}
    for row in rows[rows.year == year].itertuples():
        a, b = sorted((str(row.node_a), str(row.node_b)))
        found[a, b] = {
            "km": float(row.km),
            "kind": str(row.kind),
            "tbps": float(row.tbps),
            "pairs": int(row.pairs),
            "from": int(first[row.node_a, row.node_b]),
        }
    return found


def link_change(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """How a link differs, '' where it does not; nothing stands for a dark one."""
    if not a or not b:
        return "in" if b else "out" if a else ""
    said = []
    if differs(a["tbps"], b["tbps"]):
        said.append("faster" if b["tbps"] > a["tbps"] else "slower")
    elif a["pairs"] != b["pairs"]:
        said.append("more pairs" if b["pairs"] > a["pairs"] else "fewer pairs")
    if a["kind"] != b["kind"] or differs(a["km"], b["km"]):
        said.append("other route")
    if a["from"] != b["from"]:
        said.append("earlier" if b["from"] < a["from"] else "later")
    return ", ".join(said)


def alike_of(changes: Sequence[str]) -> frozenset[str]:
    """Changes of links that are told once, not link by link.

    A fleet has one speed in a year: where that differs, so does every link.

    >>> sorted(alike_of(["faster"] * 4 + ["in", "faster, later"]))
    ['faster']
    """
    return frozenset(c for c in _SPEEDS if changes.count(c) > _MOST_ALIKE)


def chips(letter: str, a: Plan, b: Plan, years: Sequence[int]) -> list[Row]:
    """Rows of the frame `chips`: those bought, by kind and year in common."""
    columns = ["added", "capex_musd"]
    old, new = (_sums(plan.chips, "chip", columns, years) for plan in (a, b))
    found = []
    for key in sorted({*old, *new}):
        (count_a, musd_a), (count_b, musd_b) = old.get(key, (0.0, 0.0)), new.get(key, (0.0, 0.0))
        if differs(count_a, count_b) or differs(musd_a, musd_b):
            name = row_name((b if key in new else a).library.chips, key[0])
            gains = (count_b - count_a, musd_b - musd_a)
            found.append((letter, key[0], name, key[1], count_a, count_b, *gains))
    return found


def power(letter: str, a: Plan, b: Plan, years: Sequence[int]) -> list[Row]:
    """Rows of the frame `power`: contracted power and energy, by supply and year in common."""
    columns = ["contracted_mw", "energy_gwh"]
    old, new = (_sums(plan.power, "supply", columns, years) for plan in (a, b))
    found = []
    for key in sorted({*old, *new}):
        (mw_a, gwh_a), (mw_b, gwh_b) = old.get(key, (0.0, 0.0)), new.get(key, (0.0, 0.0))
        if differs(mw_a, mw_b) or differs(gwh_a, gwh_b):
            name = row_name((b if key in new else a).library.supply, key[0])
            sizes = (mw_a, mw_b, mw_b - mw_a, gwh_a, gwh_b, gwh_b - gwh_a)
            found.append((letter, key[0], name, key[1], *sizes))
    return found


def _sums(
    rows: pd.DataFrame, kind: str, columns: list[str], years: Sequence[int]
) -> Mapping[tuple[str, int], tuple[float, float]]:
    """Two columns summed over the sites, by kind and year."""
    sums = rows[rows.year.isin(years)].groupby([kind, "year"])[columns].sum()
    return {
        (str(key[0]), int(key[1])): (float(values[0]), float(values[1]))
        for key, values in zip(sums.index, sums.to_numpy().tolist(), strict=True)
    }
