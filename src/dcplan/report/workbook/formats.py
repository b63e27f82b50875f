"""How numbers look in cells, by unit or by size, and how wide text is."""

from __future__ import annotations

import math
import unicodedata

from dcplan.library.columns import Value

SAME_ROW = "see unit"
"""The unit of a column whose rows tell their own unit."""
FLAG = '"TRUE";"TRUE";"FALSE"'
"""For readers that show a flag as a number; Excel shows the words anyway."""
_TENTHS = '#,##0.0;-#,##0.0;"–"'
_WHOLE = '#,##0;-#,##0;"–"'
_BY_UNIT = {
    "year": "0",
    "calendar year": "0",
    "chips": _WHOLE,
    "pairs": _WHOLE,
    "sites": _WHOLE,
    "Tb/s": _WHOLE,
    "1e9 USD": '#,##0.00;-#,##0.00;"–"',
    "facility MW per IT MW": "0.000",
    "degrees north": "0.0000",
    "degrees east": "0.0000",
    "percent": "0.0%",
    "fraction": "0.0000",
}


def by_unit(unit: str) -> str:
    """Number format of a column; thousands are parted, zero is a dash, years stay plain."""
    return _BY_UNIT.get(unit, _TENTHS)


def by_size(value: float, unit: str) -> str:
    """Number format of one number in a column of many units: four digits, years stay plain.

    >>> by_size(60000.0, "USD"), by_size(0.41923, "fraction"), by_size(0.25, "fraction")
    ('#,##0', '0.0000', '0.00')
    """
    plain = _BY_UNIT.get(unit, "")
    if plain == "0" or unit.startswith("degrees"):
        return plain
    if value == round(value):
        return "#,##0"
    if abs(value) < 1e-4:
        return "0.00E+00"
    most = max(1, 3 - math.floor(math.log10(abs(value))))
    places = len(f"{value:.{most}f}".rstrip("0").partition(".")[2])
    return ("#,##0." if abs(value) >= 1 else "0.") + "0" * places


def shown_width(value: Value | None, number_format: str) -> float:
    """Width of a cell's text in digits, about."""
    if value is None:
        return 0.0
    if isinstance(value, (bool, str)):
        return text_width(str(value))
    if "E" in number_format:
        return 8.0
    first = number_format.split(";")[0]
    places = len(first.partition(".")[2].rstrip("%"))
    return text_width(f"{value:,.{places}f}")


def text_width(text: str) -> float:
    """Width of text in digits: letters of East Asia count twice.

    >>> text_width("東京"), text_width("Kyiv")
    (4.0, 4.0)
    """
    return sum(2.0 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in text)
