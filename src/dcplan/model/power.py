"""P · Power: what is contracted at each site, from which supply, and where its energy comes from.

Contracts are signed once and kept. Firm capacity covers the facility load; energy comes from
whatever is contracted. Grid contracts share the headroom of their utility zone.

Symbols   s site · g supply option · z zone · y year · power in MW, energy in GWh
          signed_mw[s,g,y] ≥ 0 · contracted_mw[s,g,y] ≥ 0 · energy_gwh[s,g,y] ≥ 0

Equations
  P1  contracted_mw[s,g,y] = contracted_mw[s,g,y−1] + signed_mw[s,g,y]
  P2  Σ_g firm_g contracted_mw[s,g,y] ≥ load_mw[s,y]
  P3  Σ_{s in z} contracted_mw[s,grid,y] ≤ headroom of z
  P4  Σ_s contracted_mw[s,g,y] ≤ most of option g
  P5  Σ_s load_mw[s,y] ≤ fleet power limit
  P6  Σ_{s in z} load_mw[s,y] ≤ zone share · Σ_s load_mw[s,y]
  P7  Σ_g energy_gwh[s,g,y] = load_mw[s,y] · load factor · 8.76
  P8  energy_gwh[s,g,y] ≤ capacity factor_g · 8.76 · contracted_mw[s,g,y]

Posts     capex_musd, residual_musd (item power); opex_musd (items power, energy)
Reads     load_mw
Sources   models/base/supply.csv, finance.csv; headroom and energy price: the grid's zones.csv
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.case.power import GRID
from dcplan.model.ledger import Ledger
from dcplan.units import HOURS_PER_YEAR, MWH_PER_GWH


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.power` with `signed_mw`, `contracted_mw` and `energy_gwh`, all [s,g,y]."""
    power, sites = case.power, case.sites
    offers = list(power.offer_years)
    open_offers = set(offers)
    here = {
        (s, y): [g for g in power.at_site[s] if (s, g, y) in open_offers]
        for s in sites.sites
        for y in case.years
    }
    m.power = b = pyo.Block()
    b.signed_mw = pyo.Var(offers, domain=pyo.NonNegativeReals, doc="newly contracted   [MW]")
    b.contracted_mw = pyo.Var(offers, domain=pyo.NonNegativeReals, doc="contracted   [MW]")
    b.energy_gwh = pyo.Var(offers, domain=pyo.NonNegativeReals, doc="energy taken   [GWh]")

    @b.Constraint(
        offers, doc="P1  contracted_mw[s,g,y] = contracted_mw[s,g,y−1] + signed_mw[s,g,y]   [MW]"
    )
    def contracts_stay(b: pyo.Block, s: str, g: str, y: int) -> object:
        before = b.contracted_mw[s, g, y - 1] if (s, g, y - 1) in open_offers else 0.0
        return b.contracted_mw[s, g, y] == before + b.signed_mw[s, g, y]

    @b.Constraint(
        sites.sites, case.years, doc="P2  Σ_g firm_g contracted_mw[s,g,y] ≥ load_mw[s,y]   [MW]"
    )
    def firm(b: pyo.Block, s: str, y: int) -> object:
        supply = quicksum(power.firm_frac[g] * b.contracted_mw[s, g, y] for g in here[s, y])
        return ledger.read("load_mw", (s, y)) <= supply

    _write_limits(b, case, ledger)

    @b.Constraint(
        sites.sites,
        case.years,
        doc="P7  Σ_g energy_gwh[s,g,y] = load_mw[s,y] load factor 8.76   [GWh]",
    )
    def energy_balance(b: pyo.Block, s: str, y: int) -> object:
        used = ledger.read("load_mw", (s, y)) * power.gwh_per_mw()
        return used == quicksum(b.energy_gwh[s, g, y] for g in here[s, y])

    @b.Constraint(
        offers, doc="P8  energy_gwh[s,g,y] ≤ capacity factor_g 8.76 contracted_mw[s,g,y]   [GWh]"
    )
    def energy_of_contract(b: pyo.Block, s: str, g: str, y: int) -> object:
        most = power.capacity_factor_frac[g] * HOURS_PER_YEAR / MWH_PER_GWH
        return b.energy_gwh[s, g, y] <= most * b.contracted_mw[s, g, y]

    _post_money(b, case, ledger)


def _write_limits(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    power, sites = case.power, case.sites
    on_grid = {z: [s for s in sites.in_zone[z] if GRID in power.at_site[s]] for z in sites.zones}
    fed = [z for z in sites.zones if on_grid[z]]

    grid_years = sorted({y for _, g, y in power.offer_years if g == GRID})

    @b.Constraint(
        fed, grid_years, doc="P3  Σ_{s in z} contracted_mw[s,grid,y] ≤ headroom_mw[z]   [MW]"
    )
    def headroom(b: pyo.Block, z: str, y: int) -> object:
        return sum(b.contracted_mw[s, GRID, y] for s in on_grid[z]) <= power.headroom_mw[z]

    limited = sorted({(g, y) for _, g, y in power.offer_years if g in power.fleet_mw})

    @b.Constraint(limited, doc="P4  Σ_s contracted_mw[s,g,y] ≤ fleet_mw[g]   [MW]")
    def option_limit(b: pyo.Block, g: str, y: int) -> object:
        taken = quicksum(b.contracted_mw[o] for o in power.offer_years if o[1:] == (g, y))
        return taken <= power.fleet_mw[g]

    @b.Constraint(list(power.fleet_limit_mw), doc="P5  Σ_s load_mw[s,y] ≤ fleet power limit   [MW]")
    def fleet_power(b: pyo.Block, y: int) -> object:
        fleet = quicksum(ledger.read("load_mw", (s, y)) for s in sites.sites)
        return fleet <= power.fleet_limit_mw[y]

    most = power.zone_frac
    zones = sites.zones if most is not None else ()

    @b.Constraint(
        zones, case.years, doc="P6  Σ_{s in z} load_mw[s,y] ≤ zone_frac Σ_s load_mw[s,y]   [MW]"
    )
    def zone_share(b: pyo.Block, z: str, y: int) -> object:
        return (
            quicksum(
                (float(sites.zone[s] == z) - (most or 0.0)) * ledger.read("load_mw", (s, y))
                for s in sites.sites
            )
            <= 0
        )


def _post_money(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    power, money = case.power, case.money
    for s, g, y in power.offer_years:
        capex = power.capex_musd_per_mw[s, g] * b.signed_mw[s, g, y]
        ledger.post("capex_musd", ("power", y), capex)
        worth = money.residual_frac(y, power.life_years[g])
        ledger.post("residual_musd", "power", worth * capex)
        fixed = (
            power.fixed_musd_per_mw[g] + power.capex_musd_per_mw[s, g] * money.tax_insurance_frac
        )
        ledger.post("opex_musd", ("power", y), fixed * b.contracted_mw[s, g, y])
        energy = power.energy_musd_per_gwh[s, g] * b.energy_gwh[s, g, y]
        ledger.post("opex_musd", ("energy", y), energy)
