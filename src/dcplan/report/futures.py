"""Several futures in words and as a table: what each costs, and what it is worth to know it."""

from __future__ import annotations

import math

from dcplan.objectives import OBJECTIVES
from dcplan.plan import Hedge, why_not_known
from dcplan.report.grids import Grid, numbers, percents, words
from dcplan.units import MUSD_PER_BUSD, MW_PER_GW
from dcplan.words import dollars, percent

_UNFIT = {"no": "they cannot serve every future", "unknown": "not known"}
SMALL_MUSD = 0.05


def result(hedge: Hedge) -> str:
    """Expected cost, CVaR and what of the weighed sum is proven."""
    risk, goal = hedge.scenario.risk, hedge.scenario.solver.gap
    noun = OBJECTIVES[hedge.scenario.objective].noun
    told = f"{dollars(hedge.expected_musd)} expected {noun}"
    told += f"; {dollars(hedge.cvar_musd)} in the dearest {percent(risk.cvar_tail)} (CVaR)"
    if risk.cvar_weight:
        told += f"; {dollars(hedge.objective)} with {percent(risk.cvar_weight)} weight on that"
    how = "proven within" if hedge.status == "optimal" else "stopped before"
    off = f" ({dollars(hedge.objective - hedge.bound)})" if hedge.gap > 1e-9 else ""
    return f"{told} · gap {percent(hedge.gap)}{off}, {how} {percent(goal)}"


def worth(hedge: Hedge) -> list[tuple[str, str]]:
    """What it is worth to know the future before choosing, and to have planned for all of them."""
    known, missing = hedge.perfect_information_musd, why_not_known(hedge)
    knowing = f"which future comes saves {_range(*known)}" if known else f"not known: {missing}"
    saved: dict[str, list[str]] = {}
    for row in hedge.rows.itertuples():
        told = _UNFIT.get(str(row.alone_serves)) or _range(
            row.saved_least_musd, row.saved_most_musd
        )
        saved.setdefault(told, []).append(str(row.future))
    parts = [f"{told} for {' or '.join(names)}" for told, names in saved.items()]
    hedging = f"beside the places of a plan for one future alone saves: {'; '.join(parts)}"
    if set(saved) == {_UNFIT["unknown"]}:
        hedging = f"not known: {missing}"
    return [
        ("knowing", f"{knowing} (value of perfect information)"),
        ("hedging", f"{hedging} (value of the stochastic solution)"),
    ]


def grid(hedge: Hedge) -> Grid:
    """One row a future."""
    rows = hedge.rows
    return Grid(
        "futures",
        "The futures; money in $ B",
        (
            words("future", rows.future),
            percents("probability, %", rows.probability),
            percents("of it in CVaR, %", rows.tail_frac),
            *(
                numbers(head, rows[column] / MUSD_PER_BUSD)
                for head, column in (
                    ("cost", "cost_musd"),
                    ("capex", "capex_musd"),
                    ("opex", "opex_musd"),
                )
            ),
            numbers("power, GW", rows.facility_mw / MW_PER_GW),
            numbers("EFLOP/s", rows.delivered_eflops),
            numbers("cost if planned for alone", rows.alone_musd / MUSD_PER_BUSD),
            words("those places serve all", rows.alone_serves),
            numbers("all futures with those places", rows.held_musd / MUSD_PER_BUSD),
        ),
    )


def _range(least: float, most: float) -> str:
    if most < SMALL_MUSD:
        return "nothing"
    if math.isclose(least, most, rel_tol=1e-3):
        return dollars(most)
    return (
        f"{dollars(least)} to {dollars(most)}"
        if least >= SMALL_MUSD
        else f"at most {dollars(most)}"
    )
