"""K · Carbon and water: what the fleet emits and drinks, what that costs and what it may be.

Operational emissions are the energy taken from each supply times its intensity, which for the grid is
the mean of the zone. Where the scenario says so, making the chips (with servers and network) and the
halls (building and plant) counts too, in the year they are bought; that of fibre, generators and land
does not. The price of emissions is a yearly cost. Water is what cooling takes on site: litres for each
kWh of IT energy by design and climate, at the same load factor as the energy. That of making the
electricity is not counted.

Symbols   s site · k cooling design · y year · emitted_kt[y] ≥ 0 (kt of CO2)

Equations
  K1  emitted_kt[y] = Σ intensity_{s,g} energy_gwh[s,g,y] (+ embodied in chips and halls of y)
  K2  emitted_kt[y] ≤ limit of the year
  K3  Σ_y emitted_kt[y] ≤ limit in total
  K4  Σ_s Σ_k water_{s,k} used_mw[s,k,y] ≤ limit of the year
  K5  Σ_k water_{s,k} used_mw[s,k,y] ≤ limit of the site

K1 to K3 are written where a limit, a price or the objective asks for them, K4 and K5 where there is a
limit.

Posts     opex_musd (item carbon)
Reads     carbon_kt, water_ml
Sources   models/base/supply.csv, cooling.csv, chips.csv, finance.csv; the grid's zones.csv
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.carbon`, with `emitted_kt[y]` where emissions count."""
    m.carbon = b = pyo.Block()
    if case.carbon.counted:
        _write_emissions(b, case, ledger)
    _write_water(b, case, ledger)


def _write_emissions(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    carbon, years = case.carbon, case.years
    b.emitted_kt = pyo.Var(years, domain=pyo.NonNegativeReals, doc="emissions   [kt]")

    @b.Constraint(years, doc="K1  emitted_kt[y] = Σ intensity energy_gwh + embodied   [kt]")
    def emitted(b: pyo.Block, y: int) -> object:
        return b.emitted_kt[y] == ledger.read("carbon_kt", y)

    @b.Constraint(list(carbon.limit_kt), doc="K2  emitted_kt[y] ≤ limit of the year   [kt]")
    def carbon_of_year(b: pyo.Block, y: int) -> object:
        return b.emitted_kt[y] <= carbon.limit_kt[y]

    if carbon.total_limit_kt is not None:

        @b.Constraint(doc="K3  Σ_y emitted_kt[y] ≤ limit in total   [kt]")
        def carbon_in_total(b: pyo.Block) -> object:
            return sum(b.emitted_kt[y] for y in years) <= carbon.total_limit_kt

    for y, price in carbon.price_musd_per_kt.items():
        ledger.post("opex_musd", ("carbon", y), price * b.emitted_kt[y])


def _write_water(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    carbon, sites = case.carbon, case.sites.sites
    drinks = {
        (s, y)
        for s in sites
        for y in case.years
        if carbon.waters(s, y)
        and any(case.halls.wue_l_per_kwh[s, k] for k in case.halls.at_site[s])
    }
    years = [y for y in carbon.water_limit_ml if any((s, y) in drinks for s in sites)]

    @b.Constraint(years, doc="K4  Σ_s water_ml[s,y] ≤ limit of the year   [ML]")
    def water_of_fleet(b: pyo.Block, y: int) -> object:
        fleet = quicksum(ledger.read("water_ml", (s, y)) for s in sites if (s, y) in drinks)
        return fleet <= carbon.water_limit_ml[y]

    limited = sorted((s, y) for s, y in drinks if s in carbon.site_water_limit_ml)

    @b.Constraint(limited, doc="K5  water_ml[s,y] ≤ limit of the site   [ML]")
    def water_of_site(b: pyo.Block, s: str, y: int) -> object:
        return ledger.read("water_ml", (s, y)) <= carbon.site_water_limit_ml[s]
