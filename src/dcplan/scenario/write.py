"""From a scenario back to data, to YAML text, and to the schema an editor can use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from dcplan.scenario.model import Scenario


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Every field as plain JSON data, defaults written out; fields without a value are absent.

    `parse(resolved(s)) == s`, also after a passage through JSON text.
    """
    return scenario.model_dump(mode="json", exclude_none=True)


def dump(scenario: Scenario) -> str:
    """YAML text that `read` takes back to an equal scenario."""
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = None
    yaml.width = 10_000
    yaml.allow_unicode = True
    stream = StringIO()
    data = _for_yaml(scenario.model_dump(exclude_none=True))
    yaml.dump(data, stream)
    return stream.getvalue()


def template() -> str:
    """A commented scenario to start from."""
    return files(__package__).joinpath("template.yaml").read_text(encoding="utf-8")


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario, with meaning, unit and bounds of every field."""
    schema: dict[str, Any] = without_null(Scenario.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _for_yaml(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_for_yaml(key): _for_yaml(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_for_yaml(inner) for inner in value]
    # The writer leaves some text bare that the reader cannot take back, such as ":0" in a key.
    if isinstance(value, str) and not re.fullmatch(r"[^\W_][\w ()./%-]*", value):
        return DoubleQuotedScalarString(value)
    return value


def without_null(part: Any) -> Any:
    """The schema without null: a field that has no value is left out, not set to null."""
    if isinstance(part, list):
        return [without_null(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    part = {key: without_null(inner) for key, inner in part.items() if inner is not None}
    options = [option for option in part.pop("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        return {**options[0], **part}
    return {**part, "anyOf": options} if options else part
