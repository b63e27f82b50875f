"""One run, from a task to a row: solve, audit, save. What goes wrong is a row as well."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dcplan.api import Brief, Plan
from dcplan.ask import look_apart, start_from
from dcplan.case import Futures
from dcplan.case.futures import build_all
from dcplan.errors import DcplanError, InputError, NoPlan, StoppedEarly
from dcplan.library import digest
from dcplan.plan import Plan as Record
from dcplan.report.compare.money import worth
from dcplan.scenario import parse
from dcplan.solve import NOTHING, Start, solve
from dcplan.solve.forced import solve_apart
from dcplan.solve.watch import Watch
from dcplan.study.folder import claimed, finished, plan_folder, tidy, write_row
from dcplan.study.runs import Row, Task
from dcplan.study.share import known
from dcplan.units import FLOP_PER_EFLOPS_YEAR, MUSD_PER_BUSD

ELSEWHERE = "elsewhere"
"""Status of a run that another process is solving at the moment."""
SAVING = "saving"
"""Phase of a run whose plan is found: to be told at once, since it is to be saved whatever happens."""
REACHED_EPS = 1e-6
Show = Callable[[Watch], None]


def perform(task: Task, show: Show | None = None) -> Row:
    """Solve a run unless it is finished; its plan folder and then its row are on the disk.

    Raises InputError where the folder cannot be written: then nothing is lost that was there.
    """
    folder = Path(task.folder)
    if (row := finished(folder, task.key)) is not None:
        return row
    with claimed(folder, task.key) as mine:
        if not mine:
            return Row(task.key, ELSEWHERE)
        if (row := finished(folder, task.key)) is not None:
            return row
        tidy(folder, task.key)
        started = time.monotonic()
        try:
            found = _solve(task, show)
        except DcplanError as error:
            row = Row(task.key, _status(error), str(error), seconds=time.monotonic() - started)
        else:
            found.plan.save(plan_folder(folder, task.key))
            row = _row(task.key, found, time.monotonic() - started)
        write_row(folder, row)
        return row


def _status(error: DcplanError) -> str:
    if isinstance(error, NoPlan):
        return "infeasible"
    if isinstance(error, StoppedEarly):
        return "unfinished"
    return "invalid" if isinstance(error, InputError) else "fault"


@dataclass(frozen=True)
class _Found:
    """A plan, and where it comes from."""

    plan: Plan
    first_s: float | None = None
    """After how long the first plan was known."""
    plan_from: str = ""
    bound_from: str = ""


def _solve(task: Task, show: Show | None) -> _Found:
    brief = Brief(build_all(parse(task.scenario, folder=Path(task.beside))))
    if digest(brief.case.library) != task.library_digest:
        raise DcplanError("the library was changed while the study ran; run the study again")
    told = known(task, brief)
    if told.plan is not None:
        return _Found(told.plan, 0.0, told.plan_from, told.bound_from)
    watch = Watch(brief.scenario.solver.time_limit_s)
    first: list[float] = []

    def look(now: Watch) -> None:
        if now.best is not None and not first:
            first.append(now.elapsed_s)
        if show is not None:
            show(now)

    if task.apart:
        taken = [frozenset(sites) for sites in task.apart]
        outcome, source = solve_apart(brief.case, taken, task.differ, watch, look), ""
    else:
        look_apart(brief, look)
        start, source = _start(task, brief, told.near)
        outcome = solve(brief.case, watch, look, start, explain=False, bound=told.bound)
    watch.phase = SAVING
    look(watch)
    plan = brief.plan_of(outcome)
    return _Found(plan, first[0] if first else None, source, told.bound_from)


def _start(task: Task, brief: Brief, kin: Sequence[str]) -> tuple[Start, str]:
    """A finished plan, repaired for this run where that fits.

    Of the first of its `kin`, else of the nearest.
    """
    folder = Path(task.folder)
    keys = (*kin, *task.near)
    near = next((key for key in keys if (row := finished(folder, key)) and row.solved), None)
    if near is None or isinstance(brief.case.futures, Futures):
        return NOTHING, ""
    try:
        found = start_from(brief.case, Plan.load(plan_folder(folder, near)))
    except InputError:
        return NOTHING, ""  # a plan that cannot be read is no start, and no reason to fail
    return found, near if found.decisions is not None else ""


def _row(key: str, found: _Found, seconds: float) -> Row:
    plan = found.plan
    record, years = plan.record, plan.summary
    last = int(years.year.iloc[-1])
    money, sites, chips, power = (plan.table(n) for n in ("money", "sites", "chips", "power"))
    bound, gap = record.bound, record.gap
    return Row(
        key=key,
        status="optimal" if plan.status == "hedged" else plan.status,
        why="\n".join(map(str, plan.verdict.failures)),
        objective_name=record.objective_name,
        objective=record.objective,
        bound=bound if math.isfinite(bound) else None,
        gap=gap if math.isfinite(gap) else None,
        seconds=seconds,
        first_plan_seconds=found.first_s,
        tco_musd=_present_musd(record, money),
        chips_tco_musd=_present_musd(record, money[money["item"] == "chips"]),
        fibre_capex_musd=float(
            money[(money["item"] == "fibre") & (money.kind == "capex")].musd.sum()
        ),
        capex_musd=float(years.capex_busd.sum()) * MUSD_PER_BUSD,
        opex_musd=float(years.opex_busd.sum()) * MUSD_PER_BUSD,
        carbon_kt=float(years.carbon_kt.sum() + years.embodied_kt.sum()),
        eflops_years=float(years.delivered_eflops.sum()),
        facility_mw=float(years.facility_mw.iloc[-1]),
        delivered_eflops=float(years.delivered_eflops.iloc[-1]),
        pue=_known(years.pue.iloc[-1]),
        fibre_km=_known(years.fibre_km.iloc[-1]),
        fibre_tbps=_known(years.fibre_tbps.iloc[-1]),
        usd_per_chip_hour=_known(years.usd_per_chip_hour.iloc[-1]),
        reached=_reached(plan),
        sites=_names(sites[sites.open & (sites.year == last)].site_id),
        zones=_names(sites[sites.open & (sites.year == last)].zone),
        kchips=_running(chips[chips.year == last]),
        chips=_names(chips[chips.added > 0.5].chip),
        supplies=_names(power[power.contracted_mw > 1e-6].supply),
        started_from=found.plan_from,
        bound_from=found.bound_from,
    )


def _present_musd(record: Record, money: pd.DataFrame) -> float:
    """Present worth of rows of the table money."""
    rows = zip(money.kind, money.year, money.musd, strict=True)
    return float(sum(worth(record, str(kind), int(year)) * musd for kind, year, musd in rows))


def _known(value: Any) -> float | None:
    """A figure of the summary; None where there is none, as of a fleet without chips."""
    return None if value is None or math.isnan(float(value)) else float(value)


def _running(chips: pd.DataFrame) -> tuple[str, ...]:
    total = chips.groupby("chip").running.sum()
    return tuple(f"{chip} {n / 1e3:.4g}" for chip, n in total.items() if n > 0.5)


def _names(column: object) -> tuple[str, ...]:
    return tuple(sorted({str(name) for name in column}))  # type: ignore[attr-defined]


def _reached(plan: Plan) -> int | None:
    """The year at whose end the total target is there."""
    wanted = plan.record.scenario.target.training_flop
    if wanted is None:
        return None
    total = plan.summary.delivered_eflops.cumsum() * FLOP_PER_EFLOPS_YEAR
    years = plan.summary.year[total >= wanted * (1 - REACHED_EPS)]
    return int(years.iloc[0]) if len(years) else None
