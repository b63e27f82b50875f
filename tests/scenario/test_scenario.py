"""Reading, checking, changing and writing scenarios."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dcplan.errors import InputError
from dcplan.scenario import (
    Scenario,
    apply_relative,
    dump,
    json_schema,
    parse,
    read,
    resolved,
    template,
    yearly,
)

SMALL: dict[str, Any] = {
    "name": "small",
    "library": {"grid": "us", "sites": "us"},
    "buyer": {"channels": ["merchant"]},
    "years": [2027, 2028, 2029],
    "workload": {"preset": "moe-10t"},
    "target": {"training_eflops": {2027: 0, 2028: 10, 2029: 20}},
    "limits": {"power_gw": 2, "capex_busd": {"total": 100, "per_year": {2028: 50}}},
    "objective": "tco",
}


def small(**changes: Any) -> dict[str, Any]:
    return {**SMALL, **changes}


def lines(data: dict[str, Any], *settings: str) -> list[str]:
    """The messages that parsing raises."""
    with pytest.raises(InputError) as caught:
        parse(data, settings)
    return [str(problem) for problem in caught.value.problems]


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "s.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# Round trips


def full() -> Scenario:
    """A scenario that says something in every field."""
    return parse(
        small(
            money={"base_year": 2025, "discount_rate": 0.0},
            workload={"preset": "x", "params_b": 1e3, "precision": "fp8", "sync_every_steps": 5},
            limits={
                "power_gw": {2027: 1, 2029: 3},
                "pue": 1.2,
                "pue_site": 1.4,
                "capex_busd": {"per_year": 9},
                "zone_frac": 0.5,
                "vendor_frac": {"NVIDIA": 0.7},
                "curtailment": "1pct",
            },
            sites={"min_mw": 1e-5, "force": ["010", "no"], "forbid": ["2027-01-01", "1e4"]},
            chips={"only": ["a b"], "projected": ["null"]},
            power={"offer": ["grid", "gas"]},
            fibre={"max_link_km": 600, "speeds_tbps": [1, 2.5]},
            overrides={
                "replicas": {4: {"eta_frac": "*0.9"}},
                "zones": {"010": {"name": "+5", ":0": ":0"}},
            },
        )
    )


def test_written_scenarios_read_back_equal(tmp_path: Path) -> None:
    for scenario in (parse(SMALL), full()):
        assert read(write(tmp_path, dump(scenario))) == scenario
        assert parse(json.loads(json.dumps(resolved(scenario)))) == scenario
        assert dump(parse(resolved(scenario))) == dump(scenario)


@settings(deadline=None)
@given(text=st.text(min_size=1, max_size=60).filter(lambda text: text.strip() != ""))
def test_any_text_survives_the_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        scenario = parse(small(name=text, overrides={"zones": {"a": {text: text}}}))
    except InputError:
        return
    assert read(write(tmp_path_factory.getbasetemp(), dump(scenario))) == scenario


def test_resolved_writes_defaults_out_and_leaves_absent_limits_absent() -> None:
    data = resolved(parse(SMALL))
    rises = ("chips", "facility", "land", "power", "fibre", "energy", "staff")
    assert data["money"] == {
        **{"base_year": 2026, "discount_rate": 0.085},
        **{"wacc": {}, "escalation": dict.fromkeys(rises, 0.0)},
    }
    assert data["solver"]["gap"] == 1e-4
    assert "pue" not in data["limits"]


def test_a_scenario_knows_its_folder_but_is_equal_without(tmp_path: Path) -> None:
    scenario = read(write(tmp_path, dump(parse(SMALL))))
    assert scenario.folder == tmp_path
    assert scenario == parse(SMALL)


def test_a_scenario_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        parse(SMALL).limits.pue = 1.1


def test_the_template_is_a_scenario_and_shows_every_field(tmp_path: Path) -> None:
    assert read(write(tmp_path, template())).years == (2027, 2028)
    schema = json_schema()
    for block in (schema, *schema["$defs"].values()):
        for name in block["properties"]:
            assert f"{name}:" in template(), name


def test_lines_shown_in_the_template_may_be_switched_on(tmp_path: Path) -> None:
    text = template().replace("overrides: {}", "overrides:")
    on = "\n".join(
        line.replace("# ", "", 1) if line.startswith("  # ") else line for line in text.splitlines()
    )
    assert read(write(tmp_path, on)).limits.vendor_frac == {"NVIDIA": 0.8}


# Messages

MISTAKES = """\
name: 12
library: {grid: us, sites: us, modls: base}
buyer:
  channels: []
  supply_frac: 1.5
years: [2027, 2028]
money: {base_year: 2030, discount_rate: "0.08"}
workload: {preset: moe-10t, precision: fp4}
target:
  training_eflops: {2028: 500}
limits:
  pue: 0.9
  pue: 1.2
  power_gw: {2027: 5, 2031: 4, soon: 3}
  zone_frac: true
  pue_site:
sites: {min_mw: 300, max_mw: 200, max_sites: 1, force: [a, b], forbid: [b]}
chips:
  only:
    - a
    - 3
fibre: {topology: ring, speeds_tbps: [3, 2], max_link_km: .inf}
solver: {threads: 1.5}
overrides: {chps: {a: {b: 1}}, chips: {a: {b: +5}}}
"""

EXPECTED = """\
objective: is missing; give it a value (Least total cost (tco), least capex, most training (max_flop), \
least emissions (carbon), or the first year in which target.training_flop is delivered (earliest); a name)
line 1, name: is 12; it must be text
line 2, library.modls: is not a known field; did you mean 'models'?
line 4, buyer.channels: is []; it must have at least 1 entry
line 5, buyer.supply_frac: is 1.5; it must be at most 1.0
line 6, years: starts in 2027; it must not be before money.base_year 2030
line 7, money.discount_rate: is "0.08"; it must be a number
line 8, workload.precision: is "fp4"; it must be bf16 or fp8
line 10, target.training_eflops: has no value for 2027; give each year one, 0 for none
line 12, limits.pue: is 0.9; it must be at least 1.0
line 13, limits.pue: is given twice (first on line 12); keep one
line 14, limits.power_gw.2031: is not a plan year; the years are 2027 to 2028
line 14, limits.power_gw.soon: is not a year; the keys here are plan years such as 2028
line 15, limits.zone_frac: is true; it must be a number
line 16, limits.pue_site: has no value; give it one or take it out
line 17, sites.forbid: names "b", as does sites.force; keep one
line 17, sites.max_mw: is 200; it must be at least sites.min_mw, 300
line 17, sites.max_sites: is 1; it must be at least 2, the number of sites.force
line 21, chips.only item 2: is 3; it must be text
line 22, fibre.max_link_km: is Infinity; it must be a finite number
line 22, fibre.speeds_tbps: has 2.0 after 3.0; the values must rise
line 22, fibre.topology: is "ring"; it must be tree or survivable
line 23, solver.threads: is 1.5; it must be a whole number
line 24, overrides.chips.a.b: is +5; write "+5" in quotes to add, 5 to set
line 24, overrides.chps: is not a table of the library; did you mean 'chips'?
--set limits.pu=1: is not a known field; did you mean 'pue'?
--set fibre.max_link_km=-1, fibre.max_link_km: is -1; it must be greater than 0.0
"""


def test_all_problems_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    path = write(tmp_path, MISTAKES)
    with pytest.raises(InputError) as caught:
        read(path, ["limits.pu=1"])
    told = str(caught.value).replace(f"{path} ", "").replace(f"{path}, ", "")
    expected = EXPECTED.splitlines()[:-1]
    assert told.splitlines() == expected


def test_a_wrong_setting_is_told_in_place_of_the_line_it_replaces(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(write(tmp_path, dump(full())), ["fibre.max_link_km=-1"])
    assert str(caught.value) == EXPECTED.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is empty; it must hold a scenario (dcplan new writes one)"),
        ("# only words\n", "is empty; it must hold a scenario (dcplan new writes one)"),
        ("- a\n", "holds a list; it must hold fields such as name: and years:"),
        ("abc", "holds a single value; it must hold fields such as name: and years:"),
        (b"name: \xff", "is not UTF-8 text (byte 7); save it as UTF-8"),
        ("a: b\n" * 300_000, "is larger than 1000000 bytes; a scenario must be smaller"),
        ("a: 1\nb: [1, 2\nc: 3", " line 3: is not valid YAML: expected ',' or ']', but got ':'"),
        ("a: *nobody", " line 1: is not valid YAML: found undefined alias 'nobody'"),
        ("a: \x07", "is not valid YAML: special characters are not allowed"),
        ("a: 1\n---\nb: 1\n", "is not valid YAML: but found another document"),
        ("[" * 100_000, "is nested more than 20 deep; flatten it"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, content: str | bytes, what: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.endswith(what)
    assert "\n" not in message


def test_files_that_are_none(tmp_path: Path) -> None:
    for path, what in (
        (tmp_path / "none.yaml", "does not exist; check the path"),
        (tmp_path, "is a folder; it must be a scenario file"),
        (tmp_path / "\0", "cannot be read: embedded null byte"),
    ):
        with pytest.raises(InputError, match=what):
            read(path)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("limits: &a {pue: 1.1}\nsites: *a", "line 11, sites: repeats a part by alias"),
        ("limits: !!python/object:os.system {pue: 1}", "line 10, limits: carries a YAML tag"),
        ("limits: {[pue]: 1}", "line 10, limits: has a key that is not plain text"),
        ("limits: {pue: 1.1, <<: {pue: 1}}", "line 10, limits.<<: is not a known field"),
        ("limits: " + "{a: " * 30 + "1" + "}" * 30, "is nested more than 20 deep"),
        (f"limits: {{pue: {'9' * 5000}}}", "it must be a number"),
        (f"limits: {{pue: {'9' * 400}}}", "it must be a finite number"),
        ("limits: {pue: !!bool maybe}", 'limits.pue: is "maybe"; it must be a number'),
    ],
)
def test_doubtful_yaml_is_refused_at_its_line(tmp_path: Path, line: str, what: str) -> None:
    text = dump(parse({key: value for key, value in SMALL.items() if key != "limits"}))
    base = "".join(
        row
        for row in text.splitlines(keepends=True)
        if row[0] != " " and row.split(":")[0] in ("name", "library", "years", "objective")
    )
    assert base.count("\n") == 4
    base += "buyer: {channels: [a]}\nworkload: {preset: a}\n\n\ntarget: {training_eflops: 1}\n"
    with pytest.raises(InputError) as caught:
        read(write(tmp_path, base + line + "\n"))
    assert what in str(caught.value)


def test_numbers_may_be_written_with_an_exponent_and_keys_stay_text(tmp_path: Path) -> None:
    text = dump(parse(SMALL)).replace("gap: 0.0001", "gap: 1e-4").replace("600.0", "1e3")
    text = text.replace("overrides: {}", "overrides: {zones: {010: {no: 1}}}")
    scenario = read(write(tmp_path, text))
    assert (scenario.solver.gap, scenario.solver.time_limit_s) == (1e-4, 1000.0)
    assert scenario.overrides == {"zones": {"010": {"no": 1.0}}}


# Rules between fields


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"years": [2027, 2029]}, "years: leaves out 2028; plan years must follow one another"),
        ({"years": [2027, 2027]}, "years: has 2027 after 2027; years must rise"),
        ({"years": [2025]}, "years item 1: is 2025; it must be at least 2026"),
        ({"years": list(range(2027, 2043))}, "it must have at most 15 entries"),
        ({"objective": "capex", "target": None}, "target: has no value"),
        ({"target": {"training_eflops": {}}}, "has no value for 2027, 2028, 2029"),
        ({"target": {}}, "target: is empty; give target.training_eflops"),
        ({"target": {"training_flop": 1e27}}, "target.by: is missing"),
        ({"target": {"training_flop": 1e27, "by": 2040}}, "target.by: is 2040; it must be a plan"),
        ({"target": {"training_eflops": 1, "by": 2028}}, "target.by: has no effect without"),
        ({"objective": "earliest"}, "target.training_flop: is missing; objective earliest"),
        ({"tie_breakers": [{"objective": "earliest"}]}, "target.training_flop: is missing"),
        ({"tie_breakers": [{"objective": "tco"}]}, "objective: is tco, which is settled before"),
        ({"tie_breakers": [{"objective": "capex", "slack": 1}]}, "it must be less than 1"),
        (
            {"workload": {"preset": "a", "recovery": "islands_8", "goodput_frac": 0.9}},
            "workload.goodput_frac: has no effect beside workload.recovery",
        ),
        ({"limits": {"capex_busd": {"per_year": {2030: 1}}}}, "limits.capex_busd.per_year.2030"),
        ({"chips": {"only": ["a"], "forbid": ["a"]}}, "chips.forbid: names"),
        ({"buyer": {"channels": ["a", "a"]}}, 'names "a" twice'),
        ({"limits": {"pue": {2028: 1.1, "2028": 1.2}}}, "limits.pue.2028: is given twice"),
        ({"name": " "}, 'is " "; it must not be blank'),
        ({"name": "a\x1b[31m"}, "it must be one line of plain text"),
        ({"name": "\ud800"}, "must be text of valid characters"),
    ],
)
def test_fields_must_agree(changes: dict[str, Any], what: str) -> None:
    told = lines(small(**changes))
    assert len(told) == 1
    assert what in told[0]


def test_only_most_training_needs_no_target() -> None:
    data = {key: value for key, value in SMALL.items() if key != "target"}
    assert parse({**data, "objective": "max_flop"}).target.training_eflops == 0
    assert "target: is missing; objective tco needs target.training_eflops" in lines(data)[0]


def test_a_scenario_made_in_code_obeys_the_same_rules() -> None:
    fields = dict(parse(SMALL))
    assert Scenario(**fields) == parse(SMALL)
    with pytest.raises(ValidationError, match=r"target.training_eflops: has no value for 2030"):
        Scenario(**{**fields, "years": [2027, 2028, 2029, 2030]})


def test_yearly() -> None:
    assert yearly(2, (2027, 2028)) == {2027: 2.0, 2028: 2.0}
    assert yearly({2028: 1.5}, (2027, 2028)) == {2028: 1.5}
    assert yearly(None, (2027,)) == {}


# Settings


def value(path: str, *settings: str, data: dict[str, Any] = SMALL) -> Any:
    here: Any = resolved(parse(data, settings))
    for name in path.split("."):
        here = here[name]
    return here


@pytest.mark.parametrize(
    ("setting", "path", "expected"),
    [
        ("limits.pue=1.12", "limits.pue", 1.12),
        ("limits.pue = 1.12", "limits.pue", 1.12),
        ("name=a=b", "name", "a=b"),
        ("buyer.channels=[merchant, google]", "buyer.channels", ["merchant", "google"]),
        ("limits.capex_busd.total*=0.8", "limits.capex_busd.total", 80.0),
        ("limits.capex_busd.total+=5", "limits.capex_busd.total", 105.0),
        ("limits.capex_busd.total-=5", "limits.capex_busd.total", 95.0),
        ("limits.capex_busd.per_year.2028*=2", "limits.capex_busd.per_year", {"2028": 100.0}),
        ("target.training_eflops*=2", "target.training_eflops.2029", 40.0),
        ("limits.power_gw*=2", "limits.power_gw", 4.0),
        ("solver.threads*=2", "solver.threads", 4),
        ("limits.power_gw.2028=5", "limits.power_gw", {"2027": 2.0, "2028": 5.0, "2029": 2.0}),
        ("limits.power_gw.2028=null", "limits.power_gw", {"2027": 2.0, "2029": 2.0}),
        ("limits.pue.2028=1.1", "limits.pue", {"2028": 1.1}),
        ("money.discount_rate*=2", "money.discount_rate", 0.17),
        ("limits.vendor_frac.AMD=0.5", "limits.vendor_frac", {"AMD": 0.5}),
        ("chips.only=[a]", "chips.only", ["a"]),
        ("sites.force=[a]", "sites.force", ["a"]),
        ("chips.h100.price_usd=32000", "overrides.chips.h100.price_usd", 32000.0),
        ("chips.h100.price_usd*=0.8", "overrides.chips.h100.price_usd", "*0.8"),
        ("finance.gas.value-=0.5", "overrides.finance.gas.value", "-0.5"),
        ("sites.a.b.land_usd_per_acre=1", "overrides.sites", {"a.b": {"land_usd_per_acre": 1.0}}),
        ("nodes.a.lon=-95", "overrides.nodes.a.lon", -95.0),
        (
            "chip_supply.a/2028.world_chips=9",
            "overrides.chip_supply",
            {"a/2028": {"world_chips": 9}},
        ),
        ("overrides.zones.a.name=x", "overrides.zones.a.name", "x"),
    ],
)
def test_a_setting_does_what_it_says_and_nothing_else(
    setting: str, path: str, expected: Any
) -> None:
    assert value(path, setting) == expected
    before, after = resolved(parse(SMALL)), resolved(parse(SMALL, [setting]))
    head = path.split(".")[0]
    assert {key for key in after if before[key] != after[key]} == {head}


def test_settings_apply_in_order() -> None:
    price = "overrides.chips.a.price_usd"
    assert value("limits.pue", "limits.pue=1.2", "limits.pue-=0.1") == pytest.approx(1.1)
    assert value(price, "chips.a.price_usd*=0.5", "chips.a.price_usd*=0.5") == "*0.25"
    assert value(price, "chips.a.price_usd+=5", "chips.a.price_usd-=7") == "-2.0"
    assert value(price, "chips.a.price_usd=10", "chips.a.price_usd*=3") == 30.0
    assert "limits" not in resolved(parse(SMALL, ["limits.capex_busd=null"]))["limits"]
    assert SMALL["limits"]["power_gw"] == 2, "the caller's data stays as it was"


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ("limits.pue", "has no '='"),
        ("=1", "has no full path"),
        ("limits..pue=1", "has no full path"),
        ("limits.pue=", "has no value after '='; null takes the field out"),
        ("limits.pue=0.5", "--set limits.pue=0.5, limits.pue: is 0.5; it must be at least 1.0"),
        ("limits.pue=*0.8", "write limits.pue*=0.8 to change it"),
        ("limits.power_gw=+5", "begins with +; write limits.power_gw+=5 to add"),
        ("limits.pue*=2", "has nothing to change"),
        ("limits*=2", "it is not a number"),
        ("name*=2", 'cannot change "small"; it is not a number'),
        ("limits.power_gw*=x", 'has "x" after *=; it must be a number without a sign'),
        ("limits.power_gw*=1e999", "it must be a number without a sign"),
        ("limits.power_gw*=1e300", "it must be at most 1000.0"),
        ("limits.capex_busd.total.x=1", "goes into limits.capex_busd.total, which is 100"),
        ("limits.pu=null", "is not a known field; did you mean 'pue'?"),
        ("sites.frce=[a]", "is not a known field; did you mean 'force'?"),
        ("chps.a.b=1", "did you mean 'chips'?"),
        ("finance.gas=1", "needs a row and a column of the table finance"),
        ("buyer.channels=[a", "is not valid YAML"),
        ("buyer.channels=&a [*a]", "repeats a part by alias"),
        ("limits.power_gw.2035=1", "limits.power_gw.2035: is not a plan year"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(setting: str, what: str) -> None:
    told = lines(SMALL, setting)
    assert len(told) == 1
    assert told[0].startswith("--set ")
    assert what in told[0]


def test_relative_overrides_change_library_figures() -> None:
    assert apply_relative(40000.0, "*0.8") == 32000.0
    assert apply_relative(40.0, "+5") == 45.0
    assert apply_relative(40.0, "-5.0") == 35.0
    assert apply_relative(40.0, -5.0) == -5.0
    assert apply_relative(40.0, "cheap") == "cheap", "the library refuses text in its own words"
    assert apply_relative("cold", "+5") == "+5"
    for current, change in ((math.nan, "*2"), (1e300, "*1e300")):
        with pytest.raises(InputError, match=r"chips\.a\.price_usd"):
            apply_relative(current, change, "chips.a.price_usd")


# Schema and garbage


def test_every_field_of_the_schema_is_described_with_its_unit_and_bounds() -> None:
    schema = json_schema()
    for block in (schema, *schema["$defs"].values()):
        assert block["additionalProperties"] is False
        for name, field in block["properties"].items():
            assert field["description"], name
            if field.get("type") in ("number", "integer"):
                assert {"maximum", "exclusiveMaximum"} & set(field), name
                assert {"minimum", "exclusiveMinimum"} & set(field), name
    assert '"null"' not in json.dumps(schema)
    assert schema["properties"]["years"]["maxItems"] == 15
    assert schema["$defs"]["Buyer"]["properties"]["channels"]["minItems"] == 1


PATHS = [
    f"{section}.{field}"
    for section, values in resolved(full()).items()
    for field in (values if isinstance(values, dict) else ["x"])
] + [
    "name",
    "years",
    "objective",
    "limits.pue.2028",
    "chips.a.price_usd",
    "limits.capex_busd.total",
]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner)
)


@settings(deadline=None)
@given(section=st.sampled_from(sorted(resolved(full()))), garbage=VALUES)
def test_garbage_in_data_raises_nothing_but_input_errors(section: str, garbage: Any) -> None:
    fields = list(SMALL[section]) if isinstance(SMALL.get(section), dict) else []
    for data in (small(**{section: garbage}), *(small(**{section: {f: garbage}}) for f in fields)):
        try:
            parse(data)
        except InputError as error:
            assert "pydantic" not in str(error)


@settings(deadline=None)
@given(path=st.sampled_from(PATHS), sign=st.sampled_from(["", "*", "+", "-"]), text=st.text())
def test_garbage_in_settings_raises_nothing_but_input_errors(
    path: str, sign: str, text: str
) -> None:
    for setting in (f"{path}{sign}={text}", f"{path}.{text}=1", text):
        try:
            parse(SMALL, [setting])
        except InputError as error:
            assert "--set" in str(error) or "\n" in str(error)


@settings(deadline=None)
@given(
    text=st.text(alphabet="ab:{}[]&*!|>-?#'\"%@,\n\t 12.~<=\\\x85\ufeff", max_size=80)
    | st.text(max_size=60)
    | st.binary(max_size=60)
)
def test_garbage_in_files_raises_nothing_but_input_errors(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    path = tmp_path_factory.getbasetemp() / "garbage.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read(path)
    path.write_bytes(template().encode() + content)
    try:
        read(path)
    except InputError:
        return


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ({"lose": "zone"}, "resilience: has no keep_frac; give the share that must remain"),
        ({"keep_frac": 0.5}, "resilience: has no lose; give what may be lost, zone or site"),
        (
            {"lose": "zone", "keep_frac": 1.0},
            "resilience.keep_frac: is 1.0; it must be less than 1",
        ),
        (
            {"lose": "site", "keep_frac": {2031: 0.5}},
            "resilience.keep_frac.2031: is not a plan year",
        ),
    ],
)
def test_a_rule_of_resilience_is_whole(rule: dict[str, Any], what: str) -> None:
    found = lines(small(resilience=rule))
    assert len(found) == 1
    assert what in found[0]
