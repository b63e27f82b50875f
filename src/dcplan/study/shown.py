"""What `shows` may name: the figure of a run that a chart has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dcplan.study.labels import goal, noun, scaled, told, unit
from dcplan.study.read import Asked
from dcplan.study.runs import Row
from dcplan.units import MUSD_PER_BUSD
from dcplan.words import figure


@dataclass(frozen=True)
class Shown:
    """What a chart shows of a row."""

    noun: str
    unit: str
    of: Callable[[Row], float]
    told: Callable[[Row], str]

    @property
    def axis(self) -> str:
        """What stands at its axis."""
        return ", ".join(filter(None, (self.noun, self.unit)))


def shown_of(asked: Asked) -> Shown:
    """What the study asks for, by default its objective."""
    name, objective = asked.study.shows, goal(asked)
    if name == "objective":
        return Shown(
            noun(objective),
            unit(objective),
            lambda row: scaled(objective, row.value(objective)),
            lambda row: told(objective, row.value(objective)),
        )
    word, unit_, of = SHOWN[name]
    return Shown(word, unit_, of, lambda row: f"{figure(of(row))} {unit_}".rstrip())


def _figure(name: str, per: float = 1.0) -> Callable[[Row], float]:
    """A figure of the row; NaN where there is none."""
    return lambda row: float("nan") if getattr(row, name) is None else getattr(row, name) / per


SHOWN: Mapping[str, tuple[str, str, Callable[[Row], float]]] = {
    "capex_busd": ("capex of all years", "1e9 USD", _figure("capex_musd", MUSD_PER_BUSD)),
    "opex_busd": ("opex of all years", "1e9 USD", _figure("opex_musd", MUSD_PER_BUSD)),
    "facility_mw": ("facility power, last year", "MW", _figure("facility_mw")),
    "delivered_eflops": ("delivered, last year", "EFLOP/s", _figure("delivered_eflops")),
    "carbon_kt": ("emissions of all years", "kt of CO2", _figure("carbon_kt")),
    "sites": ("sites, last year", "", lambda row: float(len(row.sites))),
    "zones": ("grid zones, last year", "", lambda row: float(len(row.zones))),
    "fibre_km": ("fibre, last year", "km", _figure("fibre_km")),
    "usd_per_chip_hour": ("cost per chip-hour, last year", "USD", _figure("usd_per_chip_hour")),
}
"""What `shows` may name: noun, unit, and the figure of a row."""
