"""Rules between fields: each reads what it needs and yields (path, what is wrong there).

The rules read through `look`, which returns None for a field that is absent or already known
to be wrong. So they also run on a file with other mistakes, and one run shows everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Look = Callable[[str], Any]
Conflict = tuple[tuple[str, ...], str]

TARGET = "target.training_eflops"
PER_YEAR = (TARGET, "limits.power_gw", "limits.pue", "limits.capex_busd.per_year")


def conflicts(given: Mapping[str, Any], look: Look) -> Iterator[Conflict]:
    """Every disagreement between fields; `given` holds only what the author wrote."""
    if look("objective") in ("tco", "capex") and "target" not in given:
        yield (
            ("target",),
            (
                f"is missing; objective {look('objective')} needs target.training_eflops, "
                "in EFLOP/s for each plan year"
            ),
        )
    if look("fibre.max_path_km") is not None and look("fibre.topology") == "survivable":
        what = "holds on a tree, whose paths are fixed; leave it out, or take topology: tree"
        yield ("fibre", "max_path_km"), what
    yield from _years(look)
    yield from _sizes(look)
    for field, other in (
        ("sites.forbid", "sites.force"),
        ("chips.forbid", "chips.only"),
        ("chips.forbid", "chips.projected"),
    ):
        for name in look(field) or ():
            if name in (look(other) or ()):
                yield tuple(field.split(".")), f'names "{name}", as does {other}; keep one'


def _years(look: Look) -> Iterator[Conflict]:
    years, base_year = look("years"), look("money.base_year")
    if not years:
        return
    if base_year is not None and years[0] < base_year:
        yield ("years",), f"starts in {years[0]}; it must not be before money.base_year {base_year}"
    for field in PER_YEAR:
        value = look(field)
        if not isinstance(value, Mapping):
            continue
        # Keys are text as read and numbers once validated; the path keeps what was written.
        keys = {int(key): str(key) for key in value}
        for year in sorted(set(keys) - set(years)):
            yield (
                (*field.split("."), keys[year]),
                f"is not a plan year; the years are {_span(years)}",
            )
        missing = [year for year in years if year not in keys]
        if field == TARGET and missing:
            names = ", ".join(map(str, missing))
            yield (*field.split("."),), f"has no value for {names}; give each year one, 0 for none"


def _sizes(look: Look) -> Iterator[Conflict]:
    least, most = look("sites.min_mw"), look("sites.max_mw")
    if least is not None and most is not None and most < least:
        yield ("sites", "max_mw"), f"is {most}; it must be at least sites.min_mw, {least}"
    forced, count = look("sites.force"), look("sites.max_sites")
    if forced and count is not None and len(forced) > count:
        yield (
            ("sites", "max_sites"),
            f"is {count}; it must be at least {len(forced)}, the number of sites.force",
        )


def _span(years: tuple[int, ...]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
