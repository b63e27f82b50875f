"""What a chart's colours stand for: at most seven, small things together under an honest name."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from dcplan.plan import Plan
from dcplan.report import facts
from dcplan.report.colours import OTHER, ZONE_SHADES, of_chips
from dcplan.words import clean, plural

MOST = 7


@dataclass(frozen=True)
class Group:
    """Some keys of a table under one name and colour."""

    name: str
    colour: str
    keys: tuple[Hashable, ...]


def by_zone(plan: Plan) -> tuple[Group, ...]:
    """Zones that ever carry load, most energy first; the small ones together."""
    load = plan.zones.groupby("zone").facility_mw.sum()
    load = load[load > 0].sort_values(ascending=False, kind="stable")
    names = row_names(dict(plan.zones.groupby("zone")["name"].first()[load.index]), MOST, "zones")
    members: dict[str, list[Hashable]] = {}
    for zone, name in names.items():
        members.setdefault(name, []).append(zone)
    shades = (*ZONE_SHADES[: MOST - 1], ZONE_SHADES[-1] if len(load) <= MOST else OTHER)
    return tuple(
        Group(name, shade, tuple(keys))
        for (name, keys), shade in zip(members.items(), shades, strict=False)
    )


def by_chip(plan: Plan) -> tuple[Group, ...]:
    """Chips that ever run, in the map's order and colours; small ones together by vendor.

    As many stand alone as leave room for one group of what each vendor has besides. With more
    vendors than room, the last group is of all the others.
    """
    found = facts.used_chips(plan)
    colours = of_chips(found)
    names = row_names(
        {chip: facts.full_name(*words) for chip, words in found.items()}, len(found), "chips"
    )
    alone = _alone(plan, found)
    members: dict[tuple[str, bool], list[str]] = {}
    for chip, (_, vendor) in found.items():
        members.setdefault((chip, True) if chip in alone else (vendor, False), []).append(chip)
    known = {found[chip][1] for chip in alone}
    groups = [
        Group(
            names[keys[0]] if len(keys) == 1 else _of_vendor(key, len(keys), key in known),
            colours[keys[0]],
            tuple(keys),
        )
        for (key, _), keys in members.items()
    ]
    if len(groups) <= MOST:
        return tuple(groups)
    rest = tuple(key for group in groups[MOST - 1 :] for key in group.keys)
    last = f"{plural(len(rest), 'chip')} of other vendors"
    return (*groups[: MOST - 1], Group(last, OTHER, rest))


def _alone(plan: Plan, found: Mapping[str, tuple[str, str]]) -> set[str]:
    """The largest chips, as many as leave room for a group for each vendor's others."""
    load = plan.chips.groupby("chip").it_mw.sum()
    by_size = sorted(found, key=lambda chip: (-float(load[chip]), chip))
    for count in range(min(MOST, len(found)), 0, -1):
        if count + len({found[chip][1] for chip in by_size[count:]}) <= MOST:
            return set(by_size[:count])
    return set()


def _of_vendor(vendor: str, count: int, known: bool) -> str:
    return clean(" ".join([str(count), *["other"] * known, vendor, "chips"]))


def row_names(names: Mapping[Hashable, str], most: int, noun: str) -> dict[Hashable, str]:
    """A name for each key, different ones for different keys; from `most` on one for all others.

    >>> row_names({"a": "Elm", "b": "Elm", "c": "Oak", "d": "Ash"}, 3, "towns")
    {'a': 'Elm (a)', 'b': 'Elm (b)', 'c': '2 other towns', 'd': '2 other towns'}
    """
    alone = len(names) if len(names) <= most else most - 1
    given = list(names.values())
    told = {
        key: clean(name if given.count(name) == 1 and name else f"{name} ({key})")
        for key, name in names.items()
    }
    other = f"{len(names) - alone} other {noun}"
    return {key: name if n < alone else other for n, (key, name) in enumerate(told.items())}
