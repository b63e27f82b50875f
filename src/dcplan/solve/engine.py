"""HiGHS behind a few verbs: load a matrix, add rows, solve as LP or MIP, always listening to a watch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from dcplan.solve.matrix import Floats, Ints, Matrix
from dcplan.solve.watch import Watch

INF = highspy.kHighsInf
MAX_VALUE_SCALING = 4
"""Takes the dual simplex through the relaxations of 10gw in 0.4 to 0.9 of the time of the default."""

EARLY_NODES = 50
"""A MIP that has looked at more nodes is worth more than another one."""

Refuse = Callable[[Floats], bool]

_NO_VERDICT = (
    *(highspy.HighsModelStatus.kUnknown, highspy.HighsModelStatus.kNotset),
    # of LPs at the edge of their tolerances
    highspy.HighsModelStatus.kSolveError,
)


@dataclass(frozen=True)
class Answer:
    """What one run found; `value` and `bound` are of the minimised form, without the sign."""

    status: str
    """'optimal', 'infeasible', 'stopped' or 'stalled' (at an iteration limit, or without a verdict)"""
    value: float
    bound: float
    x: Floats | None
    dual: Floats | None


class Quiet(highspy.Highs):  # type: ignore[misc]
    """HiGHS that prints nothing: 1.16 greets on standard output, where results go, as it is made."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Silence first: HiGHS asks for this as it is made."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def solver_version() -> str:
    """The version of HiGHS that solves."""
    return str(Quiet().version())


class Engine:
    """One HiGHS model that is changed in place and solved again."""

    def __init__(
        self, matrix: Matrix, watch: Watch, *, integer: bool, threads: int, seed: int
    ) -> None:
        self.watch = watch
        self.matrix = matrix
        self.integer = integer
        self.threads = threads
        self.h = h = Quiet()
        h.setOptionValue("threads", threads)
        h.setOptionValue("random_seed", seed)
        h.setOptionValue("simplex_scale_strategy", MAX_VALUE_SCALING)
        h.passModel(_highs_lp(matrix, integer))
        self._cutoff = math.inf
        self._refuse: Refuse | None = None
        self._refused = False
        h.cbMipImprovingSolution += self._look_at_point
        h.cbMipInterrupt += self._maybe_interrupt
        h.cbMipInterrupt += self._look_at_nodes
        h.cbSimplexInterrupt += self._maybe_interrupt
        h.cbIpmInterrupt += self._maybe_interrupt

    @property
    def rows(self) -> int:
        """Rows now in the model."""
        return int(self.h.getNumRow())

    def add_rows(self, rows: sparse.csr_array, lower: Floats, upper: Floats) -> None:
        """Append rows over the same columns."""
        if rows.shape[0]:
            self.h.addRows(
                rows.shape[0],
                np.where(np.isfinite(lower), lower, -INF),
                np.where(np.isfinite(upper), upper, INF),
                rows.nnz,
                rows.indptr[:-1].astype(np.int32),
                rows.indices.astype(np.int32),
                rows.data.astype(float),
            )

    def delete_rows(self, rows: Ints) -> None:
        """Take rows out; the last basis stays where they were slack in it."""
        if len(rows):
            self.h.deleteRows(len(rows), np.asarray(rows, dtype=np.int32))

    def add_columns(
        self, columns: sparse.csc_array, cost: Floats, lower: Floats, upper: Floats
    ) -> None:
        """Append columns over the same rows."""
        if columns.shape[1]:
            self.h.addCols(
                columns.shape[1],
                cost,
                np.where(np.isfinite(lower), lower, -INF),
                np.where(np.isfinite(upper), upper, INF),
                columns.nnz,
                columns.indptr[:-1].astype(np.int32),
                columns.indices.astype(np.int32),
                columns.data.astype(float),
            )

    @property
    def reduced_cost(self) -> Floats:
        """Reduced costs of the last LP."""
        return np.array(self.h.getSolution().col_dual)

    def forget(self) -> None:
        """Drop basis and solution, so that the next run starts cold."""
        self.h.clearSolver()

    def set_bounds(self, columns: Any, lower: Any, upper: Any) -> None:
        """Replace the bounds of some columns."""
        columns = np.asarray(columns, dtype=np.int32)
        if len(columns):
            low = np.broadcast_to(np.asarray(lower, dtype=float), columns.shape)
            high = np.broadcast_to(np.asarray(upper, dtype=float), columns.shape)
            self.h.changeColsBounds(
                len(columns),
                columns,
                np.ascontiguousarray(np.where(np.isfinite(low), low, -INF)),
                np.ascontiguousarray(np.where(np.isfinite(high), high, INF)),
            )

    def start_from(self, columns: Any, value: Floats) -> None:
        """Offer values of all whole columns as the first plan of the next run."""
        self.h.setSolution(len(columns), np.asarray(columns, dtype=np.int32), value)

    def run(
        self,
        gap: float = 0.0,
        cutoff: float = math.inf,
        refuse: Refuse | None = None,
        **options: object,
    ) -> Answer:
        """Solve; a MIP to the relative `gap`, or until its bound shows that nothing is below `cutoff`.

        A MIP also ends at a better point that is to be refused, if it has hardly begun to branch. The
        watch's limit and stop hold for every phase.
        """
        h, self._cutoff, self._refuse, self._refused = self.h, cutoff, refuse, False
        # HiGHS counts its time over all runs of one object
        h.setOptionValue("time_limit", h.getRunTime() + max(self.watch.left_s, 0.01))
        if self.integer:
            h.setOptionValue("mip_rel_gap", gap)
            h.setOptionValue("mip_abs_gap", 1e-9)
        for name, value in options.items():
            h.setOptionValue(name, value)
        h.run()
        return self._answer()

    def run_lp(self) -> Answer:
        """Solve an LP by the simplex from what it has, or where that stalls by an interior point.

        The simplex needs about a third of an iteration per row on what has a point, and does not end
        on some large relaxations without one, which the other rules out in seconds.
        """
        return self._run_limited(max(5000, 2 * self.rows))

    def run_warm(self, cutoff: float = math.inf) -> Answer:
        """Solve an LP again from its last basis; if that stalls, by an interior point from nothing.

        The dual simplex can cycle for minutes on the degenerate vertices of a tree relaxation. It
        stops, without a point, as soon as the value is known to pass `cutoff`.
        """
        self.h.setOptionValue("objective_bound", cutoff)
        return self._run_limited(max(2000, self.rows // 3))

    def _run_limited(self, iterations: int) -> Answer:
        self.h.setOptionValue("simplex_iteration_limit", iterations)
        answer = self.run()
        self.h.setOptionValue("simplex_iteration_limit", 2**31 - 1)
        if answer.status == "stalled":
            self.forget()
            answer = self.run(solver="ipm")
            self.h.setOptionValue("solver", "choose")
        return answer

    def write(self, path: Path) -> None:
        """Write the model as a file with the names of its rows and columns."""
        for name, places in self.matrix.column.items():
            for index, j in places.items():
                self.h.passColName(j, _file_name(name, index))
        for i, (name, index) in enumerate(
            zip(self.matrix.row_names, self.matrix.row_index, strict=True)
        ):
            self.h.passRowName(i, f"{_file_name(name, index)}_{i}")
        self.h.writeModel(str(path))

    def _answer(self) -> Answer:
        h, status = self.h, self.h.getModelStatus()
        info = h.getInfo()
        kinds = highspy.HighsModelStatus
        name = {
            kinds.kIterationLimit: "stalled",
            **dict.fromkeys(_NO_VERDICT, "stalled"),
            kinds.kOptimal: "optimal",
            kinds.kInfeasible: "infeasible",
            kinds.kUnboundedOrInfeasible: "infeasible",
            kinds.kTimeLimit: "stopped",
            kinds.kInterrupt: "stopped",
            kinds.kObjectiveBound: "stopped",
            kinds.kSolutionLimit: "stopped",
        }.get(status)
        if name is None or (self.integer and status == kinds.kSolveError):
            raise RuntimeError(f"HiGHS ended with {h.modelStatusToString(status)}")
        has_point = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        has_point &= self.integer or status not in _NO_VERDICT
        solution = h.getSolution()
        value = float(info.objective_function_value) if has_point else math.inf
        bound = float(info.mip_dual_bound) if self.integer else value
        return Answer(
            status=name,
            value=value,
            bound=bound if name != "infeasible" else math.inf,
            x=np.array(solution.col_value) if has_point else None,
            dual=np.array(solution.row_dual) if has_point and not self.integer else None,
        )

    def _look_at_nodes(self, event: Any) -> None:
        self.watch.nodes = int(event.data_out.mip_node_count)
        if self._refused or event.data_out.mip_dual_bound >= self._cutoff:
            event.interrupt()

    def _look_at_point(self, event: Any) -> None:
        if self._refuse is not None and event.data_out.mip_node_count < EARLY_NODES:
            point = np.array(event.data_out.mip_solution)
            self._refused |= len(point) > 0 and self._refuse(point)

    def _maybe_interrupt(self, event: Any) -> None:
        if self.watch.stopped:
            event.interrupt()


def _file_name(name: str, index: Any) -> str:
    """A name as both file formats take it: `.lp` knows no blank, bracket, bar or minus in one."""
    parts = index if isinstance(index, tuple) else () if index is None else (index,)
    text = ",".join([name, *map(str, parts)]).replace("-", "~")
    return "".join(c if c.isalnum() or c in "._,~" else "_" for c in text)


def _highs_lp(matrix: Matrix, integer: bool) -> Any:
    lp = highspy.HighsLp()
    a = matrix.a
    lp.num_row_, lp.num_col_ = a.shape
    lp.col_cost_ = matrix.cost
    lp.col_lower_ = np.where(np.isfinite(matrix.lower), matrix.lower, -INF)
    lp.col_upper_ = np.where(np.isfinite(matrix.upper), matrix.upper, INF)
    lp.row_lower_ = np.where(np.isfinite(matrix.row_lower), matrix.row_lower, -INF)
    lp.row_upper_ = np.where(np.isfinite(matrix.row_upper), matrix.row_upper, INF)
    lp.offset_ = matrix.offset
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = a.indptr
    lp.a_matrix_.index_ = a.indices
    lp.a_matrix_.value_ = a.data
    if integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(i)] for i in matrix.integer]
    return lp
