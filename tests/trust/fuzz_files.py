"""Text files and tables bent out of shape."""

from __future__ import annotations

import csv
import io
import random

from .fuzz_words import NUMBERS, TEXTS

_LONG = "x" * 200_000


def bent_bytes(data: bytes, draw: random.Random) -> bytes:
    """The bytes of a text file as a poor editor, disk or person would leave them."""
    at = draw.randrange(len(data) + 1)
    lines = data.splitlines(keepends=True) or [b""]
    line = draw.randrange(len(lines))
    ways = (
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: data.replace(b"\n", b"\r"),
        lambda: data[:at],
        lambda: data[:at] + b"\x00" + data[at:],
        lambda: data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :],
        lambda: data[:at] + draw.choice((b'"', b"'", b",", b";", b"\t", b"\n", b"{")) + data[at:],
        lambda: data.decode().encode("utf-16"),
        lambda: data.replace(b"a", "é".encode("latin-1"), 1),
        lambda: b"".join(lines[:line] + lines[line : line + 1] + lines[line:]),
        lambda: b"".join(lines[:line] + lines[line + 1 :]),
        lambda: data.replace(b",", b";"),
        lambda: data.replace(b",", b"\t"),
        lambda: data + _LONG.encode(),
        lambda: b"",
        lambda: b"\n" * 1000,
        lambda: data + data,
        lambda: bytes(draw.randrange(256) for _ in range(200)),
        lambda: data[:at] + draw.choice(TEXTS).encode() + data[at:],
    )
    return draw.choice(ways)()


def bent_table(data: bytes, draw: random.Random) -> bytes:
    """The bytes of a CSV file with its rows, columns or cells changed."""
    if draw.random() < 0.2:
        return bent_bytes(data, draw)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    kind, column = draw.randrange(10), draw.randrange(len(rows[0]))
    other, row = draw.randrange(len(rows[0])), draw.randrange(len(rows))
    if kind == 0:
        for cells in rows:
            cells[column], cells[other] = cells[other], cells[column]
    elif kind == 1:
        rows[0][column], rows[0][other] = rows[0][other], rows[0][column]
    elif kind == 2:
        for cells in rows:
            del cells[column]
    elif kind == 3:
        for cells in rows:
            cells.append(cells[column])
    elif kind == 4:
        del rows[row]
    elif kind == 5:
        rows.append(list(rows[row]))
    elif kind == 6:
        rows[row] = rows[row][:column]
    else:
        for _ in range(draw.choice((1, 1, 1, 2, 5))):
            cells = rows[draw.randrange(len(rows))]
            if cells:
                cells[draw.randrange(len(cells))] = cell(draw, rows)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def cell(draw: random.Random, rows: list[list[str]]) -> str:
    """What may stand in a cell: hostile text, a number, or what stands elsewhere."""
    kind = draw.randrange(5)
    if kind == 0:
        other = draw.choice([cells for cells in rows if cells] or [[""]])
        return draw.choice(other)
    if kind < 3:
        number = draw.choice(NUMBERS)
        return "1" + "0" * 400 if abs(number) > 1e308 else str(number)
    return draw.choice((*TEXTS, "", "nan", "inf", "-inf", "1e400", "00012", "1 000"))
