"""H · Halls: how large each site is built, with which cooling design, and what load that makes.

A site has one cooling design for good. Its halls only grow. The design decides how dense the racks
may be and, with the climate, how much facility power one MW of IT load takes (PUE).

Symbols   s site · k cooling design · d density step of racks · y year · power in MW
          design[s,k,y] ∈ {0,1} · built_mw[s,k,y] ≥ 0 (IT) · used_mw[s,k,y] ≥ 0 (IT)

Equations
  H1  Σ_k design[s,k,y] = open[s,y]
  H2  design[s,k,y] ≥ design[s,k,y−1]
  H3  pue_{s,k} used_mw[s,k,y] ≤ largest load of s in y · design[s,k,y]
  H4  used_mw[s,k,y] ≥ least load of s · design[s,k,y]
  H5  built_mw[s,k,y] ≥ built_mw[s,k,y−1]
  H6  used_mw[s,k,y] ≤ built_mw[s,k,y]
  H7  Σ_k used_mw[s,k,y] = IT load of s
  H8  IT load of racks denser than d ≤ Σ_{k holding denser than d} used_mw[s,k,y],  d > 0
  H9  Σ_s load_mw[s,y] ≤ PUE limit · Σ_s it_mw[s,y]
  H10 pue_{s,k} built_mw[s,k,y] ≤ largest load of s in any year · design[s,k,y]
  H11 built_mw[s,k, first year] ≥ what stands                         s stands, k its design
  H12 IT load of chips that stood at s ≤ Σ_k used_mw[s,k,y]

H1 with H2 says that the design of an open site never changes. H3 ties every design to its own
binary: the sum over designs tied to open[s,y] would be a weaker relaxation. The least load in H4 is
the IT load that draws the scenario's least facility power with the site's most frugal design; an
open site draws at least that much. Halls may be built ahead of their load, up to H10.
A site that stands before the first year keeps its design, has no least load, and H10 takes in the
halls there; only what is built beyond them is paid for, upkeep and staff are due for all. H8 is exact
because the racks that a design can hold are nested by density. H12 follows from H7; it holds chips to
their site where those that are bought are counted for the fleet as a whole.

Posts     load_mw; capex_musd, residual_musd (items facility, land); opex_musd (facility, staff);
          carbon_kt, water_ml, debt_musd
Reads     open; it_mw, old_mw, rack_mw
Sources   models/base/cooling.csv, finance.csv; construction factor and land price: sites.csv
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model import purchases
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.halls` with `design[s,k,y]`, `built_mw[s,k,y]` and `used_mw[s,k,y]`."""
    halls, sites, years = case.halls, case.sites.sites, case.years
    steps = list(pairwise(years))
    m.halls = b = pyo.Block()
    b.design = pyo.Var(halls.designs, years, domain=pyo.Binary, doc="design stands   [-]")
    b.built_mw = pyo.Var(halls.designs, years, domain=pyo.NonNegativeReals, doc="IT halls   [MW]")
    b.used_mw = pyo.Var(halls.designs, years, domain=pyo.NonNegativeReals, doc="IT load   [MW]")

    @b.Constraint(sites, years, doc="H1  Σ_k design[s,k,y] = open[s,y]   [-]")
    def one_design(b: pyo.Block, s: str, y: int) -> object:
        return sum(b.design[s, k, y] for k in halls.at_site[s]) == m.sites.open[s, y]

    @b.Constraint(halls.designs, steps, doc="H2  design[s,k,y] ≥ design[s,k,y−1]   [-]")
    def design_stays(b: pyo.Block, s: str, k: str, before: int, y: int) -> object:
        return b.design[s, k, y] >= b.design[s, k, before]

    @b.Constraint(halls.designs, years, doc="H3  pue used_mw[s,k,y] ≤ largest design[s,k,y]   [MW]")
    def largest_load(b: pyo.Block, s: str, k: str, y: int) -> object:
        load = halls.pue[s, k] * b.used_mw[s, k, y]
        return load <= case.bounds.largest_mw[s, y] * b.design[s, k, y]

    young = [(s, k) for s, k in halls.designs if s not in halls.stood_mw]

    @b.Constraint(young, years, doc="H4  used_mw[s,k,y] ≥ least design[s,k,y]   [MW]")
    def least_load(b: pyo.Block, s: str, k: str, y: int) -> object:
        return b.used_mw[s, k, y] >= halls.least_mw[s] * b.design[s, k, y]

    @b.Constraint(halls.designs, steps, doc="H5  built_mw[s,k,y] ≥ built_mw[s,k,y−1]   [MW]")
    def halls_stay(b: pyo.Block, s: str, k: str, before: int, y: int) -> object:
        return b.built_mw[s, k, y] >= b.built_mw[s, k, before]

    @b.Constraint(halls.designs, years, doc="H6  used_mw[s,k,y] ≤ built_mw[s,k,y]   [MW]")
    def room(b: pyo.Block, s: str, k: str, y: int) -> object:
        return b.used_mw[s, k, y] <= b.built_mw[s, k, y]

    ever_mw = {(s, k): _ever_mw(case, s, k) for s, k in halls.designs}

    @b.Constraint(halls.designs, years, doc="H10  pue built_mw[s,k,y] ≤ most design[s,k,y]   [MW]")
    def largest_halls(b: pyo.Block, s: str, k: str, y: int) -> object:
        return halls.pue[s, k] * b.built_mw[s, k, y] <= ever_mw[s, k] * b.design[s, k, y]

    old = [(s, k) for s, k in halls.designs if s in halls.stood_mw]

    @b.Constraint(old, doc="H11  built_mw[s,k, first year] ≥ what stands   [MW]")
    def standing_halls(b: pyo.Block, s: str, k: str) -> object:
        return b.built_mw[s, k, years[0]] >= halls.stood_mw[s]

    aged = sorted({(s, y) for s, _, y in case.chips.stood_kchips})

    @b.Constraint(aged, doc="H12  old_mw[s,y] ≤ Σ_k used_mw[s,k,y]   [MW]")
    def houses_old(b: pyo.Block, s: str, y: int) -> object:
        used = quicksum(b.used_mw[s, k, y] for k in halls.at_site[s])
        return ledger.read("old_mw", (s, y)) <= used

    @b.Constraint(sites, years, doc="H7  Σ_k used_mw[s,k,y] = it_mw[s,y]   [MW]")
    def houses_all(b: pyo.Block, s: str, y: int) -> object:
        return sum(b.used_mw[s, k, y] for k in halls.at_site[s]) == ledger.read("it_mw", (s, y))

    dense = sorted({(d, y) for d in halls.rack_steps_kw[1:] for y in _years_with(case, d)})

    @b.Constraint(
        sites,
        dense,
        doc="H8  rack_mw[s,d,y] ≤ Σ_{k above d} used_mw[s,k,y]   [MW]",
    )
    def dense_racks(b: pyo.Block, s: str, d: float, y: int) -> object:
        able = [k for k in halls.at_site[s] if halls.max_rack_kw[s, k] > d]
        return ledger.read("rack_mw", (s, d, y)) <= quicksum(b.used_mw[s, k, y] for k in able)

    @b.Constraint(
        list(halls.pue_limit), doc="H9  Σ_s load_mw[s,y] ≤ PUE limit Σ_s it_mw[s,y]   [MW]"
    )
    def fleet_pue(b: pyo.Block, y: int) -> object:
        over = {(s, k): halls.pue[s, k] - halls.pue_limit[y] for s, k in halls.designs}
        return quicksum(over[s, k] * b.used_mw[s, k, y] for s, k in halls.designs) <= 0

    for s, k in halls.designs:
        for y in years:
            ledger.post("load_mw", (s, y), halls.pue[s, k] * b.used_mw[s, k, y])
            if halls.wue_l_per_kwh[s, k] and case.carbon.waters(s, y):
                ml_per_mw = halls.wue_l_per_kwh[s, k] * case.power.gwh_per_mw()
                ledger.post("water_ml", (s, y), ml_per_mw * b.used_mw[s, k, y])
    _post_money(b, case, ledger)


def _ever_mw(case: Case, site: str, design: str) -> float:
    """Facility MW of the largest halls that a site may have: of its largest load, or what stands."""
    stood = case.halls.pue[site, design] * case.halls.stood_mw.get(site, 0.0)
    return max(stood, *(case.bounds.largest_mw[site, y] for y in case.years))


def _years_with(case: Case, rack_kw: float) -> set[int]:
    """Years in which some chip denser than `rack_kw` may stand."""
    return {y for a, y in case.chips.present if case.chips.rack_kw[a] > rack_kw}


def _post_money(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    halls, money = case.halls, case.money
    upkeep_frac = halls.maintenance_frac + money.tax_insurance_frac
    for s, k in halls.designs:
        land = case.sites.land_musd_per_mw[s] * halls.pue[s, k]
        prices = (
            ("facility", halls.capex_musd_per_mw[s, k], halls.life_years),
            ("land", land, None),
        )
        before: Any = halls.stood_mw.get(s, 0.0)
        for y in case.years:
            built = b.built_mw[s, k, y]
            for item, price, life in prices:
                paid = money.price_factor(item, y) * price
                purchases.post(ledger, money, item, y, life, paid * (built - before))
            if case.carbon.counted and case.carbon.embodied:
                ledger.post("carbon_kt", y, case.carbon.hall_kt_per_mw * (built - before))
            upkeep = upkeep_frac * money.price_factor("facility", y) * prices[0][1]
            ledger.post("opex_musd", ("facility", y), upkeep * built)
            staff = halls.staff_musd_per_mw * money.price_factor("staff", y)
            ledger.post("opex_musd", ("staff", y), staff * built)
            before = built
