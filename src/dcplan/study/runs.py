"""A run of a study: what is asked of one plan, the key of its inputs, and the row that came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from dcplan import __version__
from dcplan.scenario import Scenario, resolved

KEY_LETTERS = 16
SOLVED = ("optimal", "stopped")
FINAL = ("optimal", "stopped", "rejected", "infeasible", "unfinished", "invalid")
"""Ends that the same inputs would come to again; a fault is tried again by the next study."""


@dataclass(frozen=True)
class Run:
    """One plan that a study asks for."""

    name: str
    """Its place in the study, such as `limits.pue=1.1`; once in a study."""
    settings: tuple[str, ...] = ()
    """As `dcplan solve` of the base takes them with `--set`."""
    values: Mapping[str, float | str] = field(default_factory=dict)
    """What is varied, by path."""
    apart: tuple[tuple[str, ...], ...] = ()
    """Sites of plans that it must differ from, in at least `differ` places."""
    differ: int = 0


@dataclass(frozen=True)
class Task:
    """A run for a worker: plain data, so that it can travel."""

    key: str
    folder: str
    """Of the study."""
    scenario: Mapping[str, Any]
    """Resolved, settings applied."""
    beside: str
    """Where relative library paths start."""
    library_digest: str
    apart: tuple[tuple[str, ...], ...] = ()
    differ: int = 0
    near: tuple[str, ...] = ()
    """Keys of other runs, the nearest first; it starts from the first that is finished by then."""
    looser: tuple[str, ...] = ()
    """Keys of runs that differ in looser limits alone, the nearest first."""
    tighter: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """What came of a run. Money in MUSD over all years; power, rate and names of the last year."""

    key: str
    status: str
    """'optimal', 'stopped' with a plan, 'rejected' by the audit, 'infeasible', 'unfinished' without a
    plan in time, 'invalid' inputs, or 'fault'."""
    why: str = ""
    objective_name: str = ""
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0
    first_plan_seconds: float | None = None
    tco_musd: float | None = None
    capex_musd: float | None = None
    opex_musd: float | None = None
    carbon_kt: float | None = None
    eflops_years: float | None = None
    """Training of all years, EFLOP/s-years."""
    facility_mw: float | None = None
    delivered_eflops: float | None = None
    pue: float | None = None
    fibre_km: float | None = None
    fibre_tbps: float | None = None
    usd_per_chip_hour: float | None = None
    chips_tco_musd: float | None = None
    """What chips take of the total cost: purchases less what is left, and upkeep."""
    fibre_capex_musd: float | None = None
    reached: int | None = None
    """Year at whose end target.training_flop is there."""
    sites: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    kchips: tuple[str, ...] = ()
    """Chips that run, as `vr200_nvl72 2630`, in 1e3."""
    chips: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()
    started_from: str = ""
    """Key of the run whose plan it began with, or has taken over."""
    bound_from: str = ""
    """Key of the run with looser limits whose bound it knew from the start."""

    @property
    def solved(self) -> bool:
        """Whether there is a plan to rely on."""
        return self.status in SOLVED

    def value(self, objective: str) -> float:
        """The plan by an objective, in its unit; a year for `earliest`."""
        found = {
            "tco": self.tco_musd,
            "capex": self.capex_musd,
            "carbon": self.carbon_kt,
            "max_flop": self.eflops_years,
            "earliest": self.reached,
        }[objective]
        return float("nan") if found is None else float(found)


Results = Mapping[str, Row]
"""Rows by the name of the run, in the order of the study."""


def key_of(scenario: Scenario, library_digest: str, run: Run) -> str:
    """The name of a run's folder: what it is asked, by its content."""
    asked = {
        "scenario": resolved(scenario),
        "library": library_digest,
        "version": __version__,
        "apart": [sorted(sites) for sites in run.apart],
        "differ": run.differ,
    }
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LETTERS]


def as_json(row: Row) -> str:
    """A row as text."""
    return json.dumps(asdict(row), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str) -> Row | None:
    """The row of a text, None where it is none."""
    try:
        data = json.loads(text)
        names = {f.name for f in fields(Row)}
        kept: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in names
        }
        return Row(**kept)
    except (ValueError, TypeError, AttributeError):
        return None
