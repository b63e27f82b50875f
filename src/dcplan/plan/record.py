"""The plan itself: the outcome of a solve, its tables, and what it was solved from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from dcplan.geography import CRS
from dcplan.library import Library
from dcplan.objectives import Stage
from dcplan.proof import Cut
from dcplan.scenario import Scenario, resolved

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Hedge:
    """Plans for several futures, which share places, cooling and fibre. Money in MUSD.

    Columns and units of `rows`: `dcplan.plan.FUTURES`; they hold the value of the stochastic solution.
    """

    scenario: Scenario
    """With all futures, as its author wrote it."""
    status: str
    """'optimal' within the gap, or 'stopped'."""
    objective: float
    """Expected cost and CVaR by their weights."""
    bound: float
    gap: float
    expected_musd: float
    cvar_musd: float
    perfect_information_musd: tuple[float, float] | None
    """Value of perfect information, least and most; None where it is not known."""
    rows: pd.DataFrame
    parts: tuple[Plan, ...] = field(repr=False)
    """The plan of each future, in the order of the scenario."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What was decided. Columns and units of every frame: `dcplan.plan.TABLES` and `SUMMARY`.

    `status` is 'optimal' (within the gap), 'stopped' (time limit or Ctrl-C), 'hedged' (the plan of
    one of several futures, best over all of them) or 'rejected' (the audit failed). `bound` is
    infinite and `gap` infinite when the search gave none.
    """

    status: str
    objective_name: str
    objective: float
    """In the unit of `dcplan.objectives`; that of max_flop and carbon is a sum over the years."""
    bound: float
    gap: float
    solve_seconds: float
    dcplan_version: str
    solver_version: str
    scenario: Scenario
    library: Library
    """With the scenario's overrides."""
    summary: pd.DataFrame
    site_rows: pd.DataFrame
    link_rows: pd.DataFrame
    chips: pd.DataFrame
    commitments: pd.DataFrame
    power: pd.DataFrame
    zones: pd.DataFrame
    upgrades: pd.DataFrame
    money: pd.DataFrame
    nodes: pd.DataFrame
    """Coordinates of the ends of links."""
    audit: Mapping[str, Any] | None = None
    """`passed` and `checks`, as the audit found them."""
    cuts: tuple[Cut, ...] = ()
    """What held up the bound, for a search of this problem or another to begin with."""
    stages: tuple[Stage, ...] = ()
    """With tie-breakers: every objective in order, each as its own search left it."""
    futures: Hedge | None = None
    """With several futures: all of them; this is then the plan of the first."""

    @property
    def sites(self) -> geopandas.GeoDataFrame:
        """`site_rows` with a point each, EPSG:4326."""
        import geopandas  # slow to import, and a solve needs no geometry

        rows = self.site_rows
        return geopandas.GeoDataFrame(
            rows, geometry=geopandas.points_from_xy(rows.lon, rows.lat), crs=CRS
        )

    @property
    def links(self) -> geopandas.GeoDataFrame:
        """`link_rows` with a straight line each between its ends, EPSG:4326."""
        import geopandas
        from shapely.geometry import LineString

        points = {str(row.node): (row.lon, row.lat) for row in self.nodes.itertuples()}
        rows = self.link_rows
        lines = [
            LineString([points[a], points[b]])
            for a, b in zip(rows.node_a, rows.node_b, strict=True)
        ]
        return geopandas.GeoDataFrame(rows, geometry=lines, crs=CRS)

    def table(self, name: str) -> pd.DataFrame:
        """Return the plain frame of a table of `dcplan.plan.TABLES`."""
        places = {"sites": "site_rows", "links": "link_rows"}
        rows: pd.DataFrame = getattr(self, places.get(name, name))
        return rows


def digest_of(scenario: Scenario) -> str:
    """Return the SHA-256 of what a scenario asks for, whatever the order it was written in."""
    text = json.dumps(resolved(scenario), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
