"""Wheel and sdist: built, installed where nothing else is, and used from an empty folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from .parts import EXAMPLES, ROOT, Part, Result

TEXT = """
The wheel and the sdist are built by `python -m build` from a copy of the checkout, and each is installed
with the packages that pip finds for it into an environment of its own. From an empty folder outside the
checkout the installed `dcplan` then lists what ships, solves an example with its library beside it and one
with only the library that ships, audits both plans, and answers with `dcplan verify`.
"""
LEFT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "plans", "__pycache__")


def run(folder: Path) -> Result:
    """Build, install and use both."""
    source, built = folder / "source", folder / "built"
    shutil.copytree(ROOT, source, ignore=LEFT)
    builder = _environment(folder / "builder", "build")
    _do([builder / "python", "-m", "build", "--outdir", built, source], folder)
    rows, failures = [], []
    for package in sorted(built.iterdir()):
        kind = "wheel" if package.suffix == ".whl" else "sdist"
        bin_folder = _environment(folder / kind, str(package))
        desk = folder / f"empty {kind}"
        desk.mkdir()
        for what, words in _uses(desk):
            done = subprocess.run(
                [bin_folder / "dcplan", *words], cwd=desk, capture_output=True, text=True
            )
            rows.append((kind, what, str(done.returncode), _last(done.stdout)))
            if done.returncode:
                failures.append(f"{kind}, {what}: {done.stderr[-300:]!r}")
    version = f"Python {sys.version_info.major}.{sys.version_info.minor} on {sys.platform}"
    head = ("package", "what is done", "exit code", "last line or objective")
    return Result(head, rows, failures, f"{version}; no other was tried.")


def _environment(place: Path, what: str) -> Path:
    venv.create(place, with_pip=True)
    pip = [place / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    _do([*pip, what], place)
    return place / "bin"


def _do(words: list[object], folder: Path) -> None:
    subprocess.run([str(word) for word in words], cwd=folder, check=True)


def _uses(desk: Path) -> list[tuple[str, list[str]]]:
    shutil.copytree(EXAMPLES / "own-library", desk / "own")
    shutil.copyfile(EXAMPLES / "1gw.yaml", desk / "1gw.yaml")
    return [
        ("data list", ["data", "list"]),
        ("solve own-library", ["solve", "own/scenario.yaml", "-o", "arden", "--json", "--quiet"]),
        ("audit it", ["audit", "arden"]),
        ("solve 1gw", ["solve", "1gw.yaml", "-o", "one", "--json", "--quiet"]),
        ("audit it", ["audit", "one"]),
        ("verify", ["verify"]),
    ]


def _last(text: str) -> str:
    try:
        told = json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        return next((line for line in reversed(lines) if "docs/" not in line), "")
    return f"{told['status']}, {told['objective']:,.2f}"


PART = Part("packages", "Packages", TEXT, run)
