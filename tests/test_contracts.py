"""What may import what: the floors of the house, and who knows Pyomo and HiGHS."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "dcplan"


def test_the_import_contracts_hold() -> None:
    """**Proves** that nothing imports upward, nor one chapter another.

    **Sensitivity** any import of a higher floor, any between chapters.
    """
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_has_a_floor() -> None:
    """**Proves** that no module escapes the contract. **Sensitivity** a new, unlisted package."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    listed = {
        name.strip()
        for contract in contracts["contracts"]
        if contract["type"] == "layers"
        for layer in contract["layers"]
        for name in layer.split(":")
    }
    parts = {f"dcplan.{path.stem}" for path in SOURCE.iterdir() if is_part(path)}
    assert parts == listed


def is_part(path: Path) -> bool:
    package = path.is_dir() and (path / "__init__.py").exists()
    return package or (path.suffix == ".py" and path.stem != "__init__")


@cache
def imports(path: Path) -> frozenset[str]:
    """Full names of all that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def users(package: str) -> set[str]:
    """Parts of dcplan that import a package."""
    return {
        path.relative_to(SOURCE).parts[0].removesuffix(".py")
        for path in SOURCE.rglob("*.py")
        if any(name.split(".")[0] == package for name in imports(path))
    }


def test_only_two_floors_know_the_solver() -> None:
    """**Proves** where Pyomo and HiGHS are known. **Sensitivity** one import elsewhere."""
    assert users("highspy") == {"solve"}
    assert users("pyomo") == {"model", "solve"}
