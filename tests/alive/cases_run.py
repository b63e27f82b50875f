"""Recorded cases: the training run and the fibre that it is joined by."""

from __future__ import annotations

from alive.bases import LOOSE, MOST, SLOW, TWO
from alive.record import Case, Settings

_NEW = (*MOST, "years=[2028]", "chips.only=[red_new]")
_STEPS = (*MOST, "workload.recovery=restart_5min")


def _run(field: str, base: Settings, value: str, word: str, why: str) -> Case:
    return Case(
        f"workload.{field}", base, f"workload.{field}={value}", f"{word} delivered_eflops", why
    )


CASES = (
    _run("preset", SLOW, "loose", "more", "an exchange in four steps waits less"),
    _run("params_b", SLOW, "900", "less", "more is exchanged"),
    _run("active_params_b", SLOW, "150", "more", "more is computed for each exchange"),
    _run("batch_mtokens", SLOW, "24", "more", "more is computed for each exchange"),
    _run("bits_per_param", SLOW, "20", "less", "more is exchanged"),
    _run("precision", _NEW, "bf16", "less", "BF16 has half the peak"),
    _run("precision", (*_NEW, "workload.precision=bf16"), "fp8", "more", "FP8 has twice the peak"),
    _run("sync_every_steps", LOOSE, "8", "more", "exchanges are fewer"),
    _run("overlap_steps", LOOSE, "2", "more", "more of an exchange is hidden"),
    _run("goodput_frac", MOST, "0.9", "more", "less is lost to failures"),
    _run("recovery", _STEPS, "restart_1min", "more", "restarts are shorter"),
    _run("recovery", _STEPS, "islands_8", "more", "an eighth of the run fails at a time"),
    Case(
        "fibre.topology",
        (*TWO, "sites.forbid=[]"),
        "fibre.topology=survivable",
        "infeasible",
        "alpha is on no ring",
    ),
    Case("fibre.max_link_km", TWO, "fibre.max_link_km=150", "infeasible", "j1–j2 is 200 km"),
    Case("fibre.max_path_km", TWO, "fibre.max_path_km=200", "infeasible", "it is 290 km"),
    Case("fibre.lease", TWO, "fibre.lease=true", "cheaper", "rent of a year for a cable"),
    Case("fibre.speeds_tbps[]", TWO, "fibre.speeds_tbps=[80]", "dearer", "more pairs and optics"),
)
