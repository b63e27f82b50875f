"""What must hold for any case: random ones are drawn from tests/tiny and solved by the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dcplan.solve
from dcplan import case as cases
from dcplan.errors import NoPlan
from dcplan.library import Library

TinyCase = Callable[..., cases.Case]

few = settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, ...]:
    """Settings of a random case: targets, prices, rates, sizes and the objective."""
    first = draw(st.integers(5, 20))
    return (
        "solver.gap=1e-7",
        f"target.training_eflops={{2027: {first}, 2028: {draw(st.integers(first, 60))}}}",
        f"objective={draw(st.sampled_from(['tco', 'tco', 'capex']))}",
        f"money.discount_rate={draw(st.sampled_from([0, 0.05, 0.1]))}",
        f"chips.blue.price_usd*={draw(st.sampled_from([0.7, 1, 1.3]))}",
        f"sites.min_mw={draw(st.sampled_from([20, 40, 60]))}",
        f"supply.gas.lead_years={draw(st.sampled_from([0.5, 1.5]))}",
        f"corridors.j1/j2.km={draw(st.sampled_from([90, 200, 390]))}",
        *draw(st.sampled_from([(), ("limits.zone_frac=0.6",), ("workload.preset=loose",)])),
    )


def best(case: cases.Case) -> float | None:
    """The objective, None where there is no plan."""
    try:
        return dcplan.solve.solve(case).objective
    except NoPlan:
        return None


def same(one: float | None, two: float | None, factor: float = 1.0) -> bool:
    if one is None or two is None:
        return one is two
    return two == pytest.approx(factor * one, rel=1e-6)


def with_library(case: cases.Case, **tables: pd.DataFrame) -> cases.Case:
    return cases.build(case.scenario, replace(case.library, **tables))


def dearer(library: Library, factor: float) -> dict[str, pd.DataFrame]:
    """Every price of the library times a factor."""
    tables = {}
    for name in ("chips", "cooling", "supply", "reach", "zones", "sites"):
        table = library.table(name).copy()
        for column in table.columns[table.columns.str.contains("usd")]:
            table[column] = table[column] * factor
        tables[name] = table
    finance = library.finance.copy()
    priced = finance.index.str.contains("usd")
    finance.loc[priced, "value"] = finance.loc[priced, "value"] * factor
    return {**tables, "finance": finance}


@few
@given(wish=wishes())
def test_money_has_no_unit(tiny_case: TinyCase, wish: tuple[str, ...]) -> None:
    """**Proves** that all costs scale alike. **Sensitivity** a price or limit that misses a term."""
    case = tiny_case(*wish)
    limits = ("limits.capex_busd.total*=2", "limits.capex_busd.per_year*=2")
    twice = with_library(tiny_case(*wish, *limits), **dearer(case.library, 2.0))
    assert same(best(case), best(twice), 2.0)


NEW_NAMES = {"alpha": "zulu", "beta": "mike", "gamma": "abel"}


@few
@given(wish=wishes(), order=st.permutations(list(NEW_NAMES)))
def test_names_and_order_mean_nothing(
    tiny_case: TinyCase, wish: tuple[str, ...], order: list[str]
) -> None:
    """**Proves** that sites are told apart by their figures alone. **Sensitivity** any index slip."""
    case = tiny_case(*wish)
    rename: Any = NEW_NAMES
    moved = with_library(
        case,
        sites=case.library.sites.loc[order].rename(index=rename),
        corridors=case.library.corridors.rename(index=rename),
        chips=case.library.chips.iloc[::-1],
        supply=case.library.supply.iloc[::-1],
    )
    assert same(best(case), best(moved))


@few
@given(wish=wishes())
def test_useless_choices_change_nothing(tiny_case: TinyCase, wish: tuple[str, ...]) -> None:
    """**Proves** that a hopeless chip and supply are left alone, and that one more site never costs.

    **Sensitivity** a bound computed from the best or largest choice that is not one.
    """
    case = tiny_case(*wish)
    lib = case.library
    chip = lib.chips.loc[["blue"]].rename(index={"blue": "worse"})
    sold = lib.chip_supply.loc[["blue"]].rename(index={"blue": "worse"})
    gas = lib.supply.loc[["gas"]].rename(index={"gas": "worse"})
    library = replace(
        lib,
        chips=pd.concat([lib.chips, chip.assign(price_usd=2e6, it_w=9000.0)]),
        chip_supply=pd.concat([lib.chip_supply, sold]),
        supply=pd.concat([lib.supply, gas.assign(capex_usd_per_kw=90000.0, firm_frac=0.5)]),
    )
    offer = case.scenario.power.model_copy(update={"offer": ("worse", "grid", "gas")})
    found = best(case)
    assert same(
        found, best(cases.build(case.scenario.model_copy(update={"power": offer}), library))
    )
    site = lib.sites.loc[["beta"]].rename(index={"beta": "worse"})
    site = site.assign(construction_factor=2.0, lat=33.5, lon=-100.5, max_mw=60.0)
    wider = best(with_library(case, sites=pd.concat([lib.sites, site])))
    assert found is None or (wider is not None and wider <= found * (1 + 1e-6))


LOOSER = (
    *("limits.power_gw*=1.2", "limits.pue=1.4", "limits.capex_busd.total=null"),
    *("limits.vendor_frac.Red=1", "buyer.supply_frac=0.4", "sites.max_mw=200"),
    *("limits.zone_frac=null", "fibre.max_link_km=null"),
    "fibre.speeds_tbps=[40, 70, 100, 130, 160, 200]",
)


@settings(few, max_examples=8)
@given(wish=wishes(), change=st.sampled_from(LOOSER))
def test_loosening_never_costs(tiny_case: TinyCase, wish: tuple[str, ...], change: str) -> None:
    """**Proves** that more room is never worse, for any one limit.

    **Sensitivity** a big-M or bound that shrinks when a limit grows.
    """
    tight, loose = best(tiny_case(*wish)), best(tiny_case(*wish, change))
    if tight is not None:
        assert loose is not None
        assert loose <= tight * (1 + 1e-6)


TIGHTER = (
    *("limits.power_gw*=0.95", "limits.pue=1.2", "sites.max_sites=2", "sites.min_mw*=1.2"),
    *("limits.vendor_frac.Red=0.8", "buyer.supply_frac=0.2", "fibre.speeds_tbps=[100, 160]"),
    *("sites.forbid=[beta]", "sites.force=[gamma]", "chips.forbid=[blue]", "power.offer=[grid]"),
)


@settings(few, max_examples=8)
@given(wish=wishes(), change=st.sampled_from(TIGHTER))
def test_tightening_never_gains(tiny_case: TinyCase, wish: tuple[str, ...], change: str) -> None:
    """**Proves** that less room is never better, for any one limit.

    **Sensitivity** a limit that takes away a lower bound with the upper one.
    """
    loose, tight = best(tiny_case(*wish)), best(tiny_case(*wish, change))
    if tight is not None:
        assert loose is not None
        assert tight >= loose * (1 - 1e-6)
