"""The answer of a plan in nine figures, each read from the lines below it."""

from __future__ import annotations

from typing import NamedTuple

from dcplan.report.workbook.book import Cell
from dcplan.report.workbook.ledger import Ledger, Rows, worth
from dcplan.words import figure


class Answer(NamedTuple):
    """A figure with its number format, which holds the unit, and what to read it against."""

    name: str
    cell: Cell
    look: str
    note: str


def answer(ledger: Ledger, rows: Rows) -> tuple[Answer, ...]:
    """What the last year reaches, and what it costs."""
    first, last, money = ledger.years[0], ledger.years[-1], ledger.plan.scenario.money
    span = f"{first}" if first == last else f"{first}–{last}"

    def now(key: str, divisor: int = 1) -> Cell:
        ref, value = ledger.refs(rows[key].at)[-1], worth(rows[key].line.cells[-1])
        return Cell(f"={ref}/{divisor}", value / divisor) if divisor > 1 else Cell(f"={ref}", value)

    def whole(key: str) -> Cell:
        return Cell(f"={ledger.end(rows[key].at)}", worth(rows[key].line.total))

    tbps = now("fibre_tbps").value
    link = f"of lit route, every link at {figure(float(tbps))} Tb/s" if tbps else "no link"
    return (
        Answer(
            f"Facility power, {last}",
            now("facility_mw", 1000),
            '#,##0.000" GW"',
            _against(ledger, "limit", "limits.power_gw", "GW"),
        ),
        Answer(
            f"Training delivered, {last}",
            now("delivered_eflops"),
            '#,##0" EFLOP/s"',
            _against(ledger, "target", "target.training_eflops", "EFLOP/s"),
        ),
        Answer(f"Chips standing, {last}", now("chips"), "#,##0", ""),
        Answer(f"Open sites, {last}", now("sites"), "0", ""),
        Answer(f"Capex, {span}", whole("capex_busd"), '"$"#,##0.00" bn"', "sum, not discounted"),
        Answer(f"Opex, {last}", now("opex_busd"), '"$"#,##0.00" bn"', "of that year"),
        Answer(
            "Total cost (tco)",
            whole("tco"),
            '"$"#,##0.00" bn"',
            f"discounted to {money.base_year} at {money.discount_rate:.1%}, less what is left",
        ),
        Answer(f"Emissions, {last}", now("carbon_kt", 1000), '#,##0.00" Mt CO2"', "operational"),
        Answer(f"Fibre, {last}", now("fibre_km"), '#,##0" km"', link),
    )


def _against(ledger: Ledger, name: str, path: str, unit: str) -> str:
    """What the scenario says of a figure in the last year."""
    given = ledger.given(path)[-1]
    return f"{name} {figure(worth(given))} {unit}" if given and worth(given) else f"no {name}"
