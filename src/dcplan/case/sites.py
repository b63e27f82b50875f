"""Where the fleet may stand: candidate places, their zones and their size limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dcplan.errors import Problem, suggest
from dcplan.geography import Point
from dcplan.library import Library
from dcplan.scenario import Scenario


@dataclass(frozen=True)
class Sites:
    """Candidate sites; sizes are facility MW."""

    sites: tuple[str, ...]
    zones: tuple[str, ...]
    in_zone: Mapping[str, tuple[str, ...]]
    zone: Mapping[str, str]
    zone_2: Mapping[str, str]
    """Site to the other zone whose grid is in its reach, where there is one."""
    name: Mapping[str, str]
    state: Mapping[str, str]
    point: Mapping[str, Point]
    climate: Mapping[str, str]
    construction_factor: Mapping[str, float]
    land_musd_per_mw: Mapping[str, float]
    min_mw: float
    max_mw: Mapping[str, float]
    forced: tuple[str, ...]
    stood: tuple[str, ...]
    """Sites that stand before the first year."""
    max_sites: int | None
    max_sites_per_zone: int | None
    max_zones: int | None
    left_out: Mapping[str, str]
    """Site to the reason why it cannot be used."""


def build(
    scenario: Scenario, library: Library, stood_mw: Mapping[str, float], problems: list[Problem]
) -> Sites:
    """Keep every candidate that can reach the least size; refuse forced sites that cannot.

    A site that stands, with `stood_mw` of facility power, is kept at any size; where that is above
    its limit, it does not grow.
    """
    wish = scenario.sites
    known = set(library.sites.index)
    for field, names in (("sites.force", wish.force), ("sites.forbid", wish.forbid)):
        problems += [
            Problem(
                field, f"names '{name}', which is not a site of the library{suggest(name, known)}"
            )
            for name in names
            if name not in known
        ]
    limits = {
        str(site): max(
            wish.max_mw if math.isnan(mw) else min(wish.max_mw, float(mw)),
            stood_mw.get(str(site), 0.0),
        )
        for site, mw in library.sites.max_mw.items()
    }
    left_out = {site: "ruled out by sites.forbid" for site in wish.forbid if site in known} | {
        site: f"its {mw:,.0f} MW are below sites.min_mw {wish.min_mw:,.0f}"
        for site, mw in limits.items()
        if mw < wish.min_mw and site not in stood_mw
    }
    problems += [
        Problem("sites.force", f"names '{site}', which cannot be used: {left_out[site]}")
        for site in wish.force
        if site in left_out
    ]
    if wish.max_sites is not None and len(wish.force) > wish.max_sites:
        problems.append(
            Problem("sites.max_sites", f"is {wish.max_sites}; {len(wish.force)} sites are forced")
        )
    rows = library.sites.loc[[site for site in library.sites.index if site not in left_out]]
    zone = rows.zone.astype(str).to_dict()
    taken = {zone[s] for s in (*stood_mw, *wish.force) if s in zone}
    if wish.max_zones is not None and len(taken) > wish.max_zones:
        what = (
            f"is {wish.max_zones}; the sites that stand already or are forced lie in {len(taken)}"
        )
        problems.append(Problem("sites.max_zones", what))
    acres = float(library.finance.at["land_acres_per_mw", "value"])
    return Sites(
        sites=tuple(rows.index),
        zones=tuple(sorted(set(zone.values()))),
        in_zone={z: tuple(s for s in zone if zone[s] == z) for z in sorted(set(zone.values()))},
        zone=zone,
        zone_2={s: str(z) for s, z in rows.zone_2.items() if z},
        name=rows["name"].astype(str).to_dict(),
        state=rows.state.astype(str).to_dict(),
        point={
            s: (float(lat), float(lon))
            for s, lat, lon in zip(rows.index, rows.lat, rows.lon, strict=True)
        },
        climate=rows.climate.astype(str).to_dict(),
        construction_factor=rows.construction_factor.astype(float).to_dict(),
        land_musd_per_mw={s: float(usd) * acres / 1e6 for s, usd in rows.land_usd_per_acre.items()},
        min_mw=wish.min_mw,
        max_mw={site: limits[site] for site in zone},
        forced=tuple(wish.force),
        stood=tuple(s for s in zone if s in stood_mw),
        max_sites=wish.max_sites,
        max_sites_per_zone=wish.max_sites_per_zone,
        max_zones=wish.max_zones,
        left_out=left_out,
    )


def without(sites: Sites, unfit: Mapping[str, str], problems: list[Problem]) -> Sites:
    """Leave out the sites that turned out unfit, by site the reason; a forced one is a problem."""
    problems += [
        Problem("sites.force", f"names '{site}', which cannot be used: {unfit[site]}")
        for site in sites.forced
        if site in unfit
    ]
    zone = {s: z for s, z in sites.zone.items() if s not in unfit}
    zones = tuple(sorted(set(zone.values())))
    return replace(
        sites,
        sites=tuple(zone),
        zones=zones,
        in_zone={z: tuple(s for s in zone if zone[s] == z) for z in zones},
        zone=zone,
        zone_2={s: z for s, z in sites.zone_2.items() if s in zone},
        left_out={**sites.left_out, **unfit},
    )
