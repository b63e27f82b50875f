"""The fleet by year, and its cost from the tables to the objective."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dcplan.objectives import OBJECTIVES
from dcplan.report.workbook.book import Cell
from dcplan.report.workbook.ledger import Ledger, Line, Rows, scaled, summed, worth

BUSD = "1e9 USD"
MUSD_PER_BUSD = 1000


def fleet(ledger: Ledger, at: int) -> list[Line]:
    """The columns of `dcplan.plan.SUMMARY`, one a line."""
    sums, summary = ledger.sums, ledger.plan.summary
    capex = scaled(sums(at, "money", "musd", "capex"), MUSD_PER_BUSD)
    opex = scaled(sums(at, "money", "musd", "opex"), MUSD_PER_BUSD)
    carbon = sums(at, "power", "carbon_kt")
    it, facility = sums(at, "sites", "it_mw"), sums(at, "sites", "facility_mw")

    def told(column: str) -> list[float | None]:
        return [None if math.isnan(value) else float(value) for value in summary[column]]

    return [
        Line("open sites", "sites", "sites", _open_sites(ledger, at)),
        Line("IT load", "it_mw", "MW", it),
        Line("facility load", "facility_mw", "MW", facility, strong=True),
        Line("PUE", "pue", "facility MW per IT MW", _pue(ledger, at, it, facility)),
        Line("chips standing", "chips", "chips", sums(at, "chips", "standing")),
        Line("compute, before exchange", "compute_eflops", "EFLOP/s", told("compute_eflops")),
        Line(
            "training delivered",
            "delivered_eflops",
            "EFLOP/s",
            sums(at, "sites", "delivered_eflops"),
            strong=True,
        ),
        Line("capex", "capex_busd", BUSD, capex, total(ledger, at + 8, capex), True),
        Line("opex", "opex_busd", BUSD, opex, total(ledger, at + 9, opex), True),
        Line("emissions", "carbon_kt", "kt CO2", carbon, total(ledger, at + 10, carbon)),
        Line("lit fibre", "fibre_km", "km", sums(at, "links", "km")),
        Line("speed of a link", "fibre_tbps", "Tb/s", _speeds(ledger, at)),
        Line("embodied emissions", "embodied_kt", "kt CO2", told("embodied_kt")),
        Line("water", "water_ml", "ML", sums(at, "sites", "water_ml")),
        Line("FLOP so far", "cumulated_flop", "FLOP", told("cumulated_flop")),
        Line("chips in step", "domain_chips", "chips", told("domain_chips")),
        Line("cost of the year", "year_busd", BUSD, told("year_busd")),
        Line(
            "per EFLOP/s-year",
            "musd_per_eflops_year",
            "MUSD per EFLOP/s-year",
            told("musd_per_eflops_year"),
        ),
        Line("per chip-hour", "usd_per_chip_hour", "USD per chip-hour", told("usd_per_chip_hour")),
        Line("debt at its end", "debt_busd", BUSD, told("debt_busd")),
    ]


def cost(ledger: Ledger, at: int, rows: Rows) -> list[Line]:
    """From purchases and yearly costs to the total cost, and to what the solver found."""
    plan, last = ledger.plan, ledger.years[-1]
    rate, base = ledger.one("money.discount_rate"), ledger.one("money.base_year")
    r, b = rate.formula[1:], base.formula[1:]
    factors = [
        Cell(f"=(1+{r})^({b}-{head}${at + 1})", (1 + worth(rate)) ** (worth(base) - year))
        for head, year in zip(ledger.letters(), ledger.years, strict=True)
    ]
    spent = [
        scaled(ledger.sums(at, "money", "musd", kind), MUSD_PER_BUSD) for kind in ("capex", "opex")
    ]
    present = [
        Cell(f"=({c}+{o})*{f}", (worth(capex) + worth(opex)) * worth(factor))
        for c, o, f, capex, opex, factor in zip(
            *(ledger.refs(rows[key].at) for key in ("capex_busd", "opex_busd")),
            ledger.refs(at + 1),
            *spent,
            factors,
            strict=True,
        )
    ]
    left_musd = float(plan.money[plan.money.kind == "residual"].musd.sum())
    left = Cell(
        f'=-SUMIFS(plan_money[musd],plan_money[kind],"residual")/{MUSD_PER_BUSD}'
        f"*(1+{r})^({b}-{ledger.letters()[-1]}${at + 1}-1)",
        -left_musd / MUSD_PER_BUSD * (1 + worth(rate)) ** (worth(base) - last - 1),
    )
    whole = total(ledger, at + 2, present)
    end = ledger.end
    tco = Cell(f"={end(at + 2)}+{end(at + 3)}", worth(whole) + worth(left))
    return [
        Line("discount factor", "", "fraction", factors),
        Line("capex and opex, discounted", "", BUSD, present, whole),
        Line(f"worth left after {last}, discounted", "", BUSD, [], left),
        Line("total cost (tco)", "tco", BUSD, [], tco, True),
        *_proof(ledger, at + 4, rows, tco, spent[0]),
    ]


def _proof(ledger: Ledger, at: int, rows: Rows, tco: Cell, capex: Sequence[Cell]) -> list[Line]:
    """The objective out of the tables beside the one the solver found."""
    plan, end = ledger.plan, ledger.end
    objective = OBJECTIVES[plan.objective_name]
    if objective.name == "earliest":
        return []  # a date, which no sum of the tables gives
    unit = BUSD if objective.in_money else objective.unit
    delivered = rows["delivered_eflops"].line.cells
    from_tables = {
        "tco": Cell(f"={end(at)}", worth(tco)),
        "capex": summed(f"={end(rows['capex_busd'].at)}", capex),
        "max_flop": summed(f"=SUM({ledger.span(rows['delivered_eflops'].at)})", delivered),
        "carbon": Cell(
            "=SUM(plan_power[carbon_kt])+SUM(plan_chips[embodied_kt])+SUM(plan_sites[embodied_kt])",
            float(plan.summary.carbon_kt.sum() + plan.summary.embodied_kt.sum()),
        ),
    }[plan.objective_name]
    found = plan.objective / (MUSD_PER_BUSD if objective.in_money else 1)
    # The tables are rounded to ten digits.
    off = Cell(f"=ROUND({end(at + 1)}-{end(at + 2)},6)", round(worth(from_tables) - found, 6) + 0.0)
    return [
        Line(f"objective ({plan.objective_name}), from the tables", "", unit, [], from_tables),
        Line("objective, as the solver found it", "", unit, [], found),
        Line("difference", "", unit, [], off),
    ]


def _open_sites(ledger: Ledger, at: int) -> tuple[Cell, ...]:
    rows = ledger.plan.site_rows
    return tuple(
        Cell(
            f"=COUNTIFS(plan_sites[year],{head}${at + 1},plan_sites[open],TRUE)",
            int(rows[rows.year == year].open.sum()),
        )
        for head, year in zip(ledger.letters(), ledger.years, strict=True)
    )


def _pue(ledger: Ledger, at: int, it: Sequence[Cell], facility: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            f'=IF({letter}{at + 3}>0,{letter}{at + 4}/{letter}{at + 3},"")',
            worth(mw) / worth(load) if worth(load) > 0 else "",
        )
        for letter, load, mw in zip(ledger.letters(), it, facility, strict=True)
    )


def _speeds(ledger: Ledger, at: int) -> tuple[Cell, ...]:
    """The fastest link of a year; MAXIFS would need Excel 2019."""
    rows = ledger.plan.link_rows
    return tuple(
        Cell(
            f"=SUMPRODUCT(MAX((plan_links[year]={head}${at + 1})*plan_links[tbps]))",
            float(rows[rows.year == year].tbps.max() if (rows.year == year).any() else 0.0),
        )
        for head, year in zip(ledger.letters(), ledger.years, strict=True)
    )


def total(ledger: Ledger, row: int, cells: Sequence[Cell]) -> Cell:
    """The sum of a line over the years."""
    return summed(f"=SUM({ledger.span(row)})", cells)
