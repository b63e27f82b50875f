"""The ledger: named accounts with units, where the chapters of the model meet.

A chapter posts terms to an account; whoever needs the sum reads it. The first reading closes that
account: a term posted later would be missing from an equation already written, so it is an error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

from pyomo.core import quicksum

ACCOUNTS = {
    "it_mw": "[s,y] MW   IT load of the running chips",
    "old_mw": "[s,y] MW   IT load of running chips that stood before the first year",
    "rack_mw": "[s,step,y] MW   IT load of chips denser than a rack step",
    "headroom_mw": "[z,y] MW   load that the grid of a zone takes",
    "load_mw": "[s,y] MW   facility load",
    "compute_eflops": "[y] EFLOP/s   running chips times peak times MFU",
    "running_kchips": "[s,y] kchips   running chips, where goodput follows their number",
    "site_eflops": "[s,y] EFLOP/s   the same of one site, where a rule asks for it",
    "carbon_kt": "[y] kt   emissions that count",
    "water_ml": "[s,y] ML   water for cooling, where it is limited",
    "capex_musd": "[item,y] MUSD   purchases",
    "opex_musd": "[item,y] MUSD   yearly costs",
    "residual_musd": "[item] MUSD   worth of purchases left at the end of the horizon",
    "debt_musd": "[y] MUSD   debt outstanding at the end of the year, where it is limited",
}


class Ledger:
    """Accounts open for posting until they are first read.

    >>> ledger = Ledger()
    >>> ledger.post("load_mw", ("a", 2027), 3.0)
    >>> ledger.read("load_mw", ("a", 2027))
    3.0
    >>> ledger.post("load_mw", ("b", 2027), 1.0)
    Traceback (most recent call last):
    ...
    ValueError: load_mw is closed: it was read before this term was posted
    """

    def __init__(self) -> None:
        self._terms: dict[str, dict[Hashable, list[Any]]] = {
            name: defaultdict(list) for name in ACCOUNTS
        }
        self._closed: set[str] = set()

    def post(self, account: str, index: Hashable, term: Any) -> None:
        """Add `term` (an expression or a number, in the account's unit) to `account` at `index`."""
        if account in self._closed:
            raise ValueError(f"{account} is closed: it was read before this term was posted")
        self._terms[account][index].append(term)

    def read(self, account: str, index: Hashable) -> Any:
        """Close `account` and return the sum of its terms at `index`; 0 where nobody posted."""
        self._closed.add(account)
        terms = self._terms[account].get(index, [])
        return terms[0] if len(terms) == 1 else quicksum(terms)

    def indices(self, account: str) -> tuple[Hashable, ...]:
        """Close `account` and return the indices that somebody posted to."""
        self._closed.add(account)
        return tuple(self._terms[account])

    def unread(self) -> tuple[str, ...]:
        """Accounts that hold terms which no equation has read."""
        return tuple(a for a, terms in self._terms.items() if terms and a not in self._closed)
