"""Write the pages of this folder that follow from the code: `python docs/generate.py`.

A test holds the files against `pages()`, so a change of the code that a page does not tell fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dcplan.cli.book import markdown
from dcplan.cli.book import pages as chapters
from dcplan.library import FIGURES, FINANCE_ITEMS, TABLES, Column, Table
from dcplan.plan import FUTURES, SUMMARY
from dcplan.plan import TABLES as PLAN_TABLES
from dcplan.scenario import json_schema
from dcplan.study import json_schema as study_schema

SCENARIO = """# The fields of a scenario

Generated from the schema that reads them; `docs/scenario.schema.json` is the same for editors.
Unknown fields are refused. *Per year* means one number for all plan years, or one for each:
`{2027: 2, 2028: 4}`. A field without a default must be given, unless it says *free*: left out, it
does not limit.

`--set path=value` on the command line replaces any of them for one run; `path*=0.8`, `path+=5` and
`path-=5` change the number that stands there.
"""
STUDY = """# The fields of a study

Generated from the schema that reads them; `docs/study.schema.json` is the same for editors.
[studies.md](studies.md) tells what each kind is for. Unknown fields are refused, and exactly one of the
kinds from `sweep` to `timeline` is given.
"""
TABLES_PAGE = """# The tables

Generated from the declarations that read and write them. A number may not be NaN or infinite. *may
be blank* means: not published, or no limit.
"""
PLAN_FOLDER = """## A plan folder

Beside the tables, `plan.json` holds what the solve was and found, `cuts.json` the sets of nodes that its
bound was drawn from (year, direction, kind, site or zone, and as bits of a hex number each the nodes and the
sites that are spared), and `run.json` the seconds it took (`solve_seconds`), which are all that two equal
runs differ in.
"""


def pages() -> dict[str, str]:
    """Text of every generated page by file name."""
    schema, study = json_schema(), study_schema()
    return {
        "book.md": markdown(chapters()),
        "scenario.md": "\n".join([SCENARIO, *_blocks(schema)]),
        "scenario.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        "study.md": "\n".join([STUDY, *_blocks(study, "The study")]),
        "study.schema.json": json.dumps(study, indent=2, ensure_ascii=False) + "\n",
        "tables.md": "\n".join([TABLES_PAGE, *_tables()]),
    }


def _blocks(schema: dict[str, Any], title: str = "The scenario") -> Iterator[str]:
    yield from _block(title, "", schema, schema)
    for name, field in schema["properties"].items():
        yield from _inner(name, field, schema)


def _inner(path: str, field: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    block = _resolved(field, schema)
    if "properties" not in block:
        return
    title = f"`{path}`, each entry" if "items" in field else f"`{path}`"
    yield from _block(title, path, block, schema)
    for name, inner in block["properties"].items():
        yield from _inner(f"{path}.{name}", inner, schema)


def _block(title: str, path: str, block: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    if path:
        yield f"## {title}\n\n{block.get('description', '')}\n"
    else:
        yield f"## {title}\n"
    yield "| field | meaning | value | default |\n|---|---|---|---|"
    required = block.get("required", [])
    for name, field in block["properties"].items():
        default = "**required**" if name in required else _default(path, field)
        meaning = _cell(field.get("description", ""))
        yield f"| `{name}` | {meaning} | {_value(field, schema)} | {default} |"
    yield ""


def _resolved(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a field is: a block where it refers to one, or is a list of them."""
    field = field.get("items", field)
    if "$ref" in field:
        found: dict[str, Any] = schema["$defs"][field["$ref"].rpartition("/")[2]]
        return found
    return field


def _value(field: dict[str, Any], schema: dict[str, Any]) -> str:
    if options := field.get("anyOf") or field.get("oneOf"):
        shown = [_value(option, schema) for option in options]
        per_year = any("additionalProperties" in o or "patternProperties" in o for o in options)
        return f"{shown[0]}, per year" if per_year else " or ".join(shown)
    if "properties" in _resolved(field, schema):
        return "list of blocks" if "items" in field else "block"
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    kind = str(field.get("type", "value"))
    if kind == "array":
        return f"list of {_value(field['items'], schema)}"
    if kind == "object":
        return "names and values"
    words = {"number": "number", "integer": "whole number", "string": "text"}
    return words.get(kind, kind) + _bounds(field)


def _bounds(field: dict[str, Any]) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
    parts = [f"{sign} {_number(field[name])}" for name, sign in signs.items() if name in field]
    return f" {', '.join(parts)}" if parts else ""


def _default(path: str, field: dict[str, Any]) -> str:
    if "default" not in field:
        return "the preset's" if path == "workload" else "free"
    default = field["default"]
    if isinstance(default, dict):
        return "as below" if "$ref" in field else "none"
    return f"`{json.dumps(default)}`" if default != [] else "none"


def _number(value: float) -> str:
    return f"{value:,.15g}" if abs(value) >= 1e4 else f"{value:.15g}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _tables() -> Iterator[str]:
    yield "## The library\n\nWhich folder a table stands in is told with it.\n"
    places = {
        "models": "models/<name>",
        "grid": "data/grids/<name>",
        "sites": "data/sites/<name>",
        "fleet": "data/fleets/<name>",
    }
    for table in TABLES.values():
        yield from _table(table, f"`{places[table.folder]}/{table.file}`")
    yield from _items()
    yield from _table(FIGURES, "`figures.csv` in each folder")
    yield PLAN_FOLDER
    for table in PLAN_TABLES.values():
        yield from _table(table, f"`{table.file}`")
    yield from _table(SUMMARY, "`summary` in `plan.json`")
    yield from _table(FUTURES, f"`{FUTURES.file}`, with several futures only")


def _table(table: Table, place: str) -> Iterator[str]:
    optional = " The file may be absent." if table.optional and table.folder else ""
    yield f"### {table.name}\n\n{place}, one row per {' and '.join(table.keys)}.{optional}\n"
    yield "| column | unit | meaning | value |\n|---|---|---|---|"
    for column in table.columns:
        yield _column(column)
    yield ""


def _column(column: Column) -> str:
    values = {"flag": "yes or no", "choice": ", ".join(column.choices)}
    parts = [values.get(column.kind, "whole number" if column.kind == "integer" else column.kind)]
    if column.low is not None:
        parts.append(f"{'>' if column.above else '≥'} {_number(column.low)}")
    if column.high is not None:
        parts.append(f"≤ {_number(column.high)}")
    if not column.required:
        parts.append("may be blank or left out" if column.spare else "may be blank")
    return f"| `{column.name}` | {column.unit} | {_cell(column.meaning)} | {', '.join(parts)} |"


def _items() -> Iterator[str]:
    yield "The items of finance.csv are fixed:\n"
    yield "| item | unit | meaning | value |\n|---|---|---|---|"
    for item in FINANCE_ITEMS:
        yield _column(item)
    yield ""


if __name__ == "__main__":
    for name, text in pages().items():
        (Path(__file__).parent / name).write_text(text, encoding="utf-8")
