"""A library: three folders of tables, found, read and checked together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from dcplan.errors import InputError, Problem, suggest
from dcplan.library.relations import Finding, relations
from dcplan.library.schema import FIGURES, TABLES
from dcplan.library.sheet import Sheet, frame, no_rows, read_sheet, shown
from dcplan.library.sources import Source, check_figures, read_sources

SOURCES_FILE = "SOURCES.md"
SHAPE_FILES = ("zones.geojson", "states.geojson")
_SHELVES = {
    "models": "models",
    "grid": "data/grids",
    "sites": "data/sites",
    "fleet": "data/fleets",
    "published": "data/published",
}
# A file with the wrong unit throughout would otherwise bury every other message.
_MOST_PROBLEMS = 100


@dataclass(frozen=True, eq=False)
class Library:
    """Every table, indexed by its keys; columns, units and bounds are those of `schema.TABLES`.

    Numbers are float (NaN: not published, or no limit), integers int (float where they may be
    blank), flags bool, text str ('' when blank). `figures` holds figures.csv of all
    folders, indexed by (table, row, column), and `sources` the tables of SOURCES.md, indexed by
    id; both tell the folder in the column `folder`. `folders` maps models, grid and sites, and fleet
    where a fleet was read; else the tables of one have no rows.
    """

    chips: pd.DataFrame
    chip_supply: pd.DataFrame
    chip_prices: pd.DataFrame
    wafers: pd.DataFrame
    cooling: pd.DataFrame
    supply: pd.DataFrame
    reach: pd.DataFrame
    workloads: pd.DataFrame
    replicas: pd.DataFrame
    goodput: pd.DataFrame
    finance: pd.DataFrame
    zones: pd.DataFrame
    upgrades: pd.DataFrame
    nodes: pd.DataFrame
    corridors: pd.DataFrame
    sites: pd.DataFrame
    fleet_sites: pd.DataFrame
    fleet_power: pd.DataFrame
    fleet_chips: pd.DataFrame
    fleet_links: pd.DataFrame
    figures: pd.DataFrame
    sources: pd.DataFrame
    folders: Mapping[str, Path]

    def table(self, name: str) -> pd.DataFrame:
        """Return the table of that name of `schema.TABLES`."""
        rows: pd.DataFrame = getattr(self, name)
        return rows


def names(kind: str) -> list[str]:
    """Return the names of the folders of a kind (models, grid, sites, fleet) that ship."""
    return sorted(path.name for path in shelf(kind).iterdir() if path.is_dir())


def locate(kind: str, name: str, beside: Path) -> Path:
    """Return the folder that a scenario's `library.<kind>`, or `existing` for a fleet, means.

    A name that ships, or a path from the folder `beside`. Parts '..' are followed only where
    the path says so at once: it starts with './' or '../' or is absolute. Raises InputError.
    """
    where = _field(kind)
    is_path = "/" in name or "\\" in name or name in ("", ".", "..")
    if not is_path:
        known = names(kind)
        if name in known:
            return shelf(kind) / name
        what = f"is {name!r}; it must be a name that ships ({', '.join(known)}) or a path"
        hint = suggest(name, known) or f"; a folder beside the scenario is './{name}'"
        raise InputError([Problem(where, what + hint)])
    if ".." in Path(name).parts and not name.startswith(("./", "../", "/")):
        what = f"is {name!r}; a path with '..' must start with './' or '../'"
        raise InputError([Problem(where, what)])
    path = beside / name
    try:
        there = bool(name) and path.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        what = f"is {name[:200]!r}; it must be a folder that exists, from that of the scenario"
        raise InputError([Problem(where, what)])
    return path


def read(models: Path, grid: Path, sites: Path, fleet: Path | None = None) -> Library:
    """Read and check the folders; raises InputError with every problem of all files."""
    folders = {"models": models, "grid": grid, "sites": sites}
    if fleet is not None:
        folders["fleet"] = fleet
    absent = [
        Problem(shown(path), f"is missing; {_field(kind)} must be a folder")
        for kind, path in folders.items()
        if not path.is_dir()
    ]
    if absent:
        raise InputError(absent)
    sheets = {
        t.name: read_sheet(t, folders[t.folder] / t.file) if t.folder in folders else no_rows(t)
        for t in TABLES.values()
    }
    _note(sheets, relations({n: s.columns for n, s in sheets.items()}, _whole(sheets)))
    figures: list[Sheet] = []
    sources: list[dict[str, Source]] = []
    problems = [problem for sheet in sheets.values() for problem in _first(sheet)]
    for kind, path in folders.items():
        listed, wrong = read_sources(path / SOURCES_FILE)
        sheet = read_sheet(FIGURES, path / FIGURES.file)
        own = {name: s for name, s in sheets.items() if s.table.folder == kind}
        _note({"figures": sheet}, check_figures(sheet, own, listed))
        problems += [*wrong, *_first(sheet)]
        figures.append(sheet)
        sources.append(listed)
    if problems:
        raise InputError(problems)
    tables = {name: frame(sheet) for name, sheet in sheets.items()}
    cited = pd.concat([frame(f).assign(folder=k) for k, f in zip(folders, figures, strict=True)])
    listing = [
        {**asdict(s), "folder": k}
        for k, d in zip(folders, sources, strict=True)
        for s in d.values()
    ]
    fields = [*Source.__dataclass_fields__, "folder"]
    titles = pd.DataFrame(listing, columns=fields, dtype=str).set_index("id")
    return Library(**tables, figures=cited, sources=titles, folders=folders)


def digest(library: Library) -> str:
    """Return the SHA-256 of the bytes of all files of the library, wherever they stand."""
    seal = hashlib.sha256()
    for kind, folder in sorted(library.folders.items()):
        own = [table.file for table in TABLES.values() if table.folder == kind]
        for name in [*own, FIGURES.file, SOURCES_FILE, *SHAPE_FILES]:
            if (folder / name).is_file():
                data = (folder / name).read_bytes()
                seal.update(f"{kind}/{name} {len(data)}\n".encode())
                seal.update(data)
    return seal.hexdigest()


def _field(kind: str) -> str:
    """The field of a scenario that names a folder of this kind."""
    return "existing" if kind == "fleet" else f"library.{kind}"


def shelf(kind: str) -> Path:
    """Return where folders of a kind ship: inside an installed package, else in the checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "shipped"
    return (shipped if shipped.is_dir() else package.parents[1]) / _SHELVES[kind]


def _whole(sheets: Mapping[str, Sheet]) -> dict[str, bool]:
    return {name: sheet.whole for name, sheet in sheets.items()}


def _note(sheets: Mapping[str, Sheet], findings: Iterable[Finding]) -> None:
    for table, position, column, what in findings:
        sheet = sheets[table]
        if position < 0:
            sheet.problems.append(Problem(sheet.where, what))
        else:
            sheet.add(position, column, what)


def _first(sheet: Sheet) -> list[Problem]:
    """Return the problems of a file, up to a number that a person will read."""
    more = len(sheet.problems) - _MOST_PROBLEMS
    if more <= 0:
        return sheet.problems
    rest = Problem(sheet.where, f"has {more} more problems; mend those below first")
    return [*sheet.problems[:_MOST_PROBLEMS], rest]
