"""From Python: `load → check or solve → Plan`, in the words of the command line.

>>> import dcplan
>>> plan = dcplan.load("examples/10gw.yaml").solve()   # doctest: +SKIP
>>> plan.summary; plan.sites; plan.links               # doctest: +SKIP
>>> plan.save("plans/10gw")                            # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dcplan import audit as audits
from dcplan import plan as plans
from dcplan.case import Case, build_all, quick_bounds, shortfalls
from dcplan.errors import InputError, NoPlan, Problem
from dcplan.files import kind_of, put
from dcplan.interrupts import asked, deferred
from dcplan.objectives import OBJECTIVES
from dcplan.scenario import Scenario, placed, read

if TYPE_CHECKING:
    import geopandas
    from matplotlib.axes import Axes

    from dcplan import solve as solving
    from dcplan.report.compare import Comparison
    from dcplan.report.notebook import Charts
    from dcplan.solve import Sizes, Start
    from dcplan.solve.watch import Watch

MODEL_FORMATS = (".mps", ".lp")


def load(path: str | os.PathLike[str], settings: Sequence[str] = ()) -> Brief:
    """Read a scenario and its library, and make the case that a solve is about.

    `settings` are the `--set` items of the command line, such as "limits.pue=1.12". Raises
    InputError with every problem of the scenario, the library or their fit, each with its place.
    """
    scenario = read(Path(path), settings)
    try:
        return Brief(build_all(scenario))
    except InputError as error:
        raise placed(scenario, error) from None


def compare(a: Plan, b: Plan, *more: Plan, names: Sequence[str] | None = None) -> Comparison:
    """Hold plans against the first, `a`: frames of what differs, and `report(file)` for a page.

    `names` are what people call the plans, one each. Raises InputError where money is counted in
    dollars of different years.
    """
    from dcplan.report.compare import compare as hold

    return hold([plan.record for plan in (a, b, *more)], names)


@dataclass(frozen=True, eq=False)
class Brief:
    """What a plan is asked for: a scenario that was read, checked and joined with its library."""

    case: Case

    @property
    def scenario(self) -> Scenario:
        """The scenario, settings applied; with several futures, as written for all of them."""
        return self.case.scenario if self.case.futures is None else self.case.futures.scenario

    def check(self) -> Check:
        """Look at the problem without solving it; builds the model to measure it.

        Raises NoPlan where some limit alone puts the target out of reach.
        """
        from dcplan import solve as solving  # slow to import, and a plan that is there needs none

        if short := shortfalls(self.case):
            raise NoPlan("\n".join(short))
        return Check(
            sizes=solving.measure(self.case),
            bounds=tuple(quick_bounds(self.case)),
            offered=self.case.chips.sold,
            not_offered=self.case.chips.not_offered,
        )

    def solve(
        self,
        watch: Watch | None = None,
        show: Callable[[Watch], None] | None = None,
        start: Start | None = None,
        explain: bool = True,
    ) -> Plan:
        """Search for the best plan, audit what was found, and return it with that audit.

        The status of the plan is 'optimal' within `solver.gap`, 'stopped' when time or Ctrl-C
        ended the search before, or 'rejected' when the audit failed. `show` is called about ten
        times a second with the state of the search; `start` is what is known already, such as
        `dcplan.ask.start_from` makes of another plan. A Ctrl-C during the audit waits for its end.
        Raises StoppedEarly, or NoPlan, which says what is short if it is to `explain`.
        """
        from dcplan import solve as solving
        from dcplan.solve.watch import Watch

        watch = watch or Watch(self.case.scenario.solver.time_limit_s)
        with deferred():
            known = start or solving.NOTHING
            plan = self.plan_of(solving.solve(self.case, watch, show, known, explain))
            if asked():
                watch.stop()  # for whoever searches on with it
        return plan

    def plan_of(self, outcome: solving.Outcome) -> Plan:
        """The plan that a search of this problem decided, audited."""
        told: dict[str, Any] = {
            "status": outcome.status,
            "objective": outcome.objective,
            "bound": outcome.bound,
            "gap": outcome.gap,
            "solve_seconds": outcome.seconds,
            "solver_version": outcome.solver_version,
            "stages": outcome.stages,
            "cuts": outcome.cuts,
        }
        if (futures := self.case.futures) is None:
            found = plans.from_decisions(self.case, outcome.decisions, **told)
        else:
            found = plans.from_futures(futures, outcome.futures, outcome.alone, **told)
        return Plan(audits.audited(found))

    def write_model(self, path: str | os.PathLike[str]) -> None:
        """Write the model as `.mps` or `.lp`, whole or not at all. Raises InputError."""
        from dcplan import solve as solving

        target = Path(path)
        kind_of(target, "a model file", MODEL_FORMATS)
        put(target, lambda new: solving.write_model(self.case, new))


@dataclass(frozen=True)
class Check:
    """A problem before it is solved: its size, its bounds and the chips it may buy."""

    sizes: Sizes
    bounds: tuple[str, ...]
    """What the limits imply by year, in words."""
    offered: tuple[str, ...]
    not_offered: Mapping[str, str]
    """Chip to the reason."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What was decided, audited; `record` holds it with the scenario and library it rests on.

    Columns and units of every frame: `docs/tables.md`, or `dcplan.plan.TABLES`.
    """

    record: plans.Plan

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Plan:
        """Read a plan folder; raises InputError where it is none, not whole or of things not there.

        The audit of a plan that speaks of a site, chip or year that is not there is
        `dcplan.audit.audit(dcplan.plan.load(folder))`, as `dcplan audit` does it.
        """
        record = plans.load(Path(folder))
        if wrong := audits.baseless(record):
            what = "fails the audit ({0.name}); dcplan audit tells more, dcplan solve makes it anew"
            raise InputError(Problem(f"{folder}, {c.where}", what.format(c)) for c in wrong)
        return cls(record)

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the plan folder, whole or not at all; a plan that stands there is replaced."""
        plans.save(self.record, Path(folder))

    def map(self, file: str | os.PathLike[str] = "map.html", shade: str = "headroom") -> Path:
        """Draw the plan: a page (.html), a figure (.svg .png .pdf) or layers (.gpkg .geojson .kml)."""
        from dcplan.report import write_map

        write_map(self.record, Path(file), shade)
        return Path(file)

    def report(self, file: str | os.PathLike[str] = "report.html") -> Path:
        """Write the plan up: a page (.html) or a workbook (.xlsx). Raises InputError."""
        path = Path(file)
        if kind_of(path, "a report", (".html", ".xlsx")) == ".html":
            from dcplan.report.board import write_report

            write_report(self.record, path)
        else:
            from dcplan.report.workbook import write_workbook

            write_workbook(self.record, path)
        return path

    @property
    def charts(self) -> Charts:
        """Charts by name, each an Altair chart, such as `plan.charts.power()`."""
        from dcplan.report.notebook import Charts

        return Charts(self.record)

    def plot(self, year: int | None = None, ax: Axes | None = None) -> Axes:
        """Draw a year (else the last) with matplotlib: zones, links, and sites by their power."""
        from dcplan.report.notebook import plot

        return plot(self.record, year, ax)

    def audit(self) -> audits.Audit:
        """Check every promise of the plan again, in plain arithmetic, from its tables."""
        return audits.audit(self.record)

    @property
    def verdict(self) -> audits.Audit:
        """The audit that followed the solve, as it is saved with the plan."""
        found = (self.record.audit or {}).get("checks", ())
        return audits.Audit(tuple(audits.Check(**check) for check in found))

    @property
    def status(self) -> str:
        """`optimal`, `stopped`, `rejected`, or `hedged` for the plan of one of several futures."""
        record = self.record
        if record.futures is None or record.status == "rejected":
            return record.status
        return record.futures.status

    @property
    def futures(self) -> pd.DataFrame | None:
        """One row a future, where there are several; columns: `dcplan.plan.FUTURES`."""
        return None if self.record.futures is None else self.record.futures.rows

    @property
    def summary(self) -> pd.DataFrame:
        """One row a plan year: sites, power, PUE, chips, rates, money, carbon, fibre."""
        return self.record.summary

    @property
    def sites(self) -> geopandas.GeoDataFrame:
        """One row a site and year, with its point."""
        return self.record.sites

    @property
    def links(self) -> geopandas.GeoDataFrame:
        """One row a lit corridor and year, with a straight line between its ends."""
        return self.record.links

    def table(self, name: str) -> pd.DataFrame:
        """A plain table: sites, chips, power, links, zones, money or nodes."""
        return self.record.table(name)

    def __repr__(self) -> str:
        record = self.record
        said = record.futures or record
        unit = OBJECTIVES[record.objective_name].unit
        return (
            f"<Plan '{record.scenario.name}': {self.status}, {record.objective_name} "
            f"{said.objective:,.4g} {unit}, gap {said.gap:.2%}>"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows: name, verdict, figures by year and a small map."""
        from dcplan.report.notebook import html

        return html(self.record)
