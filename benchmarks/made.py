"""Libraries made for a case from those that ship: fewer sites, equal sites, dense fibre, more chips."""

from __future__ import annotations

import csv
import math
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from .cases import ROOT, SEED, Case, Sites

COUNTIES = ROOT / "data" / "sites" / "us-counties" / "sites.csv"
GRID = ROOT / "data" / "grids" / "us"
MODELS = ROOT / "models" / "base"
SHIFT_DEGREES = 1e-3
"""100 m, so that equal sites are two places."""
EARTH_RADIUS_KM = 6371.0
ROUTE_FACTOR = 1.2
Row = dict[str, str]


def settings_of(case: Case, folder: Path) -> list[str]:
    """Make what a case needs in an empty folder, and return the settings that name it."""
    found = []
    if (wish := case.sites) is not None:
        rows = sites(wish)
        _put(folder / "sites" / "sites.csv", rows)
        found.append(f"library.sites={folder / 'sites'}")
        if wish.dense_km is not None:
            shutil.copytree(GRID, folder / "grid")
            _put(
                folder / "grid" / "corridors.csv",
                [*_read(GRID / "corridors.csv"), *_routes(rows, wish.dense_km)],
            )
            found.append(f"library.grid={folder / 'grid'}")
    if case.chips is not None:
        _chips(case.chips, folder / "models")
        found.append(f"library.models={folder / 'models'}")
    return found


def sites(wish: Sites) -> list[Row]:
    """Rows of sites.csv, in the order of the draw."""
    rows = _read(COUNTIES)
    random.Random(SEED).shuffle(rows)
    return [_shifted(row, copy) for row in rows[: wish.counties] for copy in range(wish.copies)]


def _shifted(row: Row, copy: int) -> Row:
    if copy == 0:
        return row
    lat = f"{float(row['lat']) + copy * SHIFT_DEGREES:.4f}"
    return {**row, "site": f"{row['site']}_{copy}", "name": f"{row['name']} ({copy})", "lat": lat}


def _routes(rows: Sequence[Row], longest_km: float) -> Iterator[Row]:
    """Every pair of sites whose route is no longer."""
    for i, one in enumerate(rows):
        for two in rows[i + 1 :]:
            km = ROUTE_FACTOR * _km(one, two)
            if km <= longest_km:
                ends = {"node_a": one["site"], "node_b": two["site"]}
                yield {**ends, "kind": "new", "km": f"{km:.1f}"}


def _km(one: Row, two: Row) -> float:
    """Great circle by the haversine."""
    lat1, lon1, lat2, lon2 = (math.radians(float(r[k])) for r in (one, two) for k in ("lat", "lon"))
    part = math.sin((lat2 - lat1) / 2) ** 2
    part += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(part))


def _chips(count: int, folder: Path) -> None:
    """A models folder in which `count` of the chips for training have figures, some of them repeated.

    A repeated chip shares its supply with its copies and costs 1 % more each time.
    """
    shutil.copytree(MODELS, folder)
    chips, supply = _read(MODELS / "chips.csv"), _read(MODELS / "chip_supply.csv")
    sold = {row["chip"] for row in supply if row["year"] == "2028"}
    full = [row for row in chips if row["chip"] in sold and _whole(row)]
    often = {row["chip"]: 1 for row in full}
    added: list[Row] = []
    for place in range(count - len(full)):
        row = full[place % len(full)]
        name, again = row["chip"], often[row["chip"]]
        price = f"{float(row['price_usd']) * 1.01**again:.0f}"
        added.append({**row, "chip": f"{name}_{again}", "price_usd": price})
        often[name] += 1
    _put(folder / "chips.csv", [*chips, *added])
    _put(folder / "chip_supply.csv", [row for line in supply for row in _shared(line, often)])


def _whole(row: Row) -> bool:
    """Whether a chip has the figures that training needs, in FP8 or else in BF16."""
    has_rate = any(row[f"{kind}_tflops"] and row[f"mfu_{kind}_frac"] for kind in ("fp8", "bf16"))
    figures = ("it_w", "price_usd", "rack_kw", "earliest_year")
    known = has_rate and all(row[name] for name in figures)
    return known and row["trains"] == "yes" and row["projected"] == "no"


def _shared(line: Row, often: dict[str, int]) -> Iterator[Row]:
    copies = often.get(line["chip"], 1)
    share = f"{float(line['world_chips']) / copies:.0f}"
    for copy in range(copies):
        name = line["chip"] if copy == 0 else f"{line['chip']}_{copy}"
        yield {**line, "chip": name, "world_chips": share}


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _put(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
