"""The report of a plan for those who decide on it: one page, everything inside, no request."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dcplan.files import put_text
from dcplan.library import digest
from dcplan.plan import Plan, digest_of, fingerprint
from dcplan.report import charts, facts, futures, ledgers, proofs, story
from dcplan.report.assumptions import ORDER, WEAK, Assumption, assumptions
from dcplan.report.facts import MEASURES
from dcplan.report.headline import key_figures
from dcplan.report.limits import BINDS_FRAC, CLOSE_FRAC, limits
from dcplan.report.page import panel
from dcplan.report.prices import weakest
from dcplan.report.render import own, render
from dcplan.report.risk import link_losses, zone_losses
from dcplan.report.scene import Scene, scene_of
from dcplan.words import figure, power

# A limit with more than this to spare decided nothing.
_TOLD_FRAC = 0.25


def write_report(plan: Plan, path: Path) -> None:
    """Write the report of a plan as one HTML file, whole or not at all.

    Raises InputError: a place that cannot be written, outlines that cannot be read, or the extra
    `report` that draws the charts is not installed.
    """
    put_text(path, board(plan))


def board(plan: Plan) -> str:
    """Return the page as HTML."""
    scene = scene_of(plan)
    drawn = {key: Markup(charts.svg(draw(plan))) for key, draw in charts.CHARTS.items()}
    return render(
        "report.html.j2",
        **panel(plan, scene, MEASURES[0]),
        **_words(plan),
        **_grids(plan),
        **_rests(plan),
        charts=drawn,
        figures=key_figures(plan),
        **_futures(plan),
        years=facts.years(plan),
        small=_small(plan, scene),
        hashes={
            "plan": fingerprint(plan),
            "scenario": digest_of(plan.scenario),
            "library": digest(plan.library),
        },
        css=own("canvas.css") + own("page.css") + own("report.css"),
        script=own("map.js") + own("report.js"),
    )


def _words(plan: Plan) -> dict[str, Any]:
    return {
        "answer": story.answer(plan),
        "basis": story.basis(plan),
        "gap": story.gap(plan),
        "spent": story.money(plan),
        "fibre": story.fibre(plan),
        "kept": story.kept(plan),
    }


def _grids(plan: Plan) -> dict[str, Any]:
    zones, links = zone_losses(plan), link_losses(plan)
    told = tuple(limit for limit in limits(plan) if limit.spare_frac < _TOLD_FRAC)
    binding = [limit for limit in told if limit.spare_frac < BINDS_FRAC]
    near = [limit for limit in told if BINDS_FRAC <= limit.spare_frac < CLOSE_FRAC]
    return {
        "by_year": ledgers.by_year(plan),
        "power_grid": ledgers.power(plan),
        "chip_grid": ledgers.chips(plan),
        "capex_grid": ledgers.money(plan, "capex"),
        "opex_grid": ledgers.money(plan, "opex"),
        "cost_grid": ledgers.costs(plan),
        "residual_grid": ledgers.residual(plan),
        "site_grid": ledgers.sites(plan),
        "binds": proofs.pressed(plan, binding),
        "close": proofs.pressed(plan, near),
        "limit_grid": proofs.limits(plan, told),
        "fibre_grid": ledgers.fibre_classes(plan),
        "link_grid": ledgers.links(plan),
        "zone_losses": proofs.losses("zones", "zone lost", "After the loss of a zone", zones),
        "link_losses": proofs.losses("cuts", "link cut", "After the cut of a link", links),
        "risk": story.risk(zones, links, facts.years(plan)[-1]),
        "audit_grid": proofs.audit(plan),
        "scenario_grid": proofs.scenario(plan),
    }


def _rests(plan: Plan) -> dict[str, Any]:
    """The figures that the plan uses by level of confidence, and their sources by id."""
    rows = assumptions(plan)
    levels = [
        (
            f"{level}, and binds" if binds else level,
            sum(row.figures for row in found),
            proofs.sure(level, ORDER.index(level), found, binds),
        )
        for (binds, level), part in groupby(rows, key=_level)
        for found in [list(part)]
    ]
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.confidence] += row.figures
    sources = {source for row in rows for source in row.sources}
    return {
        "levels": levels,
        "weakest": weakest(plan),
        "rests": story.rests([(level, counts[level]) for level in ORDER if counts[level]]),
        "sources": sorted(sources, key=lambda source: (source.id, source.title)),
    }


def _level(row: Assumption) -> tuple[bool, str]:
    return row.binds and row.confidence in WEAK, row.confidence


def _futures(plan: Plan) -> dict[str, Any]:
    if plan.futures is None:
        return {"futures": None}
    told = [futures.result(plan.futures)]
    told += [f"{name.capitalize()} {text}." for name, text in futures.worth(plan.futures)]
    told += [f"All that follows is the plan for {plan.futures.rows.future[0]}."]
    return {"futures": futures.grid(plan.futures), "futures_told": told}


def _small(plan: Plan, scene: Scene) -> list[tuple[Any, str]]:
    rows = plan.summary.set_index("year")
    return [
        (
            year,
            f"{power(float(rows.facility_mw[year.year]))} · "
            f"{figure(float(rows.delivered_eflops[year.year]))} EFLOP/s",
        )
        for year in scene.years
    ]
