"""What stands before the first year: sites with halls, contracts and chips, and lit corridors.

None of it is paid for in the plan, and none of it is credited at the plan's end; its upkeep goes on,
and rises from the base year on with the price of its item.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from dcplan.case import offers
from dcplan.case.grid import CHOOSE, GRID_2
from dcplan.errors import Problem, suggest
from dcplan.library import Library
from dcplan.scenario import Scenario
from dcplan.units import CHIPS_PER_KCHIP, musd_per_kchip


@dataclass(frozen=True)
class Existing:
    """The part of a fleet that the scenario takes over; empty without one."""

    design: Mapping[str, str] = field(default_factory=dict)
    """Cooling design of each site."""
    built_mw: Mapping[str, float] = field(default_factory=dict)
    """IT MW that its halls hold."""
    size_mw: Mapping[str, float] = field(default_factory=dict)
    """Facility MW of those halls."""
    contracted_mw: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """By site and supply."""
    kchips: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    """By site, chip and year of purchase."""
    paid_musd: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    """What those cost, on which upkeep and tax are due."""
    tbps: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Speed that a corridor, its ends in order, is equipped for."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of chip that stand somewhere."""
        return tuple(dict.fromkeys(a for _, a, _ in self.kchips))


def build(
    scenario: Scenario, library: Library, precision: str, problems: list[Problem]
) -> Existing:
    """Take over the sites that the scenario wants, or note what does not fit its library."""
    if scenario.existing is None:
        return Existing()
    found = list(_wrong_sites(scenario, library))
    wanted = scenario.sites.existing or tuple(library.fleet_sites.index)
    known = [s for s in wanted if s in library.fleet_sites.index and s in library.sites.index]
    halls = {s: str(library.fleet_sites.cooling[s]) for s in known}
    found += _wrong_halls(scenario, library, halls)
    found += _wrong_contracts(scenario, library, known)
    found += _wrong_chips(scenario, library, precision, halls)
    problems += found
    if found:
        return Existing()
    built = {s: float(library.fleet_sites.built_it_mw[s]) for s in known}
    chips = [(key, row) for key, row in library.fleet_chips.iterrows() if key[0] in halls]
    kchips = {(s, a, int(y)): float(row.chips) / CHIPS_PER_KCHIP for (s, a, y), row in chips}
    left_out = set(library.fleet_sites.index) - set(known)
    return Existing(
        design=halls,
        built_mw=built,
        size_mw={s: mw * float(_hall(library, s, halls[s]).pue) for s, mw in built.items()},
        contracted_mw={
            (str(s), str(g)): float(mw)
            for (s, g), mw in library.fleet_power.contracted_mw.items()
            if s in halls
        },
        kchips=kchips,
        paid_musd={
            (s, a, int(y)): kchips[s, a, int(y)] * musd_per_kchip(_paid_usd(library, a, row))
            for (s, a, y), row in chips
        },
        tbps={
            (min(a, b), max(a, b)): float(tbps)
            for (a, b), tbps in library.fleet_links.tbps.items()
            if not {a, b} & left_out
        },
    )


def _hall(library: Library, site: str, design: str) -> pd.Series:
    return library.cooling.loc[(design, library.sites.climate[site])]


def _paid_usd(library: Library, chip: str, row: pd.Series) -> float:
    """Price of a chip with its network, as paid or else as listed; NaN where neither is known."""
    if not math.isnan(row.paid_usd):
        return float(row.paid_usd)
    kind = library.chips.loc[chip]
    network = 0.0 if math.isnan(kind.network_usd) else kind.network_usd
    return float(kind.price_usd + network)


def _wrong_sites(scenario: Scenario, library: Library) -> Iterator[Problem]:
    """Sites that the fleet or the library does not have, or that the scenario also says no to."""
    fleet, wish = set(library.fleet_sites.index), scenario.sites
    for name in wish.existing or ():
        if name not in fleet:
            what = f"names '{name}', which is not a site of the existing fleet"
            yield Problem("sites.existing", what + suggest(name, fleet))
    stands = fleet & set(wish.existing or fleet)
    for name in sorted(stands - set(library.sites.index)):
        what = f"has a site '{name}' that library.sites has not; leave it out of sites.existing"
        yield Problem("existing", f"{what}{suggest(name, library.sites.index)}")
    for field_, names, end in (
        ("sites.forbid", wish.forbid, "leave it out of sites.existing instead"),
        ("sites.force", wish.force, "it is open anyway"),
    ):
        for name in sorted(stands & set(names)):
            yield Problem(field_, f"names '{name}', which stands already; {end}")
    taken = len(stands | set(wish.force))
    if wish.max_sites is not None and taken > wish.max_sites:
        what = f"is {wish.max_sites}; {taken} sites stand already or are forced"
        yield Problem("sites.max_sites", what)
    zones = library.sites.zone[sorted(stands & set(library.sites.index))]
    for zone, count in zones.value_counts().items():
        if wish.max_sites_per_zone is not None and count > wish.max_sites_per_zone:
            what = f"is {wish.max_sites_per_zone}; {count} sites stand already in {zone}"
            yield Problem("sites.max_sites_per_zone", what)


def _wrong_halls(
    scenario: Scenario, library: Library, halls: Mapping[str, str]
) -> Iterator[Problem]:
    most = scenario.limits.pue_site
    for site, design in halls.items():
        where, climate = f"existing, fleet_sites.csv {site}", library.sites.climate[site]
        if (design, climate) not in library.cooling.index:
            near = suggest(design, library.cooling.index.get_level_values("cooling"))
            yield Problem(where, f"has '{design}', which cooling.csv has not for {climate}{near}")
        elif most is not None and (pue := _hall(library, site, design).pue) > most:
            yield Problem("limits.pue_site", f"is {most:g}; the halls at '{site}' have {pue:g}")


def _wrong_contracts(scenario: Scenario, library: Library, known: list[str]) -> Iterator[Problem]:
    """Supply that is not in the library, not to be had at the place, or more than there is."""
    rows = library.fleet_power.contracted_mw
    here = {(s, g): float(mw) for (s, g), mw in rows.items() if s in known}
    for site, supply in here:
        where, place = f"existing, fleet_power.csv {site}/{supply}", library.sites.loc[site]
        if supply not in library.supply.index:
            near = suggest(supply, library.supply.index)
            yield Problem(where, f"is not a supply of supply.csv{near}")
        elif (zone := library.supply.zone[supply]) not in ("", place.zone):
            yield Problem(where, f"is in {place.zone}; this supply is had only in {zone}")
        elif supply == GRID_2 and not place.zone_2:
            yield Problem(where, "is a second grid; the site has no zone_2 in sites.csv")
        elif supply == GRID_2 and scenario.limits.curtailment == CHOOSE:
            what = f"is choose; '{site}' is fed by two zones (grid_2), so name a class"
            yield Problem("limits.curtailment", what)
    for supply in sorted({g for _, g in here} & set(library.supply.index)):
        stands = sum(mw for (_, g), mw in here.items() if g == supply)
        if stands > (most := library.supply.max_mw[supply]):
            what = f"stands with {stands:,.0f} MW; supply.csv has max_mw {most:,.0f}"
            yield Problem(f"existing, fleet_power.csv {supply}", what)


def _wrong_chips(
    scenario: Scenario, library: Library, precision: str, halls: Mapping[str, str]
) -> Iterator[Problem]:
    """Chips of unknown figures, bought in or after the plan, or too dense for the halls there."""
    for (site, chip, year), row in library.fleet_chips.iterrows():
        where = f"existing, fleet_chips.csv {site}/{chip}/{year}"
        if site not in halls:
            continue
        if chip not in library.chips.index:
            near = suggest(chip, library.chips.index)
            yield Problem(where, f"is not a chip of chips.csv{near}")
            continue
        kind = library.chips.loc[chip]
        if year >= scenario.years[0]:
            what = (
                f"was bought in {year}; the plan starts in {scenario.years[0]} and buys from then"
            )
            yield Problem(where, f"{what} on: start it later, or leave the row out")
        unknown = [name for name in ("it_w", "rack_kw") if math.isnan(kind[name])]
        if math.isnan(offers.delivered_tflops(kind, precision, scenario.chips.repair_hours)):
            unknown.append(f"rate in {precision}")
        if math.isnan(_paid_usd(library, chip, row)):
            unknown.append("price_usd, nor a paid_usd here")
        if not kind.trains:
            yield Problem(where, "is not a training chip; leave the row out")
        elif unknown:
            what = f"has no {', '.join(unknown)} in chips.csv: give it under overrides.chips.{chip}"
            yield Problem(where, what)
        elif (halls[site], library.sites.climate[site]) in library.cooling.index and (
            kind.rack_kw > (able := _hall(library, site, halls[site]).max_rack_kw)
        ):
            what = f"has racks of {kind.rack_kw:g} kW; {halls[site]} at '{site}' holds {able:g}"
            yield Problem(where, what)
