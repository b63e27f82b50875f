"""Rules between fields: each reads what it needs and yields (path, what is wrong there).

The rules read through `look`, which returns None for a field that is absent or already known
to be wrong. So they also run on a file with other mistakes, and one run shows everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dcplan.scenario.future_rules import futures_conflicts

Look = Callable[[str], Any]
Conflict = tuple[tuple[str | int, ...], str]

TARGET = "target.training_eflops"
_NEEDS = (
    "target.training_eflops, in EFLOP/s for each plan year, or target.training_flop with target.by"
)
PER_YEAR = (
    TARGET,
    "limits.power_gw",
    "limits.pue",
    "limits.capex_busd.per_year",
    "limits.debt_busd",
    "limits.carbon_kt.per_year",
    "limits.water_ml.per_year",
    "money.carbon_usd_per_t",
    "resilience.keep_frac",
)


def conflicts(given: Mapping[str, Any], look: Look) -> Iterator[Conflict]:
    """Every disagreement between fields; `given` holds only what the author wrote."""
    yield from _target(given, look)
    yield from _tie_breakers(look)
    if look("fibre.max_path_km") is not None and look("fibre.topology") == "survivable":
        what = "holds on a tree, whose paths are fixed; leave it out, or take topology: tree"
        yield ("fibre", "max_path_km"), what
    yield from _years(look)
    yield from _money(look)
    yield from _sizes(look)
    yield from _grid(look)
    yield from _commitments(look)
    yield from futures_conflicts(given, look)
    yield from _resilience(given)
    if look("sites.existing") and look("existing") is None:
        what = "has no effect without a fleet; give existing, such as existing: us-2026"
        yield ("sites", "existing"), what
    for field, other in (
        ("sites.forbid", "sites.force"),
        ("chips.forbid", "chips.only"),
        ("chips.forbid", "chips.projected"),
    ):
        for name in look(field) or ():
            if name in (look(other) or ()):
                yield tuple(field.split(".")), f'names "{name}", as does {other}; keep one'


def _target(given: Mapping[str, Any], look: Look) -> Iterator[Conflict]:
    objective, target = look("objective"), given.get("target")
    flop, by = look("target.training_flop"), look("target.by")
    if objective is not None and objective != "max_flop" and "target" not in given:
        yield ("target",), f"is missing; objective {objective} needs {_NEEDS}"
    elif isinstance(target, Mapping) and not target and objective != "max_flop":
        yield ("target",), f"is empty; give {_NEEDS}"
    if flop is not None and by is None and "by" not in (target or {}):
        yield ("target", "by"), "is missing; give the plan year at whose end the FLOP must be there"
    years = look("years")
    if by is not None and years and by not in years:
        yield ("target", "by"), f"is {by}; it must be a plan year, {_span(years)}"
    if by is not None and flop is None and "training_flop" not in (target or {}):
        yield ("target", "by"), "has no effect without target.training_flop; leave it out"
    asked = [objective, *(name for _, name in _breakers(look))]
    if "earliest" in asked and flop is None and "training_flop" not in (target or {}):
        what = "is missing; objective earliest needs the FLOP to deliver, with target.by"
        yield ("target", "training_flop"), what
    if look("workload.recovery") is not None and look("workload.goodput_frac") is not None:
        yield ("workload", "goodput_frac"), "has no effect beside workload.recovery; keep one"


def _breakers(look: Look) -> list[tuple[int, str]]:
    """Place and objective of the tie-breakers whose objective is known."""
    rows = enumerate(look("tie_breakers") or ())
    found = [(i, row.get("objective")) for i, row in rows if isinstance(row, Mapping)]
    return [(i, name) for i, name in found if isinstance(name, str)]


def _tie_breakers(look: Look) -> Iterator[Conflict]:
    seen = {look("objective")}
    for place, name in _breakers(look):
        if name in seen:
            what = f"is {name}, which is settled before; it has no effect, leave it out"
            yield ("tie_breakers", place, "objective"), what
        seen.add(name)


def _resilience(given: Mapping[str, Any]) -> Iterator[Conflict]:
    rule = given.get("resilience")
    if not isinstance(rule, Mapping) or not rule:
        return
    if "keep_frac" not in rule or rule["keep_frac"] == {}:
        yield ("resilience",), "has no keep_frac; give the share that must remain, such as 0.6"
    if "lose" not in rule:
        yield ("resilience",), "has no lose; give what may be lost, zone or site"


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


def _money(look: Look) -> Iterator[Conflict]:
    """Debt needs its share and its limit; prices that rise need a year after the base year."""
    share, limit = look("money.debt_frac"), look("limits.debt_busd")
    if share is not None and limit in (None, {}):
        yield (
            ("money", "debt_frac"),
            "has no effect without limits.debt_busd; give that, or neither",
        )
    if limit is not None and share is None:
        what = "needs money.debt_frac, the part of purchases that is borrowed, such as 0.7"
        yield ("limits", "debt_busd"), what
    years, rises = look("years"), look("money.escalation")
    rising = isinstance(rises, Mapping) and any(rises.values())
    if years and rising and years[-1] == look("money.base_year"):
        yield ("money", "escalation"), "has no effect; the base year is the only plan year"


def _commitments(look: Look) -> Iterator[Conflict]:
    years, seen = look("years"), set()
    for place, lot in enumerate(look("commitments") or ()):
        if not isinstance(lot, Mapping):
            continue
        name, year = lot.get("name"), lot.get("year")
        if name in seen:
            what = f'is "{name}", as is one before; each name may stand once'
            yield ("commitments", place, "name"), what
        seen.add(name)
        if years and year is not None and year not in years:
            what = f"is {year}; it must be a plan year, {_span(years)}"
            yield ("commitments", place, "year"), what


def _grid(look: Look) -> Iterator[Conflict]:
    """What only a grid connection can use has no effect without one."""
    offer = look("power.offer")
    if offer and "grid_2" in offer and look("limits.curtailment") == "choose":
        what = "is choose; a campus fed by two zones (grid_2) would lose hours of both, so name a class"
        yield ("limits", "curtailment"), what
    if offer is None or "grid" in offer:
        return
    if "grid_2" in offer:
        yield ("power", "offer"), "names grid_2, a second connection; offer grid as well"
    for field, value in (
        ("power.lead_times", "zone"),
        ("power.upgrades", True),
        ("limits.curtailment", "choose"),
    ):
        if look(field) == value:
            yield (*field.split("."),), "has no effect; power.offer does not name grid"


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
