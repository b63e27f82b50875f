"""One step that loosens a limit: the `--set` item that takes it, and how it is told."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dcplan.words import figure

DIGITS = 3


@dataclass(frozen=True)
class Step:
    """One setting that loosens a limit."""

    setting: str
    """As `--set` takes it."""
    words: str
    share: float
    """By how much the limit changes, relative to itself."""

    @property
    def path(self) -> str:
        """The field or figure that is set."""
        return self.setting.partition("=")[0]


@dataclass(frozen=True)
class Amount:
    """A limit and what it lacks, both in the unit that the user states it in."""

    path: str
    now: float
    more: float
    """Positive to raise the limit, negative to lower it."""
    unit: str
    when: str
    whole: bool = False
    least: float = 0.0
    most: float = math.inf
    noun: str = ""
    """What people call it, where its path does not tell."""

    def step(self, factor: float) -> Step | None:
        """The setting for `factor` times what is missing, rounded so that no less is given."""
        more = _rounded_out(self.more * factor, self.whole)
        then = min(max(self.now + more, self.least), self.most)
        if then == self.now:
            return None
        return step_to(self.path, self.now, then, self.unit, self.when, self.noun)


def step_to(path: str, now: float, then: float, unit: str, when: str = "", noun: str = "") -> Step:
    """The setting that moves a limit, told as people do.

    >>> step_to("limits.power_gw.2028", 0.3, 0.45, "GW", "in 2028").words
    '+0.15 GW (+50 %) of fleet power in 2028'
    """
    share = abs(then / now - 1) if now else math.inf
    sign = "+" if then > now else "−"
    if abs(then - now) == 1.0:
        unit = unit.removesuffix("s")
    by = f"{sign}{figure(abs(then - now), DIGITS)} {unit}".rstrip()
    if share < 10 and unit.rstrip("s") not in ("site", "kind"):
        by += f" ({sign}{figure(100 * share, 2)} %)"
    known = (words for prefix, words in NOUNS.items() if path.startswith(prefix))
    noun = noun or _vendors(path) or next(known, path)
    if not when and path[-4:].isdecimal():
        when = f"in {path[-4:]}"
    return Step(f"{path}={then:.10g}", " ".join(filter(None, [by, "of", noun, when])), share)


def _vendors(path: str) -> str:
    """Whose share a path sets, and of what."""
    field, _, vendor = path.removeprefix("limits.").partition(".")
    of = {"vendor_frac": "share", "vendor_capex_frac": "part of purchases"}.get(field)
    return f"{vendor}'s {of}" if of and vendor else ""


NOUNS = {
    "target.training_eflops": "target",
    "target.training_flop": "total target",
    "limits.power_gw": "fleet power",
    "limits.pue_site": "any site's PUE",
    "limits.pue": "PUE",
    "limits.zone_frac": "a zone's share",
    "limits.capex_busd": "capex",
    "limits.debt_busd": "debt",
    "limits.carbon_kt": "emissions",
    "limits.water_ml": "water",
    "resilience.keep_frac": "what a loss must leave",
    "buyer.supply_frac": "the world's output",
    "sites.max_mw": "a site's largest size",
    "sites.min_mw": "a site's least size",
    "sites.max_sites_per_zone": "sites in a zone",
    "sites.max_sites": "number of sites",
    "sites.max_zones": "number of zones",
    "sites.max_chip_types": "kinds of chip at a site",
    "fibre.max_link_km": "a link's length",
    "fibre.max_path_km": "the longest path",
}
"""What people call a field, by the beginning of its path."""


def _rounded_out(value: float, whole: bool) -> float:
    if whole:
        return math.copysign(math.ceil(abs(value) - 1e-6), value)
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1)
    return math.copysign(math.ceil(abs(value) / unit - 1e-3) * unit, value)
