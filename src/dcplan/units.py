"""The one place where numbers change unit: from the units of the tables to those of the model.

The model works in MW, MWh, MUSD, kt CO2, km, Tb/s, thousand chips (kchips) and EFLOP/s.
One thousand chips of `w` watts draw `w / 1000` MW and cost `usd / 1000` MUSD.
"""

from __future__ import annotations

HOURS_PER_YEAR = 8760.0
FLOP_PER_EFLOPS_YEAR = 1e18 * 3600 * HOURS_PER_YEAR

MW_PER_GW = 1e3
MUSD_PER_BUSD = 1e3
CHIPS_PER_KCHIP = 1e3
MWH_PER_GWH = 1e3
KG_PER_KT = 1e6


def musd(usd: float) -> float:
    """USD to MUSD."""
    return usd / 1e6


def musd_per_mw(usd_per_kw: float) -> float:
    """USD/kW to MUSD/MW (also per year)."""
    return usd_per_kw / 1e3


def mw_per_kchip(watts_per_chip: float) -> float:
    """W per chip to MW per thousand chips.

    >>> mw_per_kchip(2090)
    2.09
    """
    return watts_per_chip / 1e3


def musd_per_kchip(usd_per_chip: float) -> float:
    """USD per chip to MUSD per thousand chips."""
    return usd_per_chip / 1e3


def kt_per_kchip(kg_per_chip: float) -> float:
    """Kg per chip to kt per thousand chips."""
    return kg_per_chip / 1e3


def kt_per_mw(kg_per_kw: float) -> float:
    """kg/kW to kt/MW."""
    return kg_per_kw / 1e3


def eflops_per_kchip(tflops_per_chip: float) -> float:
    """TFLOP/s per chip to EFLOP/s per thousand chips."""
    return tflops_per_chip / 1e3


def tbps_per_eflops(bit_per_flop: float) -> float:
    """bit per FLOP to Tb/s per EFLOP/s."""
    return bit_per_flop * 1e6


def eflops_years(flop: float) -> float:
    """FLOP to EFLOP/s kept up for a year of 365 days.

    >>> eflops_years(3.1536e27)
    100.0
    """
    return flop / FLOP_PER_EFLOPS_YEAR
