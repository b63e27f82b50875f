"""Files that are written whole or not at all: a temporary one beside the place, then a rename."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from dcplan.errors import InputError, Problem


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file of the same name elsewhere, then move it to `path`.

    Raises InputError where `path` is a folder or cannot be written; what stood there is then left.
    """
    if path.is_dir():
        raise InputError([Problem(str(path), "is a folder; name a file in it")])
    try:
        with tempfile.TemporaryDirectory(prefix=".dcplan-", dir=path.parent) as folder:
            new = Path(folder) / path.name
            write(new)
            new.replace(path)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}; make room or name another"
        raise InputError([Problem(str(path), what)]) from None


def put_text(path: Path, text: str) -> None:
    """Write text in UTF-8 with plain line ends."""
    put(path, lambda new: new.write_text(text, encoding="utf-8", newline="\n"))
