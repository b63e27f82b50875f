"""One promise held against what the tables say, and the list of all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from dcplan.errors import AuditFailed

TOLERANCE = 1e-6
# Figures smaller than this, in their unit, are compared as if they were this large.
_LEAST_SCALE = {"chips": 1e3, "facility MW per IT MW": 1e-3, "fraction": 1e-3}


@dataclass(frozen=True)
class Check:
    """`slack` is what is left to the limit, in `unit`; below zero it is how far off a figure is."""

    name: str
    where: str
    slack: float
    unit: str
    passed: bool

    def __str__(self) -> str:
        """One line for a person."""
        mark = "ok    " if self.passed else "FAILED"
        size = f"{self.slack:,.6g} {self.unit}".rstrip() if self.unit else ""
        return f"{mark} {self.name:<24} {self.where:<32} {size}".rstrip()


@dataclass(frozen=True)
class Audit:
    """Per promise the place where it is tightest, or every place where it is broken."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every promise is kept."""
        return all(check.passed for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.passed)

    def lines(self) -> list[str]:
        """A line for each check and one for the whole."""
        names = len({check.name for check in self.checks})
        broken = len({check.name for check in self.failures})
        verdict = (
            f"all {names} promises are kept"
            if self.passed
            else f"{broken} of {names} promises are broken"
        )
        return [*map(str, self.checks), f"audit: {verdict}"]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as plan.json holds it."""
        return {"passed": self.passed, "checks": [asdict(check) for check in self.checks]}

    def raise_if_failed(self) -> None:
        """Raise AuditFailed with a line for every failure."""
        if not self.passed:
            raise AuditFailed("\n".join(map(str, self.failures)))


@dataclass
class Checks:
    """The checks of one audit while it runs, each with its slack as a share of its scale."""

    _found: list[tuple[float, Check]] = field(default_factory=list)

    def at_most(
        self, name: str, where: str, value: float, limit: float, unit: str, scale: float = 0.0
    ) -> None:
        """`value ≤ limit`, to 1e-6 of the larger of both and of `scale`."""
        self._add(name, where, limit - value, unit, max(abs(value), abs(limit), scale))

    def equal(
        self, name: str, where: str, value: float, wanted: float, unit: str, scale: float = 0.0
    ) -> None:
        """`value = wanted`, to 1e-6 of the larger of both and of `scale`."""
        self._add(name, where, -abs(value - wanted), unit, max(abs(value), abs(wanted), scale))

    def holds(self, name: str, where: str, truth: bool) -> None:
        """A statement without a size."""
        self._add(name, where, 0.0 if truth else -1.0, "", 1.0)

    def good(self) -> bool:
        """Whether nothing has failed so far."""
        return all(check.passed for _, check in self._found)

    def audit(self) -> Audit:
        """Close the list."""
        groups: dict[str, list[tuple[float, Check]]] = {}
        for share, check in self._found:
            groups.setdefault(check.name, []).append((share, check))
        kept: list[Check] = []
        for group in groups.values():
            broken = [check for _, check in group if not check.passed]
            kept += broken or [min(group, key=lambda pair: pair[0])[1]]
        return Audit(tuple(kept))

    def _add(self, name: str, where: str, slack: float, unit: str, scale: float) -> None:
        scale = max(scale, _LEAST_SCALE.get(unit, 1.0))
        passed = bool(slack >= -TOLERANCE * scale)  # NaN fails
        slack = float(f"{slack:.6g}") + 0.0
        self._found.append((slack / scale, Check(name, where, slack, unit, passed)))
