"""What a fleet costs: purchases, yearly costs and what is left, by item, place and year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from dcplan.case import Case
from dcplan.case.fibre import ALONE, Corridor
from dcplan.case.grid import GRID
from dcplan.case.money import CAPEX_ITEMS
from dcplan.plan import footprint
from dcplan.plan.fleet import Fleet
from dcplan.units import CHIPS_PER_KCHIP, HOURS_PER_YEAR, MUSD_PER_BUSD

MoneyRow = tuple[int, str, str, float]
"""(year, kind, item, MUSD)"""
Purchase = tuple[str, tuple[str, ...], int, float, float | None]
"""(item, place, year, MUSD, life in years)"""


def purchases(case: Case, fleet: Fleet) -> Iterator[Purchase]:
    """Yield every purchase; the place is (site,), (site, chip), (site, supply),
    ('', zone, tier) or a corridor."""
    paid, rise = chip_musd(case, fleet), case.money.price_factor
    for (s, a, y), count in fleet.added.items():
        yield "chips", (s, a), y, paid[a, y] * count, float(case.chips.life_years[a])
    for (s, y), k in fleet.design.items():
        grown = fleet.grown_mw(s, y)
        facility = case.halls.capex_musd_per_mw[s, k] * rise("facility", y) * grown
        yield "facility", (s,), y, facility, case.halls.life_years
        land = case.sites.land_musd_per_mw[s] * case.halls.pue[s, k] * grown
        yield "land", (s,), y, land * rise("land", y), None
    for s, g, y in fleet.contracted_mw:
        price = case.power.capex_musd_per_mw[s, g] * fleet.signed_mw(s, g, y)
        yield "power", (s, g), y, price * rise("power", y), case.power.life_years[g]
    for t, z, y in fleet.upgraded_mw:
        price = upgrade_worth(case, fleet, t, z, y) - upgrade_worth(case, fleet, t, z, y - 1)
        life = case.power.life_years[GRID]
        yield "power", ("", z, str(t)), y, price * rise("power", y), life
    for y in case.years:
        for c in fleet.lit[y]:
            before = link_worth(case, fleet, c, y - 1)
            price = link_worth(case, fleet, c, y) - before
            yield "fibre", c, y, price * rise("fibre", y), case.fibre.life_years


def chip_musd(case: Case, fleet: Fleet) -> Mapping[tuple[str, int], float]:
    """Mean price paid for one chip by chip and year, MUSD: the list's, and the lots' where signed."""
    bought: dict[tuple[str, int], float] = defaultdict(float)
    for (_, a, y), count in fleet.added.items():
        bought[a, y] += count / CHIPS_PER_KCHIP
    paid = {}
    for (a, y), kchips in bought.items():
        price = case.chips.musd_per_kchip[a, y]
        lots = (x for key, x in case.chips.lots_of(a, y).items() if key in fleet.signed)
        dearer = sum((lot.musd_per_kchip - price) * lot.kchips for lot in lots)
        paid[a, y] = (price + dearer / kchips) / CHIPS_PER_KCHIP
    return paid


def capex(case: Case, fleet: Fleet) -> Mapping[tuple[str, tuple[str, ...], int], float]:
    """MUSD by item, place and year."""
    return {(item, place, y): musd for item, place, y, musd, _ in purchases(case, fleet)}


def link_worth(case: Case, fleet: Fleet, corridor: Corridor, year: int) -> float:
    """Price in the base year of what the plan has bought for a corridor, MUSD; 0 while it is dark."""
    if corridor not in fleet.lit.get(year, ()) or fleet.speed_tbps[year] == ALONE:
        return 0.0
    saved = case.fibre.cable_musd[corridor] if corridor in fleet.leased[year] else 0.0
    return case.fibre.capex_musd[corridor, fleet.speed_tbps[year]] - saved


def upgrade_worth(case: Case, fleet: Fleet, tier: int, zone: str, year: int) -> float:
    """Price in the base year of all of a tier that stands in a year, MUSD."""
    return case.grid.tier_musd_per_mw.get((tier, zone), 0.0) * fleet.upgraded_mw.get(
        (tier, zone, year), 0.0
    )


def forfeited_musd(case: Case, fleet: Fleet) -> float:
    """What is owed on contracts that ended; of one option at one site the oldest end first."""
    money, total = case.money, 0.0
    for s, g in {key[:2] for key in fleet.contracted_mw}:
        left = fleet.contracted_mw.get((s, g, case.years[-1]), 0.0)
        for y in reversed(case.years):
            signed = fleet.signed_mw(s, g, y)
            kept = min(signed, left)
            left -= kept
            owed = money.owed_frac("power", y, case.power.life_years[g], case.years[-1])
            price = case.power.capex_musd_per_mw[s, g] * money.price_factor("power", y)
            total += owed * price * (signed - kept)
    return total


def upgrade_musd(case: Case, fleet: Fleet, tier: int, zone: str, year: int) -> float:
    """Tax and insurance of a network upgrade in a year."""
    worth = upgrade_worth(case, fleet, tier, zone, year) * case.money.price_factor("power", year)
    return case.money.tax_insurance_frac * worth


def energy_musd(case: Case, fleet: Fleet, site: str, supply: str, year: int) -> float:
    """Cost of a contract's energy in a year, taken or not."""
    price = case.power.energy_musd_per_gwh[site, supply] * case.money.price_factor("energy", year)
    taken = fleet.energy_gwh.get((site, supply, year), 0.0)
    return price * (taken + unused_gwh(case, fleet, site, supply, year))


def unused_gwh(case: Case, fleet: Fleet, site: str, supply: str, year: int) -> float:
    """Energy of a contract in a year that is paid for and not taken."""
    least = case.power.take_gwh_per_mw.get(supply, 0.0)
    least *= fleet.contracted_mw.get((site, supply, year), 0.0)
    return max(0.0, least - fleet.energy_gwh.get((site, supply, year), 0.0))


def contract_musd(case: Case, fleet: Fleet, site: str, supply: str, year: int) -> float:
    """Fixed cost, tax and insurance of a contract in a year."""
    taxed = case.power.capex_musd_per_mw[site, supply] * case.money.tax_insurance_frac
    mw = fleet.contracted_mw.get((site, supply, year), 0.0)
    rise = case.money.price_factor("power", year)
    return (case.power.fixed_musd_per_mw[supply] + taxed) * mw * rise


def money_rows(case: Case, fleet: Fleet) -> list[MoneyRow]:
    """Rows of the table money; residual values stand in the last year."""
    sums: dict[tuple[int, str, str], float] = defaultdict(float)
    for item, _, y, musd, life in purchases(case, fleet):
        sums[y, "capex", item] += musd
        worth = case.money.residual_frac(item, y, life) * musd
        sums[case.years[-1], "residual", item] += worth
    sums[case.years[-1], "residual", "power"] -= forfeited_musd(case, fleet)
    for y, item, musd in _yearly(case, fleet):
        sums[y, "opex", item] += musd
    whole = [(case.years[-1], "residual", i) for i in CAPEX_ITEMS]
    whole += [(y, "capex", i) for y in case.years for i in CAPEX_ITEMS]
    return [(*key, musd) for key, musd in (dict.fromkeys(whole, 0.0) | sums).items()]


def year_musd(case: Case, fleet: Fleet, money: list[MoneyRow]) -> Mapping[int, float]:
    """Cost of each year: payments on all that was bought and is within its life, and opex.

    Without contracts that end, its present worth is the total cost.
    """
    cost = dict.fromkeys(case.years, 0.0)
    for y, kind, _, musd in money:
        cost[y] += musd if kind == "opex" else 0.0
    for item, _, bought, musd, life in purchases(case, fleet):
        for y in case.years:
            if bought <= y and (life is None or y < bought + life):
                cost[y] += case.money.payment_frac(item, life) * musd
    return cost


def debt_musd(case: Case, fleet: Fleet, year: int) -> float | None:
    """Debt outstanding at the end of a year; None where the scenario borrows nothing."""
    if not case.money.debt_frac:
        return None
    owed = (
        case.money.owed_frac(item, bought, life, year) * musd
        for item, _, bought, musd, life in purchases(case, fleet)
        if bought <= year
    )
    return case.money.debt_frac * sum(owed)


def unit_costs(
    case: Case, fleet: Fleet, year: int, delivered: float, musd: float
) -> tuple[float | None, ...]:
    """What a year costs, in all and by what it yields, and the debt at its end."""
    running = sum(count for (_, _, y), count in fleet.running.items() if y == year)
    debt = debt_musd(case, fleet, year)
    return (
        musd / MUSD_PER_BUSD,
        musd / delivered if delivered else None,
        musd * 1e6 / (running * HOURS_PER_YEAR) if running else None,
        None if debt is None else debt / MUSD_PER_BUSD,
    )


def _yearly(case: Case, fleet: Fleet) -> Iterator[tuple[int, str, float]]:
    chips, halls, money = case.chips, case.halls, case.money
    paid = chip_musd(case, fleet)
    for (_, a, bought), count in fleet.added.items():
        upkeep = (chips.maintenance_frac + money.tax_insurance_frac) * paid[a, bought] * count
        for y in case.years:
            if bought <= y < bought + chips.life_years[a]:
                rise = money.price_factor("chips", y) / money.price_factor("chips", bought)
                yield y, "chips", upkeep * rise
    for y, musd in chips.stood_musd.items():
        stood = musd * money.price_factor("chips", y)
        yield y, "chips", (chips.maintenance_frac + money.tax_insurance_frac) * stood
    for (s, y), k in fleet.design.items():
        built = fleet.built_mw[s, y]
        worth = halls.capex_musd_per_mw[s, k] * money.price_factor("facility", y) * built
        yield y, "facility", (halls.maintenance_frac + money.tax_insurance_frac) * worth
        yield y, "staff", halls.staff_musd_per_mw * money.price_factor("staff", y) * built
    for s, g, y in sorted({*fleet.contracted_mw, *fleet.energy_gwh}):
        yield y, "power", contract_musd(case, fleet, s, g, y)
        yield y, "energy", energy_musd(case, fleet, s, g, y)
    for t, z, y in fleet.upgraded_mw:
        yield y, "power", upgrade_musd(case, fleet, t, z, y)
    for y, price in case.carbon.price_musd_per_kt.items():
        emitted_kt = footprint.operational_kt(case, fleet, y) + footprint.embodied_kt(
            case, fleet, y
        )
        yield y, "carbon", price * emitted_kt
    fibre = case.fibre
    for y in case.years:
        rise = money.price_factor("fibre", y)
        for c, worth in fibre.stood_musd.items():
            upkeep = fibre.maintenance_musd_per_km * fibre.km[c]
            yield y, "fibre", (upkeep + money.tax_insurance_frac * worth) * rise
        for c in fleet.lit[y]:
            km = fibre.km[c] if c not in fibre.stood_musd else 0.0
            taxed = money.tax_insurance_frac * link_worth(case, fleet, c, y)
            yield y, "fibre", (fibre.maintenance_musd_per_km * km + taxed) * rise
            if c in fleet.leased[y]:
                yield y, "fibre", case.fibre.lease_musd[c, fleet.speed_tbps[y]] * rise
