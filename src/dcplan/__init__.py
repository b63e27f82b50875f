"""Plan AI-training fleets: which sites, chips, power and fibre, in which year, at what cost.

    import dcplan
    plan = dcplan.load("examples/10gw.yaml").solve()

Names are looked up when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dcplan.api import Brief, Plan, compare, load
    from dcplan.ask import explain, whatif, why

__version__: str
__all__ = ["Brief", "Plan", "__version__", "compare", "explain", "load", "study", "whatif", "why"]
_QUESTIONS = ("explain", "whatif", "why")


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("dcplan")
    if name in _QUESTIONS:
        from dcplan import ask

        return getattr(ask, name)
    if name == "study":
        return import_module("dcplan.study")
    if name in __all__:
        from dcplan import api

        return getattr(api, name)
    raise AttributeError(f"module 'dcplan' has no attribute {name!r}")
