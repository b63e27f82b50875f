"""The summary of a plan: one screen of 80 columns that tells what matters."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console

from dcplan import audit
from dcplan.api import Brief, Plan
from dcplan.case import build
from dcplan.cli.summary import tell
from dcplan.plan import Plan as Record


def told(record: Record) -> str:
    page = io.StringIO()
    console = Console(file=page, width=80, highlight=False, markup=False, emoji=False)
    brief = Brief(build(record.scenario, record.library))
    tell(console, brief, Plan(audit.audited(record)), "saved in a folder")
    return page.getvalue()


def part(text: str, name: str) -> str:
    """What stands beside a name under the table, on one line."""
    below = text.partition("\n\n")[2]
    found = re.search(rf"^{name} +(.*(?:\n {{4,}}.*)*)", below, re.MULTILINE)
    assert found, name
    return " ".join(found[1].split())


def test_it_fits_and_tells_the_story(tiny_plan: Record) -> None:
    text = told(tiny_plan)
    assert max(map(len, text.splitlines())) <= 80
    rows = tiny_plan.summary.set_index("year").loc[2028]
    assert part(text, "sites 2028").startswith(f"{int(rows.sites)} in ")
    assert part(text, "chips 2028").startswith("thousand running: ")
    assert "MW contracted" in part(text, "power 2028")
    assert "kg CO2/MWh" in part(text, "power 2028")
    assert "per GW of facility power in 2028" in part(text, "capex")
    assert part(text, "opex 2028").startswith("$")
    assert part(text, "binds")
    assert part(text, "plan") == "saved in a folder"


def test_every_site_and_vendor_is_counted(tiny_plan: Record) -> None:
    text, sites = told(tiny_plan), tiny_plan.site_rows
    now = sites[sites.year == 2028].groupby("zone").size().to_dict()
    counts = re.findall(r"(\w+) [\d,.]+ \((\d+)\)", part(text, "sites 2028"))
    assert {zone: int(count) for zone, count in counts} == now
    chips = tiny_plan.chips[(tiny_plan.chips.year == 2028) & (tiny_plan.chips.running > 0)]
    for vendor in set(chips.vendor):
        assert f"{vendor} " in part(text, "chips 2028")


def test_many_kinds_of_chip_are_counted_not_listed(tiny_plan: Record) -> None:
    head = tiny_plan.chips[tiny_plan.chips.year == 2028].iloc[[0]].assign(running=5000.0)
    more = [head.assign(chip=f"kind{n}", vendor="Red", running=100.0 + n) for n in range(5)]
    text = told(replace(tiny_plan, chips=pd.concat([head.assign(vendor="Red"), *more])))
    assert "3 more" in part(text, "chips 2028")


@pytest.mark.parametrize("table", ["chips", "power", "link_rows"])
def test_a_year_with_nothing_in_it_says_so(tiny_plan: Record, table: str) -> None:
    empty = getattr(tiny_plan, table).iloc[:0]
    text = told(replace(tiny_plan, **{table: empty}))
    assert "none" in text
