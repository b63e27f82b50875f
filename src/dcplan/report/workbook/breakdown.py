"""What the fleet's figures are made of: power by zone, money by item, chips by vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dcplan.report.workbook.book import Cell
from dcplan.report.workbook.ledger import Ledger, Line, Rows, scaled, summed, worth
from dcplan.report.workbook.totals import BUSD, MUSD_PER_BUSD, total
from dcplan.words import item

MOST_ZONES = 6
CAPEX = dict.fromkeys(("chips", "facility", "land", "power", "fibre"), "")
OPEX = {
    "chips": ": maintenance, tax, insurance",
    "facility": ": maintenance, tax, insurance",
    "staff": "",
    "power": ": fixed cost, tax",
    "energy": " and fuel",
    "fibre": ": maintenance, tax",
}
"""Items in their order, with what their names go on with."""
_PUE = "facility MW per IT MW"
_CHIPS_PER_THOUSAND = 1000


def power(ledger: Ledger, at: int, rows: Rows) -> list[Line]:
    """Facility load by zone, the largest first, and the limits of power and PUE."""
    zones = ledger.plan.zones
    used = zones[zones.facility_mw > 0]
    size = used[used.year == ledger.years[-1]].set_index("zone").facility_mw
    names = dict(zip(used.zone, used.name, strict=True))
    order = sorted(names, key=lambda zone: (-size.get(zone, 0.0), zone))
    named = order if len(order) <= MOST_ZONES else order[: MOST_ZONES - 1]
    lines = [
        Line(
            names[zone],
            zone,
            "MW",
            ledger.sums_of(at, at + 1 + place, ("zones", "facility_mw", "zone"), zone),
            drawn="bar",
        )
        for place, zone in enumerate(named)
    ]
    total = ledger.sums(at, "zones", "facility_mw")
    if len(order) > len(named):
        lines.append(_others(ledger, at, lines, total, len(order) - len(named)))
    return [
        *lines,
        Line("all zones", "", "MW", total, strong=True),
        Line(
            "power limit",
            "limits.power_gw",
            "MW",
            ledger.given("limits.power_gw", 1e3),
            drawn="mark",
        ),
        _linked(ledger, rows, "pue"),
        Line("PUE limit", "limits.pue", _PUE, ledger.given("limits.pue")),
    ]


def training(ledger: Ledger, at: int, rows: Rows) -> list[Line]:
    """Delivered rate and target."""
    delivered = _linked(ledger, rows, "delivered_eflops")
    target = ledger.given("target.training_eflops")
    above = [
        Cell(f'=IF({want}>0,{have}/{want}-1,"")', worth(a) / worth(b) - 1 if worth(b) else "")
        if b
        else None
        for have, want, a, b in zip(
            ledger.refs(at + 1), ledger.refs(at + 2), delivered.cells, target, strict=True
        )
    ]
    return [
        delivered._replace(drawn="bar"),
        Line("training target", "target.training_eflops", "EFLOP/s", target, drawn="mark"),
        Line("above the target", "", "percent", above),
    ]


def capex(ledger: Ledger, at: int, rows: Rows) -> list[Line]:
    """Purchases by item, and the limits."""
    lines = _by_item(ledger, at, "capex", CAPEX)
    path = "limits.capex_busd"
    limit = ledger.given(f"{path}.per_year")
    whole = ledger.maybe(f"{path}.total")
    return [*lines, Line("capex limit", path, BUSD, limit, whole, drawn="mark")]


def opex(ledger: Ledger, at: int, rows: Rows) -> list[Line]:
    """Yearly costs by item."""
    return _by_item(ledger, at, "opex", OPEX)


def chips(ledger: Ledger, at: int, rows: Rows) -> list[Line]:
    """Standing chips by vendor, most first."""
    standing = ledger.plan.chips
    size = standing.groupby("vendor").standing.sum()
    order = sorted(size.index, key=lambda vendor: (-size[vendor], vendor))
    column = ("chips", "standing", "vendor")
    lines = [
        Line(
            str(vendor) or "not named",
            str(vendor),
            "thousand chips",
            scaled(ledger.sums_of(at, at + 1 + place, column, vendor), _CHIPS_PER_THOUSAND),
            drawn="bar",
        )
        for place, vendor in enumerate(order)
    ]
    every = scaled(ledger.sums(at, "chips", "standing"), _CHIPS_PER_THOUSAND)
    return [*lines, Line("all vendors", "", "thousand chips", every, strong=True)]


def _by_item(ledger: Ledger, at: int, kind: str, items: Mapping[str, str]) -> list[Line]:
    lines = []
    for place, (key, more) in enumerate(items.items()):
        row = at + 1 + place
        cells = scaled(ledger.sums(at, "money", "musd", kind, key, row), MUSD_PER_BUSD)
        name, whole = item(key) + more, total(ledger, row, cells)
        lines.append(Line(name, key, BUSD, cells, whole, drawn="bar"))
    first, last = at + 1, at + len(items)
    sums = [
        summed(f"=SUM({letter}{first + 1}:{letter}{last + 1})", [line.cells[n] for line in lines])
        for n, letter in enumerate(ledger.letters())
    ]
    return [*lines, Line(f"all {kind}", "", BUSD, sums, total(ledger, last + 1, sums), True)]


def _others(
    ledger: Ledger, at: int, lines: Sequence[Line], whole: Sequence[Cell], count: int
) -> Line:
    """What the named zones leave of the whole, which stands in the row after."""
    row = at + 1 + len(lines)
    cells = [
        Cell(
            f"={letter}{row + 2}-SUM({letter}{at + 2}:{letter}{row})",
            worth(whole[n]) - sum(worth(line.cells[n]) for line in lines),
        )
        for n, letter in enumerate(ledger.letters())
    ]
    return Line(f"{count} other zones", "", "MW", cells, drawn="bar")


def _linked(ledger: Ledger, rows: Rows, key: str) -> Line:
    """A line of the fleet once more."""
    at, line = rows[key]
    cells = [
        Cell(f"={ref}", cell.value) if isinstance(cell, Cell) else cell
        for ref, cell in zip(ledger.refs(at), line.cells, strict=True)
    ]
    return Line(line.name, key, line.unit, cells)
