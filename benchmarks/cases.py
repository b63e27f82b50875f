"""What is measured: a scenario file, settings as `--set` takes them, and a gap each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEED = 1
"""Of the draw of places."""


@dataclass(frozen=True)
class Sites:
    """A folder of sites made for a case from counties that ship, in one order drawn from SEED."""

    counties: int
    """How many; the first of the drawn order, so that fewer are a part of more."""
    copies: int = 1
    """Each stands there so often, alike in all but its name and 100 m of its place."""
    dense_km: float | None = None
    """If given, the grid also has a new route between any two sites nearer than this."""


@dataclass(frozen=True)
class Case:
    """One comparison."""

    group: str
    name: str
    scenario: str
    """Path of the file within the repository, or of a `.gr` file."""
    settings: tuple[str, ...] = ()
    gap: float | None = None
    """Relative; None for that of the scenario."""
    sites: Sites | None = None
    chips: int | None = None
    """So many chips, made by repeating those that ship with 1 % more on the price each time."""
    before: tuple[str, ...] | None = None
    """Settings of a plan that is saved and started from; other solvers are left out."""
    axis: str = ""
    """What a series of the picture counts."""
    size: int = 0
    """How many of it."""
    optimum: int | None = None
    """Published length of the tree, of a Steiner case."""


ALL = "buyer.channels=[merchant,google,aws,microsoft,meta,openai,china_export,china_domestic]"
NEWEST = "chips.only=[vr200_nvl72, gb300_nvl72, gb200_nvl72, b300_hgx, mi355x]"
GW1, GW10 = "examples/1gw.yaml", "examples/10gw.yaml"
# places drawn at random cost more than the places of the example
FREE_CAPEX = "limits.capex_busd=null"
# One year's output is too little for a fleet of 10 GW: all Rubin of 2027 to 2030 (11 times that of 2030)
# can be bought in the last, and what was spread over years is not limited.
YEAR_2030 = (
    "years=[2030]",
    "target.training_eflops=10500",
    "limits.power_gw=10",
    FREE_CAPEX,
    "chip_supply.vr200_nvl72/2030.world_chips*=11",
)
SURVIVABLE, TREE = "fibre.topology=survivable", "fibre.topology=tree"
RATES = (500, 1060, 1200, 1300, 1400, 1500)
DENSE_KM = 600.0


def _small() -> Iterator[Case]:
    yield Case("small", "tiny", "tests/tiny/scenario.yaml")
    yield Case("small", "own library", "examples/own-library/scenario.yaml")
    yield Case("small", "two utilities", "examples/two-utilities.yaml")
    yield Case("small", "carbon cap", "examples/carbon-cap.yaml")
    yield Case("small", "20 counties", GW1, (FREE_CAPEX,), 1e-3, Sites(20))


def _size() -> Iterator[Case]:
    for count in (50, 100, 241, 500, 1000, 3108):
        wish, name = Sites(count), f"{count:,} sites"
        yield Case("size", name, GW1, (FREE_CAPEX,), sites=wish, axis="sites", size=count)
    yield Case("size", "500 sites, wide gap", GW1, (FREE_CAPEX,), 1e-3, Sites(500))
    for count in range(1, 7):
        name = "1 year" if count == 1 else f"{count} years"
        yield Case("size", name, GW1, _years(count), 1e-3, axis="years", size=count)
    for count, settings, made in (
        (5, (NEWEST,), None),
        (14, (), None),
        (24, (ALL,), None),
        (54, (ALL,), 54),
    ):
        name = f"{count} chips"
        yield Case("size", name, GW1, settings, chips=made, axis="chips", size=count)


def _years(count: int) -> tuple[str, ...]:
    """Settings for the first years from 2027 on."""
    years = range(2027, 2027 + count)
    rates = ", ".join(f"{year}: {rate}" for year, rate in zip(years, RATES, strict=False))
    return (
        f"years=[{', '.join(map(str, years))}]",
        f"target.training_eflops={{{rates}}}",
        "limits.power_gw=1.5",
        FREE_CAPEX,
    )


def _nature() -> Iterator[Case]:
    loose = ("limits.pue=null", FREE_CAPEX, "limits.zone_frac=null", "limits.power_gw=1.2")
    yield Case("nature", "tight limits", GW1)
    yield Case("nature", "loose limits", GW1, loose)
    yield Case("nature", "sparse fibre", GW1, (FREE_CAPEX,), 1e-4, Sites(100))
    yield Case("nature", "dense fibre", GW1, (FREE_CAPEX,), 1e-4, Sites(100, 1, DENSE_KM))
    yield Case("nature", "equal sites", GW1, (FREE_CAPEX,), 1e-4, Sites(20, 5))
    yield Case("nature", "survivable", GW1, (FREE_CAPEX, SURVIVABLE), 1e-4)


def _10gw() -> Iterator[Case]:
    yield Case("10gw", "2030 alone, tree", GW10, (*YEAR_2030, TREE), 1e-4)
    yield Case("10gw", "2030 alone", GW10, YEAR_2030, 1e-4)
    yield Case("10gw", "10 GW", GW10)
    yield Case("10gw", "10 GW to 1e-4", GW10, (), 1e-4)
    yield Case("10gw", "10 GW, tree", GW10, (TREE,))
    yield Case("10gw", "10 GW again", GW10, ("target.training_eflops.2030=10400",), before=())


CASES = (*_small(), *_size(), *_nature(), *_10gw())
GROUPS = tuple(dict.fromkeys(case.group for case in CASES))
