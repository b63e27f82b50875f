"""`dcplan compare`: what it prints, writes, returns and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Dcplan


@pytest.fixture
def plans(dcplan: Dcplan) -> tuple[str, str]:
    """Two plans, the second with dearer energy and a tighter PUE."""
    for name, settings in (
        ("one", []),
        ("two", ["--set", "limits.pue=1.1", "--set", "chips.vr200_nvl72.price_usd*=0.8"]),
    ):
        assert dcplan("solve", "small.yaml", "-o", name, "--quiet", *settings).exit_code == 0
    return "one", "two"


def test_compare_tells_prints_and_refuses(
    dcplan: Dcplan, desk: Path, plans: tuple[str, str]
) -> None:
    """Proves tables within 80 columns, one JSON object, a page, and clear refusals."""
    result = dcplan("compare", *plans)
    assert (result.exit_code, result.stderr) == (0, "")
    assert max(map(len, result.stdout.splitlines())) <= 80
    for words in ("one: Small (baseline)", "limits.pue", "B is", "From A to B", "price_usd"):
        assert words in result.stdout
    assert not list(desk.glob("*.html"))

    data = json.loads(dcplan("compare", *plans, "--json").stdout)
    (told,) = data["plans"]
    assert data["baseline"] == "one" and told["folder"] == "two" and told["same"] is False
    gain = told["proof"][0]["difference"]
    assert sum(row["difference"] for row in told["bridge"]) == pytest.approx(gain)

    same = dcplan("compare", "one", "one")
    assert same.exit_code == 0 and "No difference between A and B." in same.stdout

    quiet = dcplan("compare", *plans, "-o", "page.html", "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert "default-src 'none'" in (desk / "page.html").read_text(encoding="utf-8")

    assert (
        dcplan(
            "solve", "small.yaml", "-o", "later", "--quiet", "--set", "money.base_year=2025"
        ).exit_code
        == 0
    )
    refusals = {
        ("one",): "compare: is given 1; it takes 2 to 26 plans",
        ("one", "nowhere"): "nowhere: is not a folder; a plan is a folder that dcplan solve",
        ("one", "two", "-o", "page.png"): "page.png: ends in '.png'; a page must end in .html",
        ("one", "two", "-o", "grid"): "grid: is a folder; name a file in it",
        ("one", "later"): "later: counts money in dollars of 2025, but one in those of 2026",
    }
    for arguments, line in refusals.items():
        refused = dcplan("compare", *arguments)
        assert (refused.exit_code, refused.stdout) == (2, ""), arguments
        assert refused.stderr.startswith(line)
