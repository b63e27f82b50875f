"""Time limits and interrupts: what was found is kept, and nothing hangs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

import dcplan.api
import dcplan.solve
from dcplan import case as cases
from dcplan.errors import StoppedEarly
from dcplan.interrupts import asked, deferred
from dcplan.solve import Watch
from dcplan.solve.watch import relative_gap, run_watched
from solve.conftest import TINY

HARD = ("sites.max_sites=2", "fibre.speeds_tbps=[30, 50, 70, 90, 110, 130]", "solver.gap=0")


def test_no_time_no_plan(tiny_case: Callable[..., cases.Case]) -> None:
    """**Proves** that time over before the first plan is StoppedEarly, not NoPlan.

    **Sensitivity** exit code 5 and a message that says so.
    """
    with pytest.raises(StoppedEarly, match="before it found a plan") as caught:
        dcplan.solve.solve(tiny_case("solver.time_limit_s=0.001"))
    assert caught.value.exit_code == 5


class StopsAtFirstPlan(Watch):
    """Stops the search as somebody would who sees the first plan."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "plans" and value:
            self.stop()


def test_a_stopped_search_keeps_its_plan(
    solve: Callable[..., Any], tiny_case: Callable[..., cases.Case]
) -> None:
    """**Proves** that a stop after the first plan returns it, with a bound and gap that hold.

    **Sensitivity** bound ≤ optimum ≤ objective, the status is 'stopped' while the gap is open.
    """
    watch = StopsAtFirstPlan(60.0)
    found = dcplan.solve.solve(tiny_case(*HARD), watch)
    optimum = solve(*HARD).objective
    assert watch.plans == 1
    assert found.bound <= optimum * (1 + 1e-7)
    assert found.objective >= optimum * (1 - 1e-7)
    assert found.gap == pytest.approx(relative_gap(found.objective, found.bound))
    assert found.status == ("stopped" if found.gap > 0 else "optimal")


def test_show_is_called_in_the_callers_thread(tiny_case: Callable[..., cases.Case]) -> None:
    """**Proves** that progress is shown by the caller's thread, and at the end in any case."""
    seen = []

    def show(watch: Watch) -> None:
        seen.append((threading.current_thread(), watch.plans, watch.bound))

    found = dcplan.solve.solve(tiny_case(), show=show)
    assert {thread for thread, _, _ in seen} == {threading.current_thread()}
    assert seen[-1][1] >= 1
    assert seen[-1][2] == pytest.approx(found.bound)


def patient(watch: Watch) -> Callable[[], str]:
    """A search that ends only when it is stopped."""

    def search() -> str:
        assert watch._stop.wait(20)
        return "kept"

    return search


def interrupt(watch: Watch) -> None:
    if not watch.interrupted:
        signal.raise_signal(signal.SIGINT)


def test_first_interrupt_stops_the_search() -> None:
    """**Proves** that Ctrl-C ends the search and keeps its result; the handler is put back."""
    before = signal.getsignal(signal.SIGINT)
    watch = Watch(60.0)
    assert run_watched(patient(watch), watch, interrupt) == "kept"
    assert watch.stopped
    assert signal.getsignal(signal.SIGINT) is before


def test_second_interrupt_leaves_at_once() -> None:
    """**Proves** that a second Ctrl-C does not wait for a search that does not listen."""
    before, deaf, watch = signal.getsignal(signal.SIGINT), threading.Event(), Watch(60.0)
    with pytest.raises(KeyboardInterrupt):
        run_watched(lambda: deaf.wait(20), watch, lambda _: signal.raise_signal(signal.SIGINT))
    deaf.set()
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_after_the_search_waits_for_the_audit() -> None:
    """**Proves** that Ctrl-C between the search and the end of the audit loses no plan, for callers of the
    API too, who hear of it by their watch. **Sensitivity** KeyboardInterrupt out of `solve`."""
    before, watch, sent = signal.getsignal(signal.SIGINT), Watch(60.0), []

    def interrupt_at_the_end(now: Watch) -> None:
        # the search listens by itself: what listens to the signal is another once it has ended
        if not now.interrupted and "_first_interrupt" not in repr(signal.getsignal(signal.SIGINT)):
            sent.append(now.phase)
            signal.raise_signal(signal.SIGINT)

    plan = dcplan.api.load(TINY).solve(watch, interrupt_at_the_end)
    assert (len(sent), plan.status, plan.verdict.passed) == (1, "optimal", True)
    assert watch.interrupted
    assert signal.getsignal(signal.SIGINT) is before


def test_a_deferred_interrupt_stops_the_next_search() -> None:
    """**Proves** that Ctrl-C between two searches ends the second as one during it would, and that a
    second Ctrl-C does not wait. **Sensitivity** a search that begins anew, a Ctrl-C that is never heard."""
    before, watch = signal.getsignal(signal.SIGINT), Watch(60.0)
    with deferred():
        signal.raise_signal(signal.SIGINT)
        assert run_watched(patient(watch), watch) == "kept"
    with pytest.raises(KeyboardInterrupt), deferred():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert (signal.getsignal(signal.SIGINT), asked()) == (before, False)


def test_a_failure_in_the_search_reaches_the_caller() -> None:
    """**Proves** that an error in the solver's thread is raised, not lost with the thread."""

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_watched(fail, Watch(60.0))
