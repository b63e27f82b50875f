"""What a study leaves in its folder beside the plans: tables, charts and a page.

runs.csv    one row a run: what was asked, how it ended, its figures and its plan folder
table.csv   the tidy table of its kind
chart*.svg  its charts, each of which reads by itself
study.html  all of it as one page that asks nothing of the network
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from dcplan import __version__
from dcplan.errors import InputError
from dcplan.files import put, put_text
from dcplan.report.colours import DARK, LIGHT
from dcplan.report.grids import Column, Grid, numbers, words
from dcplan.report.render import own, render
from dcplan.study.drive import State
from dcplan.study.folder import RUNS
from dcplan.study.kinds import KINDS
from dcplan.study.kinds.base import Story
from dcplan.words import figure, percent, plural, seconds

SHARES = ("gap", "worse")
"""Columns that are told in percent."""
PAGE, TABLE_FILE, RUNS_FILE = "study.html", "table.csv", "runs.csv"
FIGURES = (
    *("objective", "bound", "gap", "seconds", "first_plan_seconds", "tco_musd", "capex_musd"),
    *("opex_musd", "chips_tco_musd", "fibre_capex_musd", "carbon_kt", "eflops_years"),
    *("facility_mw", "delivered_eflops", "pue", "fibre_km", "fibre_tbps", "usd_per_chip_hour"),
    "reached",
)

NAMES = ("sites", "zones", "kchips", "chips", "supplies")


def write_runs(state: State) -> None:
    """Write runs.csv of what is finished; the rest stands as `waiting`. Raises InputError."""
    put(state.folder / RUNS_FILE, lambda new: _csv(runs_table(state), new))


def write_all(state: State) -> tuple[Path, ...]:
    """Write the tables, charts and page, and return them. Raises InputError."""
    folder, story = state.folder, state.story
    write_runs(state)
    put(folder / TABLE_FILE, lambda new: _csv(story.table, new))
    drawn = charts(story)
    made = [folder / f"chart{place or ''}.svg" for place in range(len(drawn))]
    for path, svg in zip(made, drawn, strict=True):
        put_text(path, alone(svg))
    put_text(folder / PAGE, page(state, story, drawn))
    return (folder / PAGE, folder / TABLE_FILE, *made)


def charts(story: Story) -> list[str]:
    """Every chart as SVG for a page; none without the extra `report`."""
    from dcplan.report.charts import svg

    try:
        return [svg(chart()) for chart in story.charts]
    except InputError:
        return []


def alone(svg: str) -> str:
    """A chart of a page as a file of its own: on a card, in light colours and a font that is there."""
    light = re.sub(r"var\(--[\w-]+, (#\w+)\)", r"\1", svg).replace(
        'font-family="inherit"', 'font-family="Arial, Liberation Sans, DejaVu Sans, sans-serif"'
    )
    return re.sub(
        "(<svg[^>]*>)",
        rf'\1<rect width="100%" height="100%" fill="{LIGHT["card"]}"/>',
        light,
        count=1,
    )


def runs_table(state: State) -> pd.DataFrame:
    """One row a run."""
    paths = list(dict.fromkeys(path for run in state.runs for path in run.values))
    rows = []
    for run in state.runs:
        row = state.results.get(run.name)
        asked = {"run": run.name, **{path: run.values.get(path) for path in paths}}
        if row is None:
            rows.append({**asked, "status": "waiting"})
            continue
        names = {k: ";".join(getattr(row, k)) for k in NAMES}
        told = {name: getattr(row, name) for name in FIGURES}
        place = f"{RUNS}/{row.key}" if row.solved or row.status == "rejected" else ""
        why = " ".join(row.why.split())
        rows.append({**asked, "status": row.status, **told, **names, "plan": place, "why": why})
    columns = ["run", *paths, "status", *FIGURES, *NAMES, "plan", "why"]
    return pd.DataFrame(rows, columns=columns)


def _csv(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def page(state: State, story: Story, drawn: list[str]) -> str:
    """The page as HTML."""
    study, scenario = state.asked.study, state.asked.scenario
    kind = KINDS[study.kind]
    found = [state.results[run.name] for run in state.runs if run.name in state.results]
    solved = sum(row.solved for row in found)
    done = f"{plural(solved, 'plan')} of {plural(len(state.runs), 'run')}"
    return render(
        "study.html.j2",
        title=study.name,
        kind=kind.title,
        base=scenario.name,
        badge="" if solved == len(state.runs) else "fair",
        done=done,
        answer=story.answer,
        notes=story.notes,
        charts=[Markup(svg) for svg in drawn],
        table_grid=grid("table", kind.title, story.table, dict(story.units)),
        runs=_runs_grid(state),
        settings=[f"{path} = {value}" for path, value in study.set.items()],
        base_year=scenario.money.base_year,
        gap=percent(scenario.solver.gap),
        time_limit=seconds(scenario.solver.time_limit_s),
        version=__version__,
        light=LIGHT,
        dark=DARK,
        css=own("page.css") + own("report.css") + own("study.css"),
    )


def _runs_grid(state: State) -> Grid:
    table = runs_table(state)
    told = table[["run", "status", "objective", "gap", "seconds", "plan", "why"]]
    units = {"objective": "in its unit", "gap": "fraction", "seconds": "s"}
    return grid("runs", "Every run", told, units)


def grid(key: str, title: str, table: pd.DataFrame, units: dict[str, str]) -> Grid:
    """A table as a page shows it; where each row has a unit, each number is written by itself."""
    mixed = "unit" in table
    columns = (_column(name, table[name], units.get(name, ""), mixed) for name in table)
    return Grid(key, title, tuple(columns))


def _column(name: str, values: Any, unit: str, mixed: bool) -> Column:
    head = f"{name}, {unit}" if unit else name
    known = [v for v in values if v is not None and not (isinstance(v, float) and math.isnan(v))]
    if known and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in known):
        if name in SHARES or mixed:
            tell = percent if name in SHARES else figure
            texts = tuple("—" if pd.isna(v) else tell(v) for v in values)
            return Column(name if name in SHARES else head, texts, texts, True)
        return numbers(head, [float("nan") if v is None else float(v) for v in values])
    return words(head, ["" if v is None else str(v).replace(";", "; ") for v in values])
