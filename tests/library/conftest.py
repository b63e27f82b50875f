"""A library of two sites, small enough to break one cell at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcplan.library import FINANCE_ITEMS

SOURCES = """Prose.

| id | title | where | date | licence |
|---|---|---|---|---|
| A | Paper | x.org | 2025 | CC0 |
"""
FILES = {
    "models/chips.csv": "chip,name,vendor,channel,trains,projected,earliest_year,"
    "bf16_tflops,fp8_tflops,mfu_bf16_frac,mfu_fp8_frac,it_w,price_usd,rack_kw,life_years\n"
    "one,One,V,merchant,yes,no,2024,1000,2000,0.4,0.3,1500,30000,40,5\n"
    "two,Two,W,google,yes,yes,,500,,0.4,,,,,5\n",
    "models/chip_supply.csv": "chip,year,world_chips\none,2026,1000\none,2027,2000\n",
    "models/cooling.csv": "cooling,climate,pue,capex_usd_per_kw_it,max_rack_kw,"
    "wue_l_per_kwh\nair,cold,1.2,2500,15,0\nair,marine,1.25,2500,15,0.1\n",
    "models/supply.csv": "supply,name,capex_usd_per_kw,fixed_usd_per_kw_year,variable_usd_per_mwh,"
    "heat_rate_mmbtu_per_mwh,lead_years,firm_frac,capacity_factor_frac,co2_kg_per_mwh,life_years,"
    "zone,max_mw\ngrid,Grid,300,0,,0,4,1,1,,30,,\n",
    "models/reach.csv": "reach_class,name,max_km,tbps_per_pair,new_usd_per_km,duct_usd_per_km,"
    "hut_usd_per_km,pair_usd,pair_usd_per_km,optics_usd_per_tbps,"
    "lease_usd_per_pair_km_year\nzr,ZR,80,25.6,6e4,1.5e4,0,2.4e5,0,15000,170\n",
    "models/workloads.csv": "workload,name,params_b,active_params_b,batch_mtokens,bits_per_param,"
    "precision,sync_every_steps,overlap_steps,goodput_frac\nmoe,MoE,10000,500,60,16,bf16,1,0.67,0.9\n",
    "models/finance.csv": "item,value,unit,meaning\n"
    + "".join(f"{item.name},1,{item.unit},x\n" for item in FINANCE_ITEMS),
    "models/figures.csv": "table,row,column,low,high,confidence,sources,note\n"
    "chips,*,*,,,recalled,A,table\nchips,*,price_usd,,,press,A,column\n"
    "chips,one,*,,,datasheet,A,row\nchips,one,price_usd,25000,35000,measured,A,cell\n"
    "cooling,*/cold,pue,1.1,1.3,own estimate,A,second key\n",
    "models/SOURCES.md": SOURCES,
    "grid/zones.csv": "zone,name,headroom_025pct_mw,headroom_05pct_mw,headroom_1pct_mw,"
    "energy_usd_per_mwh,co2_kg_per_mwh\nz,Zone,100,200,300,60,400\n",
    "sites/sites.csv": "site,name,zone,state,lat,lon,climate,max_mw,construction_factor,"
    "land_usd_per_acre\na,A,z,TX,32,-99,cold,,1,5000\nb,B,z,TX,33,-98,marine,500,1.1,6000\n",
}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Write the small library to the working folder."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {kind: tmp_path / kind for kind in ("models", "grid", "sites")}
