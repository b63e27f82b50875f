"""A comparison as small tables of text, for the terminal and the page alike; rows that do not
differ are left out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dcplan.report.compare.fleet import alike_of
from dcplan.report.compare.inputs import ROW
from dcplan.report.compare.money import GOALS, ROUNDING
from dcplan.report.compare.record import Comparison, differs
from dcplan.report.compare.texts import (
    NONE,
    Sheet,
    both,
    cell,
    decimals,
    fixed,
    plain,
    share_text,
    signed,
    trio,
)
from dcplan.words import figure, item, plural, span

_MOST_FIGURES, _MOST_ROWS = 12, 3
_MOST_PLANS = 5
_FIRST = {"in": 0, "out": 1}
KINDS = {"capex": "purchases", "opex": "yearly cost", "residual": "worth left"}


def sheets(found: Comparison, letter: str) -> list[Sheet]:
    """What differs between a plan and the baseline; tables without a row are left out."""
    made = (
        _inputs(found, letter),
        _headline(found, letter),
        bridge(found, letter),
        _years(found, letter),
        _sites(found, letter),
        _chips(found, letter),
        _power(found, letter),
        _links(found, letter),
    )
    return [sheet for sheet in made if sheet.rows]


def overview(found: Comparison) -> list[Sheet]:
    """The figures of three or more plans side by side, at most six plans a table."""
    others = found.others
    if len(others) < 2:
        return []
    return [
        _overview(found, others[start : start + _MOST_PLANS])
        for start in range(0, len(others), _MOST_PLANS)
    ]


def _overview(found: Comparison, letters: Sequence[str]) -> Sheet:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for row in found.headline.itertuples():
        if row.plan in letters:
            cells = rows.setdefault((f"{row.measure} {row.years}", row.unit), {})
            cells |= {"A": figure(row.baseline), str(row.plan): figure(row.value)}
    shown = ("A", *letters)
    return Sheet(
        "overview",
        "Side by side",
        "",
        ("", "unit", *shown),
        tuple((*key, *(cells.get(k, NONE) for k in shown)) for key, cells in rows.items()),
        2,
    )


def _inputs(found: Comparison, letter: str) -> Sheet:
    told, groups = [], found.of("inputs", letter)
    tables = groups.path.str.split(".").str[0].where(groups.part == "library", "")
    for table, part in groups.groupby(tables, sort=False):
        lone = (part.baseline == ROW, part.value == ROW)
        own = part[lone[0] | lone[1]]
        rest = part if len(own) <= _MOST_ROWS else part[~(lone[0] | lone[1])]
        if len(own) > _MOST_ROWS and table:
            told.append((f"{table}: rows of its own", "", *(str(int(x.sum())) for x in lone)))
        if len(rest) > _MOST_FIGURES and table:
            told.append((f"{table}: {plural(len(rest), 'figure')} differ", "", NONE, NONE))
            continue
        told += [(r.path, r.unit, cell(r.baseline), cell(r.value)) for r in rest.itertuples()]
    return Sheet("inputs", "Asked differently", "", ("", "unit", "A", letter), tuple(told), 2)


def _headline(found: Comparison, letter: str) -> Sheet:
    rows = [
        (row.measure, row.unit, *trio(row.baseline, row.value), share_text(row.share))
        for row in found.of("headline", letter).itertuples()
        if differs(row.baseline, row.value) or (row.measure in GOALS.values() and row.difference)
    ]
    heads = ("", "unit", "A", letter, f"{letter} − A", "of A")
    years, title = found.years[letter], "In figures"
    if years:
        title += f", {years[-1]}"
    note = f"Money and emissions are sums of {span(years)}." if len(years) > 1 else ""
    return Sheet("headline", title, note, heads, tuple(rows), 2)


def bridge(found: Comparison, letter: str) -> Sheet:
    """From the baseline's objective to the other's, the largest steps first."""
    proof = found.of("proof", letter)
    steps = found.of("bridge", letter)
    if steps.empty or proof.empty:
        return Sheet("bridge", "", "", (), ())
    unit, ends = (
        str(proof.unit.iloc[0]),
        (float(proof.baseline.iloc[0]), float(proof.value.iloc[0])),
    )
    kinds = [kind for kind in (*KINDS, "delivered", ROUNDING[0]) if kind in set(steps.kind)]
    kinds = [kind for kind in kinds if kind != ROUNDING[0]]
    table = steps.pivot_table("difference", "item", "kind", aggfunc="sum", fill_value=0.0)
    net = table.sum(axis=1)
    places = decimals([*net, *steps.difference])
    order = sorted(net.index, key=lambda name: (name == ROUNDING[1], -abs(net[name]), name))
    rows = [
        (
            "solver's rounding" if name == ROUNDING[1] else item(name),
            *(fixed(table.at[name, kind], places) for kind in kinds if len(kinds) > 1),
            fixed(net[name], places),
        )
        for name in order
    ]
    rows = [row for row in rows if set(row[1:]) != {"0"}]
    blank = [""] * (len(kinds) if len(kinds) > 1 else 0)
    whole = [
        ("A", *blank, plain(ends[0], places)),
        *rows,
        (letter, *blank, plain(ends[1], places)),
    ]
    named = [KINDS.get(kind, kind) for kind in kinds] if len(kinds) > 1 else []
    goal = {"capex": "capex", "delivered": "training"}.get(kinds[0] if len(kinds) == 1 else "", "")
    title = f"From A to {letter}: {goal or 'total cost, present worth'}, {unit}"
    note = "" if goal == "training" else "A plus is dearer; less worth left at the end is a plus."
    return Sheet("bridge", title, note, ("", *named, "in all"), tuple(whole))


def _years(found: Comparison, letter: str) -> Sheet:
    money = found.of("money", letter)
    rows, spent = [], money[money.kind != "residual"]
    sums = spent.groupby(["year", "kind"])[["baseline_musd", "musd", "difference_musd"]].sum()
    today = spent.groupby("year").difference_present_musd.sum()
    values = [*spent.difference_musd, *today]
    places = decimals([*sums.to_numpy().ravel().tolist(), *values]) if len(spent) else 0
    for year in today.index:
        cells = []
        for kind in ("capex", "opex"):
            told = sums.loc[(year, kind)] if (year, kind) in sums.index else None
            cells += _three(told, places)
        rows.append((str(year), *cells, fixed(float(today[year]), places)))
    left = money[money.kind == "residual"]
    if len(left) and (gain := fixed(float(left.difference_present_musd.sum()), places)) != "0":
        rows.append(("left after", *[""] * 6, gain))
    gap = f"{letter} − A"
    heads = ("", "capex A", letter, gap, "opex A", letter, gap, "present")
    note = f"Of the base year, not discounted; the last column is {gap} at present worth."
    return Sheet("years", "Money by year, MUSD", note, heads, tuple(rows))


def _three(sums: pd.Series[float] | None, places: int) -> list[str]:
    if sums is None:
        return [NONE] * 3
    a, b, gain = (float(value) for value in sums)
    return [plain(a, places), plain(b, places), fixed(gain, places)]


def _sites(found: Comparison, letter: str) -> Sheet:
    rows = sorted(
        found.of("sites", letter).itertuples(),
        key=lambda row: (_FIRST.get(row.change, 2), -abs(row.difference_mw), row.name),
    )
    cells = []
    for row in rows:
        change = row.change.removesuffix("cooled otherwise")
        if change != row.change:
            change += f"{row.cooling}, was {row.baseline_cooling}"
        mw = trio(row.baseline_mw, row.mw)
        cells.append((row.name, row.zone, change, *mw, both(row.baseline_from_year, row.from_year)))
    year = rows[0].year if rows else ""
    heads = ("site", "zone", "change", "A", letter, f"{letter} − A", "from")
    keys = tuple(f"{letter}-{row.site_id}" for row in rows)
    return Sheet("sites", f"Sites, MW in {year}", "", heads, tuple(cells), 3, keys)


def _chips(found: Comparison, letter: str) -> Sheet:
    rows = [
        (
            *(row.name, str(row.year), *trio(row.baseline_chips / 1e3, row.chips / 1e3)),
            signed(row.difference_musd),
        )
        for row in found.of("chips", letter).itertuples()
    ]
    heads = ("chip", "year", "A", letter, f"{letter} − A", "MUSD")
    return Sheet("chips", "Chips bought, thousand", "", heads, tuple(rows))


def _power(found: Comparison, letter: str) -> Sheet:
    rows = [
        (
            *(row.name, str(row.year), *trio(row.baseline_mw, row.mw)),
            signed(row.difference_gwh),
        )
        for row in found.of("power", letter).itertuples()
    ]
    heads = ("supply", "year", "A", letter, f"{letter} − A", "GWh a year")
    return Sheet("power", "Power contracted, MW", "", heads, tuple(rows))


def _links(found: Comparison, letter: str) -> Sheet:
    rows = list(found.of("links", letter).itertuples())
    alike = alike_of([row.change for row in rows])
    shared = [row for row in rows if row.change in alike]
    own = sorted(
        (row for row in rows if row.change not in alike),
        key=lambda row: (_FIRST.get(row.change, 2), row.names),
    )
    cells = [
        (
            *(row.names, row.change, both(row.baseline_kind, row.kind)),
            *(both(row.baseline_km, row.km), both(row.baseline_tbps, row.tbps)),
            *(_pairs(row.baseline_pairs, row.pairs), both(row.baseline_from_year, row.from_year)),
        )
        for row in own
    ]
    for speeds in dict.fromkeys((row.change, row.baseline_tbps, row.tbps) for row in shared):
        part = [r for r in shared if (r.change, r.baseline_tbps, r.tbps) == speeds]
        name, km = plural(len(part), "link") + " of both", figure(sum(row.km for row in part))
        cells.append((name, speeds[0], "", km, both(*speeds[1:]), "", ""))
    heads = ("link", "change", "kind", "km", "Tb/s", "pairs", "from")
    year = rows[0].year if rows else ""
    return Sheet("links", f"Fibre in {year}", "", heads, tuple(cells), 3)


def _pairs(a: int, b: int) -> str:
    return both(*(value if pd.isna(value) else float(value) for value in (a, b)))
