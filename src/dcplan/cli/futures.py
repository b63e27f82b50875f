"""Several futures on the screen: a row each, and what it is worth to know which one comes."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from dcplan.cli.layout import grid, pairs, put, title
from dcplan.plan import Hedge
from dcplan.report import futures
from dcplan.words import dollars, percent, seconds

_HELD = {"yes": "", "no": "does not serve all", "unknown": "not known"}


def tell(console: Console, hedge: Hedge, solve_seconds: float) -> None:
    """Print the futures; `solve_seconds` is of all searches."""
    title(console, f"{len(hedge.rows)} futures; places, cooling and fibre are the same in all")
    heads = ("future", "probability", "cost", "capex", "opex", "alone", "held")
    shown = grid(*heads, numbers=heads[1:])
    for row in hedge.rows.itertuples():
        alone = "—" if row.alone_musd != row.alone_musd else dollars(row.alone_musd)
        held = _HELD[str(row.alone_serves)] or dollars(row.held_musd)
        money = (dollars(musd) for musd in (row.cost_musd, row.capex_musd, row.opex_musd))
        shown.add_row(str(row.future), percent(row.probability), *money, alone, held)
    put(console, shown)
    console.print(
        Text("alone: its cost if planned for by itself, held: all with those places", "dim")
    )
    console.print()
    told = f"{futures.result(hedge)} · {seconds(solve_seconds)}"
    pairs(console, [("result", told), *futures.worth(hedge)])
    console.print()
