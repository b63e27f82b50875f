"""R · Resilience: what is left of the fleet when a whole zone or site is lost.

Any one unit, a utility zone with all its sites or a site, may fail. The rest must still have at least
a share κ of the fleet's compute rate, in every year that the scenario names. So it delivers at least
that share of what the fleet delivers: the fibre keeps its speed, `F_del(κF, B) ≥ κ F_del(F, B)` since
F_del is concave and homogeneous and grows with B, and fewer sites are worth no less (η falls with
their number). Where exchange slows the run the rest loses less than its part of the compute, so the
statement is on the safe side; where exchange is hidden it is exact. Where zones choose their class of
curtailment, site_eflops is before the hours that some lose more: again the safe side. Where goodput
follows the number of chips in step, R1 is about gross_eflops, and fewer chips keep no less of it.

What it does not say: losing the sites of a unit may also cut the fibre between the others. Every site
left counts here, whether or not the network still joins it; see the fibre chapter for one that stays
joined when a corridor is cut.

Symbols   u unit that may be lost · s site · y year of the rule
          κ_y share of compute that must be left, below 1

Equations
  R1  Σ_{s in u} site_eflops[s,y] ≤ (1 − κ_y) · compute_eflops[y]                 every u
  R2  Σ_s open[s,y] ≥ ⌈1 / (1 − κ_y)⌉                                            with a target

R2 follows from R1 where something is computed: no unit holds more than 1 − κ, so there are that many
units, and each has an open site. It cuts off fractional plans.

Posts     nothing
Reads     site_eflops, compute_eflops, gross_eflops, open
Sources   the scenario
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core import quicksum

from dcplan.case import Case
from dcplan.model.ledger import Ledger


def write(m: pyo.ConcreteModel, case: Case, ledger: Ledger) -> None:
    """Open the block `m.resilience`; it has no variables of its own."""
    rule, run = case.resilience, case.training
    m.resilience = b = pyo.Block()
    if not rule.units:
        return

    # one fleet, one goodput: with it or without it, the shares are the same
    whole = m.training.gross_eflops if run.goodput_steps else m.training.compute_eflops

    @b.Constraint(
        list(rule.units),
        list(rule.keep_frac),
        doc="R1  Σ_{s in u} site_eflops[s,y] ≤ (1 − κ_y) compute_eflops[y]   [EFLOP/s]",
    )
    def rest_after_loss(b: pyo.Block, u: str, y: int) -> object:
        lost = quicksum(m.training.site_eflops[s, y] for s in rule.units[u])
        return lost <= (1 - rule.keep_frac[y]) * whole[y]

    aimed = [y for y in rule.keep_frac if run.target_eflops.get(y, 0.0) > 0]

    @b.Constraint(aimed, doc="R2  Σ_s open[s,y] ≥ ⌈1 / (1 − κ_y)⌉   [sites]")
    def spread(b: pyo.Block, y: int) -> object:
        return quicksum(m.sites.open[s, y] for s in case.sites.sites) >= rule.fewest(y)
