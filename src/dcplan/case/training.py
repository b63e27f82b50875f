"""What the run asks of the fleet: delivered rate by year, and how exchange between sites slows it.

Symbols follow the training chapter: F compute rate, B speed of the links, H optimiser steps between
exchanges, phi steps of compute that can hide one exchange, c1 bits sent per FLOP computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dcplan.case.grid import CHOOSE
from dcplan.library import Library
from dcplan.scenario import Scenario, yearly
from dcplan.units import CHIPS_PER_KCHIP, eflops_years, tbps_per_eflops

CHORD_ERROR = 2e-4
STEP_EPS = 1e-6


@dataclass(frozen=True)
class Training:
    """Rates are EFLOP/s, speeds Tb/s."""

    precision: str
    target_eflops: Mapping[int, float]
    goodput_frac: float
    c1_tbps_per_eflops: float
    sync_every_steps: float
    overlap_steps: float
    replica_worth: tuple[tuple[int, float], ...]
    """(sites, worth of their delivered FLOP), rising in sites; empty when sites train in step."""
    by_site: bool = False
    """Whether some rule asks for the compute rate of single sites."""
    goodput_steps: tuple[tuple[float, float], ...] = ()
    """(kchips that work in step, share of time they keep), the first rising; empty when goodput_frac
    holds the goodput of any number."""
    target_flop: float | None = None
    """Training delivered from the first year to the end of the year `by`, EFLOP/s-years."""
    by: int = 0

    @property
    def alone_in_step(self) -> bool:
        """Whether only the chips of one site work in step, not all of the fleet's."""
        return self.sync_every_steps > 1

    @property
    def most_goodput_frac(self) -> float:
        """The best that goodput and hours not curtailed can be."""
        return self.goodput_frac * max((frac for _, frac in self.goodput_steps), default=1.0)

    def goodput(self, kchips: float) -> float:
        """Share of time kept by so many chips in step, beside `goodput_frac`; 1 without a table.

        A number between two rows counts as the larger.

        >>> run = Training("fp8", {}, 1.0, 0.5, 1, 0.5, (), goodput_steps=((10, 0.9), (50, 0.8)))
        >>> run.goodput(8), run.goodput(10), run.goodput(10.1), run.goodput(60)
        (0.9, 0.9, 0.8, 0.0)
        """
        if not self.goodput_steps:
            return 1.0
        # a bracket that is full to the last chip may pass its end by the solver's tolerance
        return next((f for most, f in self.goodput_steps if kchips <= most * (1 + STEP_EPS)), 0.0)

    def full_overlap_tbps(self, compute_eflops: float) -> float:
        """Speed at which the exchange hides entirely behind the compute."""
        return self.c1_tbps_per_eflops * compute_eflops / self.overlap_steps

    def delivered_eflops(self, compute_eflops: float, speed_tbps: float) -> float:
        """Mean rate of the run when its links work at `speed_tbps`.

        `1 / ((1 - phi/H)/F + c1/(H B))` while the exchange cannot be hidden, else F.

        >>> run = Training("fp8", {}, 1.0, 0.5, 1, 0.5, ())
        >>> run.delivered_eflops(1000.0, 500.0), run.delivered_eflops(1000.0, 1000.0)
        (666.6666666666666, 1000.0)
        """
        if compute_eflops <= 0.0:
            return 0.0
        return compute_eflops * self._kept(speed_tbps / self.full_overlap_tbps(compute_eflops))

    def _kept(self, ratio: float) -> float:
        """Share of the compute rate that is delivered at `ratio` of the speed of full overlap."""
        if ratio >= 1:
            return 1.0
        if ratio <= 0:
            return 0.0
        phi, h = self.overlap_steps, self.sync_every_steps
        return 1.0 / ((1 - phi / h) + phi / (h * ratio))

    def chords(self, least_ratio: float) -> tuple[tuple[float, float], ...]:
        """Pairs (alpha, beta) such that `min(alpha F + beta B)` never promises more than the formula.

        Delivered/F is concave in B/F, so the chords between points of the curve lie under it and
        their minimum with F is a concave function: exact to a relative error of 2e-4, always on
        the safe side. Points are placed so that each chord just keeps that error, from full overlap
        down to `least_ratio`, the smallest ratio of speed to that of full overlap that can occur.
        """
        pairs = []
        left, scale = 1.0, self.overlap_steps / self.c1_tbps_per_eflops
        while left > min(least_ratio, 1.0 - 1e-9):
            right, left = left, self._chord_start(left)
            slope = (self._kept(right) - self._kept(left)) / (right - left)
            pairs.append((self._kept(left) - slope * left, slope * scale))
        return tuple(pairs)

    def _chord_start(self, right: float) -> float:
        """Smallest left end whose chord to `right` keeps the error."""
        low, high = 0.0, right
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (
                (low, middle) if self._chord_error(middle, right) <= CHORD_ERROR else (middle, high)
            )
        return high

    def _chord_error(self, left: float, right: float) -> float:
        slope = (self._kept(right) - self._kept(left)) / (right - left)
        inside = (left + (right - left) * i / 16 for i in range(1, 16))
        return max(1 - (self._kept(left) + slope * (r - left)) / self._kept(r) for r in inside)


def build(scenario: Scenario, library: Library, curtailed_frac: float) -> Training:
    """Resolve the workload preset with the scenario's own fields; goodput includes curtailed hours."""
    preset = library.workloads.loc[scenario.workload.preset]
    own = scenario.workload.model_dump(exclude={"preset", "recovery"}, exclude_none=True)
    row = {**preset.to_dict(), **own}
    bits = row["params_b"] * 1e9 * row["bits_per_param"]
    flop = 6 * row["active_params_b"] * 1e9 * row["batch_mtokens"] * 1e6
    eta = library.replicas.eta_frac.sort_index()
    recovery, target = scenario.workload.recovery, scenario.target
    return Training(
        precision=row["precision"],
        target_eflops=yearly(target.training_eflops, scenario.years),
        goodput_frac=(1.0 if recovery else row["goodput_frac"]) * (1 - curtailed_frac),
        c1_tbps_per_eflops=tbps_per_eflops(bits / flop),
        sync_every_steps=float(row["sync_every_steps"]),
        overlap_steps=min(float(row["overlap_steps"]), float(row["sync_every_steps"])),
        replica_worth=tuple((int(m), float(e)) for m, e in eta.items())
        if row["sync_every_steps"] > 1
        else (),
        by_site=scenario.resilience.lose is not None or scenario.limits.curtailment == CHOOSE,
        goodput_steps=_goodput_steps(library, recovery) if recovery else (),
        target_flop=None if target.training_flop is None else eflops_years(target.training_flop),
        by=target.by or 0,
    )


def _goodput_steps(library: Library, recovery: str) -> tuple[tuple[float, float], ...]:
    column = library.goodput[f"{recovery}_frac"].sort_index()
    return tuple((int(n) / CHIPS_PER_KCHIP, float(frac)) for n, frac in column.items())
