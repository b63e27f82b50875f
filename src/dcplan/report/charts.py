"""The charts of a plan: what its tables say by year, by item and by site.

Each chart is a function from a plan to an Altair chart; `CHARTS` names them, `svg` makes one fit
to stand in a page. All raise InputError where the extra `report` is not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd

from dcplan.errors import InputError, Problem
from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.bars import Drawing, limit, money_unit, pieces, power_unit, rate
from dcplan.report.colours import LIGHT, of_item, paler
from dcplan.report.groups import Group, by_chip, by_zone, row_names
from dcplan.scenario import yearly
from dcplan.units import MUSD_PER_BUSD, MW_PER_GW
from dcplan.words import chips as chip_words
from dcplan.words import dollars, item, plural
from dcplan.words import power as power_words

if TYPE_CHECKING:
    import altair as alt

MOST_SITES = 20
"""Rows of the chart of sites; the line below its title tells the rest."""


def power(plan: Plan) -> alt.LayerChart:
    """Facility power by year, stacked by zone, with the limit."""
    rows, groups = plan.zones, by_zone(plan)
    unit, per = power_unit(float(plan.summary.facility_mw.max()))
    limits = yearly(plan.scenario.limits.power_gw, facts.years(plan))
    drawing = Drawing(
        title="Facility power by zone",
        line=_between(plan),
        unit=unit,
        pieces=pieces(groups, rows.zone, rows.year, rows.facility_mw, per, power_words),
        colours={group.name: group.colour for group in groups},
        bars=_bars(plan),
        limits=[limit(y, gw * MW_PER_GW, per, power_words, "limit") for y, gw in limits.items()],
    )
    return _upright(drawing)


def training(plan: Plan) -> alt.LayerChart:
    """Delivered training rate by year, with the target."""
    rows = plan.summary
    targets = yearly(plan.scenario.target.training_eflops, facts.years(plan))
    every = Group("delivered", LIGHT["accent"], ("fleet",))
    drawing = Drawing(
        title="Training rate delivered",
        line=_between(plan),
        unit="EFLOP/s",
        pieces=pieces([every], _same(rows, "fleet"), rows.year, rows.delivered_eflops, 1, rate),
        colours={every.name: every.colour},
        bars=_bars(plan),
        limits=[limit(y, value, 1, rate, "target") for y, value in targets.items() if value],
        limit_name="target",
        keyed=False,
    )
    return _upright(drawing)


def capex(plan: Plan) -> alt.LayerChart:
    """Purchases by year, stacked by item, with the limit of each year."""
    wished = plan.scenario.limits.capex_busd
    limits = {
        year: busd * MUSD_PER_BUSD
        for year, busd in yearly(wished.per_year, facts.years(plan)).items()
    }
    return _money(plan, "capex", "Capex by item", limits)


def opex(plan: Plan) -> alt.LayerChart:
    """Yearly costs, stacked by item."""
    return _money(plan, "opex", "Opex by item", {})


def _money(plan: Plan, kind: str, title: str, limits_musd: Mapping[int, float]) -> alt.LayerChart:
    rows = plan.money[plan.money.kind == kind]
    unit, per = money_unit(float(rows.groupby("year").musd.sum().max()))
    groups = [Group(item(key), of_item(key), (key,)) for key in _items(rows)]
    drawing = Drawing(
        title=title,
        line=_real(plan),
        unit=unit,
        pieces=pieces(groups, rows["item"], rows.year, rows.musd, per, dollars),
        colours={group.name: group.colour for group in groups},
        bars=_bars(plan),
        limits=[limit(y, musd, per, dollars, "limit") for y, musd in limits_musd.items()],
    )
    return _upright(drawing)


def chips(plan: Plan) -> alt.LayerChart:
    """Running chips by year, stacked by chip, those of a vendor together."""
    rows, groups = plan.chips, by_chip(plan)
    most = float(rows.groupby("year").running.sum().max()) if len(rows) else 0.0
    unit, per = ("million chips", 1e6) if most >= 1e6 else ("thousand chips", 1e3)
    drawing = Drawing(
        title="Running chips",
        line=_between(plan),
        unit=unit,
        pieces=pieces(groups, rows.chip, rows.year, rows.running, per, chip_words),
        colours={group.name: group.colour for group in groups},
        bars=_bars(plan),
    )
    return _upright(drawing)


def costs(plan: Plan) -> alt.LayerChart:
    """Where the money goes: all that is spent in the plan years, by item."""
    rows = plan.money[plan.money.kind.isin(["capex", "opex"])]
    unit, per = money_unit(float(rows.groupby("item").musd.sum().max()) if len(rows) else 0.0)
    groups = [
        Group(f"{item(key)} {kind}", colour, (f"{key} {kind}",))
        for key in _items(rows)
        for kind, colour in (("capex", of_item(key)), ("opex", paler(of_item(key))))
    ]
    left = float(plan.money[plan.money.kind == "residual"].musd.sum())
    worth = f"\nworth left at the end, {dollars(left)}, is not taken off" if left else ""
    parts = rows["item"] + " " + rows.kind
    drawing = Drawing(
        title=f"Where the money goes, {_between(plan)}",
        line=f"capex in full colour, opex pale; {_real(plan)}{worth}",
        unit=unit,
        pieces=pieces(groups, parts, rows["item"].map(item), rows.musd, per, dollars),
        colours={group.name: group.colour for group in groups},
        bars=[item(key) for key in _items(rows)],
        keyed=False,
        tell=lambda value: dollars(value * per),
    )
    return _lying(drawing)


def sites(plan: Plan) -> alt.LayerChart:
    """Facility power of the largest sites in the last year, split as their chips' IT power."""
    last, groups, caps = facts.years(plan)[-1], by_chip(plan), _largest_mw(plan)
    rows = plan.site_rows[plan.site_rows.year == last].sort_values(
        ["facility_mw", "site_id"], ascending=[False, True]
    )
    told, rest = rows.head(MOST_SITES), rows.iloc[MOST_SITES:]
    names = row_names(dict(told.set_index("site_id")["name"]), MOST_SITES, "sites")
    unit, per = power_unit(float(told.facility_mw.max()) if len(told) else 0.0, 10.0)
    mix = plan.chips[(plan.chips.year == last) & plan.chips.site_id.isin(told.site_id)]
    mw = mix.site_id.map(dict(zip(told.site_id, told.facility_mw, strict=True))).astype(float)
    share = mix.it_mw / mix.groupby("site_id").it_mw.transform("sum")
    others = f"; the {len(rest)} others have {power_words(float(rest.facility_mw.sum()))}"
    drawing = Drawing(
        title=f"Facility power by site, {last}",
        line=f"{plural(len(rows), 'site')}, split as their chips' IT power"
        f"{others if len(rest) else ''}",
        unit=unit,
        pieces=pieces(groups, mix.chip, mix.site_id.map(names), mw * share, per, power_words),
        colours={group.name: group.colour for group in groups},
        bars=list(names.values()),
        limits=[
            limit(name, caps[str(site)], per, power_words, "largest size")
            for site, name in names.items()
            if str(site) in caps
        ],
        limit_name="largest size allowed",
        width_px=480,
    )
    return _lying(drawing)


CHARTS: Mapping[str, Callable[[Plan], alt.LayerChart]] = {
    "power": power,
    "training": training,
    "capex": capex,
    "opex": opex,
    "chips": chips,
    "costs": costs,
    "sites": sites,
}


def svg(chart: alt.LayerChart) -> str:
    """Return a chart as SVG for a page, light and dark in one.

    Its background is clear; text, axes and gaps take the page's CSS variables `--ink`, `--soft`,
    `--grid`, `--card` and `--accent`, and light colours where these are not set. Ids differ from
    chart to chart. Each piece has an `aria-label` in words, for a tooltip.
    """
    with _extra():
        from dcplan.report import charting

        return charting.svg(chart)


def _upright(drawing: Drawing) -> alt.LayerChart:
    with _extra():
        from dcplan.report import charting

        return charting.by_year(drawing)


def _lying(drawing: Drawing) -> alt.LayerChart:
    with _extra():
        from dcplan.report import charting

        return charting.by_row(drawing)


@contextmanager
def _extra() -> Iterator[None]:
    try:
        yield
    except ImportError:
        what = "need Altair and a converter: pip install 'dcplan[report]'"
        raise InputError([Problem("charts", what)]) from None


def _largest_mw(plan: Plan) -> dict[str, float]:
    """The most that each site may grow to: the scenario's limit, or the place's own."""
    own = plan.library.sites.max_mw.fillna(float("inf"))
    return dict(own.clip(upper=plan.scenario.sites.max_mw).astype(float))


def _items(rows: pd.DataFrame) -> list[str]:
    """Items that money is spent on, the largest first."""
    spent = rows.groupby("item").musd.sum().sort_values(ascending=False, kind="stable")
    return [str(key) for key in spent[spent != 0].index]


def _bars(plan: Plan) -> list[str]:
    return [str(year) for year in facts.years(plan)]


def _same(rows: pd.DataFrame, value: str) -> pd.Series[Any]:
    return pd.Series(value, index=rows.index, dtype=object)


def _between(plan: Plan) -> str:
    first, last = facts.years(plan)[0], facts.years(plan)[-1]
    return str(first) if first == last else f"{first}–{last}"


def _real(plan: Plan) -> str:
    return f"real dollars of {plan.scenario.money.base_year}, not discounted"
