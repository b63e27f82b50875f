"""Ask the questions of examples/questions again and write questions.md: `python docs/questions.py [FOLDER]`.

The studies are kept in FOLDER, by default studies/questions, so what was solved before is not solved again.
What the page needs of each is kept in docs/questions/STUDY.csv; every number of its text is an expression over
those tables, in questions.md.j2, so the page says what the runs say.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from dcplan.library import Figure, cite, locate, read
from dcplan.study import State, conduct, local, read_study, write_all
from dcplan.study.read import number
from dcplan.study.write import runs_table
from dcplan.words import figure, percent

HERE = Path(__file__).parent
STUDIES = HERE.parent / "examples" / "questions"
WORKERS = 2
TIMES = ("seconds", "first_plan_seconds")
"""Columns that differ from run to run."""
DIGITS = 7
SHIPPED = {"models": "base", "grid": "us", "sites": "us"}


def files() -> list[Path]:
    """The studies, in the order of the questions."""
    return sorted(STUDIES.glob("[0-9][0-9]-*.yaml"))


def kept(state: State) -> str:
    """What the page needs of a study, as CSV: one row a run."""
    table = runs_table(state).drop(columns=[*TIMES, "plan", "why"])
    return table.to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}g")


@dataclass(frozen=True)
class Sheet:
    """The runs of a study, as the page speaks of them."""

    name: str
    runs: pd.DataFrame

    @property
    def paths(self) -> list[str]:
        """What was varied."""
        columns = list(self.runs.columns)
        return columns[1 : columns.index("status")]

    def at(self, *values: float | str) -> Any:
        """The run at these values, in the order of the file; of a tornado the run of that name."""
        told = {path: self.runs[path].map(_plain) for path in self.paths}
        hit = pd.Series(True, index=self.runs.index)
        for path, value in zip(self.paths, values, strict=True):
            hit &= told[path] == _plain(value)
        return next(self.runs[hit].itertuples(index=False))

    def value(self, path: str, end: str) -> float:
        """The low or high of a tornado's figure."""
        return float(self.runs[self.runs["run"] == f"{path} {end}"][path].iloc[0])

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value of the second field."""
        values = self.runs[self.paths[1]]
        return float(values.min()), float(values.max())

    def least(self, path: str, *others: str) -> float:
        """The least value of a field at which there is a plan, the other fields as they are given."""
        hit = ~self.runs.objective.isna()
        for name, value in zip([p for p in self.paths if p != path], others, strict=True):
            hit &= self.runs[name] == value
        return float(self.runs[hit][path].min())

    def named(self, name: str) -> Any:
        """The run of this name."""
        return next(self.runs[self.runs["run"] == name].itertuples(index=False))

    def edge(self, enters: str, *others: float | str) -> tuple[float, float]:
        """The two values of the first field between which a chip or supply comes in or goes."""
        path, *rest = self.paths
        found = self.solved
        for name, value in zip(rest, others, strict=True):
            found = found[found[name] == value]
        probes = sorted(
            (float(value), enters in f"{chips};{supplies}".split(";"))
            for value, chips, supplies in zip(found[path], found.chips, found.supplies, strict=True)
        )
        ends = [(a, b) for (a, before), (b, after) in pairwise(probes) if before != after]
        return ends[0] if ends else (float("nan"), float("nan"))

    @property
    def solved(self) -> pd.DataFrame:
        """Runs that have a plan."""
        return self.runs[~self.runs.objective.isna()]

    @property
    def gap(self) -> float:
        """The largest of its gaps."""
        return float(self.runs.gap.max())


def _plain(value: float | str) -> str:
    try:
        return number(float(value))
    except ValueError:
        return str(value)


def shipped() -> Callable[[str, str, str], Figure]:
    """Look up a figure of the library that the questions use: table, row and column."""
    folders = (locate(kind, name, HERE) for kind, name in SHIPPED.items())
    return partial(cite, read(*folders))


def sheets() -> dict[str, Sheet]:
    """The tables that are kept, by study."""
    return {
        path.stem: Sheet(path.stem, pd.read_csv(path, keep_default_na=False, na_values=[""]))
        for path in sorted((HERE / "questions").glob("*.csv"))
    }


def render() -> str:
    """The page from the tables that are kept."""
    world = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    world.filters |= {"figure": figure, "percent": share, "names": names, "chips": chips}
    found = sheets()

    def gap(*stems: str) -> str:
        worst = max(found[stem].gap for stem in stems)
        return share(worst)

    page: str = world.get_template("questions.md.j2").render(
        s=found,
        gap=gap,
        lib=shipped(),
        grid=grid,
        rows=rows,
        ends=ends,
        common=common,
        ever_in=ever_in,
        change=change,
        saves=saves,
        passed=passed,
    )
    return page


def passed(sheet: Sheet) -> list[str]:
    """Chips that its base offers and none of its plans has."""
    offered = read_study(STUDIES / f"{sheet.name}.yaml").case.chips.sold
    return sorted({str(chip) for chip in offered} - set(ever_in(sheet, "chips")))


def share(fraction: float) -> str:
    """A fraction in percent, as these pages write it."""
    return percent(fraction).replace("%", " %")


def common(sheet: Sheet, column: str) -> list[str]:
    """Names that are in all of its plans."""
    cells = [set(names(cell)) for cell in sheet.solved[column]]
    return sorted(set.intersection(*cells))


def ever_in(sheet: Sheet, column: str) -> list[str]:
    """Names that are in any of its plans."""
    return sorted({name for cell in sheet.runs[column] for name in names(cell)})


def change(run: Any, base: Any) -> str:
    """What a plan costs more or less than another, in percent; or that there is none."""
    if pd.isna(run.tco_musd):
        return "leave no plan"
    if run.bound <= base.objective and base.bound <= run.objective:
        return "the same within the gap"
    ratio = run.tco_musd / base.tco_musd - 1
    return f"{share(abs(ratio))} {'more' if ratio > 0 else 'less'}"


def saves(off: Any, on: Any) -> str:
    """What an offer saves a year, as far as the gaps of both searches tell."""
    low, high = off.bound - on.objective, off.objective - on.bound
    if low <= 0:
        return f"at most {figure(high / 1000, 2)} BUSD a year, if anything"
    return f"between {figure(low / 1000, 2)} and {figure(high / 1000, 2)} BUSD a year"


def grid(sheet: Sheet, column: str, per: float = 1.0, heads: Sequence[str] = ()) -> str:
    """A study of one field as rows, of two with the second across: a figure of each run."""
    first, *rest = sheet.paths
    across = list(dict.fromkeys(sheet.runs[rest[0]])) if rest else [None]
    names_ = list(heads) or [f"`{first}`", *(str(name) for name in across)]
    lines = ["| " + " | ".join(names_) + " |", "|---" + "|---:" * (len(names_) - 1) + "|"]
    for value in dict.fromkeys(sheet.runs[first]):
        cells = []
        for other in across:
            hit = sheet.runs[first] == value
            hit &= True if other is None else sheet.runs[rest[0]] == other
            run = sheet.runs[hit].iloc[0]
            cells.append(_missing(run) or figure(run[column] / per))
        lines.append("| " + " | ".join([_short(value), *cells]) + " |")
    return "\n".join(lines)


def rows(sheet: Sheet, heads: Sequence[str], columns: Sequence[str]) -> str:
    """A row a run: what was varied, then columns, as `tco_musd/1000` or `#sites` for how many names."""
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for _, run in sheet.runs.iterrows():
        cells = [_short(run[path]) for path in sheet.paths] + [_cell(run, c) for c in columns]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ends(sheet: Sheet, column: str, per: float, unit: str) -> str:
    """A tornado as rows: each figure, its low and high, and what comes of them."""
    lines = [f"| figure | low | high | {unit} at low | at high |", "|---|---:|---:|---:|---:|"]
    for path in sheet.paths:
        made = [sheet.named(f"{path} {end}") for end in ("low", "high")]
        values = [figure(sheet.value(path, end)) for end in ("low", "high")]
        told = [_missing(run) or figure(getattr(run, column) / per) for run in made]
        lines.append("| " + " | ".join([f"`{path}`", *values, *told]) + " |")
    return "\n".join(lines)


def _missing(run: Any) -> str:
    """What stands for a run without a plan: proven, or not settled in time."""
    if not pd.isna(run.objective):
        return ""
    return "not settled" if run.status == "unfinished" else "no plan"


def _cell(run: pd.Series, column: str) -> str:
    name, _, per = column.strip("#").partition("/")
    if missing := _missing(run):
        return missing if column == "tco_musd/1000" else ""
    if column.startswith("#"):
        return str(len(names(run[name])))
    return figure(run[name] / float(per or 1))


def _short(value: float | str) -> str:
    return value.strip("[]") if isinstance(value, str) else figure(value)


def names(text: Any) -> list[str]:
    """The names of a cell."""
    return [] if pd.isna(text) else str(text).split(";")


def chips(text: Any) -> dict[str, float]:
    """Thousand chips that run, by kind."""
    return {name: float(n) for name, n in (item.rsplit(" ", 1) for item in names(text))}


def pictures(study: Path) -> None:
    """Keep the charts of a study that the page shows: chart.svg, or chart1.svg as question-NAME-1.svg."""
    page = (HERE / "questions.md.j2").read_text(encoding="utf-8")
    for chart in sorted(study.glob("chart*.svg")):
        place = chart.stem.removeprefix("chart")
        name = f"question-{study.name}{'-' * bool(place)}{place}.svg"
        if f"images/{name}" in page:
            shutil.copyfile(chart, HERE / "images" / name)


def main() -> None:
    """Solve what is missing, then write the tables, the pictures and the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "studies" / "questions"
    (HERE / "questions").mkdir(exist_ok=True)
    for file in files():
        state = conduct(read_study(file), folder / file.stem, local(WORKERS))
        write_all(state)
        (HERE / "questions" / f"{file.stem}.csv").write_text(kept(state), encoding="utf-8")
        pictures(folder / file.stem)
    (HERE / "questions.md").write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
