"""Whole cases from one seed: sites, zones, corridors, chips, cooling and a scenario over them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pandas as pd

from dcplan import case as cases
from dcplan import scenario
from dcplan.library import Library

from .parts import ROOT

TINY = ROOT / "tests" / "tiny" / "scenario.yaml"
_CLIMATES = ("cold", "hot")


def draw_case(seed: int, most_sites: int = 8) -> cases.Case:
    """A case of 3 to `most_sites` sites; raises InputError where what was drawn cannot fit."""
    draw = random.Random(seed)
    count = min(draw.choice((3, 3, 4, 4, 5, 6, 7, 8)), most_sites)
    years = draw.choice(([2028], [2027, 2028], [2027, 2028], [2027, 2028, 2029]))
    wish = scenario.read(TINY, _settings(draw, years, count))
    return cases.build(wish, _library(draw, cases.read_library(wish), count))


def _settings(draw: random.Random, years: list[int], count: int) -> tuple[str, ...]:
    most = draw.randint(6, 8 * count)
    target = {y: round(most * (i + 1) / len(years), 1) for i, y in enumerate(years)}
    objective = draw.choice(("tco", "tco", "tco", "capex", "carbon", "max_flop"))
    limits = [
        f"power_gw: {draw.choice((0.2, 0.4, 0.8))}",
        f"pue: {draw.choice((1.15, 1.25, 1.4))}",
        f"curtailment: {draw.choice(('0.25pct', '0.5pct', '1pct'))}",
        f"vendor_frac: {{Red: {draw.choice((0.6, 0.8, 1))}}}",
        f"zone_frac: {draw.choice((0.6, 0.8))}",
        f"capex_busd: {{total: {draw.choice((6, 12, 30))}}}",
        f"carbon_kt: {{total: {draw.choice((800, 2000))}}}",
    ]
    kept = [limit for limit in limits if draw.random() < 0.4]
    if objective == "max_flop" and limits[0] not in kept:
        kept.append(limits[0])
    found = [
        *("solver.gap=1e-9", "solver.threads=1", "solver.time_limit_s=60"),
        f"years={years}",
        f"target.training_eflops={target if objective != 'max_flop' else 0}".replace("'", ""),
        f"limits={{{', '.join(kept)}}}",
        f"objective={objective}",
        f"money.discount_rate={draw.choice((0, 0.05, 0.1))}",
        f"sites.min_mw={draw.choice((10, 30, 50))}",
        f"sites.max_mw={draw.choice((80, 150, 300))}",
        f"workload.preset={draw.choice(('step', 'step', 'loose'))}",
        f"power.offer={draw.choice(('[grid]', '[grid, gas]', '[gas]', '[grid, rent]'))}",
        f"buyer.supply_frac={draw.choice((0.1, 0.25, 0.5))}",
        f"fibre.speeds_tbps={draw.choice(('[40, 100, 160]', '[20, 60, 200]', '[50]'))}",
        f"fibre.topology={draw.choice(('tree', 'tree', 'tree', 'survivable'))}",
        f"fibre.lease={draw.choice(('false', 'true'))}",
    ]
    rare = (
        *("sites.max_sites=3", "sites.max_sites_per_zone=2", "power.upgrades=true"),
        *("resilience={lose: site, keep_frac: 0.4}", "resilience={lose: zone, keep_frac: 0.3}"),
        *("fibre.max_path_km=600", "sites.max_chip_types=1", "carbon.embodied=true"),
        *("money.carbon_usd_per_t=80", "money.wacc.chips=0.2", "money.escalation.chips=-0.1"),
    )
    text = " ".join(found)
    if "offer=[gas]" in text:
        rare = tuple(words for words in rare if "upgrades" not in words)
    if "survivable" in text:
        rare = tuple(words for words in rare if "max_path" not in words)
    return (*found, *(words for words in rare if draw.random() < 0.12))


def _library(draw: random.Random, library: Library, count: int) -> Library:
    zones = [f"z{n}" for n in range(draw.randint(1, min(4, count)))]
    names = [f"s{n}" for n in range(count)]
    juncts = [f"j{n}" for n in range(draw.randint(1, 4))]
    chips, sold = _chips(draw, library)
    return replace(
        library,
        zones=_rows(library.zones, zones, lambda z: _zone(draw, z)),
        upgrades=pd.concat(
            [
                library.upgrades.xs("north", level="zone", drop_level=False).rename(
                    index={"north": z}
                )
                for z in zones
            ]
        ),
        sites=_rows(library.sites, names, lambda s: _site(draw, s, zones)),
        nodes=_rows(library.nodes, juncts, lambda j: {"name": j, **_place(draw)}),
        corridors=_corridors(draw, library, names, juncts),
        chips=chips,
        chip_supply=sold,
        cooling=_cooling(draw, library),
    )


def _rows(like: pd.DataFrame, names: list[str], make: Any) -> pd.DataFrame:
    """Rows as those of `like`, the first of which gives what `make` leaves out."""
    first = like.iloc[0].to_dict()
    index = pd.Index(names, name=like.index.name)
    return pd.DataFrame([{**first, **make(n)} for n in names], index=index).astype(
        dict(like.dtypes)
    )


def _place(draw: random.Random) -> dict[str, float]:
    return {"lat": round(draw.uniform(33, 37), 2), "lon": round(draw.uniform(-103, -98), 2)}


def _zone(draw: random.Random, name: str) -> dict[str, Any]:
    room = draw.choice((40.0, 100.0, 200.0, 400.0))
    rooms = {
        f"headroom_{c}_mw": room * f for c, f in (("025pct", 0.6), ("05pct", 1), ("1pct", 1.5))
    }
    energy = {
        "energy_usd_per_mwh": float(draw.randint(30, 90)),
        "co2_kg_per_mwh": float(draw.randint(50, 700)),
    }
    return {"name": name, **rooms, **energy, "large_load_years": float("nan")}


def _site(draw: random.Random, name: str, zones: list[str]) -> dict[str, Any]:
    return {
        **{"name": name, "zone": draw.choice(zones), "zone_2": "", **_place(draw)},
        **{"climate": draw.choice(_CLIMATES), "max_mw": draw.choice((float("nan"), 60.0, 120.0))},
        "construction_factor": round(draw.uniform(0.8, 1.3), 2),
        "land_usd_per_acre": float(draw.randint(1, 40) * 1000),
    }


def _corridors(
    draw: random.Random, library: Library, sites: list[str], juncts: list[str]
) -> pd.DataFrame:
    """A random tree over junctions and most sites, and some corridors more; the rest get spurs."""
    joined, pairs = [juncts[0]], set()
    for node in (*juncts[1:], *(s for s in sites if draw.random() < 0.7)):
        pairs.add(tuple(sorted((node, draw.choice(joined)))))
        joined.append(node)
    for _ in range(draw.randint(0, 4)):
        pairs.add(tuple(sorted(draw.sample([*joined, sites[0]], 2))))
    index = pd.MultiIndex.from_tuples(
        sorted(p for p in pairs if p[0] != p[1]), names=library.corridors.index.names
    )
    kinds = [draw.choice(("existing", "existing", "new")) for _ in index]
    km = [float(draw.randint(10, 380)) for _ in index]
    return pd.DataFrame({"kind": kinds, "km": km}, index=index)


def _chips(draw: random.Random, library: Library) -> tuple[pd.DataFrame, pd.DataFrame]:
    chips, sold = library.chips.copy(), library.chip_supply.copy()
    for chip in chips.index:
        for column, low, high in (
            ("price_usd", 0.6, 1.6),
            ("it_w", 0.7, 1.3),
            ("bf16_tflops", 0.7, 1.3),
        ):
            chips.loc[chip, column] = round(chips.loc[chip, column] * draw.uniform(low, high), 1)
        chips.loc[chip, "rack_kw"] = draw.choice((30.0, 40.0, 120.0))
        chips.loc[chip, "life_years"] = draw.choice((1, 2, 4))
    last = sold.xs(2028, level="year", drop_level=False).rename(index={2028: 2029})
    sold = pd.concat([sold, last]).sort_index()
    sold["world_chips"] = [round(n * draw.uniform(0.5, 2)) for n in sold["world_chips"]]
    return chips, sold


def _cooling(draw: random.Random, library: Library) -> pd.DataFrame:
    cooling = library.cooling.copy()
    cooling["pue"] = [round(1 + (p - 1) * draw.uniform(0.5, 1.3), 3) for p in cooling["pue"]]
    cooling["capex_usd_per_kw_it"] = [
        round(c * draw.uniform(0.5, 1.5)) for c in cooling["capex_usd_per_kw_it"]
    ]
    return cooling
