"""Why no plan exists, in the planner's words: what each kind of limit alone would have to give.

One kind of limit at a time (target, power, chips, capex, …) gets a slack in each of its rows and the
relaxation is solved for the least sum of slacks, each relative to its limit. The amounts are those
of a relaxation: at least so much is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from scipy import sparse

from dcplan.case import Case, bounds, shortfalls
from dcplan.model import build
from dcplan.solve.cuts import without_flow
from dcplan.solve.engine import Engine
from dcplan.solve.matrix import Floats, Matrix, compile_model
from dcplan.solve.pooling import pool_sites
from dcplan.solve.watch import Watch
from dcplan.units import FLOP_PER_EFLOPS_YEAR

SMALLEST_SHARE = 1e-6


@dataclass(frozen=True)
class Kind:
    """A kind of limit: the rows it stands in, and how a missing amount is told."""

    name: str
    rows: tuple[str, ...]
    unit: str
    per_unit: float = 1.0
    sizes: bool = False
    """Whether the limit also bounds the size of a single site."""


_DOMAIN_ROWS = ("domains.fleet_in_row", "domains.site_in_row")
KINDS = (
    Kind("target.training_eflops", ("training.target",), "EFLOP/s less"),
    Kind("target.training_flop", ("training.total_target",), "FLOP less", FLOP_PER_EFLOPS_YEAR),
    Kind("chips that goodput.csv knows", _DOMAIN_ROWS, "thousand chips more in step"),
    Kind("limits.power_gw", ("power.fleet_power",), "GW more", 1e-3, sizes=True),
    Kind("headroom of the zones", ("power.headroom",), "GW more", 1e-3, sizes=True),
    Kind("upgrades of the zones", ("grid.tier_size",), "GW more", 1e-3, sizes=True),
    Kind("limits.zone_frac", ("power.zone_share",), "GW over the share", 1e-3, sizes=True),
    Kind("supply of chips", ("chips.supply",), "thousand chips more"),
    Kind("packaging wafers", ("chips.wafers",), "thousand wafers more"),
    Kind("limits.vendor_frac", ("chips.vendor_share",), "EFLOP/s over the share"),
    Kind("limits.vendor_capex_frac", ("chips.vendor_capex",), "MUSD over the share"),
    Kind("sites.max_chip_types", ("chips.kinds_at_site",), "kinds more"),
    Kind("mandatory commitments", ("chips.lot_is_due",), "lots fewer"),
    Kind("limits.pue", ("halls.fleet_pue",), "MW of overhead more"),
    Kind("resilience.keep_frac", ("resilience.rest_after_loss",), "EFLOP/s over what may be lost"),
    Kind("limits.carbon_kt", ("carbon.carbon_of_year", "carbon.carbon_in_total"), "kt of CO2 more"),
    Kind("limits.water_ml", ("carbon.water_of_fleet", "carbon.water_of_site"), "ML more"),
    Kind("limits.debt_busd", ("money.debt_of_year",), "BUSD more", 1e-3),
    Kind("limits.capex_busd", ("money.capex_of_year", "money.capex_in_total"), "BUSD more", 1e-3),
)


def shortages(case: Case, matrix: Matrix, watch: Watch) -> str:
    """Name every kind of limit that, loosened alone, lets the relaxation meet all others."""
    watch.phase = "finding what is short"
    threads = case.scenario.solver.threads
    loose = _with_loose_sizes(case)
    lines = [
        line
        for kind in KINDS
        for line in _relax(kind, loose if kind.sizes else matrix, watch, threads)
    ]
    known = shortfalls(case)
    if lines:
        lines = ["any one of these would be needed:", *lines]
    elif watch.stopped:
        lines = ["the search for what is short was stopped; give it more time"]
    else:
        lines = ["no single kind of limit, loosened alone, would do; several conflict"]
    return "\n".join(["no plan meets all limits", *known, *lines])


def _with_loose_sizes(case: Case) -> Matrix:
    """The relaxation with every site bounded by its own size alone, and all limits as they are."""
    free = replace(
        case.power,
        fleet_limit_mw={},
        zone_frac=None,
    )
    roomy = replace(case.grid, headroom_mw=dict.fromkeys(case.grid.zones, inf))
    loose = bounds.build(
        case.years, case.sites, case.chips, case.halls, roomy, free, case.fibre, case.training
    )
    return pool_sites(without_flow(compile_model(build(replace(case, bounds=loose)))))


def _relax(kind: Kind, matrix: Matrix, watch: Watch, threads: int) -> Iterator[str]:
    rows = np.array([i for i, name in enumerate(matrix.row_names) if name in kind.rows])
    if not len(rows) or watch.stopped:
        return
    answer = Engine(_with_slack(matrix, rows), watch, integer=False, threads=threads, seed=0).run()
    if answer.x is None or answer.status != "optimal":
        return
    missing: dict[str, float] = {}
    for i, amount in zip(rows, answer.x[-len(rows) :], strict=True):
        if amount > SMALLEST_SHARE * _scale(matrix, i):
            index = matrix.row_index[i]
            year = index[-1] if isinstance(index, tuple) else index
            label = str(year) if year is not None else "in total"
            missing[label] = missing.get(label, 0.0) + amount
    parts = [
        f"{kind.per_unit * mw:,.4g} {kind.unit} ({year})" for year, mw in sorted(missing.items())
    ]
    if parts:
        yield f"  {kind.name}: at least {', '.join(parts)}"


def _with_slack(matrix: Matrix, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Matrix:
    """The matrix with the sum of relative slacks in `rows` as its only cost."""
    count = len(rows)
    # a slack loosens whichever side of its row is finite
    signs = np.where(np.isfinite(matrix.row_upper[rows]), -1.0, 1.0)
    shape = (matrix.a.shape[0], count)
    slack = sparse.csr_array((signs, (rows, np.arange(count))), shape=shape)
    scale = np.array([_scale(matrix, int(i)) for i in rows])
    return replace(
        matrix,
        a=sparse.csr_array(sparse.hstack([matrix.a, slack])),
        lower=np.append(matrix.lower, np.zeros(count)),
        upper=np.append(matrix.upper, np.full(count, np.inf)),
        cost=np.append(np.zeros(len(matrix.cost)), 1.0 / scale),
        integer=np.append(matrix.integer, np.zeros(count, dtype=bool)),
        offset=0.0,
    )


def _scale(matrix: Matrix, row: int) -> float:
    sides: Floats = np.array([matrix.row_lower[row], matrix.row_upper[row]])
    finite = np.abs(sides[np.isfinite(sides)])
    return float(max(finite.max(initial=0.0), 1.0))
