"""What a fleet still delivers after a loss, in its last year: a zone with all its sites, or a link.

Sites that were lost carry no traffic, so the tree may part. The part with most compute trains on,
at the speed its links have; what stands elsewhere is cut off from the run and counts as nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import networkx as nx

from dcplan.case import training
from dcplan.case.grid import curtailed_frac
from dcplan.case.training import Training
from dcplan.plan import Plan
from dcplan.report.facts import place_name, row_name, years


@dataclass(frozen=True)
class Loss:
    """A loss and what is left after it; rates are EFLOP/s."""

    what: str
    sites: int
    """Sites lost."""
    power_mw: float
    """Facility power lost with them."""
    parts: int
    """Parts with sites that the network falls into."""
    working: int
    """Sites in the part that trains on."""
    cut_off_eflops: float
    """Compute of sites that stand, but not in that part."""
    compute_eflops: float
    delivered_eflops: float
    left_frac: float
    """Delivered after the loss, as a share of what was delivered before it."""


@dataclass(frozen=True)
class _Fleet:
    network: nx.Graph
    compute: Mapping[str, float]
    power: Mapping[str, float]
    delivered: float
    speed_tbps: float
    run: Training


def zone_losses(plan: Plan) -> tuple[Loss, ...]:
    """The loss of each zone that has sites in the last year, the worst first."""
    fleet = _fleet(plan)
    rows = plan.site_rows[plan.site_rows.year == years(plan)[-1]]
    zones = rows.groupby("zone").site_id.apply(list).to_dict()
    names = plan.library.zones
    found = [_after(fleet, row_name(names, z), set(lost), None) for z, lost in zones.items()]
    return tuple(sorted(found, key=lambda loss: (loss.delivered_eflops, loss.what)))


def link_losses(plan: Plan) -> tuple[Loss, ...]:
    """The loss of each link that is lit in the last year, the worst first."""
    fleet = _fleet(plan)
    found = [
        _after(fleet, f"{end_name(plan, a)} – {end_name(plan, b)}", (), (a, b))
        for a, b in sorted(tuple(sorted(edge)) for edge in fleet.network.edges)
    ]
    return tuple(sorted(found, key=lambda loss: (loss.delivered_eflops, loss.what)))


def end_name(plan: Plan, node: str) -> str:
    """The name of an end of a link; a junction named as a site is told apart from it."""
    name = place_name(plan, node)
    is_site = node in plan.library.sites.index
    return name if is_site or name not in set(plan.site_rows["name"]) else f"{name} junction"


def _fleet(plan: Plan) -> _Fleet:
    last = years(plan)[-1]
    rows = plan.site_rows[plan.site_rows.year == last].set_index("site_id")
    now = plan.summary.set_index("year").loc[last]
    links = plan.link_rows[plan.link_rows.year == last]
    network = nx.Graph()
    network.add_nodes_from(map(str, rows.index))
    network.add_edges_from(zip(links.node_a, links.node_b, strict=True))
    # The table shares the delivered rate out by compute, so its shares are those of compute.
    shared = float(rows.delivered_eflops.sum())
    share = rows.delivered_eflops / shared if shared else rows.delivered_eflops
    return _Fleet(
        network=network,
        compute={str(s): float(now.compute_eflops) * float(part) for s, part in share.items()},
        power={str(s): float(mw) for s, mw in rows.facility_mw.items()},
        delivered=float(now.delivered_eflops),
        speed_tbps=float(now.fibre_tbps),
        run=training.build(plan.scenario, plan.library, curtailed_frac(plan.scenario)),
    )


def _after(fleet: _Fleet, what: str, lost: Collection[str], cut: tuple[str, str] | None) -> Loss:
    left = fleet.network.copy()
    left.remove_nodes_from(lost)
    left.remove_edges_from([cut] if cut else [])
    parts = [sorted(part & fleet.compute.keys()) for part in nx.connected_components(left)]
    parts = sorted(part for part in parts if part)
    best = max(parts, key=lambda part: sum(fleet.compute[s] for s in part), default=[])
    compute = sum(fleet.compute[s] for s in best)
    standing = sum(fleet.compute[s] for part in parts for s in part)
    delivered = rate(fleet.run, compute, len(best), fleet.speed_tbps)
    return Loss(
        what=what,
        sites=len(lost),
        power_mw=sum(fleet.power[s] for s in lost),
        parts=len(parts),
        working=len(best),
        cut_off_eflops=standing - compute,
        compute_eflops=compute,
        delivered_eflops=delivered,
        left_frac=delivered / fleet.delivered if fleet.delivered else 0.0,
    )


def rate(run: Training, compute_eflops: float, sites: int, speed_tbps: float) -> float:
    """Delivered rate of a run over some sites, EFLOP/s: the formula of the plan itself."""
    worth = next((eta for most, eta in run.replica_worth if most >= sites), 1.0)
    if sites > 1:
        compute_eflops = run.delivered_eflops(compute_eflops, speed_tbps)
    return worth * compute_eflops
