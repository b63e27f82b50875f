"""What must hold between the cells of a row and between tables, in words when it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dcplan.errors import suggest
from dcplan.library.columns import Value, outside
from dcplan.library.goodput_table import RECOVERY
from dcplan.library.schema import FINANCE_ITEMS, TABLES

Columns = Mapping[str, Sequence[Value | None]]

# A value of (table, column) must stand in one of the (table, column) pairs after it.
_REFERENCES = (
    (("chip_supply", "chip"), (("chips", "chip"),)),
    (("chip_prices", "chip"), (("chips", "chip"),)),
    (("sites", "zone"), (("zones", "zone"),)),
    (("sites", "zone_2"), (("zones", "zone"),)),
    (("upgrades", "zone"), (("zones", "zone"),)),
    (("sites", "climate"), (("cooling", "climate"),)),
    (("corridors", "node_a"), (("nodes", "node"), ("sites", "site"))),
    (("corridors", "node_b"), (("nodes", "node"), ("sites", "site"))),
    (("fleet_power", "site"), (("fleet_sites", "site"),)),
    (("fleet_chips", "site"), (("fleet_sites", "site"),)),
)
# In each row the first may not exceed the second.
_ORDERED = (
    ("zones", "headroom_025pct_mw", "headroom_05pct_mw"),
    ("zones", "headroom_05pct_mw", "headroom_1pct_mw"),
    ("workloads", "overlap_steps", "sync_every_steps"),
)


class Finding(NamedTuple):
    """One cell that does not fit, by the position of its row; -1 when a row is missing."""

    table: str
    position: int
    column: str
    what: str


def relations(tables: Mapping[str, Columns], whole: Mapping[str, bool]) -> Iterator[Finding]:
    """Yield every cell that does not fit the others.

    `tables` holds the columns of each table with its keys; a cell that could not be read is
    None and is passed over, and a table that is not `whole` is not held against others.
    """
    yield from _references(tables, whole)
    for table, lesser, greater in _ORDERED:
        pairs = zip(tables[table][lesser], tables[table][greater], strict=True)
        for position, pair in enumerate(pairs):
            low, high = map(as_number, pair)
            if low > high:
                what = f"is {low:.15g}; it must be at most {greater}, which is {high:.15g}"
                yield Finding(table, position, lesser, what)
    yield from _packaging(tables["chips"], tables["wafers"]["packaging"], whole["wafers"])
    yield from _corridors("corridors", tables["corridors"])
    yield from _corridors("fleet_links", tables["fleet_links"])
    yield from _second_zones(tables["sites"])
    yield from _tiers(tables["upgrades"])
    yield from _goodput(tables["goodput"])
    yield from _finance(tables["finance"], whole["finance"])


def _references(tables: Mapping[str, Columns], whole: Mapping[str, bool]) -> Iterator[Finding]:
    for (table, column), targets in _REFERENCES:
        if not all(whole[target] for target, _ in targets):
            continue
        known = {str(value) for name, key in targets for value in tables[name][key]}
        files = " or ".join(TABLES[target].file for target, _ in targets)
        for position, value in enumerate(tables[table][column]):
            if value not in (None, "") and value not in known:
                near = suggest(str(value), known)
                what = f"is '{value}'; it must be a {targets[0][1]} of {files}{near}"
                yield Finding(table, position, column, what)


def _packaging(chips: Columns, known: Sequence[Value | None], whole: bool) -> Iterator[Finding]:
    """A packaging that wafers.csv counts and chips per wafer go together."""
    pairs = zip(chips["packaging"], chips["per_wafer"], strict=True)
    for position, (packaging, per_wafer) in enumerate(pairs):
        if packaging is None or per_wafer is None:
            continue
        counted = as_number(per_wafer) > 0
        if packaging == "" and counted:
            yield Finding("chips", position, "per_wafer", "is given; give the packaging too")
        elif packaging != "" and not counted:
            yield Finding("chips", position, "packaging", "is given; give per_wafer too")
        elif packaging != "" and whole and packaging not in known:
            near = suggest(str(packaging), {str(name) for name in known})
            what = f"is '{packaging}'; it must be a packaging of wafers.csv{near}"
            yield Finding("chips", position, "packaging", what)


def _second_zones(sites: Columns) -> Iterator[Finding]:
    for position, (zone, second) in enumerate(zip(sites["zone"], sites["zone_2"], strict=True)):
        if zone and zone == second:
            what = f"is '{second}', its zone already; it must be another zone, or blank"
            yield Finding("sites", position, "zone_2", what)


def _tiers(upgrades: Columns) -> Iterator[Finding]:
    """Prices rise with the tier, so that the cheapest plan takes the tiers in their order."""
    cells = zip(upgrades["zone"], upgrades["tier"], upgrades["usd_per_kw"], strict=True)
    rows = [(zone, as_number(tier), as_number(usd)) for zone, tier, usd in cells]
    for position, (zone, tier, usd) in enumerate(rows):
        before = [u for z, t, u in rows if z == zone and t < tier]
        if usd < max(before, default=usd):
            what = f"is {usd:.15g}; it must be at least {max(before):.15g}, that of a tier before"
            yield Finding("upgrades", position, "usd_per_kw", what)


def _goodput(goodput: Columns) -> Iterator[Finding]:
    """More chips in step lose no less, so that a number between two rows may count as the larger."""
    chips = [as_number(cell) for cell in goodput["chips"]]
    for mode in RECOVERY:
        column = [as_number(cell) for cell in goodput[f"{mode}_frac"]]
        for position, (count, frac) in enumerate(zip(chips, column, strict=True)):
            fewer = [f for n, f in zip(chips, column, strict=True) if n < count]
            if frac > min(fewer, default=frac):
                what = f"is {frac:.15g}; it must be at most {min(fewer):.15g}, that of fewer chips"
                yield Finding("goodput", position, f"{mode}_frac", what)


def _corridors(table: str, corridors: Columns) -> Iterator[Finding]:
    seen = set()
    for position, ends in enumerate(zip(corridors["node_a"], corridors["node_b"], strict=True)):
        if ends[0] is not None and ends[0] == ends[1]:
            yield Finding(table, position, "node_b", "is node_a too; the ends must differ")
        elif ends[::-1] in seen:
            what = f"is '{ends[1]}'; the corridor from there to '{ends[0]}' stands already"
            yield Finding(table, position, "node_b", what)
        seen.add(ends)


def _finance(finance: Columns, whole: bool) -> Iterator[Finding]:
    known = {item.name: item for item in FINANCE_ITEMS}
    for position, (name, value) in enumerate(zip(finance["item"], finance["value"], strict=True)):
        if name is None:
            continue
        item = known.get(str(name))
        if item is None:
            what = f"is '{name}', which has no effect; remove it{suggest(str(name), known)}"
            yield Finding("finance", position, "item", what)
        elif value is not None and (wrong := outside(item, as_number(value))):
            yield Finding("finance", position, "value", wrong)
    if whole:
        for name in known.keys() - set(finance["item"]):
            yield Finding("finance", -1, "item", f"has no '{name}'; add a row for it")


def as_number(value: Value | None) -> float:
    """NaN, which compares as false, stands for what could not be read."""
    return float(value) if isinstance(value, (int, float)) else float("nan")
