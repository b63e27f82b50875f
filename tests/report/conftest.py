"""The tiny plan, and the same with names that no format may trip over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcplan.plan import Plan

HOSTILE = "=1+1, \"A\" 'b' <script>alert(1)</script> & ]]> {{7*7}} {#x#} 東京 Київ "


@pytest.fixture(scope="session")
def hostile_plan(tiny_plan: Plan) -> Plan:
    library = tiny_plan.library
    named = {
        table: library.table(table).assign(
            name=[HOSTILE + str(key) for key in library.table(table).index]
        )
        for table in ("sites", "zones", "chips", "nodes", "supply")
    }
    rows = tiny_plan.site_rows.assign(name=HOSTILE + tiny_plan.site_rows.site_id)
    return replace(
        tiny_plan,
        library=replace(library, **named),
        site_rows=rows,
        scenario=tiny_plan.scenario.model_copy(update={"name": HOSTILE + "fleet"}),
    )
