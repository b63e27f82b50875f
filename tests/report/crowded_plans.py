"""A plan whose sites stand as close as those of a real one: the hard case for names and links."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dcplan.plan import Plan

# Crowds round two towns, a site far off, and long names: (name, lat, lon, facility MW, first year)
TOWN = (
    ("Corsicana", 32.10, -96.47, 1000.0, 2027),
    ("Google Midlothian", 32.48, -96.99, 1000.0, 2027),
    ("Meta Hyperion", 32.49, -91.65, 1000.0, 2027),
    ("Oklahoma City", 35.47, -97.52, 1000.0, 2028),
    ("Shreveport", 32.52, -93.75, 900.0, 2028),
    ("Google Red Oak", 32.52, -96.80, 986.3, 2028),
    ("Stillwater", 36.12, -97.06, 500.0, 2028),
    ("Google Papillion", 41.15, -96.04, 980.3, 2027),
    ("Southaven", 34.99, -90.01, 669.9, 2028),
    ("Google Council Bluffs East", 41.26, -95.86, 623.4, 2027),
    ("Colossus 1", 35.06, -90.16, 388.4, 2028),
    ("Meta Sarpy", 41.12, -96.10, 117.1, 2028),
    ("Sioux City", 42.50, -96.40, 101.6, 2028),
    ("Google Omaha", 41.25, -96.00, 100.9, 2028),
)
LINKS = (
    *((0, 5), (1, 5), (4, 5), (3, 5), (3, 6), (2, 4), (2, 8), (8, 10), (6, 7), (7, 9), (7, 11)),
    *((9, 12), (9, 13)),
)


def crowded_plan(plan: Plan) -> Plan:
    """The plan with the places of TOWN in place of its own, 2027 and 2028."""
    head = plan.site_rows.iloc[-1]
    sites = [
        {**head, "site_id": f"s{n}", "name": name, "lat": lat, "lon": lon, "facility_mw": mw}
        | {"year": year}
        for n, (name, lat, lon, mw, first) in enumerate(TOWN)
        for year in (2027, 2028)
        if first <= year
    ]
    chip = plan.chips.iloc[-1]
    kinds = plan.chips.chip.unique()
    chips = [
        {**chip, "site_id": row["site_id"], "year": row["year"], "chip": kinds[n % len(kinds)]}
        | {"it_mw": 10.0, "running": 1000.0}
        for n, row in enumerate(sites)
    ]
    link = {"km": 100.0, "tbps": 160.0, "pairs": 4, "capex_musd": 5.0, "reach_class": "long"}
    links = [
        {"node_a": f"s{a}", "node_b": f"s{b}", "kind": ("existing", "new", "spur")[(a + b) % 3]}
        | {"year": year, **link}
        for a, b in LINKS
        for year in (2027, 2028)
        if max(TOWN[a][4], TOWN[b][4]) <= year
    ]
    nodes = [{"node": f"s{n}", "lat": lat, "lon": lon} for n, (_, lat, lon, *_) in enumerate(TOWN)]
    return replace(
        plan,
        site_rows=pd.DataFrame(sites),
        chips=pd.DataFrame(chips),
        link_rows=pd.DataFrame(links),
        nodes=pd.DataFrame(nodes),
        summary=plan.summary.assign(capex_busd=[94.08, 160.0], fibre_km=[2004.0, 3031.0]),
    )
