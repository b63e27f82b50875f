"""What `dcplan check` tells: sizes, coefficient range, bounds, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console

from dcplan.cli.layout import pairs, title
from dcplan.words import figure, plural, seconds

if TYPE_CHECKING:
    from dcplan.api import Brief, Check


def as_data(brief: Brief, check: Check) -> dict[str, Any]:
    """The same as plain data, for `--json`."""
    case = brief.case
    return {
        "name": case.name,
        "sites": len(case.sites.sites),
        "zones": len(case.sites.zones),
        "corridors": len(case.fibre.corridors),
        **asdict(check.sizes),
        "bounds": check.bounds,
        "chips_offered": check.offered,
        "chips_not_offered": check.not_offered,
    }


def tell(console: Console, brief: Brief, check: Check) -> None:
    """Print the check."""
    case, sizes = brief.case, check.sizes
    km = sum(case.fibre.km.values())
    years = f"{case.years[0]} to {case.years[-1]}" if len(case.years) > 1 else str(case.years[0])
    title(console, f"{case.name}: {years}")
    places = f"{plural(len(case.sites.sites), 'site')} in {plural(len(case.sites.zones), 'zone')}"
    times = (seconds(sizes.build_seconds), seconds(sizes.handover_seconds))
    pairs(
        console,
        [
            (
                "choices",
                f"{places}, {plural(len(case.fibre.corridors), 'corridor')} of {figure(km)} km, "
                f"{plural(len(check.offered), 'chip')}, "
                f"{plural(len({k for _, k in case.halls.designs}), 'cooling design')}",
            ),
            (
                "model",
                f"{sizes.columns:,} columns ({sizes.binaries:,} binary), {sizes.rows:,} rows, "
                f"{sizes.nonzeros:,} nonzeros",
            ),
            ("coefficients", f"{figure(sizes.smallest, 2)} to {figure(sizes.largest, 2)}"),
            ("time", "build {}, hand-over {}".format(*times)),
        ],
    )
    title(console, "Quick bounds")
    pairs(console, [("", line) for line in check.bounds])
    title(console, f"Chips offered ({len(check.offered)})")
    pairs(console, [("", ", ".join(check.offered))])
    title(console, f"Chips not offered ({len(check.not_offered)})")
    pairs(console, [("", line) for line in _by_reason(check.not_offered)])


def _by_reason(reasons: Mapping[str, str]) -> list[str]:
    """One line a reason, with the chips that it keeps out."""
    chips: dict[str, list[str]] = {}
    for chip, why in reasons.items():
        chips.setdefault(why.replace(chip, "<chip>"), []).append(chip)
    return [f"{', '.join(names)}: {why}" for why, names in chips.items()]
