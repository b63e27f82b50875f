"""Faults to put into the model and into the case: file, text, the text in its place."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """`before` stands once in `src/dcplan/FILE`; `after` takes its place."""

    file: str
    before: str
    after: str
    fault: str
    same: str = ""
    """Why the model stays the same, where it does."""

    @property
    def chapter(self) -> str:
        return self.file.removesuffix(".py")


MUTANTS = (
    Mutant("model/sites.py", "<= sites.max_sites\n", ">= sites.max_sites\n", "S2 turned round"),
    Mutant(
        "model/sites.py",
        "sites.max_sites_per_zone or len(here)",
        "len(here)",
        "S3 without the limit",
    ),
    Mutant(
        "model/sites.py", "b.open[s, years[-1]] == 1", "b.open[s, years[-1]] <= 1", "S4 dropped"
    ),
    Mutant(
        "model/sites.py",
        "b.open[s, years[0]] == 1",
        "b.open[s, years[0]] <= 1",
        "S7 dropped",
        "halls that stand (H11) need their design (H10), and that an open site (H1)",
    ),
    Mutant(
        "model/chips.py",
        "for bought in in_life[a, y])",
        "for bought in in_life[a, y][:1])",
        "C1 forgets a year",
    ),
    Mutant("model/chips.py", "+ in_lots(b, case, a, y)\n", "\n", "C2 counts lots against supply"),
    Mutant(
        "model/chips.py",
        "over[a] * x for a, x in run) <= 0",
        "over[a] * x for a, x in run) >= 0",
        "C3 turned round",
    ),
    Mutant(
        "model/chips.py",
        "<= chips.wafer_limit_kwafers[p, y]",
        "<= 1e3 * chips.wafer_limit_kwafers[p, y]",
        "C5 in another unit",
    ),
    Mutant(
        "model/chips.py",
        "== pods[a] * b.pods[s, a, y]",
        "<= pods[a] * b.pods[s, a, y]",
        "C6 in part",
    ),
    Mutant(
        "model/chips.py",
        "chips.max_types * m.sites.open[s, y]",
        "(chips.max_types + 1) * m.sites.open[s, y]",
        "C8 off by one",
    ),
    Mutant(
        "model/chips.py",
        "b.kept[s, a, y] <= stood[s, a, y]",
        "b.kept[s, a, y] <= 2 * stood[s, a, y]",
        "C11 doubled",
    ),
    Mutant(
        "model/chips.py",
        "if bought <= y < bought + chips.life_years[a]:",
        "if bought < y < bought + chips.life_years[a]:",
        "no upkeep in the year of purchase",
    ),
    Mutant(
        "model/chips.py",
        "load = chips.mw_per_kchip[a] * x",
        "load = 1.01 * chips.mw_per_kchip[a] * x",
        "a chip draws 1 % more",
    ),
    Mutant(
        "model/halls.py",
        "== m.sites.open[s, y]",
        "<= m.sites.open[s, y]",
        "H1 open without a design",
    ),
    Mutant(
        "model/halls.py",
        "b.design[s, k, y] >= b.design[s, k, before]",
        "b.design[s, k, y] >= 0",
        "H2 dropped",
        "halls that were built (H4 to H6) need their design (H10)",
    ),
    Mutant("model/halls.py", ">= halls.least_mw[s] * b.design[s, k, y]", ">= 0", "H4 dropped"),
    Mutant(
        "model/halls.py",
        "b.built_mw[s, k, y] >= b.built_mw[s, k, before]",
        "b.built_mw[s, k, y] >= 0",
        "H5 dropped",
    ),
    Mutant(
        "model/halls.py",
        "halls.max_rack_kw[s, k] > d]",
        "halls.max_rack_kw[s, k] >= 0]",
        "H8 any rack in any hall",
    ),
    Mutant(
        "model/halls.py",
        "halls.pue[s, k] - halls.pue_limit[y]",
        "halls.pue_limit[y] - halls.pue[s, k]",
        "H9 turned round",
    ),
    Mutant(
        "model/halls.py",
        "(s, y), halls.pue[s, k] * b.used_mw[s, k, y])",
        "(s, y), b.used_mw[s, k, y])",
        "PUE left out of the load",
    ),
    Mutant(
        "model/halls.py",
        'ledger.post("opex_musd", ("staff", y), staff * built)',
        "_ = staff",
        "staff is free",
    ),
    Mutant(
        "model/halls.py", "paid * (built - before)", "paid * built", "halls are paid every year"
    ),
    Mutant(
        "model/grid.py",
        "sum(b.accepts[c, z] for c in classes) == 1",
        "sum(b.accepts[c, z] for c in classes) >= 1",
        "G1 several classes",
    ),
    Mutant(
        "model/grid.py",
        ">= b.upgraded_mw[t, z, y - 1]",
        ">= 0",
        "G2 dropped",
    ),
    Mutant(
        "model/grid.py",
        "<= grid.tier_mw[t, z]",
        "<= 1e3 * grid.tier_mw[t, z]",
        "G3 in another unit",
    ),
    Mutant(
        "model/grid.py",
        "rise * (worth - before)",
        "rise * (worth + before)",
        "wrong sign of what stands",
    ),
    Mutant(
        "model/power.py",
        "b.contracted_mw[s, g, y] == before + signed",
        "b.contracted_mw[s, g, y] >= before + signed",
        "P1 power without a contract",
    ),
    Mutant(
        "model/power.py",
        "power.firm_frac[g] * b.contracted_mw[s, g, y] for",
        "b.contracted_mw[s, g, y] for",
        "P2 all capacity is firm",
    ),
    Mutant(
        "model/power.py",
        'return taken <= ledger.read("headroom_mw", (z, y)) + power.stood_from_mw(z)',
        'return taken <= ledger.read("headroom_mw", (z, y)) + 1e6',
        "P3 dropped",
    ),
    Mutant(
        "model/power.py",
        "return taken <= power.fleet_mw[g]",
        "return taken <= 2 * power.fleet_mw[g]",
        "P4 doubled",
    ),
    Mutant(
        "model/power.py",
        "return b.fleet_load_mw[y] <= power.fleet_limit_mw[y]",
        "return b.fleet_load_mw[y] <= power.fleet_limit_mw[y] * 1.001",
        "P5 loose by 0.1 %",
    ),
    Mutant(
        "model/power.py",
        "return used == quicksum",
        "return used <= 1.2 * quicksum",
        "P7 a sixth of the energy free",
    ),
    Mutant(
        "model/power.py",
        "b.energy_gwh[s, g, y] <= most * b.contracted_mw[s, g, y]",
        "b.energy_gwh[s, g, y] <= 2 * most * b.contracted_mw[s, g, y]",
        "P8 doubled",
    ),
    Mutant(
        "model/power.py",
        "b.kept_mw[s, g, y] <= b.signed_mw[s, g, y]",
        "b.kept_mw[s, g, y] <= 2 * b.signed_mw[s, g, y]",
        "P9 doubled",
    ),
    Mutant(
        "model/power.py",
        "kept <= b.contracted_mw[s, g, last]",
        "kept <= b.contracted_mw[s, g, last] + 1e4",
        "P10 dropped",
    ),
    Mutant(
        "model/power.py",
        "power.capex_musd_per_mw[s, g] * money.tax_insurance_frac",
        "0",
        "no tax on power",
    ),
    Mutant(
        "model/power.py",
        "return b.energy_gwh[s, g, y] + b.unused_gwh[s, g, y] >= least",
        "return b.energy_gwh[s, g, y] + b.unused_gwh[s, g, y] >= 0",
        "P11 dropped",
    ),
    Mutant(
        "model/fibre.py",
        "b.root[s, r] for s in sites) <= 1",
        "b.root[s, r] for s in sites) <= 2",
        "F1 two roots",
    ),
    Mutant(
        "model/fibre.py",
        "b.way[u, v, y] >= b.way[u, v, before]",
        "b.way[u, v, y] >= 0",
        "F3 dropped",
    ),
    Mutant(
        "model/fibre.py",
        "b.source[v, y] + through ==",
        "b.source[v, y] - through ==",
        "F6 arcs swapped",
    ),
    Mutant(
        "model/fibre.py",
        "b.flow[u, v, y] <= case.bounds.most_sites[y] * b.way[u, v, y]",
        "b.flow[u, v, y] <= case.bounds.most_sites[y]",
        "F7 dropped",
    ),
    Mutant(
        "model/fibre.py",
        "b.back[u, v, y] <= case.bounds.most_sites[y] * b.way[u, v, y]",
        "b.back[u, v, y] <= case.bounds.most_sites[y] * b.way[v, u, y]",
        "F10 back the same way",
    ),
    Mutant(
        "model/fibre.py",
        "b.reach_km[v] >= b.reach_km[u] + km -",
        "b.reach_km[v] >= b.reach_km[u] -",
        "F12 without the length",
    ),
    Mutant(
        "model/links.py",
        "b.equipped[u, v, s, y] <= b.speed[s, y]",
        "b.equipped[u, v, s, y] <= 1",
        "L2 dropped",
    ),
    Mutant(
        "model/links.py",
        "b.speed[s, y] for s in case.bounds.speeds_tbps[y]) == 1",
        "b.speed[s, y] for s in case.bounds.speeds_tbps[y]) <= 2",
        "L3 two speeds",
    ),
    Mutant(
        "model/links.py",
        "return at_least(y) >= at_least(before)",
        "return at_least(y) >= 0",
        "L4 dropped",
    ),
    Mutant(
        "model/links.py",
        "* (1 - b.speed[ALONE, y])",
        "* 1",
        "L5 dropped",
        "a second site needs a way (F6, F7), and a way a speed other than 0 (L1 to L3)",
    ),
    Mutant(
        "model/links.py",
        "return b.leased[u, v, s, y] <= b.equipped[u, v, s, y]",
        "return b.leased[u, v, s, y] <= 1",
        "L8 dropped",
    ),
    Mutant(
        "model/links.py",
        "return _own(b, case, (u, v), y) >= _own(b, case, (u, v), before)",
        "return _own(b, case, (u, v), y) >= 0",
        "L9 dropped",
    ),
    Mutant(
        "model/links.py",
        "rise * (standing - before)",
        "rise * standing",
        "links are paid every year",
    ),
    Mutant("model/links.py", "rise * (yearly + rent)", "rise * yearly", "leases are free"),
    Mutant(
        "model/training.py", "run.goodput_frac * ledger.read", "ledger.read", "T1 without goodput"
    ),
    Mutant("model/training.py", "gross - lost", "gross", "T1 no hours curtailed"),
    Mutant("model/training.py", "+ beta * speed", "+ 2 * beta * speed", "T3 links twice as fast"),
    Mutant(
        "model/training.py",
        ">= run.target_eflops[y]",
        ">= 0.999 * run.target_eflops[y]",
        "T5 short by 0.1 %",
    ),
    Mutant(
        "model/training.py",
        "count <= sum(n * b.bracket[n, y] for n in worth)",
        "count <= sum((n + 1) * b.bracket[n, y] for n in worth)",
        "T7 off by one",
    ),
    Mutant(
        "model/training.py",
        "worth[n] * b.part_eflops[n, y] for n in worth",
        "b.part_eflops[n, y] for n in worth",
        "T10 replicas worth all",
    ),
    Mutant(
        "model/training.py",
        "for y in years if y <= by) >= run.target_flop\n",
        "for y in years) >= run.target_flop\n",
        "T15 counts the years after",
    ),
    Mutant(
        "model/training.py",
        "for t in years if t <= y) >= run.target_flop * b.done[y]",
        "for t in years if t < y) >= run.target_flop * b.done[y]",
        "T16 a year late",
    ),
    Mutant(
        "model/domains.py",
        "return fleet <= sum(n * b.domain[n, y] for n in goodput)",
        "return fleet <= 2 * sum(n * b.domain[n, y] for n in goodput)",
        "D2 doubled",
    ),
    Mutant(
        "model/domains.py",
        '== ledger.read("running_kchips", (s, y))',
        '>= 0 * ledger.read("running_kchips", (s, y))',
        "D3 dropped",
    ),
    Mutant(
        "model/domains.py",
        "goodput[n] * b.part_eflops[n, y] for n in goodput",
        "b.part_eflops[n, y] for n in goodput",
        "D8 without goodput",
    ),
    Mutant(
        "model/domains.py",
        "b.domain[n, y] for n in goodput) == 1",
        "b.domain[n, y] for n in goodput) <= 2",
        "D1 two rows",
    ),
    Mutant(
        "model/resilience.py",
        "(1 - rule.keep_frac[y]) * whole[y]",
        "rule.keep_frac[y] * whole[y]",
        "R1 what is lost for what is kept",
    ),
    Mutant(
        "model/resilience.py",
        "m.training.site_eflops[s, y] for s in rule.units[u])",
        "m.training.site_eflops[s, y] for s in rule.units[u][:1])",
        "R1 one site of a zone",
    ),
    Mutant(
        "model/carbon.py",
        "b.emitted_kt[y] <= carbon.limit_kt[y]",
        "b.emitted_kt[y] <= 1e3 * carbon.limit_kt[y]",
        "K2 in another unit",
    ),
    Mutant(
        "model/carbon.py",
        "b.emitted_kt[y] for y in years) <= carbon.total_limit_kt",
        "b.emitted_kt[y] for y in years[1:]) <= carbon.total_limit_kt",
        "K3 forgets a year",
    ),
    Mutant(
        "model/carbon.py",
        "return fleet <= carbon.water_limit_ml[y]",
        "return fleet <= 2 * carbon.water_limit_ml[y]",
        "K4 doubled",
    ),
    Mutant(
        "model/carbon.py", "price * b.emitted_kt[y])", "-price * b.emitted_kt[y])", "carbon pays"
    ),
    Mutant(
        "model/carbon.py",
        "(s, y)) <= carbon.site_water_limit_ml[s]",
        "(s, y)) <= 2 * carbon.site_water_limit_ml[s]",
        "K5 doubled",
    ),
    Mutant(
        "model/money.py", "for i in OPEX_ITEMS)", "for i in OPEX_ITEMS[1:])", "M2 loses an item"
    ),
    Mutant(
        "model/money.py",
        "spent - money.end_discount * b.residual_musd",
        "spent + money.end_discount * b.residual_musd",
        "wrong sign of the residual",
    ),
    Mutant(
        "model/money.py",
        "money.discount[y] * (b.capex_musd[y] + b.opex_musd[y])",
        "b.capex_musd[y] + b.opex_musd[y]",
        "no discount",
    ),
    Mutant(
        "model/money.py",
        "b.capex_musd[y] for y in years) <= money",
        "b.capex_musd[y] for y in years[1:]) <= money",
        "M5 forgets a year",
    ),
    Mutant(
        "model/money.py",
        "expr=value, sense=pyo.maximize,",
        "expr=value, sense=pyo.minimize,",
        "sense flipped",
    ),
    Mutant(
        "model/money.py",
        'ledger.read("debt_musd", y) <= money.debt_limit_musd[y]',
        'ledger.read("debt_musd", y) <= 1e3 * money.debt_limit_musd[y]',
        "M8 in another unit",
    ),
    Mutant("model/futures.py", "return other == one", "return other <= one", "U1 one way only"),
    Mutant(
        "model/futures.py",
        "b.excess_musd[w] >= b.cost_musd[w] - b.threshold_musd",
        "b.excess_musd[w] >= b.cost_musd[w] + b.threshold_musd",
        "U3 wrong sign",
    ),
    Mutant("model/futures.py", "mean / futures.cvar_tail", "mean", "U4 without the tail"),
    Mutant(
        "model/futures.py",
        'SHARED = ("sites.open", "halls.design")',
        'SHARED = ("sites.open",)',
        "designs differ by future",
    ),
    Mutant(
        "case/money.py",
        "(1 + rate) ** (base - last - 1)",
        "(1 + rate) ** (base - last)",
        "the end a year early",
    ),
    Mutant(
        "case/money.py",
        "left = max(0.0, life_years - (year + 1 - bought))",
        "left = max(0.0, life_years - (year - bought))",
        "a year owed too long",
    ),
    Mutant(
        "case/chips.py",
        "world * scenario.buyer.supply_frac / CHIPS_PER_KCHIP",
        "world / CHIPS_PER_KCHIP",
        "all the world's chips",
    ),
    Mutant(
        "case/power.py",
        '+ float(rows.at[supply, "heat_rate_mmbtu_per_mwh"]) * gas',
        "",
        "fuel is free",
    ),
    Mutant(
        "case/power.py",
        "self.load_factor_frac * HOURS_PER_YEAR / MWH_PER_GWH",
        "HOURS_PER_YEAR / MWH_PER_GWH",
        "no load factor",
    ),
    Mutant(
        "case/fibre.py",
        "reach.pair_usd + reach.pair_usd_per_km * km",
        "reach.pair_usd",
        "pairs of no length",
    ),
    Mutant(
        "case/halls.py",
        "musd_per_mw(table[sites.climate[s]][k][1]) * sites.construction_factor[s]",
        "musd_per_mw(table[sites.climate[s]][k][1])",
        "no construction factor",
    ),
    Mutant("case/training.py", "flop = 6 * row", "flop = 2 * row", "a third of the FLOP a token"),
    Mutant("case/training.py", "* (1 - curtailed_frac),", ",", "no hours curtailed"),
    Mutant(
        "case/resilience.py",
        "math.ceil(1 / (1 - keep) - 1e-9)",
        "math.ceil(1 / (1 - keep) - 1e-9) + 1",
        "R2 asks one site too many",
    ),
)
