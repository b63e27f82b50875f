"""What a plan rests on, runs into and is checked by, as tables of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dcplan.plan import Plan
from dcplan.report.assumptions import Assumption
from dcplan.report.grids import Column, Grid, counts, numbers, percents, plain, words
from dcplan.report.limit import Limit
from dcplan.report.risk import Loss, end_name
from dcplan.scenario import json_schema, resolved
from dcplan.units import MUSD_PER_BUSD
from dcplan.words import figure, span

_NO_SLACK = 1e-4
_MOST_PLACES = 4
_UNITS = {"1e9 USD": ("$ B", 1), "fraction": ("%", 100), "ratio": ("MW per IT MW", 1)}
_TITLES = {
    "power": "Facility power",
    "PUE": "PUE",
    "target": "Training target",
    "total target": "Training target in total",
    "capex": "Capex of a year",
    "capex in total": "Capex of all years",
    "supply": "Supply of chips",
    "vendor share": "Share of one vendor",
    "headroom": "Grid headroom",
    "zone share": "Share of power in one zone",
    "contracts": "Offer of power",
    "sites": "Sites in one zone",
    "largest size": "Largest size of a site",
    "least size": "Least size of a site",
    "link speed": "Fastest links offered",
    "link length": "Longest link allowed",
    "path length": "Longest path allowed",
    "emissions": "Emissions of a year",
    "emissions in total": "Emissions of all years",
    "kept after a loss": "Compute left after a loss",
    "vendor's part of purchases": "Share of purchases from one vendor",
    "wafers": "Wafers of a packaging",
    "lots": "Lots that must be taken",
    "kinds of chip": "Kinds of chip at a site",
    "take or pay": "Energy that must be paid for",
}


def pressed(plan: Plan, found: Sequence[Limit]) -> list[tuple[str, str]]:
    """Limits by name, each with its places and years in words."""
    groups: dict[str, dict[str, list[Limit]]] = {}
    for limit in found:
        groups.setdefault(limit.name, {}).setdefault(_where(plan, limit), []).append(limit)
    return [(title(name), _places(places)) for name, places in groups.items()]


def title(name: str) -> str:
    """A limit's name for people."""
    return _TITLES.get(name, name.capitalize())


def _places(places: Mapping[str, Sequence[Limit]]) -> str:
    told = []
    for where, found in sorted(places.items(), key=lambda pair: -sum(x.used for x in pair[1])):
        years = span([limit.year for limit in found if limit.year is not None])
        told.append(" ".join(part for part in (where, years) if part))
    more = len(told) - _MOST_PLACES
    if more <= 1:
        return "; ".join(told)
    return "; ".join(told[:_MOST_PLACES]) + f"; {more} more"


def limits(plan: Plan, found: tuple[Limit, ...]) -> Grid:
    """Limits, the tightest first."""
    rows = sorted(found, key=lambda limit: limit.spare_frac)
    return Grid(
        "limits",
        "Limits with less than a quarter to spare",
        (
            words("limit", [title(limit.name) for limit in rows]),
            words("where", [_where(plan, limit) or "the fleet" for limit in rows]),
            words("year", ["all" if limit.year is None else limit.year for limit in rows]),
            _mixed("plan", [limit.used * _UNITS.get(limit.unit, ("", 1))[1] for limit in rows]),
            _mixed("bound", [limit.limit * _UNITS.get(limit.unit, ("", 1))[1] for limit in rows]),
            words("unit", [_UNITS.get(limit.unit, (limit.unit, 1))[0] for limit in rows]),
            percents("to spare, %", [limit.spare_frac for limit in rows]),
        ),
    )


def _where(plan: Plan, limit: Limit) -> str:
    for table in ("zones", "sites", "chips", "supply"):
        frame = plan.library.table(table)
        if limit.where in frame.index:
            return str(frame.at[limit.where, "name"])
    return " – ".join(end_name(plan, end) for end in limit.where.split("–"))


def _mixed(head: str, values: Sequence[float]) -> Column:
    """Numbers of different units, each with digits of its own."""
    return Column(head, tuple(map(figure, values)), tuple(map(plain, values)), True)


def losses(key: str, what: str, title: str, found: tuple[Loss, ...]) -> Grid:
    """What remains after each loss."""
    columns = [words(what, [loss.what for loss in found])]
    if key == "zones":
        columns += [
            counts("sites lost", [loss.sites for loss in found]),
            numbers("power lost, MW", [loss.power_mw for loss in found]),
        ]
    columns += [
        counts("parts left", [loss.parts for loss in found]),
        counts("sites still training", [loss.working for loss in found]),
        numbers("compute cut off, EFLOP/s", [loss.cut_off_eflops for loss in found]),
        numbers("still delivered, EFLOP/s", [loss.delivered_eflops for loss in found]),
        percents("share left, %", [loss.left_frac for loss in found]),
    ]
    return Grid(key, title, tuple(columns))


def audit(plan: Plan) -> Grid:
    """Every promise with its slack where it is tightest."""
    checks = (plan.audit or {}).get("checks", ())
    slack = [0.0 if c["passed"] and abs(c["slack"]) < _NO_SLACK else c["slack"] for c in checks]
    return Grid(
        "audit",
        "Every promise, where it is tightest",
        (
            words("promise", [c["name"].replace(".", ": ").replace("_", " ") for c in checks]),
            words("tightest at", [c["where"] for c in checks]),
            _mixed("slack", slack),
            words("unit", [c["unit"] for c in checks]),
            words("kept", ["yes" if c["passed"] else "NO" for c in checks]),
        ),
    )


def sure(level: str, place: int, rows: Sequence[Assumption], binds: bool) -> Grid:
    """The assumptions of one level of confidence; those that bind stand apart."""
    return Grid(
        f"figures-{place}-bind" if binds else f"figures-{place}",
        f"Figures: {level}, and binds" if binds else f"Figures: {level}",
        (
            words("about", [row.topic for row in rows]),
            words("figure", [row.what for row in rows]),
            words("of", [row.of for row in rows]),
            words("value", [row.value for row in rows]),
            words("range", [row.plausible for row in rows]),
            numbers("spending that rests on it, $ B", [r.rests_musd / MUSD_PER_BUSD for r in rows]),
            words("sources", [", ".join(source.id for source in row.sources) for row in rows]),
            words("note", [row.note for row in rows]),
        ),
    )


def scenario(plan: Plan) -> Grid:
    """Every field of the scenario as it was resolved."""
    schema = json_schema()
    flat = list(_flat(resolved(plan.scenario), "", schema, schema))
    return Grid(
        "scenario",
        "The scenario as resolved",
        (
            words("field", [path for path, _, _ in flat]),
            words("value", [value for _, value, _ in flat]),
            words("meaning", [meaning for _, _, meaning in flat]),
        ),
    )


def _flat(
    data: Mapping[str, Any], path: str, block: Any, schema: Any
) -> Iterator[tuple[str, str, str]]:
    for name, value in data.items():
        here = f"{path}.{name}" if path else str(name)
        field = block.get("properties", {}).get(name, {})
        inner = _block(field, schema)
        if isinstance(value, Mapping) and inner.get("properties"):
            yield from _flat(value, here, inner, schema)
        else:
            yield here, _told(value), field.get("description", "")


def _block(field: Any, schema: Any) -> Any:
    if "$ref" in field:
        return schema["$defs"][field["$ref"].rpartition("/")[2]]
    return next(
        (_block(part, schema) for part in field.get("anyOf", field.get("allOf", ()))), field
    )


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_told(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
