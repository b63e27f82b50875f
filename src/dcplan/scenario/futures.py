"""Futures that may come, each with its probability and what is different in it, and the risk taken."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict, StringConstraints

from dcplan.scenario.fields import Block, Name, Share, wrong

FIXED = (
    *("name", "library", "existing", "years", "sites", "fibre", "commitments"),
    *("objective", "tie_breakers", "solver", "futures", "risk"),
    *("money.base_year", "money.discount_rate"),
    *("cooling", "reach", "nodes", "corridors"),
    *("fleet_sites", "fleet_power", "fleet_chips", "fleet_links"),
    *("finance.route_factor", "finance.lease_most_pairs"),
)
"""What a future may not change: the shape of the problem, and how places, halls and fibre are told."""
PRICED = ("tco", "capex")
"""Objectives that can be weighed over futures."""

_RELATIVE = re.compile(r"\s*([*+-])\s*([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*")
# Names of devices, which no folder can have on some systems.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


def _as_folder(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) or name.lower() in _DEVICES:
        raise wrong(
            f"is {json.dumps(name, ensure_ascii=False)}; it names a folder, so it must be letters "
            "a to z, digits, - and _, such as late-grid"
        )
    return name


def _plain(value: object) -> object:
    """Numbers, text, flags, and lists and blocks of them; nothing that a file could not say."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise wrong("is not a finite number")
    if not isinstance(value, (bool, int, float, str)):
        raise wrong("is not a value; give a number, text, a flag, or a list or block of them")
    return value


class Future(Block):
    """One way in which things may turn out."""

    name: Annotated[str, StringConstraints(max_length=60), AfterValidator(_as_folder)] = Field(
        description="What the future is called, and its folder in the plan; text"
    )
    probability: Share = Field(description="How likely it is; all add up to 1; as a fraction")
    set: Mapping[Name, Annotated[Any, BeforeValidator(_plain)]] = Field(
        default={},
        description="What is different in it, as path and value: a field of the scenario "
        "(limits.power_gw), or table, row and column of the library (supply.grid.lead_years); "
        '"*1.3", "+2" and "-2" in quotes change the number that stands there',
    )


class Risk(Block):
    """How much the worst futures count beside the average of all."""

    # With no weight left for the expected cost, nothing would keep the other futures from waste.
    cvar_weight: Annotated[float, Field(ge=0.0, le=0.99)] = Field(
        default=0.0,
        description="Weight of the mean cost of the worst futures (CVaR); the expected cost has "
        "the rest; as a fraction",
    )
    cvar_tail: Annotated[float, Field(gt=0.0, lt=1.0)] = Field(
        default=0.1,
        description="Probability of those worst futures, whose costs CVaR averages; as a fraction",
    )


Futures = Annotated[tuple[Future, ...], Strict(False), Field(max_length=50)]


def settings_of(future: Future) -> Iterator[tuple[str, str]]:
    """Path and `--set` item of everything that a future changes."""
    for path, value in future.set.items():
        relative = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
        if relative:
            yield path, f"{path}{relative[1]}={relative[2]}"
        elif value == "null":
            yield path, f"{path}=null"
        else:
            yield path, f"{path}={json.dumps(value, ensure_ascii=False)}"


def path_fault(path: str) -> str:
    """What is wrong with a path of `set`; nothing where a future may change what it leads to."""
    path = path.strip().removeprefix("overrides.")
    if "=" in path or path[-1:] in ("*", "+", "-"):
        return 'is no path; the value says how it changes: limits.pue: "*1.1"'
    if path == "overrides" or any(path == f or path.startswith(f"{f}.") for f in FIXED):
        return (
            "cannot be changed by a future: it is part of what is chosen once, or of how futures "
            "are compared; change it for the whole scenario"
        )
    return ""
