"""Blocks about the training run, what it must come to, and what a plan is best at."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcplan.objectives import ObjectiveName
from dcplan.scenario.fields import Block, Eflops, Flop, Name, PerYear, PlanYear, Share


class Workload(Block):
    """The training run: a preset of the library, any column of which may be replaced."""

    preset: Name = Field(description="Row of the library's workloads; a name")
    params_b: float | None = Field(
        default=None,
        gt=0.0,
        le=1e6,
        description="Parameters exchanged at each step (more need faster fibre), in 1e9",
    )
    active_params_b: float | None = Field(
        default=None,
        gt=0.0,
        le=1e6,
        description="Parameters active for one token (more compute per exchange), in 1e9",
    )
    batch_mtokens: float | None = Field(
        default=None,
        gt=0.0,
        le=1e5,
        description="Global batch of one step (more compute per exchange), in 1e6 tokens",
    )
    bits_per_param: float | None = Field(
        default=None,
        gt=0.0,
        le=64.0,
        description="Size of one exchanged parameter (more need faster fibre), in bits",
    )
    precision: Literal["bf16", "fp8"] | None = Field(
        default=None, description="Number format of the arithmetic; a name"
    )
    sync_every_steps: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Steps between two exchanges among sites (more need slower fibre, but above 1 "
        "sites count as replicas, worth less by replicas.csv), a count",
    )
    overlap_steps: float | None = Field(
        default=None, gt=0.0, le=1e6, description="Compute that can hide one exchange, in steps"
    )
    goodput_frac: Share | None = Field(
        default=None, description="Time that is not lost to failures and restarts, as a fraction"
    )
    recovery: Literal["restart_5min", "restart_1min", "islands_8"] | None = Field(
        default=None,
        description="How the run recovers from failures: its goodput is then that of goodput.csv "
        "for the chips that work in step, in place of goodput_frac; a name",
    )


class Target(Block):
    """What the fleet must deliver."""

    training_eflops: PerYear[Eflops] | None = Field(
        default=None,
        description="Training rate delivered by the fleet in each plan year, in EFLOP/s",
    )
    training_flop: Flop | None = Field(
        default=None, description="Training delivered from the first plan year on, in FLOP"
    )
    by: PlanYear | None = Field(
        default=None,
        description="Plan year at whose end training_flop must have been delivered; for objective "
        "earliest the latest such year; a calendar year",
    )


class TieBreaker(Block):
    """An objective that chooses among plans as good, or nearly so, by all objectives before."""

    objective: ObjectiveName = Field(description="What is best among those plans; a name")
    slack: Annotated[float, Field(ge=0.0, lt=1.0)] = Field(
        default=0.0,
        description="By how much the objective before may become worse for it, as a fraction",
    )
