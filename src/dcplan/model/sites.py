"""S · Sites: which candidate places are open in which year.

A site opens once and stays. How large it gets is the halls' matter; here is only yes or no, and how
many may be open in all and in one zone.

Symbols   s site · z utility zone · y year of the plan
          open[s,y] ∈ {0,1} · served[y,z] ∈ {0,1}, of the last year

Equations
  S1  open[s,y] ≥ open[s,y−1]
  S2  Σ_s open[s,y] ≤ max_sites
  S3  Σ_{s in z} open[s,y] ≤ most sites of zone z
  S4  open[s, last year] = 1 for forced sites
  S5  Σ_s largest load of s · open[s,y] ≥ least load of the fleet
  S6  Σ_s open[s,y] ≥ fewest sites that can draw it
  S7  open[s, first year] = 1 for sites that stand
  S8  open[s, last year] ≤ served[last year,z]                    s in z
  S9  Σ_z served[last year,z] ≤ max_zones

The right side of S3 is the scenario's limit or, if smaller, the number of least-size sites that the
zone's headroom can feed (where only the grid is offered) beside those that stand: every plan keeps
it, and it cuts off fractional ones. So do S5 and S6: the right side of S5 is the facility power that
the year's target takes with the most frugal chip in the best halls, that of S6 the number of largest
sites in a row that reach it. Sites stay open, so S8 and S9 count the zones of the last year.

Posts     nothing
Reads     nothing
Sources   the scenario
"""

from __future__ import annotations

from itertools import pairwise

import pyomo.environ as pyo

from dcplan.case import Case
from dcplan.case.grid import GRID
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.sites` with `open[s,y]`, and `served[y,z]` where zones are counted."""
    sites, years = case.sites, case.years
    m.sites = b = pyo.Block()
    b.open = pyo.Var(sites.sites, years, domain=pyo.Binary, doc="site is open   [-]")

    @b.Constraint(sites.sites, list(pairwise(years)), doc="S1  open[s,y] ≥ open[s,y−1]   [-]")
    def stays_open(b: pyo.Block, s: str, before: int, y: int) -> object:
        return b.open[s, y] >= b.open[s, before]

    if sites.max_sites is not None:

        @b.Constraint(years, doc="S2  Σ_s open[s,y] ≤ max_sites   [sites]")
        def number_of_sites(b: pyo.Block, y: int) -> object:
            return sum(b.open[s, y] for s in sites.sites) <= sites.max_sites

    crowded = {z: n for z in sites.zones if (n := _most_in_zone(case, z)) < len(sites.in_zone[z])}

    @b.Constraint(list(crowded), years, doc="S3  Σ_{s in z} open[s,y] ≤ most sites of z   [sites]")
    def number_in_zone(b: pyo.Block, z: str, y: int) -> object:
        return sum(b.open[s, y] for s in sites.in_zone[z]) <= crowded[z]

    @b.Constraint(sites.forced, doc="S4  open[s, last year] = 1   [-]")
    def forced_open(b: pyo.Block, s: str) -> object:
        return b.open[s, years[-1]] == 1

    @b.Constraint(sites.stood, doc="S7  open[s, first year] = 1   [-]")
    def stands(b: pyo.Block, s: str) -> object:
        return b.open[s, years[0]] == 1

    if sites.max_zones is not None:
        _count_zones(b, case, sites.max_zones)

    aimed = [y for y in years if case.bounds.least_mw[y] > 0]

    @b.Constraint(aimed, doc="S5  Σ_s largest_mw[s,y] open[s,y] ≥ least_mw[y]   [MW]")
    def enough_sites(b: pyo.Block, y: int) -> object:
        room = sum(case.bounds.largest_mw[s, y] * b.open[s, y] for s in sites.sites)
        return room >= case.bounds.least_mw[y]

    @b.Constraint(aimed, doc="S6  Σ_s open[s,y] ≥ fewest_sites[y]   [sites]")
    def fewest_sites(b: pyo.Block, y: int) -> object:
        return sum(b.open[s, y] for s in sites.sites) >= case.bounds.fewest_sites[y]


def _count_zones(b: pyo.Block, case: Case, most: int) -> None:
    sites, last = case.sites, case.years[-1]
    # the year comes first: an index that begins with the name of a site is about that site
    b.served = pyo.Var([last], sites.zones, domain=pyo.Binary, doc="zone has an open site   [-]")

    @b.Constraint(sites.sites, doc="S8  open[s,last] ≤ served[last,z]   [-]")
    def zone_of_site(b: pyo.Block, s: str) -> object:
        return b.open[s, last] <= b.served[last, sites.zone[s]]

    @b.Constraint(doc="S9  Σ_z served[last,z] ≤ max_zones   [zones]")
    def number_of_zones(b: pyo.Block) -> object:
        return sum(b.served[last, z] for z in sites.zones) <= most


def _most_in_zone(case: Case, zone: str) -> int:
    here = case.sites.in_zone[zone]
    bounds = [len(here), case.sites.max_sites_per_zone or len(here)]
    stood = set(case.sites.stood) & set(here)
    if all(case.power.at_site[s] == (GRID,) for s in here if s not in stood):
        most = max(case.grid.most_mw(zone, y) for y in case.years)
        firm_mw = most * case.power.firm_frac[GRID]
        bounds.append(len(stood) + int(firm_mw / case.sites.min_mw + 1e-9))
    return min(bounds)
