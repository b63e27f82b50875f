"""How much of the capex is bought at prices that are little more than a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from dcplan.library import Figure, cite
from dcplan.plan import Plan
from dcplan.report.assumptions import ORDER, UNTOLD
from dcplan.report.facts import row_name
from dcplan.report.story import part
from dcplan.words import dollars, figure, item

_WEAK = ORDER[: ORDER.index("own estimate") + 1]
_FIBRE = (
    *("new_usd_per_km", "duct_usd_per_km", "hut_usd_per_km", "pair_usd", "pair_usd_per_km"),
    "optics_usd_per_tbps",
)
Bought = tuple[str, str, float]
"""Item of the capex in words, confidence of the weakest figure that prices it, and MUSD."""


def weakest(plan: Plan) -> str:
    """What rests on the weakest prices, in two sentences."""
    bought = [row for row in _bought(plan) if row[2] > 0]
    whole = sum(musd for *_, musd in bought)
    weak: dict[str, float] = defaultdict(float)
    for name, level, musd in bought:
        if level in _WEAK:
            weak[name] += musd
    if not whole:
        return "Nothing is bought, so no price matters."
    if not weak:
        return (
            f"None of the {dollars(whole)} of capex is bought at a price that is an own estimate."
        )
    levels = {level for _, level, _ in bought if level in _WEAK}
    guess = "own estimates" + ("" if levels == {"own estimate"} else " or weaker")
    rest = sum(weak.values())
    named = ", ".join(
        f"{name} {dollars(musd)}" for name, musd in sorted(weak.items(), key=lambda row: -row[1])
    )
    return (
        f"Of {dollars(whole)} of capex, {dollars(rest)} ({part(rest / whole)}) is bought at prices "
        f"that are {guess}, wholly or in part: {named}. {_dearest(plan)}"
    )


def _bought(plan: Plan) -> Iterator[Bought]:
    """What is bought, by the figures that price it; it counts as known as the weakest of them."""
    for chip, musd in plan.chips.groupby("chip").capex_musd.sum().items():
        yield item("chips"), _level(plan, [("chips", str(chip), "price_usd")]), float(musd)
    climates = plan.library.sites.climate
    for row in plan.site_rows.itertuples():
        cooling = f"{row.cooling}/{climates[row.site_id]}"
        cells = [
            ("finance", "facility_usd_per_kw_it", "value"),
            ("finance", "land_acres_per_mw", "value"),
            ("cooling", cooling, "capex_usd_per_kw_it"),
            ("sites", str(row.site_id), "construction_factor"),
            ("sites", str(row.site_id), "land_usd_per_acre"),
        ]
        yield f"{item('facility')} and {item('land')}", _level(plan, cells), float(row.capex_musd)
    for supply, musd in plan.power.groupby("supply").capex_musd.sum().items():
        yield (
            item("power"),
            _level(plan, [("supply", str(supply), "capex_usd_per_kw")]),
            float(musd),
        )
    for reach, musd in plan.link_rows.groupby("reach_class").capex_musd.sum().items():
        yield item("fibre"), _level(plan, [("reach", str(reach), c) for c in _FIBRE]), float(musd)


def _level(plan: Plan, cells: Sequence[tuple[str, str, str]]) -> str:
    """The weakest confidence of some cells; a blank or a zero prices nothing."""
    found = (cite(plan.library, *cell) for cell in cells)
    levels = [f.confidence or UNTOLD for f in found if f.value]
    return min(levels, key=ORDER.index, default=UNTOLD)


def _dearest(plan: Plan) -> str:
    """The price of a chip that most money rests on, and what its range would change."""
    spent = plan.chips.groupby("chip").capex_musd.sum()
    if not spent.sum():
        return "No chip is bought."
    chip = str(spent.idxmax())
    found, musd = cite(plan.library, "chips", chip, "price_usd"), float(spent[chip])
    price = float(found.value or 0.0)
    return (
        f"Most rests on the price of {row_name(plan.library.chips, chip)}, ${figure(price)} each "
        f"({found.confidence or UNTOLD}): {dollars(musd)}; {_ends(found, price, musd)}."
    )


def _ends(found: Figure, price: float, musd: float) -> str:
    """What the same chips would cost at the ends of the plausible range."""
    told = [
        f"{dollars(abs(end / price - 1) * musd)} {'less' if end < price else 'more'} at ${figure(end)}"
        for end in (found.low, found.high)
        if end is not None and end != price
    ]
    return f"the same chips would cost {', '.join(told)}" if told else "no range is given for it"
