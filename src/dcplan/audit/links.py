"""What a link costs: its route and equipment as new, less what stood there before the first year."""

from __future__ import annotations

import math

from dcplan.audit.facts import Facts, Row
from dcplan.audit.prices import link_musd, owning_frac


def bought_link_musd(facts: Facts, ends: tuple[str, str], link: Row) -> float:
    """The same beyond the price of what stood there before the first year."""
    ends = (min(ends), max(ends))
    old = _old_link_musd(facts, ends) if ends in facts.old_links() else 0.0
    return max(0.0, link_musd(facts, link) - old)


def old_upkeep_musd(facts: Facts) -> float:
    """Yearly upkeep, tax and insurance of all links that stood, lit or not, at the base year's prices."""
    per_km = facts.finance("fibre_maintenance_usd_per_km_year") / 1e6
    tax = owning_frac(facts)
    return sum(
        float(_old_conduit(facts, ends)["km"]) * per_km + _old_link_musd(facts, ends) * tax
        for ends in facts.old_links()
    )


def _old_conduit(facts: Facts, ends: tuple[str, str]) -> Row:
    """Row of the grid's corridors on which something stood before the first year."""
    given = facts.raw["corridors"]
    return given.get(ends) or given[ends[::-1]]


def _old_link_musd(facts: Facts, ends: tuple[str, str]) -> float:
    """Price as new of what stood on a corridor before the first year."""
    tbps, conduit = facts.old_links()[ends], _old_conduit(facts, ends)
    able = {n: r for n, r in facts.raw["reach"].items() if r["max_km"] >= conduit["km"]}
    name = min(able, key=lambda name: able[name]["max_km"])
    pairs = math.ceil(tbps / able[name]["tbps_per_pair"] - 1e-9)
    equipped = {"reach_class": name, "held": "own", "pairs": pairs, "tbps": tbps}
    return link_musd(facts, {**conduit, **equipped})
