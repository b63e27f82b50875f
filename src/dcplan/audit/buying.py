"""Buying: lots, whole systems, wafers, vendors' shares of what is paid, kinds of chip at a site."""

from __future__ import annotations

import math
from collections import defaultdict

from dcplan.audit.check import Checks
from dcplan.audit.facts import TINY, Facts, Row
from dcplan.scenario.commitments import Commitment


def check(facts: Facts, checks: Checks) -> None:
    """Every rule on what is bought, from the amounts of chips.csv and the lots signed."""
    _check_lots(facts, checks)
    _check_pods(facts, checks)
    _check_wafers(facts, checks)
    _check_vendors(facts, checks)
    _check_kinds(facts, checks)


def bought(facts: Facts, chip: str, year: int) -> float:
    """Chips bought by the fleet in a year."""
    rows = facts.chips.items()
    return float(sum(row["added"] for (_, a, y), row in rows if (a, y) == (chip, year)))


def lots(facts: Facts, chip: str, year: int) -> list[Commitment]:
    """The scenario's lots of a chip in a year that the plan says it takes."""
    return [
        wish
        for wish in facts.scenario.commitments
        if (wish.chip, wish.year) == (chip, year) and _row(facts, wish)["signed"]
    ]


def in_lots(facts: Facts, chip: str, year: int) -> float:
    """Chips of those lots."""
    return sum(wish.lot_chips for wish in lots(facts, chip, year))


def paid_usd(facts: Facts, chip: str, year: int) -> float:
    """Mean price of a chip bought in a year, USD: lots at theirs, the rest at the list's."""
    count, price = bought(facts, chip, year), facts.list_usd(chip, year)
    taken = lots(facts, chip, year)
    if not taken or not count:
        return price
    rest = count - sum(wish.lot_chips for wish in taken)
    return (rest * price + sum(wish.lot_chips * wish.price_usd for wish in taken)) / count


def _row(facts: Facts, wish: Commitment) -> Row:
    absent = {"signed": False, "chip": "", "lot_chips": math.nan, "price_usd": math.nan}
    return facts.commitments.get((wish.year, wish.name), absent)


def _check_lots(facts: Facts, checks: Checks) -> None:
    wishes = {(wish.year, wish.name) for wish in facts.scenario.commitments}
    checks.holds("lots.known", "commitments.csv", set(facts.commitments) == wishes)
    for wish in facts.scenario.commitments:
        row, a, y = _row(facts, wish), wish.chip, wish.year
        checks.holds("lots.chip", wish.name, row["chip"] == a)
        checks.equal("lots.size", wish.name, row["lot_chips"], wish.lot_chips, "chips")
        checks.equal("lots.price", wish.name, row["price_usd"], wish.price_usd, "USD")
        cost = wish.lot_chips * wish.price_usd / 1e6 if row["signed"] else 0.0
        checks.equal("lots.capex", wish.name, row.get("capex_musd", math.nan), cost, "MUSD")
        checks.holds("lots.mandatory", wish.name, bool(row["signed"]) or not wish.mandatory)
        checks.at_most("lots.taken", f"{a} {y}", in_lots(facts, a, y), bought(facts, a, y), "chips")


def _check_pods(facts: Facts, checks: Checks) -> None:
    wish = facts.scenario.chips.whole_pods
    for (s, a, y), row in facts.chips.items():
        where = f"{s} {a} {y}"
        if wish == "all" or a in wish:
            size = facts.chip(a)["pod_chips"]
            count = round(row["added"] / size)
            checks.equal("chips.whole_pods", where, row["added"], count * size, "chips")
        else:
            count = 0
        checks.equal("chips.pods", where, row["pods"], count, "pods")


def _check_wafers(facts: Facts, checks: Checks) -> None:
    share = facts.scenario.buyer.wafer_frac
    if share is None:
        return
    used: dict[tuple[str, int], float] = defaultdict(float)
    for a, y in {(a, y) for _, a, y in facts.chips}:
        if packaging := facts.chip(a)["packaging"]:
            open_market = bought(facts, a, y) - in_lots(facts, a, y)
            used[packaging, y] += open_market / facts.chip(a)["per_wafer"]
    for (packaging, y), wafers in used.items():
        most = (
            share * facts.raw["wafers"].get((packaging, y), {"world_wafers": 0.0})["world_wafers"]
        )
        checks.at_most("chips.wafers", f"{packaging} {y}", wafers, most, "wafers")


def _check_vendors(facts: Facts, checks: Checks) -> None:
    for vendor, share in facts.scenario.limits.vendor_capex_frac.items():
        for y in facts.years:
            spent = {
                a: bought(facts, a, y) * paid_usd(facts, a, y) / 1e6
                for a in {a for _, a, t in facts.chips if t == y}
            }
            own = sum(musd for a, musd in spent.items() if facts.chip(a)["vendor"] == vendor)
            whole = sum(spent.values())
            where = f"{vendor} {y}"
            checks.at_most("chips.vendor_capex", where, own, share * whole, "MUSD", whole)


def _check_kinds(facts: Facts, checks: Checks) -> None:
    most = facts.scenario.sites.max_chip_types
    if most is None:
        return
    kinds = {(s, a) for (s, a, _), row in facts.chips.items() if row["added"] > TINY}
    for site in sorted({s for s, _ in kinds}):
        count = sum(1 for s, _ in kinds if s == site)
        checks.at_most("sites.chip_types", site, count, most, "kinds")
