"""A desk with the tiny library and plans; one bent input, the command over it, and its verdict."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import dcplan
from dcplan import scenario
from dcplan.errors import InputError

from .fuzz_files import bent_bytes, bent_table
from .fuzz_judge import Found, judged
from .fuzz_words import Map, bend, bomb, hostile, text_of, tree
from .parts import ROOT, small_examples

KINDS = ("scenario", "settings", "library", "plan", "huge file")
TINY = ROOT / "tests" / "tiny"
_BASES: tuple[tuple[str, ...], ...] = (
    (),
    ("existing=./fleet",),
    ("objective=carbon", "carbon.embodied=true", "limits.carbon_kt.total=2000"),
    ("workload.preset=loose", "resilience.lose=zone", "resilience.keep_frac={2028: 0.4}"),
    ("power.upgrades=true", "limits.curtailment=choose", "power.lead_times=zone"),
    (
        "futures=[{name: base, probability: 0.6}, {name: dear, probability: 0.4, "
        "set: {chips.red_new.price_usd: '*1.5'}}]",
        "risk={cvar_weight: 0.5, cvar_tail: 0.5}",
    ),
    (
        "commitments=[{name: x, chip: red_new, year: 2028, lot_chips: 7200, price_usd: 30000}]",
        "chips.whole_pods=[red_new]",
        "chips.red_new.pod_chips=72",
    ),
)
_PLANS: tuple[tuple[str, ...], ...] = ((), ("existing=./fleet",), _BASES[5])


@dataclass(frozen=True)
class Desk:
    """Folder with scenario.yaml, its library and plans; scenarios as data, and words they know."""

    folder: Path
    scenarios: tuple[Any, ...]
    words: tuple[str, ...]
    library: tuple[Path, ...]
    plans: tuple[Path, ...]


def make_desk(folder: Path) -> Desk:
    """Fill an empty folder and solve the plans."""
    folder = folder / "desk"
    shutil.copytree(TINY, folder)
    file, plans = folder / "scenario.yaml", []
    scenarios: list[Any] = [
        _told(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
    ]
    for settings in _BASES:
        wish = scenario.read(file, settings)
        scenarios.append(_told(scenario.resolved(wish)))
    for number, settings in enumerate(_PLANS):
        place = folder / f"plan{number}"
        dcplan.load(file, ["solver.threads=1", "solver.gap=1e-3", *settings]).solve().save(place)
        plans.append(place)
    for path in small_examples():
        found = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        tiny = {name: scenarios[0][name] for name in ("library", "workload", "sites")}
        bent = {**_told(found), **tiny}
        with suppress(InputError):
            scenario.parse(bent, folder=folder)
            scenarios.append(bent)
    words = sorted({word for data in scenarios for word in _words(data)})
    files = tuple(
        sorted(p for k in ("grid", "sites", "models", "fleet") for p in (folder / k).iterdir())
    )
    return Desk(folder, tuple(scenarios), tuple(words), files, tuple(plans))


def _told(data: Any) -> Any:
    """Data with text as keys, and without what is null, which no scenario may be."""
    if isinstance(data, dict):
        return {str(key): _told(value) for key, value in data.items() if value is not None}
    return [_told(value) for value in data] if isinstance(data, (list, tuple)) else data


def _words(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(data, list):
        for value in data:
            yield from _words(value)
    elif isinstance(data, str):
        yield data


def one(desk: Desk, draw: random.Random) -> tuple[str, Found]:
    """A case of some kind; the desk is as before afterwards."""
    kind = draw.choice(("scenario", "scenario", "settings", "library", "plan"))
    if kind == "settings":
        path = desk.folder / "scenario.yaml"
        items = [
            word for _ in range(draw.choice((1, 1, 2))) for word in ("--set", _setting(desk, draw))
        ]
        return kind, judged(desk.folder, ["check", str(path), *items])
    if kind == "scenario":
        path = desk.folder / "bent.yaml"
        path.write_bytes(_bent_scenario(desk, draw))
        words = ["check", str(path)]
        chance = draw.random()
        if chance < 0.02:
            words += ["--model-out", str(desk.folder / f"model.{draw.choice(('mps', 'lp'))}")]
        elif chance < 0.025:
            words = [
                "solve",
                str(path),
                "-o",
                str(desk.folder / "out"),
                "--time-limit",
                "3",
                "--quiet",
            ]
        try:
            return kind, judged(desk.folder, words)
        finally:
            path.unlink()
    plan = draw.choice(desk.plans)
    files = desk.library
    words = ["check", str(desk.folder / "scenario.yaml"), "--set", "existing=./fleet"]
    if kind == "plan":
        top = sorted(p for p in plan.iterdir() if p.suffix in (".csv", ".json"))
        inner = sorted(p for p in plan.rglob("*") if p.suffix in (".csv", ".json", ".yaml"))
        files = (*top * 3, *[plan / "plan.json"] * 8, *inner)
        words = _plan_command(plan, desk, draw)
    path = draw.choice(files)
    before = path.read_bytes()
    try:
        _spoil(path, before, desk, draw)
        return kind, judged(desk.folder, words)
    finally:
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(before)


def _plan_command(plan: Path, desk: Desk, draw: random.Random) -> list[str]:
    out = str(desk.folder / "out")
    chance = draw.random()
    if chance < 0.03:
        return ["map", str(plan), "-o", out + draw.choice((".svg", ".html"))]
    if chance < 0.06:
        return ["compare", str(plan), str(desk.plans[0])]
    if chance < 0.09:
        return ["cite", str(plan)]
    if chance < 0.092:
        return ["report", str(plan), "-o", out + draw.choice((".html", ".xlsx"))]
    return ["audit", str(plan)]


def _spoil(path: Path, before: bytes, desk: Desk, draw: random.Random) -> None:
    chance = draw.random()
    if chance < 0.03:
        path.unlink()
        if draw.random() < 0.5:
            path.mkdir()
        elif draw.random() < 0.5:
            path.symlink_to(path)
    elif path.suffix == ".csv":
        path.write_bytes(bent_table(before, draw))
    elif path.suffix in (".json", ".geojson") and chance < 0.8:
        bent = tree(json.loads(before))
        for _ in range(draw.choice((1, 1, 2))):
            bent = bend(bent, draw, desk.words)
        path.write_bytes(text_of(bent).encode("utf-8", "replace"))
    else:
        path.write_bytes(bent_bytes(before, draw))


def _bent_scenario(desk: Desk, draw: random.Random) -> bytes:
    bent = tree(draw.choice(desk.scenarios))
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        bent = bend(bent, draw, desk.words)
    text = text_of(bent)
    if isinstance(bent, Map) and draw.random() < 0.7:
        # one field a line, as people write
        text = "".join(text_of(Map([pair]))[1:-1] + "\n" for pair in bent.pairs)
    if draw.random() < 0.05:
        text = bomb(draw) + text
    data = text.encode("utf-8", "replace")
    return bent_bytes(data, draw) if draw.random() < 0.2 else data


def _setting(desk: Desk, draw: random.Random) -> str:
    words = [draw.choice(desk.words) for _ in range(draw.choice((1, 2, 2, 3)))]
    path = ".".join(words) if draw.random() < 0.6 else _field(desk, draw)
    value = text_of(hostile(draw)).replace("\x00", "")
    return f"{path}{draw.choice(('=', '=', '=', '*=', '+=', '', ' = '))}{value}"[:100_000]


def _field(desk: Desk, draw: random.Random) -> str:
    """A field or figure that there is."""
    figures = ("chips.blue.price_usd", "sites.beta.max_mw", "zones.north.energy_usd_per_mwh")
    figures += ("corridors.j1/j2.km", "supply.gas.lead_years", "finance.gas_usd_per_mmbtu.value")
    node, names = draw.choice(desk.scenarios), []
    while isinstance(node, dict) and node:
        names.append(draw.choice(sorted(node)))
        node = node[names[-1]]
    return draw.choice((draw.choice(figures), ".".join(names)))


def huge(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Files of 100 MB, each with the command that reads it; written before and gone after each."""
    asked = ["check", str(desk.folder / "scenario.yaml"), "--set", "existing=./fleet"]
    for path, words in (
        (desk.folder / "scenario.yaml", asked),
        *((path, asked) for path in desk.library),
        *((path, ["audit", str(desk.plans[0])]) for path in sorted(desk.plans[0].glob("*.*"))),
    ):
        if path.suffix in (".gpkg",):
            continue
        before = path.read_bytes()
        os.truncate(path, 100_000_000)
        try:
            yield path.name, words
        finally:
            path.write_bytes(before)
