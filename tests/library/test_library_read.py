"""A folder that a person wrote is read as it stands, or refused in the words that mend it."""

# ruff: noqa: E501 - a case reads best on one line

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dcplan.errors import InputError
from dcplan.library import digest, locate, read, shapes


def said(folders: dict[str, Path]) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(**folders)
    return str(caught.value).splitlines()


def edit(path: str, old: str, new: str) -> None:
    file = Path(path)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_values_have_their_kinds(folders: dict[str, Path]) -> None:
    library = read(**folders)
    one, two = library.chips.loc["one"], library.chips.loc["two"]
    assert one["price_usd"] == 30000 and bool(one["projected"]) is False
    assert two[["price_usd", "earliest_year"]].isna().all()
    assert library.chip_supply.at[("one", 2027), "world_chips"] == 2000
    assert library.supply.at["grid", "zone"] == ""
    assert library.workloads["sync_every_steps"].dtype.kind == "i"
    assert library.nodes.empty and library.corridors.empty and library.replicas.empty
    assert shapes(library) is None


def test_excel_habits_are_tolerated(folders: dict[str, Path]) -> None:
    """A byte order mark, CRLF and a trailing blank row do not change what is read."""
    before = read(**folders).zones
    path = Path("grid/zones.csv")
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() + b",,,,,,\r\n")
    assert read(**folders).zones.equals(before)


CELLS = [
    ("models/chips.csv", ",30000,", ",-3,", "line 2, price_usd: is -3; it must be at least 0"),
    ("models/chips.csv", ",30000,", ",1e999,", "line 2, price_usd: is '1e999'; it must be a number such as 1234.5"),
    ("models/chips.csv", ",30000,", ',"30,000",', "line 2, price_usd: is '30,000'; it must be a number such as 1234.5"),
    ("models/chips.csv", ",30000,", ",nan,", "line 2, price_usd: is 'nan'; it must be a number such as 1234.5"),
    ("models/chips.csv", ",1000,2000,0.4", ",1000,2000,40", "line 2, mfu_bf16_frac: is 40; it must be at most 1"),
    ("models/chips.csv", ",yes,no,", ",perhaps,no,", "line 2, trains: is 'perhaps'; it must be yes or no"),
    ("models/chips.csv", "\ntwo,", "\none,", "line 3, chip: is 'one', as in line 2; each must stand once"),
    ("models/chips.csv", "\ntwo,", "\nt/o,", "line 3, chip: is 't/o'; a key must not contain / or *"),
    ("models/chips.csv", "\ntwo,Two", '\ntwo,"T\nwo"', "line 3, name: holds a line break or control character; it must be one line of text"),
    ("models/chip_supply.csv", "one,2026", "onee,2026", "line 2, chip: is 'onee'; it must be a chip of chips.csv; did you mean 'one'?"),
    ("models/chip_supply.csv", "2026", "2026.5", "line 2, year: is 2026.5; it must be a whole number"),
    ("models/cooling.csv", "1.2,", "0.9,", "line 2, pue: is 0.9; it must be at least 1"),
    ("models/reach.csv", ",80,25.6", ",80,0", "line 2, tbps_per_pair: is 0; it must be more than 0"),
    ("models/workloads.csv", "bf16,", "fp16,", "line 2, precision: is 'fp16'; it must be one of bf16, fp8; did you mean 'bf16'?"),
    ("models/workloads.csv", "0.67", "1.5", "line 2, overlap_steps: is 1.5; it must be at most sync_every_steps, which is 1"),
    ("models/finance.csv", "route_factor,1", "route_factor,0.5", "line 15, value: is 0.5; it must be at least 1"),
    ("models/figures.csv", "chips,one,*", "chips,once,*", "line 4, row: is 'once'; it must be * or a row of chips; did you mean 'one'?"),
    ("models/figures.csv", "press,A", "press,B", "line 3, sources: is 'B'; it must be an id of SOURCES.md"),
    ("models/figures.csv", "25000,35000", "35000,25000", "line 5, low: is above high; it must be at most high"),
    ("grid/zones.csv", "100,200", "250,200", "line 2, headroom_025pct_mw: is 250; it must be at most headroom_05pct_mw, which is 200"),
    ("sites/sites.csv", "32,-99", "-99,32", "line 2, lat: is -99; it must be at least -90"),
    ("sites/sites.csv", "A,z", "A,", "line 2, zone: is blank; it must be a word or a name"),
    ("sites/sites.csv", "cold", "colt", "line 2, climate: is 'colt'; it must be a climate of cooling.csv; did you mean 'cold'?"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "line"), CELLS)
def test_a_bad_cell_gives_its_line(
    folders: dict[str, Path], path: str, old: str, new: str, line: str
) -> None:
    edit(path, old, new)
    assert said(folders) == [f"{path} {line}"]


def test_corridors_join_two_places_once(folders: dict[str, Path]) -> None:
    Path("grid/nodes.csv").write_text("node,name,lat,lon\nn,N,30,-97\n")
    Path("grid/corridors.csv").write_text(
        "node_a,node_b,kind,km\na,n,new,300\nn,a,new,300\na,a,spur,5\na,m,fibre,9\n"
    )
    assert said(folders) == [
        "grid/corridors.csv line 3, node_b: is 'a'; the corridor from there to 'n' stands already",
        "grid/corridors.csv line 4, node_b: is node_a too; the ends must differ",
        "grid/corridors.csv line 5, kind: is 'fibre'; it must be one of existing, new, spur",
        "grid/corridors.csv line 5, node_b: is 'm'; it must be a node of nodes.csv or sites.csv",
    ]


HEADER = "zone,name,headroom_025pct_mw,headroom_05pct_mw,headroom_1pct_mw,energy_usd_per_mwh,co2_kg_per_mwh"
NAMES = f"{HEADER},large_load_years".replace(",", ", ")
BAD_FILES = [
    (b"", f": is empty; its first line must be {NAMES}"),
    (b"z,Zone,1,2,3,60,400\n", f" line 1: does not name the columns of zones; it must be {NAMES}"),
    (b"zone;name\nz;Zone\n", " line 1: has no commas; cells must be separated by commas, not semicolons or tabs"),
    (b"zone,name\nz,Caf\xe9\n", " line 2: is not UTF-8 text (byte 0xe9); save it as CSV UTF-8"),
    (f'{HEADER}\nz,"Zone,1,2,3,60,400\n', " line 2: is not CSV (unexpected end of data); check the quotes from this line on"),
    (f"{HEADER}\nz,Zone,1,2,3,60\n", " line 2: has 6 cells; it must have 7, one for each column"),
    (f"{HEADER}\n", ": has no rows; it must have at least one"),
    (f"{HEADER},name\nz,Zone,1,2,3,60,400,Zone\n", " line 1, name: stands 2 times; it must stand once"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "line"), BAD_FILES)
def test_a_bad_file_gives_one_line(folders: dict[str, Path], data: bytes | str, line: str) -> None:
    """The zones that cannot be read are not held against the sites that name them."""
    Path("grid/zones.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    assert said(folders) == [f"grid/zones.csv{line}"]


def test_a_misspelt_column_is_named_with_the_right_one(folders: dict[str, Path]) -> None:
    edit("models/chips.csv", "price_usd", "prise_usd")
    assert said(folders) == [
        "models/chips.csv line 1: has no column 'price_usd'; add it",
        "models/chips.csv line 1, prise_usd: is not a column of chips; rename or remove it; did you mean 'price_usd'?",
    ]


def test_missing_and_oversized_files(folders: dict[str, Path]) -> None:
    Path("models/chips.csv").unlink()
    with Path("sites/sites.csv").open("r+b") as file:
        file.truncate(100_000_000)
    assert said(folders) == [
        "models/chips.csv: is missing; it must be a file in that folder",
        "sites/sites.csv: is 100 MB; it must be at most 50 MB",
    ]
    assert said(folders | {"grid": Path("gird")}) == [
        "gird: is missing; library.grid must be a folder"
    ]


def test_problems_of_all_files_come_together_up_to_a_readable_number(
    folders: dict[str, Path],
) -> None:
    edit("models/finance.csv", "gas_usd_per_mmbtu,1", "gas_price,1")
    rows = "".join(f"s{n},S,z,TX,95,0,cold,,1,1\n" for n in range(300))
    with Path("sites/sites.csv").open("a") as file:
        file.write(rows)
    lines = said(folders)
    assert lines[:3] == [
        "models/finance.csv: has no 'gas_usd_per_mmbtu'; add a row for it",
        "models/finance.csv line 13, item: is 'gas_price', which has no effect; remove it",
        "sites/sites.csv: has 200 more problems; mend those below first",
    ]
    assert len(lines) == 103


def test_sources_must_be_a_table_with_each_id_once(folders: dict[str, Path]) -> None:
    with Path("models/SOURCES.md").open("a") as file:
        file.write("| A | Again | x | 2025 | CC0 |\n| B | too | few |\n")
    assert said(folders) == [
        "models/SOURCES.md line 6, id: is 'A' once more; each id must stand once",
        "models/SOURCES.md line 7: must have 5 cells, the first one the id; write | in a cell as \\|",
    ]


@pytest.mark.parametrize(
    "name", ["uss", "", "..", "us/../us", "./gone", "/gone", "a\0b/c", "x" * 5000 + "/"]
)
def test_locate_refuses_nonsense(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"^library\.grid: is "):
        locate("grid", name, tmp_path / "none" if name == ".." else tmp_path)


def test_locate_takes_a_shipped_name_or_a_path_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    assert locate("grid", "us", tmp_path).joinpath("zones.csv").is_file()
    assert locate("grid", "./ours", tmp_path) == tmp_path / "ours"
    assert locate("grid", "../ours", tmp_path / "ours").samefile(tmp_path / "ours")


def test_digest_follows_every_byte_and_not_the_place(folders: dict[str, Path]) -> None:
    before = digest(read(**folders))
    moved = folders["grid"].rename("elsewhere")
    assert digest(read(**folders | {"grid": moved})) == before
    (moved / "zones.geojson").write_text("{}")
    assert digest(read(**folders | {"grid": moved})) != before


def test_reading_is_quick(folders: dict[str, Path]) -> None:
    """3,000 sites in well under the second that a person would notice."""
    rows = "".join(f"s{n},S,z,TX,32,-99,cold,,1,1\n" for n in range(3000))
    with Path("sites/sites.csv").open("a") as file:
        file.write(rows)
    start = time.process_time()
    read(**folders)
    assert time.process_time() - start < 1.0
