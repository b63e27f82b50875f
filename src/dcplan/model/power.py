"""P · Power: what is contracted at each site, from which supply, and where its energy comes from.

Contracts are signed and kept; one that bridges the time until a better one stands may end before the
plan does. Firm capacity covers the facility load; energy comes from whatever is contracted. Grid
contracts share the headroom of the zone that they connect to, be it the site's own or its second.

Symbols   s site · g supply option · z zone · y year · power in MW, energy in GWh
          signed_mw[s,g,y] ≥ 0 · contracted_mw[s,g,y] ≥ 0 · energy_gwh[s,g,y] ≥ 0
          kept_mw[s,g,y] ≥ 0, what is signed in y and still contracted at the end
          unused_gwh[s,g,y] ≥ 0, what is paid for and not taken
          fleet_load_mw[y] ≥ 0, a variable lest P6 have every site in the row of every zone

Equations
  P1  contracted_mw[s,g,y] = contracted_mw[s,g,y−1] + signed_mw[s,g,y]      ≤ where it may end
      before the first year: what stood
  P2  Σ_g firm_g contracted_mw[s,g,y] ≥ load_mw[s,y]
  P3  Σ_{(s,g) fed by z} contracted_mw[s,g,y] ≤ headroom_mw[z,y] + what stood
  P4  Σ_s contracted_mw[s,g,y] ≤ most of option g
  P5  fleet_load_mw[y] ≤ fleet power limit
  P6  Σ_{s in z} load_mw[s,y] ≤ zone share · fleet_load_mw[y]
  P7  Σ_g energy_gwh[s,g,y] = load_mw[s,y] · load factor · 8.76
  P8  energy_gwh[s,g,y] ≤ capacity factor_g · 8.76 · contracted_mw[s,g,y]
  P9  kept_mw[s,g,y] ≤ signed_mw[s,g,y]                                     where it may end
  P10 Σ_y kept_mw[s,g,y] ≤ contracted_mw[s,g, last year]                    where it may end
  P11 energy_gwh[s,g,y] + unused_gwh[s,g,y] ≥ take_g contracted_mw[s,g,y]   take or pay
  P12 fleet_load_mw[y] = Σ_s load_mw[s,y]

What P1 leaves over has ended: its fixed cost, tax and energy stop, and nothing is got for it. Only
what is kept has a residual value; the oldest contracts end first, so the best choice of kept_mw is the
youngest ones, which are worth most. A contract may end where, for some year of signing, what must be
paid in all later years is more than that residual value; elsewhere ending it gains nothing. What stood
before the first year ends first; it is no new load, so it takes up no headroom, and it has no residual
value. It goes on after a supply has gone from the offer, and grid connections never end. What is paid
for it in a year rises with the prices of power and energy like all else. A fixed cost of a grid
connection is a charge by contracted power, paid whether it is used or not; the price of the zone's
energy is lower by as much as it is on a connection in full use.

Posts     capex_musd, residual_musd (item power); opex_musd (items power, energy);
          carbon_kt, debt_musd
Reads     load_mw, headroom_mw
Sources   models/base/supply.csv, finance.csv; headroom and energy price: the grid's zones.csv
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model import purchases
from dcplan.model.ledger import Ledger
from dcplan.units import HOURS_PER_YEAR, MWH_PER_GWH


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.power` with `signed_mw`, `contracted_mw` and `energy_gwh`, all [s,g,y]."""
    power, sites = case.power, case.sites
    offers, stands = list(power.offer_years), list(power.stand_years)
    open_offers = set(stands)
    here = {
        (s, y): [g for g in power.at_site[s] if (s, g, y) in open_offers]
        for s in sites.sites
        for y in case.years
    }
    m.power = b = pyo.Block()
    b.signed_mw = pyo.Var(offers, domain=pyo.NonNegativeReals, doc="newly contracted   [MW]")
    b.contracted_mw = pyo.Var(stands, domain=pyo.NonNegativeReals, doc="contracted   [MW]")
    b.energy_gwh = pyo.Var(stands, domain=pyo.NonNegativeReals, doc="energy taken   [GWh]")

    @b.Constraint(
        stands, doc="P1  contracted_mw[s,g,y] = contracted_mw[s,g,y−1] + signed_mw[s,g,y]   [MW]"
    )
    def contracts_stay(b: pyo.Block, s: str, g: str, y: int) -> object:
        stood = power.stood_mw.get((s, g), 0.0)
        before = b.contracted_mw[s, g, y - 1] if (s, g, y - 1) in open_offers else stood
        signed = b.signed_mw[s, g, y] if (s, g, y) in power.signable else 0.0
        if (s, g) in power.endable:
            return b.contracted_mw[s, g, y] <= before + signed
        return b.contracted_mw[s, g, y] == before + signed

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
        stands, doc="P8  energy_gwh[s,g,y] ≤ capacity factor_g 8.76 contracted_mw[s,g,y]   [GWh]"
    )
    def energy_of_contract(b: pyo.Block, s: str, g: str, y: int) -> object:
        most = power.capacity_factor_frac[g] * HOURS_PER_YEAR / MWH_PER_GWH
        return b.energy_gwh[s, g, y] <= most * b.contracted_mw[s, g, y]

    if {o[:2] for o in offers} & set(power.endable):
        _write_ends(b, case)
    if power.take_gwh_per_mw:
        _write_takes(b, case)
    _post_money(b, case, ledger)


def _write_ends(b: pyo.Block, case: Case) -> None:
    power, last = case.power, case.years[-1]
    endable = [o for o in power.offer_years if o[:2] in set(power.endable)]
    b.kept_mw = pyo.Var(endable, domain=pyo.NonNegativeReals, doc="kept to the end   [MW]")

    @b.Constraint(endable, doc="P9  kept_mw[s,g,y] ≤ signed_mw[s,g,y]   [MW]")
    def kept_of_signed(b: pyo.Block, s: str, g: str, y: int) -> object:
        return b.kept_mw[s, g, y] <= b.signed_mw[s, g, y]

    @b.Constraint(
        sorted({o[:2] for o in endable}),
        doc="P10  Σ_y kept_mw[s,g,y] ≤ contracted_mw[s,g, last year]   [MW]",
    )
    def kept_to_the_end(b: pyo.Block, s: str, g: str) -> object:
        kept = quicksum(b.kept_mw[o] for o in endable if o[:2] == (s, g))
        return kept <= b.contracted_mw[s, g, last]


def _write_limits(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    power, sites = case.power, case.sites
    fed: dict[tuple[str, int], list[tuple[str, str, int]]] = {}
    for s, g, y in power.stand_years:
        if (s, g) in power.feed:
            fed.setdefault((power.feed[s, g], y), []).append((s, g, y))

    @b.Constraint(
        list(fed),
        doc="P3  Σ_{(s,g) fed by z} contracted_mw[s,g,y] ≤ headroom_mw[z,y] + stood   [MW]",
    )
    def headroom(b: pyo.Block, z: str, y: int) -> object:
        taken = quicksum(b.contracted_mw[o] for o in fed[z, y])
        return taken <= ledger.read("headroom_mw", (z, y)) + power.stood_from_mw(z)

    limited = sorted({(g, y) for _, g, y in power.stand_years if g in power.fleet_mw})

    @b.Constraint(limited, doc="P4  Σ_s contracted_mw[s,g,y] ≤ fleet_mw[g]   [MW]")
    def option_limit(b: pyo.Block, g: str, y: int) -> object:
        taken = quicksum(b.contracted_mw[o] for o in power.stand_years if o[1:] == (g, y))
        return taken <= power.fleet_mw[g]

    b.fleet_load_mw = pyo.Var(case.years, domain=pyo.NonNegativeReals, doc="fleet's load   [MW]")

    @b.Constraint(case.years, doc="P12  fleet_load_mw[y] = Σ_s load_mw[s,y]   [MW]")
    def whole_load(b: pyo.Block, y: int) -> object:
        return b.fleet_load_mw[y] == quicksum(ledger.read("load_mw", (s, y)) for s in sites.sites)

    @b.Constraint(list(power.fleet_limit_mw), doc="P5  fleet_load_mw[y] ≤ fleet power limit   [MW]")
    def fleet_power(b: pyo.Block, y: int) -> object:
        return b.fleet_load_mw[y] <= power.fleet_limit_mw[y]

    most = power.zone_frac
    zones = sites.zones if most is not None else ()

    @b.Constraint(
        zones, case.years, doc="P6  Σ_{s in z} load_mw[s,y] ≤ zone_frac fleet_load_mw[y]   [MW]"
    )
    def zone_share(b: pyo.Block, z: str, y: int) -> object:
        load = quicksum(ledger.read("load_mw", (s, y)) for s in sites.in_zone[z])
        return load <= (most or 0.0) * b.fleet_load_mw[y]


def _write_takes(b: pyo.Block, case: Case) -> None:
    power = case.power
    taken = [o for o in power.stand_years if o[1] in power.take_gwh_per_mw]
    b.unused_gwh = pyo.Var(taken, domain=pyo.NonNegativeReals, doc="paid, not taken   [GWh]")

    @b.Constraint(
        taken,
        doc="P11  energy_gwh[s,g,y] + unused_gwh[s,g,y] ≥ take_g contracted_mw[s,g,y]   [GWh]",
    )
    def take_or_pay(b: pyo.Block, s: str, g: str, y: int) -> object:
        least = power.take_gwh_per_mw[g] * b.contracted_mw[s, g, y]
        return b.energy_gwh[s, g, y] + b.unused_gwh[s, g, y] >= least


def _post_money(b: pyo.Block, case: Case, ledger: Ledger) -> None:
    power, money, endable = case.power, case.money, set(case.power.endable)
    for s, g, y in power.offer_years:
        price = power.capex_musd_per_mw[s, g] * money.price_factor("power", y)
        kept = price * b.kept_mw[s, g, y] if (s, g) in endable else None
        life = power.life_years[g]
        purchases.post(ledger, money, "power", y, life, price * b.signed_mw[s, g, y], kept)
    for s, g, y in power.stand_years:
        fixed = (
            power.fixed_musd_per_mw[g] + power.capex_musd_per_mw[s, g] * money.tax_insurance_frac
        ) * money.price_factor("power", y)
        ledger.post("opex_musd", ("power", y), fixed * b.contracted_mw[s, g, y])
        if case.carbon.counted:
            kt = power.carbon_kt_per_gwh[s, g] * b.energy_gwh[s, g, y]
            ledger.post("carbon_kt", y, kt)
        paid = b.energy_gwh[s, g, y]
        if g in power.take_gwh_per_mw:
            paid += b.unused_gwh[s, g, y]
        energy = power.energy_musd_per_gwh[s, g] * money.price_factor("energy", y)
        ledger.post("opex_musd", ("energy", y), energy * paid)
