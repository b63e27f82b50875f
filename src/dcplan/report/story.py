"""What a plan comes to, in sentences for people who decide on it."""

from __future__ import annotations

import math

from dcplan.objectives import OBJECTIVES
from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.risk import Loss
from dcplan.units import MUSD_PER_BUSD
from dcplan.words import chips, dollars, figure, item, percent, plural, power

_NO_GAP = 1e-9
_KINDS = {"existing": "in existing conduit", "new": "of new build", "spur": "of spurs"}
_LEVELS = {
    "own estimate": "own estimates",
    "analyst estimate": "analyst estimates",
    "press": "from the press",
    "datasheet": "from data sheets",
    "scenario": "set by the scenario",
    "recalled": "recalled without a source at hand",
    "no source given": "without a source",
}


def answer(plan: Plan) -> tuple[str, str]:
    """The plan in two sentences: what is built, and what it costs."""
    rows = plan.summary.set_index("year")
    first, last = int(rows.index[0]), int(rows.index[-1])
    now = rows.loc[last]
    zones = plan.site_rows[plan.site_rows.year == last].zone.nunique()
    what = (
        f"{plural(int(now.sites), 'site')} in {plural(zones, 'grid zone')} with "
        f"{chips(float(now.chips))} chips on {power(float(now.facility_mw))} of power deliver "
        f"{figure(float(now.delivered_eflops))} EFLOP/s of training in {last}."
    )
    span = f"over {first}–{last}" if last > first else f"in {last}"
    capex = dollars(float(rows.capex_busd.sum()) * MUSD_PER_BUSD)
    opex = dollars(float(now.opex_busd) * MUSD_PER_BUSD)
    return (
        what,
        f"That takes {capex} of capital {span} and {opex} a year to run by {last}{_proof(plan)}.",
    )


def _proof(plan: Plan) -> str:
    if plan.status == "rejected":
        return "; but the audit rejects this plan, so do not build on it"
    if plan.status == "hedged":
        return "; places, cooling and fibre are the best over several futures, of which this is one"
    if plan.gap <= _NO_GAP:
        return "; no plan within the same limits does better"
    if not math.isfinite(plan.gap):
        return "; the search was stopped before it could say how good that is"
    if plan.objective_name == "max_flop":
        return f"; no plan within the same limits delivers over {_exact(plan.gap)} more training"
    goal = OBJECTIVES[plan.objective_name].noun.split(",")[0]
    return f"; no plan within the same limits has a {goal} over {_exact(plan.gap)} lower"


def gap(plan: Plan) -> str:
    """What is proven of the plan, and what the gap means in dollars or in EFLOP/s."""
    objective = OBJECTIVES[plan.objective_name]
    goal, off = objective.noun + objective.per, abs(plan.objective - plan.bound)
    said = _amount(plan, plan.objective)
    if plan.status == "rejected":
        return (
            f"The search gave a {goal} of {said}, but the audit found that the plan does not keep "
            "what it promises: nothing is proven of it."
        )
    if plan.status == "hedged":
        return (
            f"The {goal} is {said}, if this future comes. Places, cooling and fibre are chosen for "
            "several futures together, so a plan for this one alone could be better."
        )
    if not math.isfinite(plan.bound):
        return (
            f"The {goal} is {said}. The search was stopped before it had any bound: how much "
            "better a plan could be is not known."
        )
    if plan.gap <= _NO_GAP:
        return f"The {goal} is {said}, proven optimal: under the same limits and figures there is none better."
    best = "no plan can come to " + ("more than" if objective.most else "less than")
    told = (
        f"The {goal} is {said}, and {best} {_amount(plan, plan.bound)} under the same limits and "
        f"figures. So {_amount(plan, off)} ({_exact(plan.gap)}) is the most that further search could gain."
    )
    fibre = float(
        plan.money[(plan.money.kind == "capex") & (plan.money.item == "fibre")].musd.sum()
    )
    if objective.in_money and fibre and off > 0.02 * fibre:
        told += (
            f" For scale: all fibre costs {dollars(fibre)}, so choices worth less than the gap, such "
            "as single links or which of two like sites, are not settled by the proof."
        )
    return told


def part(share: float) -> str:
    """A share in two or three digits, as a board reads it.

    >>> part(0.7023), part(0.0098), part(0.0003)
    ('70.2%', '0.98%', 'under 0.1%')
    """
    return "under 0.1%" if 0 < share < 0.001 else f"{figure(100 * share, 2 if share < 0.1 else 3)}%"


def _exact(share: float) -> str:
    return f"{figure(100 * share, 2)}%"


def _amount(plan: Plan, value: float) -> str:
    return OBJECTIVES[plan.objective_name].told(value, facts.years(plan)[0])


def basis(plan: Plan) -> str:
    """What the objective counts."""
    money = plan.scenario.money
    last = facts.years(plan)[-1]
    return {
        "tco": f"Total cost is capex and opex of all plan years, discounted at "
        f"{percent(money.discount_rate)} a year to {money.base_year}, less what the assets are "
        f"still worth at the end of {last}.",
        "capex": "The plan minimises capex, not discounted.",
        "max_flop": "The plan delivers the most training that its limits allow.",
        "carbon": "The plan emits the least that its limits and targets allow.",
        "earliest": "The plan delivers the FLOP of its target in the first year that can have them.",
    }[plan.objective_name] + f" Money is real, in dollars of {money.base_year}."


def money(plan: Plan) -> str:
    """Where the capital goes, in one sentence."""
    items = plan.money[plan.money.kind == "capex"].groupby("item").musd.sum()
    items = items[items > 0].sort_values(ascending=False)
    total = float(items.sum())
    if not total:
        return "Nothing is bought."
    parts = [f"{item(i)} {dollars(float(v))} ({part(float(v) / total)})" for i, v in items.items()]
    return (
        f"Of {dollars(total)} of capital: {', '.join(parts)}. Chips are whole systems with host and "
        "network; buildings include their cooling."
    )


def risk(zones: tuple[Loss, ...], links: tuple[Loss, ...], year: int) -> str:
    """The worst losses, in sentences."""
    if not zones:
        return "No site is open, so nothing can be lost."
    worst = zones[0]
    told = (
        f"Losing all sites of {worst.what} would leave {percent(worst.left_frac)} of the training "
        f"of {year}: {figure(worst.delivered_eflops)} EFLOP/s"
    )
    if worst.cut_off_eflops > _NO_GAP:
        told += f", with {figure(worst.cut_off_eflops)} EFLOP/s of compute standing but cut off"
    told += "."
    if links:
        cut = links[0]
        told += (
            f" The worst cut of a single link, {cut.what}, would leave {percent(cut.left_frac)}."
        )
    return told


def kept(plan: Plan) -> str:
    """What the audit found, in a sentence."""
    checks = (plan.audit or {}).get("checks", ())
    if not checks:
        return "This plan was not audited."
    names = len({check["name"] for check in checks})
    broken = len({check["name"] for check in checks if not check["passed"]})
    told = f"{broken} are broken" if broken else "all are kept"
    return (
        f"An audit that shares no code with the model re-added the plan's tables and held them "
        f"against {names} promises: {told}."
    )


def rests(levels: list[tuple[str, int]]) -> str:
    """How sure the figures are, in a sentence; `levels` are (confidence, figures)."""
    whole = sum(count for _, count in levels)
    parts = ", ".join(f"{count} {_LEVELS.get(level, level)}" for level, count in levels)
    return (
        f"This plan uses {plural(whole, 'figure')} of the library: {parts}. Weak figures that are "
        "limits which the plan runs into come before all others. Within each group those come first "
        "on which most spending rests: what is bought or paid, over all years, for the thing that the "
        "figure prices or sizes."
    )


def fibre(plan: Plan) -> str:
    """The network of the last year, in a sentence."""
    last = facts.years(plan)[-1]
    now = plan.summary.set_index("year").loc[last]
    rows = plan.link_rows[plan.link_rows.year == last]
    if rows.empty:
        return "No link is lit: the fleet trains at one site."
    km = rows.groupby("kind").km.sum().sort_values(ascending=False)
    kinds = ", ".join(f"{figure(round(v))} km {_KINDS.get(str(k), k)}" for k, v in km.items())
    kept = float(now.delivered_eflops / now.compute_eflops) if now.compute_eflops else 0.0
    return (
        f"In {last} a tree of {plural(len(rows), 'link')} joins {plural(int(now.sites), 'site')}: "
        f"{kinds}. Every link carries {figure(float(now.fibre_tbps))} Tb/s each way, enough to "
        f"deliver {part(kept)} of the chips' compute; the tree parts where any one link is cut."
    )
