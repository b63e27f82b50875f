"""The table of what failures leave of the time of chips that work in step."""

from __future__ import annotations

from dcplan.library.columns import Table, number, positive

RECOVERY = {
    "restart_5min": "saves of 10 s, restarts of 5 min",
    "restart_1min": "saves of 3 s, restarts of 1 min",
    "islands_8": "the same in 8 islands that fail apart",
}
"""How a run recovers, by the name that a scenario gives it."""

GOODPUT = Table(
    "goodput",
    "models",
    ("chips",),
    (
        number("chips", "chips", "that work in step at most", 1e9, 1, kind="integer"),
        *(
            positive(f"{mode}_frac", "fraction", f"time not lost, {how}", 1)
            for mode, how in RECOVERY.items()
        ),
    ),
    optional=True,
)
