"""A plan in a notebook: how it shows itself, its charts by name, and a plot with matplotlib."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from dcplan.errors import InputError, Problem
from dcplan.library import shapes
from dcplan.plan import Plan
from dcplan.report import charts, facts
from dcplan.report.colours import LIGHT, literal, of_chips
from dcplan.report.groups import by_chip
from dcplan.report.render import own, render
from dcplan.report.scene import scene_of
from dcplan.words import chips, figure, power

if TYPE_CHECKING:
    import altair as alt
    import geopandas
    from matplotlib.axes import Axes

_LARGEST_PT2, _LEAST_PT2 = 190.0, 14.0
_DASHES = {"existing": "-", "new": "--", "spur": ":"}
_ROWS = (
    ("sites", "Sites", 1.0, ""),
    ("facility_mw", "Facility power", 1.0, "MW"),
    ("pue", "PUE", 1.0, ""),
    ("chips", "Chips standing", 1e-3, "thousand"),
    ("delivered_eflops", "Training delivered", 1.0, "EFLOP/s"),
    ("capex_busd", "Capex", 1.0, "$ B"),
    ("opex_busd", "Opex", 1.0, "$ B"),
    ("carbon_kt", "Emissions", 1e-3, "Mt CO₂"),
    ("fibre_km", "Fibre", 1.0, "km"),
)


@dataclass(frozen=True, eq=False, repr=False)
class Charts:
    """The charts of a plan, each an Altair chart: `plan.charts.power()`.

    All raise InputError where the extra `report` is not installed.
    """

    _plan: Plan = field(repr=False)

    def power(self) -> alt.LayerChart:
        """Facility power by year, stacked by zone, with the limit."""
        return charts.power(self._plan)

    def training(self) -> alt.LayerChart:
        """Delivered training rate by year, with the target."""
        return charts.training(self._plan)

    def capex(self) -> alt.LayerChart:
        """Purchases by year, stacked by item, with the limit of each year."""
        return charts.capex(self._plan)

    def opex(self) -> alt.LayerChart:
        """Yearly costs, stacked by item."""
        return charts.opex(self._plan)

    def chips(self) -> alt.LayerChart:
        """Running chips by year, stacked by chip, those of a vendor together."""
        return charts.chips(self._plan)

    def costs(self) -> alt.LayerChart:
        """Where the money goes: all that is spent in the plan years, by item."""
        return charts.costs(self._plan)

    def sites(self) -> alt.LayerChart:
        """Facility power of each site in the last year, by chip."""
        return charts.sites(self._plan)

    def __repr__(self) -> str:
        rows = [
            f"  {name + '()':<11} {(getattr(type(self), name).__doc__ or '').splitlines()[0]}"
            for name in charts.CHARTS
        ]
        return "\n".join(["<Charts of a plan>", *rows])


def html(plan: Plan) -> str:
    """Return a plan as a piece of HTML: name, verdict, figures by year and a small map.

    Nothing in it needs a script, a style sheet or a network, so that any notebook shows it.
    """
    rows = plan.summary.set_index("year")
    table = [
        (name, unit, [figure(float(value) * scale) for value in rows[column]])
        for column, name, scale, unit in _ROWS
    ]
    return render(
        "notebook.html.j2",
        name=plan.scenario.name,
        verdict=facts.verdict(plan),
        line=facts.line(plan),
        years=facts.years(plan),
        rows=table,
        picture=_picture(plan),
        chips=by_chip(plan),
    )


def _picture(plan: Plan) -> str:
    """The map of the last year as the address of an image; empty where it cannot be drawn."""
    try:
        scene = replace(scene_of(plan), states=())
    except InputError:
        return ""
    headroom = facts.measures(plan)[0]
    css = Markup(literal(own("canvas.css")))
    svg = render("notebook.svg.j2", scene=scene, measure=headroom, year=scene.years[-1], css=css)
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def plot(plan: Plan, year: int | None = None, ax: Axes | None = None) -> Axes:
    """Draw a year of a plan (else its last) in degrees, and return the axes.

    Zones lie below, links by kind, sites by facility power in the colour of the chip that draws
    most of it. Raises InputError where matplotlib is not installed or the year is not planned.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        what = "needs matplotlib: pip install 'dcplan[notebook]'"
        raise InputError([Problem("plot", what)]) from None
    when = facts.years(plan)
    if year is None:
        year = when[-1]
    elif year not in when:
        what = f"is {year}; it must be one of {', '.join(map(str, when))}"
        raise InputError([Problem("year", what)])
    if ax is None:
        ax = plt.figure(figsize=(10, 6.2), layout="constrained").add_subplot()
    _plot_zones(plan, ax)
    _plot_links(plan, ax, year)
    _plot_sites(plan, ax, year)
    _label(plan, ax, year)
    return ax


def _plot_zones(plan: Plan, ax: Any) -> None:
    zones = shapes(plan.library)
    if zones is not None and len(zones):
        zones.plot(ax=ax, color=LIGHT["b1"], edgecolor=LIGHT["border"], linewidth=0.6, zorder=1)


def _plot_links(plan: Plan, ax: Any, year: int) -> None:
    links = plan.links[plan.links.year == year]
    for kind, dash in _DASHES.items():
        rows = links[links.kind == kind]
        if len(rows):
            rows.plot(ax=ax, color=LIGHT["fibre"], linestyle=dash, zorder=2, label=f"fibre: {kind}")


def _plot_sites(plan: Plan, ax: Any, year: int) -> None:
    names = facts.used_chips(plan)
    # The largest first, so that none hides a smaller one.
    sites = plan.sites[plan.sites.year == year].sort_values("facility_mw", ascending=False)
    rows = plan.chips[(plan.chips.year == year) & (plan.chips.it_mw > 0)]
    largest = rows.sort_values("it_mw").groupby("site_id").chip.last()
    most = float(sites.facility_mw.max()) if len(sites) else 0.0
    for chip, colour in of_chips(names).items():
        _dots(
            sites[sites.site_id.map(largest) == chip], most, ax, colour, f"mostly {names[chip][0]}"
        )
    idle = sites[~sites.site_id.isin(largest.index)]
    _dots(idle, most, ax, LIGHT["dot"], "no running chip")


def _dots(rows: geopandas.GeoDataFrame, most: float, ax: Any, colour: str, label: str) -> None:
    if rows.empty:
        return
    share = rows.facility_mw.to_numpy() / (most or 1.0)
    size = (_LARGEST_PT2 * share).clip(min=_LEAST_PT2)
    look = {"edgecolor": LIGHT["halo"], "linewidth": 0.8, "zorder": 3}
    rows.plot(ax=ax, color=colour, markersize=size, label=label, **look)


def _label(plan: Plan, ax: Any, year: int) -> None:
    row = plan.summary.set_index("year").loc[year]
    name = shorten(plan.scenario.name, 60, placeholder=" …") or plan.scenario.name[:60]
    told = f"{power(float(row.facility_mw))}, {chips(float(row.chips))} chips"
    # A name with dollar signs is no formula.
    ax.set_title(f"{name}, {year}: {told}", loc="left", parse_math=False)
    ax.set_xlabel("longitude, degrees east")
    ax.set_ylabel("latitude, degrees north")
    if ax.get_legend_handles_labels()[1]:
        legend = ax.legend(loc="best", fontsize="small", frameon=True)
        for text in legend.get_texts():
            text.set_parse_math(False)
        for handle in legend.legend_handles:
            if hasattr(handle, "set_sizes"):
                handle.set_sizes([50.0])
